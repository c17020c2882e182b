import { majorityOf, type SnapshotMeta } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  acceptedBy,
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  eventsOf,
  give,
  ignoredAt,
  intercept,
  isType,
  losing,
  progressOf,
  promisedBy,
  proposeAll,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { giveSnapshot, isServed } from './support/members.ts'

/** Replica 3 is cut off while the others choose `count` values and compact their logs. */
function laggard(count = 20, compactionTail = 0): Cluster {
  const cluster = createCluster(3, { compactionTail })
  elect(cluster, 1)
  cluster.isolate(3)
  choose(cluster, count)
  for (const id of [1, 2]) cluster.buildSnapshot(id)
  return cluster
}

function choose(cluster: Cluster, count: number): void {
  for (let i = 0; i < count; i++) cluster.propose(1)
  cluster.settle()
  beat(cluster, 1)
}

/** A cluster whose monitors are not listened to, for snapshots out of thin air. */
function unwatched(): Cluster {
  return createCluster(3, { findings: [] })
}

/** A snapshot from 1 to `id`, out of thin air. */
function conjure(cluster: Cluster, id: number, index: number): void {
  const meta: SnapshotMeta = { index, epoch: 1, membership: majorityOf([1, 2, 3]) }
  cluster.node(id).stored = meta
  const message = { type: 'InstallSnapshot' } as const
  cluster.node(id).step({ type: 'snapshotReceived', from: 1, message, meta }, cluster.now())
}

/** Everything that arrives, but no snapshot. */
const isBare = ({ snapshot }: { readonly snapshot: SnapshotMeta | undefined }): boolean =>
  snapshot === undefined

/** Until 1 has ordered a snapshot for 3, which stays under way. */
function ordered(cluster: Cluster): void {
  cluster.rejoin(3)
  for (let i = 0; i < 4 && stateOf(cluster, 1).transfers.size === 0; i++) {
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isBare)
  }
  expect(stateOf(cluster, 1).transfers).toEqual(new Set([3]))
}

describe('compaction', () => {
  it('keeps a tail for replicas that are a little behind', () => {
    const cluster = laggard(20, 5)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 16, lastIndex: 20 })
    const image = cluster.node(1).durable.image(1)
    expect(image).toMatchObject({ base: { index: 15, epoch: 1 } })
    expect(image.entries.map(({ index }) => index)).toEqual([16, 17, 18, 19, 20])
    expect([...image.ballots.keys()]).toEqual([16, 17, 18, 19, 20])
  })

  it('keeps no more of it than there is room for', () => {
    const cluster = createCluster(3, { compactionTail: 10, compactionTailBytes: 3 })
    elect(cluster, 1)
    choose(cluster, 20)
    cluster.buildSnapshot(1)
    expect(cluster.observe(1).firstIndex).toBe(18)
  })

  it('does nothing while there are fewer slots than the tail', () => {
    const cluster = laggard(20, 100)
    expect(cluster.observe(1).firstIndex).toBe(1)
  })

  it('needs no sync: losing it in a crash is harmless', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    choose(cluster, 5)
    cluster.node(1).autoPersist = false
    cluster.buildSnapshot(1)
    expect(cluster.node(1).writing[0]!.persist).toMatchObject({
      sync: false,
      operations: [{ type: 'compactTo' }, { type: 'setHardState' }],
    })
    cluster.crash(1)
    cluster.start(1)
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 5, lastIndex: 5 })
  })

  it('leaves what was accepted above as it is', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    choose(cluster, 2)
    cluster.block(2, 1)
    cluster.block(3, 1)
    proposeAll(cluster, 1, 'a', 'b')
    cluster.buildSnapshot(1)
    expect(acceptedBy(cluster, 1)).toEqual(['a 1.1', 'b 1.1'])
    cluster.crash(1)
    cluster.start(1)
    expect(acceptedBy(cluster, 1)).toEqual(['a 1.1', 'b 1.1'])
  })

  it('S7: a replica within the tail needs no snapshot', () => {
    const cluster = laggard(20, 30)
    cluster.rejoin(3)
    cluster.run(300)
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toEqual([])
    expect(cluster.observe(3).commitIndex).toBe(20)
  })

  it('does not hold up phase 1: slots that are compacted are told of as chosen', () => {
    const cluster = laggard()
    cluster.crash(1)
    cluster.rejoin(3)
    cluster.cut(2, 1)
    elect(cluster, 3)
    expect(cluster.node(3).installed).toMatchObject({ index: 20 })
    expect(stateOf(cluster, 3).leadership!.start).toBe(21)
    proposeAll(cluster, 3, 'x')
    expect(deliveredBy(cluster, 3)).toEqual(['x'])
  })
})

