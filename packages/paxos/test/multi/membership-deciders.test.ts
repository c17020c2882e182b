import { majorityOf, type NodeId } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  deliverAll,
  deliveredBy,
  elect,
  give,
  intercept,
  isAmong,
  isType,
  leadersOf,
  messagesOf,
  promisedBy,
  proposeAll,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { expectInForce, ledOf, isServed, reconfigure, votersAt } from './support/members.ts'

describe('those who decide from a slot on', () => {
  it('promise before anything is proposed there', () => {
    const cluster = ledOf([4, 5], { window: 2 })
    cluster.filter = ({ to, message }) => !(message.type === 'Prepare' && to > 3)
    reconfigure(cluster, 1, majorityOf([1, 4, 5]))
    cluster.settle()
    cluster.propose(1, 'x')
    cluster.run(200)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', established: false, commitIndex: 2 })
    expect(stateOf(cluster, 1).leadership!.next).toBe(3)
    cluster.filter = () => true
    cluster.run(200)
    expect(deliveredBy(cluster, 1)).toEqual(['membership', 'noop', 'x'])
  })

  it('one of them has promised a higher ballot: the leader takes one above it', () => {
    const cluster = ledOf([4, 5], { window: 2 })
    give(cluster, 5, 4, { type: 'Prepare', round: 40, node: 5, from: 1, window: 2 })
    intercept(cluster)
    reconfigure(cluster, 1, majorityOf([1, 4]))
    expectInForce(cluster, majorityOf([1, 4]))
    expect(stateOf(cluster, 4).promised.round).toBeGreaterThan(40)
  })

  it('bring what they had accepted there in lower ballots, and it is proposed again', () => {
    const cluster = ledOf([4], { window: 2 })
    reconfigure(cluster, 1, majorityOf([1, 4]))
    deliverAll(cluster, (flight) => isAmong(1, 2)(flight) || isAmong(1, 4)(flight))
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    cluster.propose(1, 'x')
    deliverAll(cluster, ({ to, message }) => to === 4 && message.type === 'Accept')
    intercept(cluster)
    expect(cluster.observe(1).commitIndex).toBe(2)
    cluster.crash(1)
    prepareForgetful(cluster)
    cluster.run(3_000)
    expect(deliveredBy(cluster, 1)).toEqual(['membership', 'noop', 'x'])
  })

  /** The leader starts again. */
  function prepareForgetful(cluster: Cluster): void {
    cluster.start(1)
  }

  it('may know more to be chosen than those who decided before: the leader learns it instead of proposing there', () => {
    const cluster = ledOf([4], { window: 2 })
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    deliverAll(cluster, (flight) => isAmong(1, 3)(flight) && !isType('Heartbeat')(flight))
    intercept(cluster, ({ to }) => to === 2 || to === 3)
    for (const a of [1, 4]) for (const b of [2, 3]) isolatePath(cluster, a, b)
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
    for (const b of [2, 3]) openPath(cluster, 4, b)
    const sequence = cluster.propose(2, 'w')
    cluster.filter = ({ message }) => message.type !== 'Learned'
    cluster.run(200)
    expect(stateOf(cluster, 2).phase1!.promised).toContain(4)
    expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 2, established: false })
    const read = cluster.read(2)
    cluster.run(100)
    expect(repliesOf(cluster, 2, read)).toEqual([])
    cluster.filter = () => true
    cluster.run(3_000)
    expect(repliesOf(cluster, 2, read)).toMatchObject([{ type: 'readReady' }])
    for (const id of [2, 4])
      expect(deliveredBy(cluster, id)).toEqual(['membership', 'noop', 'a', 'b', 'c', 'w'])
    expect(repliesOf(cluster, 2, sequence)).toEqual([])
  })

  it('one who is cut off comes back to find itself removed, and disturbs nobody', () => {
    const cluster = ledOf([4])
    cluster.isolate(3)
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    cluster.run(2_000)
    cluster.rejoin(3)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([1])
    expect(promisedBy(cluster, 1)).toBe('1.1')
  })

  it('one who is removed while it is there hears of it, and does not campaign', () => {
    const cluster = ledOf([])
    reconfigure(cluster, 1, majorityOf([1, 2]))
    cluster.run(3_000)
    expect(cluster.observe(3)).toMatchObject({
      role: 'observer',
      leader: undefined,
      membership: majorityOf([1, 2]),
    })
    expect(promisedBy(cluster, 3)).toBe('1.1')
  })

  it('are asked for news by one who has left and hears of nobody, until a quorum has shown that it knows', () => {
    const cluster = ledOf([])
    reconfigure(cluster, 1, majorityOf([1, 2]))
    cluster.settle()
    expect(cluster.observe(3)).toMatchObject({ role: 'observer', commitIndex: 4 })
    const asked = messagesOf(cluster, 'Learn', () => cluster.run(3_000))
    expect(asked.length).toBeGreaterThan(2)
    for (const text of ['a', 'b']) {
      proposeAll(cluster, 1, text)
      cluster.run(1_500)
    }
    expect(cluster.observe(3).commitIndex).toBe(6)
    proposeAll(cluster, 1, 'c')
    expect(messagesOf(cluster, 'Learn', () => cluster.run(3_000))).toEqual([])
    expect(cluster.observe(3).commitIndex).toBe(6)
  })

  it('are told by those who know, though the leader that handed over to them is gone, and nobody else votes', () => {
    const cluster = ledOf([4, 5, 6])
    cluster.filter = ({ to, message }) => to <= 3 || message.type === 'Learned'
    reconfigure(cluster, 1, majorityOf([4, 5, 6]))
    cluster.settle()
    cluster.run(500)
    for (const id of [1, 2, 3]) expect(cluster.observe(id).role).toBe('observer')
    for (const id of [4, 5, 6]) expect(cluster.observe(id).commitIndex).toBe(0)
    cluster.crash(1)
    cluster.crash(2)
    cluster.filter = () => true
    expectInForce(cluster, majorityOf([4, 5, 6]))
  })

  it('may be one alone, who learns of it while it campaigns among the others', () => {
    const cluster = ledOf([], { window: 2 })
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
})

/** Nothing passes between the two. */
function isolatePath(cluster: Cluster, a: NodeId, b: NodeId): void {
  cluster.block(a, b)
  cluster.block(b, a)
}

function openPath(cluster: Cluster, a: NodeId, b: NodeId): void {
  cluster.unblock(a, b)
  cluster.unblock(b, a)
}
