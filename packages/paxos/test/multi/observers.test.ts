import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliveredBy,
  elect,
  give,
  ignoredAt,
  isType,
  leadersOf,
  proposeAll,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { isServed } from './support/members.ts'

/** Three voters and observers 4 and 5. */
function led(options = {}): Cluster {
  const cluster = createCluster(3, { observers: 2, ...options })
  elect(cluster, 1)
  beat(cluster, 1)
  return cluster
}

describe('an observer', () => {
  it('is sent what is proposed, and learns what is chosen', () => {
    const cluster = led()
    proposeAll(cluster, 1, 'a', 'b')
    beat(cluster, 1)
    expect(deliveredBy(cluster, 4)).toEqual(['a', 'b'])
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', phase: 'observer', leader: 1 })
  })

  it('is in no quorum: its answers choose nothing', () => {
    const cluster = led()
    cluster.crash(2)
    cluster.crash(3)
    proposeAll(cluster, 1, 'a')
    expect(cluster.observe(1).commitIndex).toBe(0)
    cluster.run(1_000)
    expect(leadersOf(cluster)).toEqual([])
  })

  it('is asked for no promise, but gives one if it is asked by one who takes it for a voter', () => {
    const cluster = createCluster(3, { observers: 2 })
    campaign(cluster, 1)
    expect(cluster.inFlight.filter(isType('Prepare')).map(({ to }) => to)).toEqual([2, 3])
    give(cluster, 2, 4, { type: 'Prepare', round: 3, node: 2, from: 1, window: 4096 })
    expect(stateOf(cluster, 4).promised).toEqual({ round: 3, node: 2 })
  })

  it('does not campaign when the leader is gone, and follows the next', () => {
    const cluster = led()
    cluster.crash(1)
    cluster.run(3_000)
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', leader: leadersOf(cluster)[0] })
    expect(ignoredAt(cluster, 4)).not.toContain('leading')
    expect(isServed(cluster, 4)).toBe(true)
  })

  it('alone with other observers, knows no leader after a while, and turns requests down', () => {
    const cluster = led()
    for (const id of [1, 2, 3]) cluster.crash(id)
    cluster.run(2_000)
    expect(cluster.observe(4)).toMatchObject({ leader: undefined, epoch: 1 })
    expect(repliesOf(cluster, 4, cluster.propose(4))).toMatchObject([{ reason: 'no-leader' }])
  })

  it('asks the voters what is chosen while nobody leads', () => {
    const cluster = led()
    cluster.isolate(4)
    proposeAll(cluster, 1, 'a', 'b')
    beat(cluster, 1)
    for (const id of [1, 2]) cluster.crash(id)
    cluster.run(2_000)
    expect(leadersOf(cluster)).toEqual([])
    cluster.rejoin(4)
    cluster.run(2_000)
    expect(deliveredBy(cluster, 4)).toEqual(['a', 'b'])
  })

  it('goes on asking for what does not fit into one message', () => {
    const cluster = led({ maxBatchBytes: 1 })
    cluster.isolate(4)
    proposeAll(cluster, 1, 'a', 'b', 'c', 'd', 'e', 'f')
    beat(cluster, 1)
    for (const id of [1, 2]) cluster.crash(id)
    cluster.run(1_000)
    cluster.rejoin(4)
    cluster.run(1_800)
    expect(deliveredBy(cluster, 4)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('passes on proposals and reads of its clients', () => {
    const cluster = led()
    proposeAll(cluster, 5, 'a')
    beat(cluster, 1)
    expect(deliveredBy(cluster, 5)).toEqual(['a'])
    const read = cluster.read(5)
    cluster.settle()
    expect(repliesOf(cluster, 5, read)).toEqual([{ type: 'readReady', sequence: read, index: 1 }])
  })

  it('that is slow does not hold up anybody', () => {
    const cluster = led({ maxInflightMessages: 1 })
    cluster.node(4).autoPersist = false
    for (let i = 0; i < 10; i++) proposeAll(cluster, 1, 'x')
    expect(cluster.observe(1).commitIndex).toBe(10)
    cluster.run(1_000)
    cluster.node(4).autoPersist = true
    cluster.node(4).drain(cluster.now())
    cluster.run(300)
    expect(cluster.observe(4).commitIndex).toBe(10)
  })

  it('gets a snapshot where the log is compacted', () => {
    const cluster = led({ compactionTail: 0 })
    cluster.isolate(5)
    proposeAll(cluster, 1, 'a', 'b', 'c')
    cluster.buildSnapshot(1)
    cluster.rejoin(5)
    cluster.run(300)
    expect(cluster.node(5).installed).toMatchObject({ index: 3 })
    proposeAll(cluster, 1, 'd')
    beat(cluster, 1)
    expect(deliveredBy(cluster, 5)).toEqual(['d'])
  })
})