describe('a replica whose next slot is gone', () => {
  it('S7, S1: asks, gets a snapshot, then the rest, and is up to date', () => {
    const cluster = laggard()
    choose(cluster, 5)
    cluster.rejoin(3)
    cluster.run(300)
    expect(cluster.node(3).installed).toMatchObject({ index: 20, epoch: 1 })
    expect(cluster.observe(3)).toMatchObject({ firstIndex: 21, commitIndex: 25 })
    expect(progressOf(cluster, 1, 3).match).toBe(25)
    expect(cluster.node(3).applied.map(({ index }) => index)).toEqual([21, 22, 23, 24, 25])
    expect(cluster.node(3).durable.image(1)).toMatchObject({ base: { index: 20 } })
  })

  it('S8: gets one even if nothing is proposed and the log is all gone', () => {
    const cluster = laggard()
    expect(stateOf(cluster, 1).log.entries).toEqual([])
    cluster.rejoin(3)
    cluster.run(500)
    expect(cluster.observe(3).commitIndex).toBe(20)
  })

  it('S13: is sent none before it has asked, and one at a time', () => {
    const cluster = laggard()
    ordered(cluster)
    for (let i = 0; i < 5; i++) {
      cluster.fire(1, 'heartbeat')
      deliverAll(cluster, isBare)
    }
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toHaveLength(1)
    expect(ignoredAt(cluster, 1)).toContain('snapshot-under-way')
  })

  it('is sent another when the first was lost, because it asks again', () => {
    const cluster = laggard()
    ordered(cluster)
    expect(intercept(cluster, (flight) => !isBare(flight))).toHaveLength(1)
    cluster.node(1).step({ type: 'snapshotFailed', to: 3, cause: 'lost' }, cluster.now())
    expect(cluster.inFlight.filter((flight) => !isBare(flight))).toEqual([])
    cluster.run(300)
    expect(cluster.observe(3).commitIndex).toBe(20)
  })

  it('is sent another by the next leader when the first one died meanwhile', () => {
    const cluster = laggard()
    ordered(cluster)
    cluster.crash(1)
    expect(cluster.observe(3).commitIndex).toBe(0)
    cluster.run(3_000)
    expect(cluster.observe(3).commitIndex).toBe(20)
    expect(isServed(cluster, 3)).toBe(true)
  })

  it('is sent one by one who leads no more: what is chosen is chosen', () => {
    const cluster = laggard()
    ordered(cluster)
    const [flight] = intercept(cluster, (one) => !isBare(one))
    cluster.cut(1, 2)
    cluster.cut(1, 3)
    elect(cluster, 2)
    cluster.node(3).stored = flight!.snapshot
    const input = {
      type: 'snapshotReceived',
      from: 1,
      message: flight!.message,
      meta: flight!.snapshot!,
    } as const
    cluster.node(3).step(input, cluster.now())
    expect(cluster.observe(3).commitIndex).toBe(20)
    proposeAll(cluster, 2, 'x')
    beat(cluster, 2)
    expect(deliveredBy(cluster, 3)).toEqual(['x'])
  })
})

