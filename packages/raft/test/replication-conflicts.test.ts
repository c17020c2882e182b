import { describe, expect, it } from 'vitest'
import { beat, createCluster, elect, entryOf, give, stateOf } from './support/cluster.ts'

describe('an append that contradicts what is committed', () => {
  const append = { type: 'AppendEntries', session: 1, round: 2, leaderCommit: 0 } as const

  function committedTo4() {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 3; i++) cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(4)
    return cluster
  }

  it('stops the replica, if what it begins with is not there', () => {
    const cluster = committedTo4()
    const message = { ...append, term: 1, prevLogIndex: 4, prevLogTerm: 0, entries: [entryOf(5, 1)] } as const
    expect(() => give(cluster, 1, 2, message)).toThrow('a leader holds what is committed')
  })

  /** Found by random inputs: what lies below the commit index was passed over without a look, and the rest appended. */
  it('stops the replica, if it begins before that and has another entry there', () => {
    const cluster = committedTo4()
    const entries = [entryOf(3, 0), entryOf(4, 0), entryOf(5, 0)]
    const message = { ...append, term: 1, prevLogIndex: 2, prevLogTerm: 0, entries } as const
    expect(() => give(cluster, 1, 2, message)).toThrow('a leader holds what is committed')
    expect(stateOf(cluster, 2).log.entries).toHaveLength(4)
  })

  it('below it altogether is not looked into: it says nothing new', () => {
    const cluster = committedTo4()
    const entries = [entryOf(2, 0), entryOf(3, 0)]
    give(cluster, 1, 2, { ...append, term: 1, prevLogIndex: 1, prevLogTerm: 0, entries })
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ success: true, index: 4 })
  })
})
