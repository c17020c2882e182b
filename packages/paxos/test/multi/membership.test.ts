import { decodeMembership, majorityOf, type Membership, type NodeId } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  type ClusterOptions,
  deliverAll,
  deliveredBy,
  elect,
  isAmong,
  give,
  intercept,
  isType,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { createWide, establishedLeader, isDone, isServed, reconfigure, votersAt } from './support/members.ts'

const first = majorityOf([1, 2, 3])

function led(others: readonly NodeId[], options: ClusterOptions = { window: 4 }): Cluster {
  const cluster = createWide(first, others, options)
  elect(cluster, 1)
  return cluster
}

describe('dbg', () => {
  it.each<[string, number[], Membership]>([
    ['adds', [4], majorityOf([1, 2, 3, 4])],
    ['removes', [], majorityOf([1, 2])],
    ['replaces', [4], majorityOf([1, 2, 4])],
    ['observer', [4], majorityOf([1, 2, 3], [4])],
    ['self', [], majorityOf([2, 3])],
    ['self to observer', [], majorityOf([2, 3], [1])],
    ['wholesale', [4, 5, 6], majorityOf([4, 5, 6])],
    ['single', [4], majorityOf([4])],
  ])('%s', (_, others, next) => {
    const cluster = led(others)
    proposeAll(cluster, 1, 'a', 'b')
    const sequence = reconfigure(cluster, 1, next)
    cluster.run(3_000)
    expect(isDone(cluster, 1, sequence)).toBe(true)
    const leader = establishedLeader(cluster)
    expect(leader).toBeDefined()
    expect(votersAt(cluster, leader!)).toContain(leader)
    for (const id of votersAt(cluster, leader!)) expect(isServed(cluster, id)).toBe(true)
    expect(cluster.observe(leader!).membership).toEqual(next)
  })

  it('compacts while pending', () => {
    const cluster = led([4], { window: 20, compactionTail: 0 })
    const sequence = reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    deliverAll(cluster, isType('Accept'))
    const held = intercept(cluster)
    release(cluster, held)
    expect(cluster.observe(1).membership.pending).toHaveLength(1)
    cluster.buildSnapshot(1)
    cluster.settle()
    cluster.run(300)
    expect(cluster.observe(1).membership.pending).toBeUndefined()
    expect(isDone(cluster, 1, sequence)).toBe(true)
  })

  it('read rounds', () => {
    const cluster = led([4, 5])
    cluster.filter = ({ from, message }) => !([2, 3].includes(from) && message.type === 'HeartbeatAck')
    const read = cluster.read(1)
    reconfigure(cluster, 1, majorityOf([1, 4, 5]))
    cluster.settle()
    cluster.run(200)
    expect(cluster.observe(1).membership.pending).toBeUndefined()
    cluster.run(200)
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'readReady' }])
  })

  it('invalid', () => {
    const cluster = led([4])
    const sequence = reconfigure(cluster, 1, { ...majorityOf([1, 2]), observers: [4, 3] })
    const other = reconfigure(cluster, 1, { ...majorityOf([1, 2]), observers: [2] })
    expect(repliesOf(cluster, 1, sequence)).toMatchObject([{ reason: 'invalid-membership' }])
    expect(repliesOf(cluster, 1, other)).toMatchObject([{ reason: 'invalid-membership' }])
  })

  it('candidate becomes single', () => {
    const cluster = led([], { window: 2 })
    elect(cluster, 2)
    cluster.isolate(1)
    reconfigure(cluster, 2, majorityOf([1]))
    cluster.run(400)
    cluster.rejoin(1)
    intercept(cluster)
    campaign(cluster, 1)
    intercept(cluster)
    expect(cluster.observe(1).role).toBe('candidate')
    give(cluster, 1, 2, { type: 'Learn', from: 1 })
    deliverAll(cluster, isType('Learned'))
    expect(votersAt(cluster, 1)).toEqual([1])
    cluster.crash(2)
    cluster.crash(3)
    expect(isServed(cluster, 1)).toBe(true)
  })

  it('new voters know more', () => {
    const cluster = led([4], { window: 2 })
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    deliverAll(cluster, (flight) => isAmong(1, 3)(flight) && !isType('Heartbeat')(flight))
    expect(cluster.observe(1).commitIndex).toBe(2)
    expect(cluster.observe(2).commitIndex).toBe(0)
    intercept(cluster, ({ to }) => to === 2 || to === 3)
    expect(cluster.observe(3).commitIndex).toBeLessThan(2)
    for (const a of [1, 4]) for (const b of [2, 3]) { cluster.block(a, b); cluster.block(b, a) }
    cluster.settle()
    beat(cluster, 1)
    proposeAll(cluster, 1, 'a', 'b', 'c')
    beat(cluster, 1)
    expect(cluster.observe(4).commitIndex).toBe(5)
    campaign(cluster, 2)
    cluster.settle()
    beat(cluster, 2)
    expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 2, established: false })
    cluster.crash(1)
    for (const b of [2, 3]) { cluster.unblock(4, b); cluster.unblock(b, 4) }
    const sequence = cluster.propose(2, 'w')
    cluster.run(3000)
    expect(deliveredBy(cluster, 2)).toEqual(['membership', 'noop', 'a', 'b', 'c', 'w'])
    expect(deliveredBy(cluster, 4)).toEqual(['membership', 'noop', 'a', 'b', 'c', 'w'])
    expect(repliesOf(cluster, 2, sequence)).toEqual([])
  })
})
