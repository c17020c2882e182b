import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  deliverAll,
  deliveredBy,
  elect,
  intercept,
  isAmong,
  isType,
  proposeAll,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import {
  expectInForce,
  firstVoters,
  ledOf,
  createWide,
  establishedLeader,
  giveSnapshot,
  isServed,
  reconfigure,
  votersAt,
} from './support/members.ts'

describe('a leader that changes while a change is under way', () => {
  const next = majorityOf([2, 3, 4])

  it('before it has a slot: it was not done', () => {
    const cluster = ledOf([4], { window: 1 })
    cluster.block(1, 2)
    cluster.block(1, 3)
    cluster.propose(1)
    const sequence = reconfigure(cluster, 1, next)
    cluster.run(2_000)
    expect(repliesOf(cluster, 1, sequence)).toMatchObject([
      { reason: 'leadership-lost', outcome: 'definitely-not' },
    ])
    for (const to of [2, 3]) cluster.unblock(1, to)
    expectInForce(cluster, firstVoters)
  })

  it('before it is chosen: nobody knows, and nobody but the leader had it', () => {
    const cluster = ledOf([4])
    cluster.isolate(1)
    const sequence = reconfigure(cluster, 1, next)
    cluster.run(2_000)
    expect(repliesOf(cluster, 1, sequence)).toMatchObject([{ reason: 'leadership-lost', outcome: 'unknown' }])
    expect(isServed(cluster, 2)).toBe(true)
    cluster.rejoin(1)
    expectInForce(cluster, firstVoters)
  })

  it('before it is chosen: but one had accepted it, and the next leader proposes it again', () => {
    const cluster = ledOf([4])
    reconfigure(cluster, 1, next)
    deliverAll(cluster, ({ to }) => to === 2)
    intercept(cluster)
    cluster.crash(1)
    expectInForce(cluster, next)
    cluster.start(1)
    expect(votersAt(cluster, 1)).toContain(1)
  })

  it('when it is chosen, and not in force', () => {
    const cluster = ledOf([4], { window: 20 })
    reconfigure(cluster, 1, next)
    deliverAll(cluster, isType('Accept', 'Accepted'))
    intercept(cluster)
    cluster.crash(1)
    expectInForce(cluster, next)
  })

  it('when it is in force, and nobody else knows', () => {
    for (const wanted of [next, majorityOf([1, 2, 4]), majorityOf([4, 5, 6])]) {
      const cluster = ledOf([4, 5, 6])
      cluster.filter = ({ message }) => message.type !== 'Heartbeat'
      reconfigure(cluster, 1, wanted)
      deliverAll(cluster, isAmong(1, 2))
      expect(cluster.observe(1).membership).toEqual(wanted)
      intercept(cluster)
      cluster.filter = () => true
      cluster.crash(1)
      cluster.run(2_000)
      cluster.start(1)
      expectInForce(cluster, wanted)
    }
  })

  it('again and again: whoever leads goes on with it', () => {
    const cluster = ledOf([4, 5, 6], { window: 3 })
    reconfigure(cluster, 1, majorityOf([4, 5, 6]))
    for (const id of [2, 3, 2, 3]) {
      intercept(cluster, isType('Accepted'))
      campaign(cluster, id)
      deliverAll(cluster, isType('Prepare', 'Promise', 'Accept'))
    }
    cluster.settle()
    cluster.run(3_000)
    const leader = establishedLeader(cluster)!
    expect(isServed(cluster, leader)).toBe(true)
  })
})

describe('a membership that is pending', () => {
  const next = majorityOf([1, 2, 4])

  /** It is chosen in slot 2, and known to be at 1 and 2; slots 1 to 21 are before it. */
  function pending(): Cluster {
    const cluster = ledOf([4], { window: 20, compactionTail: 0 })
    proposeAll(cluster, 1, 'a')
    reconfigure(cluster, 1, next)
    deliverAll(cluster, isType('Accept', 'Accepted', 'HeartbeatAck'))
    cluster.filter = ({ message }) => message.type !== 'Accepted'
    beat(cluster, 1)
    return cluster
  }

  it('travels with a snapshot', () => {
    const cluster = createWide(firstVoters, [4], { window: 20, compactionTail: 0 })
    elect(cluster, 1)
    cluster.isolate(3)
    proposeAll(cluster, 1, 'a')
    cluster.filter = ({ message }) =>
      !(message.type === 'Accept' && message.entries.some(({ kind }) => kind === 'noop'))
    reconfigure(cluster, 1, next)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 2, membership: { pending: [{ from: 22 }] } })
    cluster.buildSnapshot(1)
    cluster.rejoin(3)
    giveSnapshot(cluster, 1, 3)
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 2, membership: { pending: [{ from: 22 }] } })
    cluster.filter = () => true
    cluster.crash(1)
    expect(cluster.run(3_000, () => establishedLeader(cluster) !== undefined)).toBe(true)
    cluster.start(1)
    expectInForce(cluster, next)
    expect(stateOf(cluster, 3).memberships.at(-1)!.membership).toEqual(next)
  })

  it('survives restarts, from the log and from a snapshot', () => {
    for (const isCompacted of [false, true]) {
      const cluster = pending()
      const { membership, commitIndex } = cluster.observe(1)
      if (isCompacted) for (const id of [1, 2]) cluster.buildSnapshot(id)
      for (const id of [1, 2, 3]) cluster.crash(id)
      for (const id of [1, 2, 3]) cluster.start(id)
      if (isCompacted) expect(cluster.observe(1)).toMatchObject({ membership, commitIndex })
      cluster.filter = () => true
      expectInForce(cluster, next)
    }
  })

  it('is void if another one was chosen before it in the same window', () => {
    const cluster = ledOf([4, 5], { window: 8 })
    // 1 proposes in slots 1 and 2, a membership in the latter, and nobody hears of it.
    cluster.isolate(1)
    cluster.propose(1, 'lost')
    reconfigure(cluster, 1, majorityOf([1, 2, 5]))
    // 2 proposes another membership in slot 1, and nobody hears of that.
    elect(cluster, 2)
    cluster.isolate(2)
    reconfigure(cluster, 2, majorityOf([1, 2, 4]))
    for (const id of [1, 2]) cluster.run(1_000, () => cluster.observe(id).role !== 'leader')
    cluster.heal(1, 2)
    campaign(cluster, 1)
    cluster.settle()
    elect(cluster, 1)
    expect(deliveredBy(cluster, 1).slice(0, 2)).toEqual(['membership', 'membership'])
    for (const id of [1, 2]) cluster.rejoin(id)
    expectInForce(cluster, majorityOf([1, 2, 4]))
  })
})