describe('the receiver of a snapshot', () => {
  it('S2: keeps what it has if that is more', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    choose(cluster, 10)
    conjure(cluster, 2, 5)
    expect(cluster.node(2).installed).toBeUndefined()
    expect(ignoredAt(cluster, 2)).toContain('nothing-new')
  })

  it('S4: keeps every slot above it, with its ballot, over a restart too', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    losing(
      cluster,
      ({ to, message }) => to === 3 && message.type === 'Accept' && message.entries[0]!.index === 2,
      () => {
        for (const text of ['a', 'b', 'c', 'd', 'e']) cluster.propose(1, text)
        deliverAll(cluster, isType('Accept'))
      },
    )
    expect(acceptedBy(cluster, 3)).toEqual(['a 1.1', '-', 'c 1.1', 'd 1.1', 'e 1.1'])
    conjure(cluster, 3, 3)
    expect(acceptedBy(cluster, 3)).toEqual(['d 1.1', 'e 1.1'])
    expect(stateOf(cluster, 3).received).toBe(5)
    cluster.crash(3)
    cluster.start(3)
    expect(acceptedBy(cluster, 3)).toEqual(['d 1.1', 'e 1.1'])
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 3, lastIndex: 5 })
  })

  it('S4: a crash before it is durable leaves everything as it was, or starts from the snapshot: both are chosen', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(3).autoPersist = true
    for (const text of ['a', 'b', 'c']) cluster.propose(1, text)
    deliverAll(cluster, isType('Accept', 'Accepted'))
    cluster.node(3).autoPersist = false
    giveSnapshotOf(cluster, 1, 3)
    expect(cluster.node(3).writing.length).toBeGreaterThan(0)
    expect(cluster.node(3).writing[0]!.persist.sync).toBe(true)
    cluster.crash(3)
    cluster.start(3)
    expect(cluster.node(3).installed).toMatchObject({ index: 3 })
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 3, firstIndex: 4 })
    expect(promisedBy(cluster, 3)).toBe('1.1')
    cluster.node(3).autoPersist = true
    expect(isServed(cluster, 3)).toBe(true)
  })

  it('S4: one that starts empty with a snapshot that it had received and not installed goes on from that', () => {
    const cluster = laggard()
    ordered(cluster)
    cluster.node(3).autoPersist = false
    cluster.deliver((flight) => !isBare(flight))
    cluster.crash(3)
    expect(cluster.node(3).durable.baseIndex).toBe(0)
    cluster.start(3)
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 20, firstIndex: 21 })
    cluster.node(3).autoPersist = true
    cluster.node(3).drain(cluster.now())
    expect(isServed(cluster, 3)).toBe(true)
  })

  it('S11: own proposals under way are abandoned: the snapshot may cover them', () => {
    const cluster = unwatched()
    elect(cluster, 1)
    const sequence = cluster.propose(3)
    conjure(cluster, 3, 40)
    expect(repliesOf(cluster, 3, sequence)).toEqual([
      { type: 'abandoned', sequence, reason: 'leadership-lost' },
    ])
    expect(stateOf(cluster, 3).following.forwarded).toEqual([])
  })

  it('S12: a second one while the first is being written replaces it', () => {
    const cluster = unwatched()
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    conjure(cluster, 3, 40)
    conjure(cluster, 3, 60)
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 60 })
    expect(cluster.observe(3).durableIndex).toBeLessThan(40)
    while (cluster.node(3).writing.length > 0) cluster.node(3).completeWrite(cluster.now())
    expect(cluster.observe(3).durableIndex).toBe(60)
  })

  it('P7: a write that completes after an installation says nothing of it', () => {
    const cluster = unwatched()
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    conjure(cluster, 3, 40)
    const earlier = cluster.node(3).writing.length - 1
    for (let i = 0; i < earlier; i++) cluster.node(3).completeWrite(cluster.now())
    expect(cluster.observe(3).durableIndex).toBeLessThanOrEqual(5)
    expect(progressOf(cluster, 1, 3).match).toBeLessThanOrEqual(5)
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.observe(3).durableIndex).toBe(40)
  })

  it('a candidate goes on with what it has learned', () => {
    const cluster = laggard()
    cluster.crash(1)
    cluster.rejoin(3)
    campaign(cluster, 3)
    intercept(cluster)
    giveSnapshot(cluster, 2, 3)
    expect(cluster.observe(3)).toMatchObject({ role: 'candidate', commitIndex: 20 })
    cluster.run(2_000)
    expect(isServed(cluster, 3)).toBe(true)
  })

  it('a message of that type without a snapshot is ignored', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 2, { type: 'InstallSnapshot' })
    expect(ignoredAt(cluster, 2)).toContain('came-without-its-snapshot')
  })

  it('a snapshot with another message is ignored', () => {
    const cluster = createCluster(3)
    const meta: SnapshotMeta = { index: 9, epoch: 1, membership: majorityOf([1, 2, 3]) }
    const message = { type: 'Learn', from: 1 } as const
    cluster.node(2).step({ type: 'snapshotReceived', from: 1, message, meta }, cluster.now())
    expect(ignoredAt(cluster, 2)).toContain('no-snapshot-message')
    expect(cluster.observe(2).commitIndex).toBe(0)
  })

  it('takes its membership over', () => {
    const cluster = unwatched()
    elect(cluster, 1)
    const meta = { index: 40, epoch: 1, membership: majorityOf([1, 2], [3]) }
    const message = { type: 'InstallSnapshot' } as const
    cluster.node(3).step({ type: 'snapshotReceived', from: 1, message, meta }, cluster.now())
    expect(cluster.observe(3)).toMatchObject({ role: 'observer', membership: meta.membership })
  })
})

describe('a replica that starts again', () => {
  it('goes on from its snapshot and the slots behind it', () => {
    const cluster = laggard(20, 5)
    cluster.crash(2)
    cluster.start(2)
    expect(cluster.observe(2)).toMatchObject({ firstIndex: 21, commitIndex: 20 })
    cluster.rejoin(3)
    expect(isServed(cluster, 2)).toBe(true)
  })

  it('refuses a log that starts behind its machine', () => {
    const cluster = laggard()
    cluster.crash(2)
    const { durable } = cluster.node(2)
    durable.apply({ type: 'compactTo', meta: { index: 30, epoch: 1, membership: majorityOf([1, 2, 3]) } })
    expect(() => cluster.start(2)).toThrow('it starts after slot 30, but the machine stands at')
  })
})

/** `from` builds a snapshot, and `to` receives it. */
function giveSnapshotOf(cluster: Cluster, from: number, to: number): void {
  cluster.buildSnapshot(from)
  giveSnapshot(cluster, from, to)
}
