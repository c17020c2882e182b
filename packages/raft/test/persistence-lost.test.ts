import { describe, expect, it } from 'vitest'
import {
  beat,
  clusterWithLogs,
  createCluster,
  elect,
  eventsOf,
  give,
  entryOf,
  isType,
  messagesOf,
  prepareLog,
  progressOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'

describe('P2: an overwrite', () => {
  it('is one operation, that takes away everything from its index on: no crash leaves a hole or a mixture', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1, 2, 2, 2, 2], term: 2 }, 2: {}, 3: {} })
    const node = cluster.node(1)
    node.autoPersist = false
    const overwrite = {
      type: 'AppendEntries',
      term: 3,
      session: 1,
      round: 0,
      prevLogIndex: 1,
      prevLogTerm: 1,
      leaderCommit: 0,
      entries: [entryOf(2, 3)],
    } as const
    give(cluster, 2, 1, overwrite)
    expect(termsOf(cluster, 1)).toEqual([1, 3])
    const appends = node.writing.flatMap(({ persist }) =>
      persist.operations.filter(({ type }) => type !== 'setHardState'),
    )
    expect(appends).toMatchObject([{ type: 'append', entries: [{ index: 2, epoch: 3 }] }])
    const onDisk = () => node.durable.image(1).entries.map(({ epoch }) => epoch)
    cluster.crash(1)
    expect(onDisk()).toEqual([1, 2, 2, 2, 2])
    cluster.start(1)
    give(cluster, 2, 1, overwrite)
    cluster.crash(1, node.writing.length)
    expect(onDisk()).toEqual([1, 3])
  })
})

describe('P4: a replica whose disk lost entries that it had acknowledged', () => {
  /** Replica 3 had five entries, and its disk comes back with two. */
  function cutDisk() {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 4; i++) cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    const node = cluster.node(3)
    node.crash() // nobody tells the leader
    node.durable.apply({ type: 'truncateAfter', index: 2 })
    node.start(cluster.now())
    return cluster
  }

  it('does not fall over a commit index beyond its log, and says that something was lost', () => {
    const cluster = cutDisk()
    cluster.fire(1, 'heartbeat')
    cluster.settle()
    expect(eventsOf(cluster, 3, 'LostSuffix').length).toBeGreaterThan(0)
    expect(cluster.observe(3).commitIndex).toBeLessThanOrEqual(cluster.observe(3).lastIndex)
  })

  it('is filled again, and counts for nothing that it lost until then', () => {
    const cluster = cutDisk()
    expect(progressOf(cluster, 1, 3).match).toBe(5)
    const refused = messagesOf(cluster, 'AppendEntriesResponse', () => {
      for (let i = 0; i < 3; i++) {
        cluster.propose(1)
        beat(cluster, 1)
      }
    }).filter(({ from, message }) => from === 3 && !message.success)
    expect(refused.length).toBeGreaterThan(0)
    expect(eventsOf(cluster, 1, 'LostSuffix').length).toBeGreaterThan(0)
    beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 8, commitIndex: 8 })
    expect(progressOf(cluster, 1, 3)).toMatchObject({ match: 8, phase: 'replicate' })
  })

  it('wiped whole it is filled from the beginning', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 4; i++) cluster.propose(1)
    cluster.settle()
    const node = cluster.node(3)
    node.crash()
    node.durable.apply({ type: 'truncateAfter', index: 0 })
    node.start(cluster.now())
    for (let i = 0; i < 4; i++) {
      cluster.propose(1)
      beat(cluster, 1)
    }
    beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 9, commitIndex: 9 })
  })
})

describe('P5: writes that complete', () => {
  it('in any number at once count for all before them, and an older one after a newer for nothing more', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const node = cluster.node(1)
    node.autoPersist = false
    for (let i = 0; i < 4; i++) cluster.propose(1)
    const tokens = node.writing.map(({ persist }) => persist.token)
    node.step({ type: 'persisted', token: tokens[2]! }, cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(4)
    for (const token of [tokens[0]!, tokens[1]!, tokens[2]!])
      node.step({ type: 'persisted', token }, cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(4)
    node.step({ type: 'persisted', token: tokens[3]! }, cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(5)
  })
})

describe('P8: what is applied', () => {
  it('is told by the snapshot that the machine was restored from, and by nothing that could differ from it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 6; i++) cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    cluster.buildSnapshot(2)
    cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.node(2).appliedIndex).toBe(8)
    cluster.crash(2)
    cluster.start(2)
    expect(stateOf(cluster, 2)).toMatchObject({ applied: 7, commit: 7 })
    expect(cluster.node(2).appliedIndex).toBe(7)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.node(2).applied.map(({ index }) => index)).toEqual([8])
  })
})

describe('P1: a hard state that is damaged', () => {
  it('keeps its replica from starting', () => {
    const cluster = createCluster(3)
    cluster.crash(2)
    prepareLog(cluster, 2, { terms: [1], term: 1 })
    cluster.node(2).durable.apply({ type: 'setHardState', bytes: Uint8Array.of(1, 2, 3) })
    expect(() => cluster.start(2)).toThrow("Raft's hard state")
    expect(cluster.inFlight.filter(isType('RequestVote'))).toEqual([])
  })
})
