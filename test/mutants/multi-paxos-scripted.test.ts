import { majorityOf, type Membership } from '@quorate/core'
import { type MultiPaxosOptions, multiPaxos } from '@quorate/paxos'
import { describe, expect, it } from 'vitest'
import { type Flight, type Refined, campaign, deliverAll, hold, refinedCluster, silence } from './support.ts'

const isType =
  (...types: string[]) =>
  ({ message }: Flight): boolean =>
    types.includes(message.type)

/** What goes between those nodes. */
const among =
  (...nodes: number[]) =>
  ({ from, to }: Pick<Flight, 'from' | 'to'>): boolean =>
    nodes.includes(from) && nodes.includes(to)

function elect(refined: Refined, node: number): void {
  campaign(refined, node)
  refined.cluster.settle()
  expect(refined.cluster.observe(node).role).toBe('leader')
}

/** What a replica has answered a request. */
function answersOf({ cluster }: Refined, node: number, sequence: number): unknown[] {
  return cluster.node(node).replies.filter((reply) => reply.sequence === sequence)
}

/** What comes of broken rules, one schedule for each, beside the same run with the rule kept. */
describe.each([true, false])('broken: %s', (isBroken) => {
  it('reuseReadBeats: late answers vouch for a deposed leader', () => {
    const refined = refinedCluster(multiPaxos({ unsafe: { reuseReadBeats: isBroken } }), 3)
    const { cluster } = refined
    elect(refined, 1)
    cluster.fire(1, 'heartbeat')
    deliverAll(refined, isType('Heartbeat'))
    const late = hold(refined, isType('HeartbeatAck'))
    expect(late).toHaveLength(2)
    silence(refined, 1)
    cluster.fire(3, 'election')
    elect(refined, 2)
    cluster.propose(2)
    cluster.settle()
    expect(cluster.observe(2).commitIndex).toBe(1)
    const read = cluster.read(1)
    cluster.inFlight.push(...late)
    cluster.settle()
    expect(answersOf(refined, 1, read)).toEqual(
      isBroken ? [{ type: 'readReady', sequence: read, index: 0 }] : [],
    )
  })

  it('forgetLease: who restarts promises what a lease forbids, and its holder reads what is old', () => {
    const refined = refinedCluster(multiPaxos({ leaseDuration: 1000, unsafe: { forgetLease: isBroken } }), 3)
    const { cluster } = refined
    elect(refined, 1)
    silence(refined, 1)
    for (const node of [2, 3]) {
      cluster.crash(node)
      cluster.start(node)
    }
    campaign(refined, 2)
    cluster.settle()
    expect(cluster.observe(2).role).toBe(isBroken ? 'leader' : 'follower')
    const write = cluster.propose(2)
    cluster.settle()
    expect(cluster.observe(2).commitIndex).toBe(isBroken ? 1 : 0)
    expect(answersOf(refined, 2, write)).toMatchObject(isBroken ? [] : [{ reason: 'no-leader' }])
    const read = cluster.read(1, 'lease')
    expect(answersOf(refined, 1, read)).toEqual([{ type: 'readReady', sequence: read, index: 0 }])
  })

  it('leaseFromAnswers: a lease outlasts what was granted, by the time that the answers took', () => {
    const options: MultiPaxosOptions = { leaseDuration: 300, clockDrift: 0 }
    const refined = refinedCluster(multiPaxos({ ...options, unsafe: { leaseFromAnswers: isBroken } }), 3)
    const { cluster } = refined
    elect(refined, 1)
    cluster.fire(1, 'heartbeat')
    deliverAll(refined, isType('Heartbeat'))
    const late = hold(refined, isType('HeartbeatAck'))
    silence(refined, 1)
    cluster.time += 250
    cluster.inFlight.push(...late)
    cluster.settle()
    // What 2 and 3 have granted has run out.
    cluster.time += 60
    cluster.fire(3, 'election')
    elect(refined, 2)
    cluster.propose(2)
    cluster.settle()
    expect(cluster.observe(2).commitIndex).toBe(1)
    const read = cluster.read(1, 'lease')
    cluster.node(1).drain(cluster.now())
    expect(answersOf(refined, 1, read)).toEqual(
      isBroken ? [{ type: 'readReady', sequence: read, index: 0 }] : [],
    )
  })

  it('leadWithoutQuorum: with everybody connected to one hub only, nobody gets anything done (C4)', () => {
    const { cluster } = refinedCluster(multiPaxos({ unsafe: { leadWithoutQuorum: isBroken } }), 5)
    cluster.fire(2, 'election')
    cluster.settle()
    expect(cluster.observe(2).established).toBe(true)
    for (const a of [2, 3, 4, 5]) for (const b of [3, 4, 5]) if (a < b) cluster.cut(a, b)
    cluster.run(10_000)
    const before = Math.max(...[1, 2, 3, 4, 5].map((node) => cluster.observe(node).commitIndex))
    for (const node of [1, 2, 3, 4, 5]) cluster.propose(node)
    cluster.run(1000)
    expect(cluster.observe(2).established).toBe(isBroken)
    expect(cluster.observe(1).established).toBe(!isBroken)
    expect(cluster.observe(1).commitIndex > before).toBe(!isBroken)
  })

  it('ignoreStalledDisk: a leader whose disk completes nothing stays one (L17)', () => {
    const { cluster } = refinedCluster(multiPaxos({ unsafe: { ignoreStalledDisk: isBroken } }), 3)
    const first = cluster.elect()
    cluster.node(first).autoPersist = false
    cluster.propose(first)
    // The longest that a stalled disk is put up with, and an election.
    cluster.run(600 + 2 * 600)
    expect(cluster.observe(first).established).toBe(isBroken)
    const others = [1, 2, 3].filter((node) => node !== first)
    expect(others.some((node) => cluster.observe(node).established)).toBe(!isBroken)
  })

  it('membershipAtOnce: slots are proposed before it is known who decides them', () => {
    changeInOneWindow({ window: 8, unsafe: { membershipAtOnce: isBroken } }, isBroken)
  })

  it('skipNewQuorum: a leader does not ask new voters what they have accepted', () => {
    changeInOneWindow({ window: 1, unsafe: { skipNewQuorum: isBroken } }, isBroken)
  })
})

