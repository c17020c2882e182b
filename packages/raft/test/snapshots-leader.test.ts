import { encodeMembership, majorityOf, makeEntry } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { encodeHardState } from '../src/index.ts'
import {
  beat,
  type Cluster,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  give,
  intercept,
  messagesOf,
  progressOf,
} from './support/cluster.ts'

/** Replica 3 is cut off while the others commit 20 entries and compact their logs; its link is up again. */
function waitingForSnapshot(): Cluster {
  const cluster = createCluster(3, { compactionTail: 0 })
  elect(cluster, 1)
  cluster.isolate(3)
  for (let i = 0; i < 20; i++) cluster.propose(1)
  cluster.settle()
  beat(cluster, 1)
  cluster.buildSnapshot(1)
  cluster.rejoin(3)
  cluster.fire(1, 'heartbeat')
  deliverAll(cluster, ({ snapshot }) => snapshot === undefined)
  expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'snapshot', pendingSnapshot: 21 })
  return cluster
}

describe('a leader that compacts its log', () => {
  it('tells nobody anew of the membership that has long been settled', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    const before = eventsOf(cluster, 1, 'SettleMembership').length
    cluster.buildSnapshot(1)
    expect(intercept(cluster, () => true)).toEqual([])
    cluster.settle()
    expect(eventsOf(cluster, 1, 'SettleMembership')).toHaveLength(before)
  })
})

describe('a member to which a snapshot is on its way', () => {
  it('S2: replicates once it has one that joins the log, older though it be than what was ordered', () => {
    const cluster = waitingForSnapshot()
    intercept(cluster, ({ snapshot }) => snapshot !== undefined)
    const { session } = progressOf(cluster, 1, 3)
    const answer = { type: 'AppendEntriesResponse', term: 1, session, round: 0, success: true } as const
    give(cluster, 3, 1, { ...answer, index: 20, hintIndex: 0, hintTerm: 0 })
    expect(progressOf(cluster, 1, 3).phase).toBe('snapshot') // entry 21 is compacted: 20 joins nothing
    give(cluster, 3, 1, { ...answer, index: 21, hintIndex: 0, hintTerm: 0 })
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'replicate', match: 21, next: 22 })
  })

  it('is sent no appends meanwhile, and only one snapshot', () => {
    const cluster = waitingForSnapshot()
    const appends = messagesOf(cluster, 'AppendEntries', () => {
      for (let i = 0; i < 10; i++) {
        cluster.propose(1)
        cluster.fire(1, 'heartbeat')
        deliverAll(cluster, ({ snapshot }) => snapshot === undefined)
      }
    })
    expect(appends.filter(({ to }) => to === 3)).toEqual([])
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toHaveLength(1)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 31, commitIndex: 31 })
  })

  it('whose link breaks is probed when it is back, and sent another', () => {
    const cluster = waitingForSnapshot()
    cluster.cut(1, 3)
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'probe', paused: true })
    cluster.heal(1, 3)
    cluster.settle()
    for (let i = 0; i < 2; i++) beat(cluster, 1)
    expect(cluster.node(3).installed).toMatchObject({ index: 21 })
  })

  it('several at once are each sent one', () => {
    const cluster = createCluster(5, { compactionTail: 0 })
    elect(cluster, 1)
    for (const id of [4, 5]) cluster.isolate(id)
    for (let i = 0; i < 20; i++) cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    cluster.buildSnapshot(1)
    for (const id of [4, 5]) cluster.rejoin(id)
    cluster.run(500)
    for (const id of [4, 5]) expect(cluster.observe(id)).toMatchObject({ lastIndex: 21, commitIndex: 21 })
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toHaveLength(2)
  })
})

describe('S10: a snapshot at an index', () => {
  it('holds the membership that the log has there, not a later one', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    const membership = majorityOf([1, 2, 3])
    const later = majorityOf([1, 2], [3])
    const entry = (index: number, changed: boolean) =>
      changed
        ? makeEntry(index, 1, 0, 'membership', undefined, encodeMembership(later))
        : makeEntry(index, 1, 0, 'command', undefined, Uint8Array.of(index))
    cluster.crash(2)
    const { durable } = cluster.node(2)
    durable.apply({ type: 'setHardState', bytes: encodeHardState({ term: 1, votedFor: undefined }) })
    durable.apply({ type: 'append', entries: [1, 2, 3, 4, 5].map((index) => entry(index, index === 4)) })
    cluster.start(2)
    expect(cluster.observe(2).membership).toEqual(later)
    give(cluster, 1, 2, {
      type: 'AppendEntries',
      term: 1,
      session: 1,
      round: 0,
      prevLogIndex: 5,
      prevLogTerm: 1,
      leaderCommit: 5,
      entries: [],
    })
    cluster.node(2).step({ type: 'snapshotBuilt', meta: { index: 3, epoch: 1, membership } }, cluster.now())
    expect(durable.image(1).base).toEqual({ index: 3, epoch: 1, membership })
    expect(cluster.observe(2).membership).toEqual(later)
    cluster
      .node(2)
      .step({ type: 'snapshotBuilt', meta: { index: 5, epoch: 1, membership: later } }, cluster.now())
    expect(durable.image(1).base).toEqual({ index: 5, epoch: 1, membership: later })
  })
})
