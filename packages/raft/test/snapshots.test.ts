import { majorityOf, type SnapshotMeta } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  createCluster,
  deliverAll,
  elect,
  entryOf,
  eventsOf,
  give,
  ignoredAt,
  intercept,
  isType,
  prepareLog,
  progressOf,
  repliesOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'

/** Replica 3 is cut off while the others commit `count` entries and compact their logs. */
function clusterWithLaggard(count = 20, compactionTail = 0): Cluster {
  const cluster = createCluster(3, { compactionTail })
  elect(cluster, 1)
  cluster.isolate(3)
  commit(cluster, count)
  for (const id of [1, 2]) cluster.buildSnapshot(id)
  return cluster
}

function commit(cluster: Cluster, count: number): void {
  for (let i = 0; i < count; i++) cluster.propose(1)
  cluster.settle()
  beat(cluster, 1)
}

/** A snapshot from 1 to `id`, out of thin air. */
function giveSnapshot(cluster: Cluster, id: number, index: number, epoch: number, term: number): void {
  const meta: SnapshotMeta = { index, epoch, membership: majorityOf([1, 2, 3]) }
  const message = { type: 'InstallSnapshot', term, session: 1, round: 0 } as const
  cluster.node(id).stored = meta
  cluster.node(id).step({ type: 'snapshotReceived', from: 1, message, meta }, cluster.now())
}

describe('compaction', () => {
  it('keeps a tail for followers that are a little behind', () => {
    const cluster = clusterWithLaggard(20, 5)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 17, lastIndex: 21 })
    expect(cluster.node(1).durable.image(1)).toMatchObject({ base: { index: 16, epoch: 1 } })
    const durable = cluster
      .node(1)
      .durable.image(1)
      .entries.map(({ index }) => index)
    expect(durable).toEqual([17, 18, 19, 20, 21])
  })

  it('does nothing while there are fewer entries than the tail', () => {
    const cluster = clusterWithLaggard(20, 100)
    expect(cluster.observe(1).firstIndex).toBe(1)
    expect(cluster.node(1).writing).toEqual([])
  })

  it('needs no sync: losing it in a crash is harmless', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    commit(cluster, 5)
    cluster.node(1).autoPersist = false
    cluster.buildSnapshot(1)
    expect(cluster.node(1).writing[0]!.persist).toMatchObject({
      sync: false,
      operations: [{ type: 'compactTo' }],
    })
    cluster.crash(1)
    cluster.start(1)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 1, lastIndex: 6, commitIndex: 6 })
  })

  it('hands entries of the same turn to the disk first', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    commit(cluster, 2)
    const { engine } = cluster.node(1)
    engine!.step(
      { type: 'propose', request: { replica: 1, sequence: 99 }, data: new Uint8Array(1) },
      cluster.now(),
    )
    const meta = { index: 3, epoch: 1, membership: majorityOf([1, 2, 3]) }
    engine!.step({ type: 'snapshotBuilt', meta }, cluster.now())
    const { persist } = engine!.take()
    expect(persist!.operations.map(({ type }) => type)).toEqual(['append', 'compactTo'])
    expect(persist!.sync).toBe(true)
  })

  it('S7: a follower within the tail needs no snapshot', () => {
    const cluster = clusterWithLaggard(20, 30)
    cluster.rejoin(3)
    cluster.settle()
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toEqual([])
    expect(cluster.observe(3).lastIndex).toBe(21)
  })
})

