import { encodeHardState, raft } from '@quorate/raft'
import { describe, expect, it } from 'vitest'
import { type Flight, type Refined, campaign, deliverAll, hold, refinedCluster, silence } from './support.ts'

const isType =
  (...types: string[]) =>
  ({ message }: Flight): boolean =>
    types.includes(message.type)

function elect(refined: Refined, node: number): void {
  campaign(refined, node)
  refined.cluster.settle()
  expect(refined.cluster.observe(node).role).toBe('leader')
}

/** What comes of broken rules, one schedule for each, beside the same run with the rule kept. */
describe.each([true, false])('broken: %s', (isBroken) => {
  it('forgetVoteOnStepDown: a second vote in one term, and two leaders (V1)', () => {
    const refined = refinedCluster(raft({ unsafe: { forgetVoteOnStepDown: isBroken } }), 3)
    const { cluster, violations } = refined
    const votes = isType('RequestVote', 'RequestVoteResponse')
    // 2 and 3 campaign in term 1. 1 votes for 2; what 3 asks of it comes late, and 3 hears nothing of 2's success.
    for (const node of [2, 3]) cluster.fire(node, 'election')
    deliverAll(refined, isType('RequestPreVote', 'RequestPreVoteResponse'))
    const late = hold(refined, (flight) => votes(flight) && flight.from === 3 && flight.to === 1)
    deliverAll(refined, (flight) => votes(flight) && flight.from + flight.to === 3)
    expect(cluster.observe(2).role).toBe('leader')
    hold(refined, () => true)
    // 1 twice misses its leader; in between it hears from it, and steps down within the term.
    for (let i = 0; i < 2; i++) cluster.fire(1, 'election')
    hold(refined, () => true)
    cluster.fire(2, 'heartbeat')
    deliverAll(refined, (flight) => flight.from === 2 && flight.to === 1)
    hold(refined, () => true)
    for (let i = 0; i < 2; i++) cluster.fire(1, 'election')
    hold(refined, () => true)
    cluster.inFlight.push(...late)
    deliverAll(refined, (flight) => votes(flight) && flight.from + flight.to === 4)
    expect(cluster.observe(3).role).toBe(isBroken ? 'leader' : 'candidate')
    expect(violations[0]?.context['rule']).toBe(isBroken ? 'one-sequencer' : undefined)
  })

  it('reuseReadRounds: late answers vouch for a deposed leader (R2)', () => {
    const refined = refinedCluster(raft({ unsafe: { reuseReadRounds: isBroken } }), 3)
    const { cluster } = refined
    elect(refined, 1)
    cluster.fire(1, 'heartbeat')
    deliverAll(refined, isType('Heartbeat'))
    const late = hold(refined, isType('HeartbeatResponse'))
    expect(late).toHaveLength(2)
    silence(refined, 1)
    cluster.fire(3, 'election')
    elect(refined, 2)
    cluster.propose(2)
    cluster.settle()
    expect(cluster.observe(2).commitIndex).toBe(3)
    const read = cluster.read(1)
    cluster.inFlight.push(...late)
    cluster.settle()
    const answers = cluster.node(1).replies.filter(({ sequence }) => sequence === read)
    expect(answers).toEqual(isBroken ? [{ type: 'readReady', sequence: read, index: 1 }] : [])
  })

  it('acceptOldSessions: what a wiped replica acknowledged before still counts (L9)', () => {
    const refined = refinedCluster(raft({ unsafe: { acceptOldSessions: isBroken } }), 3)
    const { cluster } = refined
    elect(refined, 1)
    cluster.crash(2)
    cluster.propose(1)
    deliverAll(refined, isType('AppendEntries'))
    const late = hold(refined, isType('AppendEntriesResponse'))
    expect(late).toHaveLength(1)
    cluster.crash(3)
    cluster.node(3).durable.apply({ type: 'truncateAfter', index: 0 })
    cluster.node(3).durable.apply({
      type: 'setHardState',
      bytes: encodeHardState({ term: 0, votedFor: undefined }),
    })
    cluster.start(3)
    cluster.inFlight.unshift(...late)
    cluster.deliver()
    cluster.node(1).drain(cluster.now())
    expect(cluster.observe(3).lastIndex).toBe(0)
    expect(cluster.observe(1).commitIndex).toBe(isBroken ? 2 : 1)
  })

  it('leadWithoutQuorum: with everybody connected to one hub only, nobody gets anything done (C4)', () => {
    const { cluster } = refinedCluster(raft({ unsafe: { leadWithoutQuorum: isBroken } }), 5)
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
    const { cluster } = refinedCluster(raft({ unsafe: { ignoreStalledDisk: isBroken } }), 3)
    const first = cluster.elect()
    cluster.node(first).autoPersist = false
    cluster.propose(first)
    // The longest that a stalled disk is put up with, and an election.
    cluster.run(600 + 2 * 600)
    expect(cluster.observe(first).established).toBe(isBroken)
    const others = [1, 2, 3].filter((node) => node !== first)
    expect(others.some((node) => cluster.observe(node).established)).toBe(!isBroken)
  })
})
