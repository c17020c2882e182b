import { majorityOf } from '@quorate/core'
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
  intercept,
  isAmong,
  isType,
  leadersOf,
  losing,
  proposeAll,
  release,
  stateOf,
} from './support/cluster.ts'

/** Replica 1 leads and lacks slots 1 and 2, which others know to be chosen; what it has sent is lost. */
function leaderThatLearns(): Cluster {
  const cluster = createCluster(5)
  elect(cluster, 2)
  cluster.isolate(1)
  proposeAll(cluster, 2, 'a', 'b')
  beat(cluster, 2)
  cluster.rejoin(1)
  intercept(cluster)
  campaign(cluster, 1)
  deliverAll(cluster, (flight) => isAmong(1, 3, 4)(flight) && isType('Prepare', 'Promise')(flight))
  expect(stateOf(cluster, 1)).toMatchObject({ role: 'leader', commit: 0, leadership: { start: 3 } })
  intercept(cluster)
  return cluster
}

describe('a leader that learns', () => {
  it('proposes at once, and chooses nothing before it knows what lies below', () => {
    const cluster = leaderThatLearns()
    proposeAll(cluster, 1, 'c')
    expect(acceptedBy(cluster, 4)).toEqual(['a 1.2', 'b 1.2', 'c 2.1'])
    expect(deliveredBy(cluster, 1)).toEqual([])
    for (let i = 0; i < 3; i++) beat(cluster, 1) // the question was lost, and is asked again
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
  })

  it('what its successor chose in a slot that it would propose next makes way for its successor', () => {
    const cluster = leaderThatLearns()
    cluster.isolate(1)
    elect(cluster, 3)
    proposeAll(cluster, 3, 'c', 'd')
    beat(cluster, 3)
    cluster.rejoin(1)
    intercept(cluster)
    // The question was asked long ago; the answer tells of what was chosen since.
    cluster.node(3).step({ type: 'receive', from: 1, message: { type: 'Learn', from: 1 } }, cluster.now())
    deliverAll(cluster, isType('Learned'))
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', commitIndex: 4 })
    const mine = cluster.propose(1, 'mine')
    cluster.settle()
    cluster.run(1_000)
    expect(deliveredBy(cluster, 1).slice(0, 4)).toEqual(['a', 'b', 'c', 'd'])
    expect(cluster.node(1).replies.some((reply) => reply.sequence === mine)).toBe(true)
  })

  it('the same by a snapshot never writes into a slot that it covers', () => {
    const cluster = leaderThatLearns()
    cluster.isolate(1)
    elect(cluster, 3)
    proposeAll(cluster, 3, 'c', 'd')
    beat(cluster, 3)
    cluster.rejoin(1)
    intercept(cluster)
    const meta = cluster.buildSnapshot(3)
    expect(meta.index).toBe(4)
    cluster.node(1).stored = meta
    cluster
      .node(1)
      .step({ type: 'snapshotReceived', from: 3, message: { type: 'InstallSnapshot' }, meta }, cluster.now())
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 4, firstIndex: 5 })
    cluster.propose(1, 'mine')
    cluster.settle()
    cluster.run(1_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    for (const id of [1, 2, 3, 4, 5])
      expect(cluster.observe(id).commitIndex).toBe(cluster.observe(3).commitIndex)
  })

  it('with a full window what was chosen behind it goes on behind that (window 1)', () => {
    const cluster = createCluster(3, { window: 1 })
    elect(cluster, 2)
    cluster.isolate(1)
    for (const text of ['a', 'b', 'c']) proposeAll(cluster, 2, text)
    // 3 has accepted 'c' and does not know that it is chosen; 2 does.
    expect(cluster.observe(2).commitIndex).toBe(3)
    expect(cluster.observe(3).commitIndex).toBe(2)
    cluster.isolate(2)
    cluster.rejoin(1)
    cluster.cut(1, 2)
    for (const id of [1, 3]) cluster.fire(id, 'election')
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('Prepare', 'Promise'))
    expect(leadersOf(cluster)).toContain(1)
    expect(stateOf(cluster, 1).leadership!.next).toBe(3)
    intercept(cluster)
    cluster.heal(1, 2)
    intercept(cluster)
    cluster.node(2).step({ type: 'receive', from: 1, message: { type: 'Learn', from: 1 } }, cluster.now())
    deliverAll(cluster, isType('Learned'))
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
    cluster.heal(2, 3)
    cluster.run(3_000)
    proposeAll(cluster, leadersOf(cluster)[0]!, 'd')
    cluster.run(200)
    for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('a candidate that learns', () => {
  it('of a ballot above its own makes way for it', () => {
    const cluster = createCluster(3)
    cluster.isolate(1)
    cluster.fire(1, 'election')
    give2(cluster)
    expect(cluster.observe(1).phase).toBe('phase 1')
    cluster.rejoin(1)
    intercept(cluster)
    cluster.node(2).step({ type: 'receive', from: 1, message: { type: 'Learn', from: 1 } }, cluster.now())
    deliverAll(cluster, isType('Learned'))
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', commitIndex: 1 })
    expect(eventsOf(cluster, 1, 'Preempted')).toHaveLength(1)
    expect(acceptedBy(cluster, 1)).toEqual(['a 2.2'])
  })
})

/** Replica 2 leads round 2 and has chosen one value. */
function give2(cluster: Cluster): void {
  losing(cluster, isType('Promise'), () => {
    cluster.fire(2, 'election')
    cluster.settle()
  })
  cluster.node(2).step(
    {
      type: 'receive',
      from: 3,
      message: { type: 'Refuse', round: 1, node: 2, promisedRound: 1, promisedNode: 3 },
    },
    cluster.now(),
  )
  cluster.fire(2, 'election')
  cluster.settle()
  proposeAll(cluster, 2, 'a')
  beat(cluster, 2)
}

describe('a leader that asks those who decide its next slots', () => {
  it('and hears that more is chosen than it knows learns that first, and proposes nothing there', () => {
    const cluster = createCluster(5, { window: 1, membership: majorityOf([1, 2, 3], [4, 5]) })
    elect(cluster, 1)
    // Slot 1: from slot 2 on 3, 4 and 5 decide. 3 does not hear of it; 4 leads with 5, and both know slot 2.
    cluster.isolate(3)
    cluster.filter = (flight) => flight.to !== 2 || !isType('Heartbeat')(flight)
    const request = { replica: 1, sequence: 900 }
    cluster.node(1).step({ type: 'reconfigure', request, membership: majorityOf([3, 4, 5]) }, cluster.now())
    cluster.settle()
    for (const id of [4, 5]) give(cluster, id, 1, { type: 'Learn', from: 1 })
    cluster.settle()
    if (!leadersOf(cluster).includes(4)) elect(cluster, 4)
    proposeAll(cluster, 4, 'x')
    beat(cluster, 4)
    expect(deliveredBy(cluster, 5)).toEqual(['membership', 'x'])
    // 2 has not heard that slot 1 is chosen. With it 3 leads by the old membership, finds the change, and then asks 5.
    for (const id of [1, 4]) cluster.crash(id)
    cluster.crash(2)
    cluster.start(2)
    expect(cluster.observe(2).commitIndex).toBe(0)
    cluster.filter = () => true
    cluster.rejoin(3)
    cluster.cut(3, 5)
    cluster.inFlight = []
    campaign(cluster, 3)
    const { round, node } = stateOf(cluster, 3).promised
    give(cluster, 2, 3, { type: 'Refuse', round, node, promisedRound: 9, promisedNode: 2 })
    cluster.inFlight = []
    cluster.fire(3, 'election')
    deliverAll(cluster, isAmong(2, 3))
    expect(leadersOf(cluster)).toEqual([3])
    cluster.heal(3, 5)
    proposeAll(cluster, 3, 'y')
    for (let i = 0; i < 4; i++) beat(cluster, 3)
    expect(deliveredBy(cluster, 3)).toEqual(['membership', 'x', 'y'])
    expect(deliveredBy(cluster, 5)).toEqual(['membership', 'x', 'y'])
  })
})

describe('a candidate that learns of a membership in which it needs nobody else', () => {
  it('leads when its timer runs out next, though nobody is left to ask', () => {
    const cluster = createCluster(3, { window: 1 })
    elect(cluster, 2)
    cluster.isolate(1)
    const request = { replica: 2, sequence: 900 }
    cluster.node(2).step({ type: 'reconfigure', request, membership: majorityOf([1]) }, cluster.now())
    cluster.settle()
    for (let i = 0; i < 7; i++) cluster.fire(2, 'heartbeat') // nobody answers who could
    expect(cluster.observe(2)).toMatchObject({ role: 'observer', commitIndex: 1 })
    for (let i = 0; i < 2; i++) cluster.fire(1, 'election')
    expect(cluster.observe(1).phase).toBe('phase 1')
    losing(cluster, isType('Prepare', 'Promise'), () => {
      cluster.rejoin(1)
      give(cluster, 1, 2, { type: 'Learn', from: 1 })
      cluster.settle()
    })
    expect(cluster.observe(1)).toMatchObject({ phase: 'phase 1', commitIndex: 1 })
    cluster.fire(1, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
    proposeAll(cluster, 1, 'a')
    expect(deliveredBy(cluster, 1)).toEqual(['membership', 'a'])
  })
})

describe('an acceptor', () => {
  it('may give up what others have chosen in a higher ballot for the value of a lower one, and learns it again', () => {
    const cluster = createCluster(5)
    elect(cluster, 2)
    cluster.propose(2, 'a')
    deliverAll(cluster, ({ to }) => to === 5)
    cluster.inFlight = []
    for (const id of [1, 3, 4, 5]) cluster.fire(id, 'election')
    cluster.fire(1, 'election')
    deliverAll(cluster, isAmong(1, 3, 4))
    cluster.propose(1, 'b')
    const late = intercept(cluster, ({ to }) => to === 2)
    cluster.inFlight = []
    for (const id of [3, 4]) cluster.fire(id, 'election')
    cluster.fire(3, 'election')
    deliverAll(cluster, isAmong(3, 5))
    deliverAll(cluster, isAmong(3, 4))
    deliverAll(cluster, isAmong(3, 4, 5))
    expect(acceptedBy(cluster, 2)).toEqual(['a 1.2'])
    expect(deliveredBy(cluster, 3)).toEqual(['a'])
    cluster.inFlight = []
    release(cluster, late)
    expect(acceptedBy(cluster, 2)).toEqual(['b 2.1'])
    cluster.run(2_000)
    for (const id of [1, 2, 3, 4, 5]) expect(deliveredBy(cluster, id)).toEqual(['a'])
  })
})