describe('a follower whose next entry is gone', () => {
  it('S7, S1: gets a snapshot, then the log, and replicates at once', () => {
    const cluster = clusterWithLaggard()
    commit(cluster, 5)
    cluster.rejoin(3)
    cluster.settle()
    beat(cluster, 1)
    cluster.settle()
    expect(cluster.node(3).installed).toMatchObject({ index: 21, epoch: 1 })
    expect(cluster.observe(3)).toMatchObject({ firstIndex: 22, lastIndex: 26 })
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'replicate', match: 26 })
    beat(cluster, 1)
    expect(cluster.node(3).applied.map(({ index }) => index)).toEqual([22, 23, 24, 25, 26])
    expect(cluster.node(3).durable.image(1)).toMatchObject({ base: { index: 21 } })
  })

  it('S8: gets one even if nothing is being written and the log is all gone', () => {
    const cluster = clusterWithLaggard()
    expect(stateOf(cluster, 1).log.entries).toEqual([])
    cluster.rejoin(3)
    cluster.run(500)
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 21, lastIndex: 21 })
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'replicate', match: 21 })
  })

  it('S13: is sent none before it has answered', () => {
    const cluster = clusterWithLaggard()
    cluster.rejoin(3)
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toEqual([])
    cluster.settle()
    beat(cluster, 1)
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toHaveLength(1)
  })

  it('is sent another when the first was lost, after the next heartbeat', () => {
    const cluster = clusterWithLaggard()
    cluster.rejoin(3)
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, ({ snapshot }) => snapshot === undefined)
    expect(intercept(cluster, ({ snapshot }) => snapshot !== undefined)).toHaveLength(1)
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'snapshot', pendingSnapshot: 21 })
    cluster.node(1).step({ type: 'snapshotFailed', to: 3, cause: 'lost' }, cluster.now())
    expect(cluster.inFlight).toEqual([])
    beat(cluster, 1)
    expect(cluster.observe(3).lastIndex).toBe(21)
  })

  it('goes on by the next heartbeat if its answer to the snapshot was lost', () => {
    const cluster = clusterWithLaggard()
    cluster.rejoin(3)
    cluster.filter = ({ from, message }) => from !== 3 || message.type !== 'AppendEntriesResponse'
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(cluster.observe(3).lastIndex).toBe(21)
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'replicate', match: 21 })
  })

  it('keeps what follows the snapshot in the log until it has arrived', () => {
    const cluster = createCluster(3, { compactionTail: 0, catchUpTail: 8 })
    elect(cluster, 1)
    cluster.isolate(3)
    commit(cluster, 10)
    cluster.buildSnapshot(1)
    cluster.rejoin(3)
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, ({ snapshot }) => snapshot === undefined)
    commit2(cluster, 4)
    cluster.buildSnapshot(1)
    expect(cluster.observe(1).firstIndex).toBe(12)
    commit2(cluster, 10)
    cluster.buildSnapshot(1)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 18, lastIndex: 25 })
  })
})

/** As `commit`, with the snapshot left under way. */
function commit2(cluster: Cluster, count: number): void {
  for (let i = 0; i < count; i++) cluster.propose(1)
  deliverAll(cluster, ({ snapshot }) => snapshot === undefined)
}

