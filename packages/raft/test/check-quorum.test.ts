import { describe, expect, it } from 'vitest'
import {
  beat,
  countMessages,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  give,
  intercept,
  isType,
  leadersOf,
} from './support/cluster.ts'

describe('CheckQuorum', () => {
  it('a leader that hears from no quorum steps down within the minimum election timeout', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    for (const id of [2, 3, 4]) cluster.crash(id)
    const start = cluster.time
    expect(cluster.run(1_000, () => leadersOf(cluster).length === 0)).toBe(true)
    expect(cluster.time - start).toBeLessThanOrEqual(300)
    expect(eventsOf(cluster, 1, 'StepDown').at(-1)!.detail).toMatchObject({ why: 'quorum-lost' })
  })

  it('observers and repeated answers keep no leader in office (C8)', () => {
    const cluster = createCluster(3, { observers: 2 })
    elect(cluster, 1)
    beat(cluster, 1)
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isType('Heartbeat'))
    const answers = intercept(cluster, ({ to, from }) => to === 1 && from === 2)
    cluster.settle()
    for (const id of [2, 3]) cluster.crash(id)
    for (let i = 0; i < 8 && leadersOf(cluster).length > 0; i++) {
      for (const { message } of [...answers, ...answers]) give(cluster, 2, 1, message)
      beat(cluster, 1)
    }
    expect(leadersOf(cluster)).toEqual([])
  })

  it('without leaderStickiness, a live leader is no reason to refuse a vote', () => {
    const campaign = (leaderStickiness: boolean): ReturnType<typeof createCluster> => {
      const cluster = createCluster(3, { leaderStickiness })
      elect(cluster, 1)
      cluster.block(1, 2)
      cluster.fire(2, 'election')
      cluster.fire(2, 'election')
      cluster.settle()
      return cluster
    }
    expect(leadersOf(campaign(true))).toEqual([1])
    expect(leadersOf(campaign(false))).toEqual([2])
  })

  it('off, it leaves a leader without a quorum in office', () => {
    const cluster = createCluster(3, { checkQuorum: false })
    elect(cluster, 1)
    for (const id of [2, 3]) cluster.crash(id)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([1])
  })
})

describe('a single voter', () => {
  it('elects itself, and commits only what is durable (L16)', () => {
    const cluster = createCluster(1)
    cluster.run(1_000)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 1 })
    cluster.node(1).autoPersist = false
    cluster.propose(1)
    expect(cluster.observe(1)).toMatchObject({ lastIndex: 2, durableIndex: 1, commitIndex: 1 })
    cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1).commitIndex).toBe(2)
    expect(cluster.node(1).applied).toHaveLength(2)
  })

  it('goes on after a restart, in a new term', () => {
    const cluster = createCluster(1)
    cluster.run(1_000)
    cluster.propose(1)
    cluster.crash(1)
    cluster.start(1)
    cluster.run(1_000)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 2, commitIndex: 3 })
  })
})

describe('an observer', () => {
  it('receives the log, and never campaigns, is asked or counts', () => {
    const cluster = createCluster(3, { observers: 1 })
    const counts = countMessages(cluster, () => elect(cluster, 1))
    expect(counts.RequestVote).toBe(2)
    cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(4)).toMatchObject({
      role: 'observer',
      phase: 'observer',
      lastIndex: 2,
      commitIndex: 2,
    })
    for (const id of [2, 3]) cluster.crash(id)
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(4).lastIndex).toBe(3)
    expect(cluster.observe(1).commitIndex).toBe(2)
    cluster.run(5_000)
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', leader: undefined, epoch: 1 })
  })
})
