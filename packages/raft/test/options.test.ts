import { majorityOf, QuorateError } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { raft, type RaftOptions } from '../src/index.ts'

function codeOf(options: RaftOptions): unknown {
  try {
    raft(options)
    return undefined
  } catch (error) {
    return error instanceof QuorateError ? error.code : error
  }
}

describe('raft()', () => {
  it('describes itself', () => {
    const { name, links, cost, electionTimeout } = raft()
    expect({ name, links, electionTimeout }).toEqual({ name: 'raft', links: 'any', electionTimeout: 600 })
    expect([3, 5, 7].map((n) => cost.messagesPerCommit(n))).toEqual([4, 8, 12])
    expect(cost.delaysToCommit).toBe(2)
    expect(cost.commitMessages(3)).toEqual({ AppendEntries: 2, AppendEntriesResponse: 2 })
    expect(cost.fsyncsPerCommit(5)).toBe(5)
  })

  it.each<RaftOptions>([
    { heartbeatInterval: 0 },
    { electionTimeout: { min: 60, max: 600 } },
    { electionTimeout: { min: 300, max: 300 } },
    { electionTimeout: { min: Number.NaN, max: 300 } },
    { maxBatchBytes: 0 },
    { maxInflightMessages: 0 },
    { maxInflightBytes: -1 },
    { maxUncommittedBytes: 0 },
    { maxForwardedBytes: 0 },
    { memoryTail: -1 },
    { memoryTailBytes: -1 },
    { compactionTail: -1 },
    { catchUpTail: -1 },
  ])('refuses %o', (options) => {
    expect(codeOf(options)).toBe('USAGE')
  })

  it('sets its first timer with its first turn', () => {
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const engine = raft({ electionTimeout: { min: 100, max: 200 }, heartbeatInterval: 10 }).create({
      self: 1,
      membership: majorityOf([1, 2, 3]),
      image,
      snapshot: undefined,
    })
    expect(engine.take().timers).toEqual([{ name: 'election', range: { min: 100, max: 200 } }])
    expect(engine.take().timers).toEqual([])
  })
})