describe('the receiver of a snapshot', () => {
  it('S2: one that is older than the commit index is answered with it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    commit(cluster, 10)
    giveSnapshot(cluster, 2, 5, 1, 1)
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ success: true, index: 11 })
    expect(cluster.node(2).installed).toBeUndefined()
  })

  it('S3: one whose last entry is in the log only moves the commit index', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 10; i++) cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(2).commitIndex).toBeLessThan(8)
    giveSnapshot(cluster, 2, 8, 1, 1)
    expect(cluster.observe(2)).toMatchObject({ commitIndex: 8, lastIndex: 11, firstIndex: 1 })
    expect(cluster.node(2).installed).toBeUndefined()
  })

  it('S4: one that contradicts the tail of the log replaces it, in one write', () => {
    const cluster = createCluster(3)
    cluster.crash(3)
    prepareLog(cluster, 3, { terms: [1, 1, 2, 2, 2, 2], term: 2 })
    cluster.start(3)
    cluster.node(3).autoPersist = false
    giveSnapshot(cluster, 3, 5, 4, 6)
    expect(cluster.observe(3)).toMatchObject({ firstIndex: 6, lastIndex: 5, commitIndex: 5, epoch: 6 })
    expect(cluster.node(3).writing).toHaveLength(1)
    expect(cluster.node(3).writing[0]!.persist.operations.map(({ type }) => type)).toEqual([
      'setHardState',
      'installSnapshot',
    ])
    expect(cluster.inFlight.filter(isType('AppendEntriesResponse'))).toEqual([])
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.node(3).durable.image(1)).toMatchObject({ base: { index: 5, epoch: 4 }, entries: [] })
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ success: true, index: 5 })
  })

  it('S4: a crash before that write leaves the log as it was', () => {
    const cluster = createCluster(3)
    cluster.crash(3)
    prepareLog(cluster, 3, { terms: [1, 1, 2, 2, 2, 2], term: 2 })
    cluster.start(3)
    cluster.node(3).autoPersist = false
    giveSnapshot(cluster, 3, 5, 4, 6)
    cluster.crash(3)
    cluster.node(3).stored = undefined
    cluster.start(3)
    expect(termsOf(cluster, 3)).toEqual([1, 1, 2, 2, 2, 2])
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 0, epoch: 2 })
  })

  it('S5: one that contradicts what is committed stops the replica', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    commit(cluster, 5)
    expect(() => giveSnapshot(cluster, 2, 4, 0, 1)).toThrow('a snapshot agrees with what is committed')
  })

  it('S5: one from beyond its leader closes the link', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    giveSnapshot(cluster, 2, 40, 9, 1)
    expect(ignoredAt(cluster, 2)).toContain('snapshot-ahead-of-its-leader')
    expect(cluster.observe(2).commitIndex).toBeLessThan(2)
  })

  it('one of an older term is refused with the newer', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 1, 2, { type: 'NotLeader', term: 5 })
    giveSnapshot(cluster, 2, 40, 1, 1)
    expect(cluster.observe(2)).toMatchObject({ epoch: 5, lastIndex: 1 })
    cluster.settle()
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 5 })
  })

  it('S11: own proposals under way are abandoned: the snapshot may cover them', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const sequence = cluster.propose(3)
    giveSnapshot(cluster, 3, 40, 1, 1)
    expect(repliesOf(cluster, 3, sequence)).toEqual([
      { type: 'abandoned', sequence, reason: 'leadership-lost' },
    ])
    expect(stateOf(cluster, 3).following.forwarded).toEqual([])
  })

  it('S12: a second one while the first is being written replaces it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    giveSnapshot(cluster, 3, 40, 1, 1)
    giveSnapshot(cluster, 3, 60, 1, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 60, commitIndex: 60 })
    expect(cluster.observe(3).durableIndex).toBeLessThanOrEqual(1)
    cluster.node(3).completeWrite(cluster.now())
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.observe(3).durableIndex).toBe(60)
  })

  it('P7: a write that completes after an installation marks nothing of it durable', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    giveSnapshot(cluster, 3, 40, 1, 1)
    const appends = cluster.node(3).writing.length - 1
    for (let i = 0; i < appends; i++) cluster.node(3).completeWrite(cluster.now())
    expect(cluster.observe(3).durableIndex).toBeLessThanOrEqual(6)
    expect(cluster.inFlight.every(({ message }) => !('index' in message) || message.index < 40)).toBe(true)
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.observe(3).durableIndex).toBe(40)
  })

  it('a message of that type without a snapshot is ignored', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 2, { type: 'InstallSnapshot', term: 1, session: 1, round: 1 })
    expect(ignoredAt(cluster, 2)).toContain('came-without-its-snapshot')
  })

  it('takes its membership over', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const meta = { index: 40, epoch: 1, membership: majorityOf([1, 2], [3]) }
    const message = { type: 'InstallSnapshot', term: 1, session: 1, round: 0 } as const
    cluster.node(3).step({ type: 'snapshotReceived', from: 1, message, meta }, cluster.now())
    expect(cluster.observe(3)).toMatchObject({ role: 'observer', membership: meta.membership })
  })
})

it('a snapshot and the entries after it restart a replica', () => {
  const cluster = clusterWithLaggard(20, 5)
  cluster.crash(2)
  cluster.start(2)
  expect(cluster.observe(2)).toMatchObject({ firstIndex: 17, lastIndex: 21, commitIndex: 21 })
  expect(cluster.node(2).durable.entryAt(17)).toMatchObject(entryOfTerm(17))
})

function entryOfTerm(index: number) {
  const { epoch } = entryOf(index, 1)
  return { index, epoch }
}
