import { majorityOf, QuorateError } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { multiPaxos, multiPaxosMarks, type MultiPaxosOptions } from '../../src/index.ts'

function codeOf(options: MultiPaxosOptions): unknown {
  try {
    multiPaxos(options)
    return undefined
  } catch (error) {
    return error instanceof QuorateError ? error.code : error
  }
}

const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }

describe('multiPaxos()', () => {
  it('describes itself', () => {
    const { name, links, acceptance, cost, electionTimeout, marks } = multiPaxos()
    expect({ name, links, acceptance, electionTimeout }).toEqual({
      name: 'multi-paxos',
      links: 'any',
      acceptance: 'slot',
      electionTimeout: 600,
    })
    expect([3, 5, 7].map((n) => cost.messagesPerCommit(n))).toEqual([4, 8, 12])
    expect(cost.commitMessages(3)).toEqual({ Accept: 2, Accepted: 2 })
    expect(cost.election.messages(5)).toEqual({ Prepare: 4, Promise: 4 })
    expect(new Set(marks).size).toBe(marks.length)
    expect(marks).toBe(multiPaxosMarks)
  })

  it.each<MultiPaxosOptions>([
    { heartbeatInterval: 0 },
    { heartbeatInterval: Number.NaN },
    { electionTimeout: { min: 60, max: 600 } },
    { electionTimeout: { min: 300, max: 300 } },
    { electionTimeout: { min: Number.NaN, max: 300 } },
    { window: 0 },
    { window: 1.5 },
    { window: Number.NaN },
    { window: Infinity },
    { leaseDuration: -1 },
    { clockDrift: -0.1 },
    { clockDrift: 1 },
    { clockDrift: Number.NaN },
    { maxBatchBytes: 0 },
    { maxInflightMessages: 0 },
    { maxInflightBytes: -1 },
    { maxUncommittedBytes: 0 },
    { compactionTail: -1 },
    { compactionTailBytes: -1 },
    { diskStallTimeout: Number.NaN },
    { forwardTimeout: Number.NaN },
  ])('refuses %o', (options) => {
    expect(codeOf(options)).toBe('USAGE')
  })

  it('takes the smallest window, and no lease', () => {
    expect(codeOf({ window: 1, leaseDuration: 0, clockDrift: 0, compactionTail: 0 })).toBeUndefined()
  })

  it('sets its first timer with its first turn', () => {
    const options = { electionTimeout: { min: 100, max: 200 }, heartbeatInterval: 10 }
    const engine = multiPaxos(options).create({
      self: 1,
      membership: majorityOf([1, 2, 3]),
      image,
      snapshot: undefined,
    })
    expect(engine.take().timers).toEqual([{ name: 'election', range: { min: 100, max: 200 } }])
    expect(engine.take().timers).toEqual([])
  })
})
