import { type Membership, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { ballotRound } from '../../src/refinement/accept-slots.ts'
import { Hand, entry } from './hand.ts'

const b = (round: number, node: number) => ({ round, node })
const meta = (index: number, epoch: number) => ({ index, epoch, membership: majorityOf([1, 2, 3]) })
const hand = (): Hand => new Hand('slot')

describe('a batch of accepted slots', () => {
  it('counts slot by slot, holes and all', () => {
    const run = hand().accept(1, b(1, 1), entry(1, 1), entry(3, 1), entry(4, 1))
    run.accept(2, b(1, 1), entry(1, 1), entry(4, 1))
    expect([1, 2, 3, 4].map((slot) => run.refinement.log.chosenAt(slot) !== undefined)).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect(run.rules).toEqual([])
  })

  it('counts no sooner than it is durable', () => {
    const run = hand().accept(1, b(1, 1), entry(1, 1), entry(2, 1))
    const write = run.write(2, { type: 'accept', ballot: b(1, 1), entries: [entry(1, 1), entry(2, 1)] })
    expect(run.chosen).toBe(0)
    expect(run.sync(2, write).chosen).toBe(2)
  })
})

describe('a learner', () => {
  /** Slot 1 is accepted in ballot 1, and chosen in ballot 5, with the same value. */
  const chosenLater = (): Hand =>
    hand().accept(1, b(1, 1), entry(1, 1)).accept(2, b(5, 2), entry(1, 1)).accept(3, b(5, 2), entry(1, 1))

  it('may accept what is chosen in the ballot in which its teacher had accepted it, an old one, too', () => {
    const run = chosenLater().accept(4, b(1, 1), entry(1, 1)).apply(4, entry(1, 1))
    expect(run.rules).toEqual([])
    expect(run.refinement.log.chosenAt(1)?.round).toBe(ballotRound(b(5, 2)))
  })

  it('may take the place of what it had accepted itself, in a later ballot', () => {
    const run = hand().accept(4, b(3, 3), entry(1, 3, 9))
    run.accept(2, b(5, 2), entry(1, 1)).accept(3, b(5, 2), entry(1, 1)).accept(4, b(5, 2), entry(1, 1))
    expect(run.rules).toEqual([])
  })

  it('may be one who does not vote, and chooses nothing by it', () => {
    const run = hand().accept(1, b(1, 1), entry(1, 1)).accept(4, b(1, 1), entry(1, 1))
    expect(run.chosen).toBe(0)
    run.accept(5, b(1, 1), entry(1, 1))
    expect(run.chosen).toBe(0)
    expect(run.rules).toEqual([])
  })

  it('may not overwrite what is chosen by what is not, even above a hole', () => {
    const run = hand()
      .accept(3, b(1, 1), entry(7, 1, 9))
      .accept(1, b(2, 2), entry(7, 2))
    run.accept(2, b(2, 2), entry(7, 2))
    expect(run.rules).toEqual([])
    expect(run.accept(1, b(1, 1), entry(7, 1, 9)).rules[0]).toBe('keep-chosen')
  })

  it('may not make something else chosen by accepting late', () => {
    const run = hand()
      .accept(3, b(1, 1), entry(1, 1, 9))
      .accept(1, b(2, 2), entry(1, 2))
    run.accept(2, b(2, 2), entry(1, 2)).accept(4, b(1, 1), entry(1, 1, 9))
    expect(run.rules).toEqual([]) // 4 does not vote
    expect(run.accept(2, b(1, 1), entry(1, 1, 9)).rules).toContain('one-choice')
  })
})

describe('a start in a hole, or above all slots', () => {
  const chosen = (): Hand => {
    const all = [1, 2, 3, 4, 5].map((slot) => entry(slot, 1))
    return hand()
      .accept(1, b(1, 1), ...all)
      .accept(2, b(1, 1), ...all)
  }

  it('stands for what is chosen up to there', () => {
    const run = chosen().accept(3, b(1, 1), entry(1, 1), entry(5, 1))
    run.write(3, { type: 'compactTo', meta: meta(3, 1) })
    run.accept(3, b(1, 1), entry(4, 1))
    run.write(3, { type: 'compactTo', meta: meta(5, 1) })
    run.start(3, { base: meta(3, 1), entries: [entry(5, 1)], ballots: new Map([[5, b(1, 1)]]) }, 5)
    run.accept(1, b(1, 1), entry(6, 1)).accept(3, b(1, 1), entry(6, 1)).apply(3, entry(6, 1))
    expect(run.rules).toEqual([])
  })

  it('passes over what is accepted below it, also by the same write', () => {
    const run = chosen()
    const accept = { type: 'accept', ballot: b(1, 1), entries: [entry(2, 1), entry(5, 1)] } as const
    run.sync(3, run.write(3, accept, { type: 'compactTo', meta: meta(4, 1) }))
    run.accept(3, b(1, 1), entry(1, 1), entry(6, 1)).accept(1, b(1, 1), entry(6, 1))
    run.start(3, { base: meta(4, 1), entries: [entry(5, 1), entry(6, 1)] }, 4)
    run.apply(3, entry(5, 1), entry(6, 1))
    expect(run.rules).toEqual([])
    expect(run.chosen).toBe(6)
  })

  it('may lie nowhere else, and on no other entry', () => {
    const above = chosen()
    above.write(3, { type: 'compactTo', meta: meta(6, 1) })
    expect(above.rules).toEqual(['snapshot-chosen'])
    const other = chosen()
    other.write(3, { type: 'compactTo', meta: meta(5, 2) })
    expect(other.rules).toEqual(['snapshot-chosen'])
  })
})

describe('a membership that comes into force some slots after it is chosen', () => {
  const later: Membership = {
    ...majorityOf([1, 2, 3]),
    pending: [{ from: 4, membership: majorityOf([3, 4, 5]) }],
  }

  it('decides the slots from there on, and none before', () => {
    const run = hand().knows(1, 2, later)
    for (const node of [1, 2]) run.accept(node, b(1, 1), entry(3, 1), entry(4, 1))
    expect(run.refinement.log.chosenAt(3)).toBeDefined()
    expect(run.refinement.log.chosenAt(4)).toBeUndefined()
    run.accept(3, b(1, 1), entry(4, 1)).accept(4, b(1, 1), entry(4, 1))
    expect(run.refinement.log.chosenAt(4)).toBeDefined()
    expect(run.rules).toEqual([])
  })

  it('is that of whoever knows most, when others have not heard of it or know only it', () => {
    const run = hand().knows(1, 2, later)
    run.accept(1, b(1, 1), entry(3, 1), entry(5, 1))
    run.accept(2, b(1, 1), entry(5, 1)) // has not heard
    expect(run.refinement.log.chosenAt(5)).toBeUndefined()
    run.knows(5, 4, majorityOf([3, 4, 5])).accept(5, b(1, 1), entry(5, 1), entry(3, 1)) // knows nothing else
    expect(run.refinement.log.chosenAt(3)).toBeUndefined()
    run.accept(2, b(1, 1), entry(3, 1)).accept(4, b(1, 1), entry(5, 1))
    expect([3, 5].map((slot) => run.refinement.log.chosenAt(slot) !== undefined)).toEqual([true, true])
    expect(run.rules).toEqual([])
  })
})