const first: Membership = { ...majorityOf([1, 2, 3]), observers: [4, 5] }
const second: Membership = { ...majorityOf([1, 2, 4, 5]), observers: [3] }

/**
 * Replica 1 gets a membership chosen with 2, and then a value with the new voters 4 and 5, if they decide the next slot.
 * Replica 2 does not know that the membership is chosen, and takes over with the promises of 2 and 3, which say nothing of
 * that value.
 */
function changeInOneWindow(options: MultiPaxosOptions, isBroken: boolean): void {
  const refined = refinedCluster(multiPaxos(options), 5, { membership: first })
  const { cluster, violations } = refined
  elect(refined, 1)
  const request = { replica: 1, sequence: 1_000_000 }
  cluster.node(1).step({ type: 'reconfigure', request, membership: second }, cluster.now())
  deliverAll(refined, ({ from, to, message }) => among(1, 2)({ from, to }) && message['chosen'] !== 1)
  expect(cluster.observe(1).commitIndex).toBe(1)
  expect(cluster.observe(2)).toMatchObject({ commitIndex: 0, lastIndex: 1 })
  hold(refined, among(1, 2))
  cluster.propose(1, 'x')
  deliverAll(refined, among(1, 4, 5))
  silence(refined, 1)
  hold(refined, () => true)

  for (const node of [3, 4, 5]) cluster.fire(node, 'election')
  campaign(refined, 2)
  deliverAll(refined, (flight) => among(2, 3)(flight) && isType('Prepare', 'Promise')(flight))
  expect(cluster.observe(2).role).toBe('leader')
  cluster.propose(2, 'y')
  deliverAll(refined, among(2, 3))
  cluster.settle()
  expect(violations.map(({ invariant }) => invariant).includes('paxos R1')).toBe(isBroken)
  if (isBroken) return

  // With the rules kept nothing is wrong in the end, either.
  cluster.filter = () => true
  cluster.run(5000)
  expect(violations).toEqual([])
  const commits = [1, 2, 4, 5].map((node) => cluster.observe(node).commitIndex)
  expect(new Set(commits).size).toBe(1)
  expect(cluster.observe(1).membership.quorums).toEqual(second.quorums)
}
