import { describe, expect, it } from 'vitest'
import { noEvent } from '../../src/explore/engine-model/components.ts'
import { type HistoryEvent, noPast, remember } from '../../src/explore/engine-model/history.ts'

function leads(node: number, epoch: number, sharesEpoch: boolean): HistoryEvent {
  return { ...noEvent, node, epoch, sharesEpoch, leads: true }
}

function applies(node: number, epoch: number, sharesEpoch: boolean): HistoryEvent {
  return { ...noEvent, node, epoch, sharesEpoch, applied: [[1, 0, false]] }
}

describe('an epoch', () => {
  it('has one leader', () => {
    const history = remember(remember(noPast, leads(2, 1, false)), leads(1, 1, false))
    expect(history.violation?.invariant).toBe('election-safety')
  })

  it('that is a round of ballots can have several, each its own', () => {
    let history = noPast
    for (const node of [2, 1, 2]) history = remember(history, leads(node, 1, true))
    expect(history).toMatchObject({
      violation: undefined,
      leaders: [
        [1, 1],
        [1, 2],
      ],
    })
  })
})

describe('an entry', () => {
  it('was decided by the epoch of whoever applies it first', () => {
    const history = remember(remember(noPast, leads(1, 5, false)), applies(2, 3, false))
    expect(history.decided).toEqual([[0, 3]])
  })

  it('may have been decided in a later round than a learner has heard of', () => {
    const history = remember(remember(noPast, leads(1, 5, true)), applies(2, 3, true))
    expect(history.decided).toEqual([[0, 5]])
    expect(remember(noPast, applies(2, 3, true)).decided).toEqual([[0, 3]])
  })
})
