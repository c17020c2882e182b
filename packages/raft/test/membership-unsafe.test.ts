import { type EngineDefinition, type Entry, majorityOf, type NodeId, withWitnesses } from '@quorate/core'
import { refineEngine } from '@quorate/sim'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { raft, type RaftMessage, type UnsafeRaftRules } from '../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  isType,
  stateOf,
} from './support/cluster.ts'
import { change, changesOf, endOf } from './support/members.ts'

type Rule = keyof UnsafeRaftRules

function clusterOf(size: number, spares: readonly NodeId[], rule: Rule, isBroken: boolean): Cluster {
  // Without the checks that would stop a broken engine at once.
  const definition = isBroken ? raft({ unsafe: { [rule]: true } }) : undefined
  return createCluster(size, { spares }, definition)
}

/** Parts the cluster: links between `ids` and all others are cut. */
function part(cluster: Cluster, ids: readonly NodeId[]): void {
  for (const a of ids) for (const b of cluster.nodes.keys()) if (!ids.includes(b)) cluster.cut(a, b)
}

function join(cluster: Cluster): void {
  for (const a of cluster.nodes.keys()) for (const b of cluster.nodes.keys()) if (a < b) cluster.heal(a, b)
}

/** Have two replicas applied different entries at one index? */
function hasSplit(cluster: Cluster): boolean {
  const known = new Map<number, Entry>()
  for (const { applied } of cluster.nodes.values()) {
    for (const entry of applied) {
      const other = known.get(entry.index) ?? entry
      if (other.epoch !== entry.epoch) return true
      known.set(entry.index, other)
    }
  }
  return false
}

/** Clients write at `id` until what it can commit is committed. */
function writeAt(cluster: Cluster, id: NodeId): void {
  cluster.propose(id)
  cluster.settle()
  beat(cluster, id)
}

/** Each of these breaks one rule and shows what is lost, beside the same run with the rule kept. */
describe.each([false, true])('a rule of membership, broken: %s', (isBroken) => {
  it('changeBeforeOwnCommit: two leaders change one membership in two ways (M1)', () => {
    const cluster = clusterOf(4, [5], 'changeBeforeOwnCommit', isBroken)
    elect(cluster, 1)
    beat(cluster, 1)
    // The leader takes 5 in; only 5 hears of it.
    for (const id of [2, 3, 4]) cluster.block(1, id)
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    part(cluster, [1, 5])
    for (const id of [2, 3, 4]) cluster.unblock(1, id)
    // The next one leaves 1 out before it has committed anything; only 3 hears of it.
    campaign(cluster, 2)
    deliverAll(
      cluster,
      isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
    )
    part(cluster, [4])
    const second = change(cluster, 2, majorityOf([2, 3, 4]))
    expect(endOf(cluster, 2, second)).toBe(isBroken ? 'done' : 'change-pending definitely-not')
    join(cluster)
    part(cluster, [2, 3])
    cluster.run(3_000)
    expect(cluster.observe(1).role === 'leader').toBe(true)
    writeAt(cluster, 1)
    expect(hasSplit(cluster)).toBe(isBroken)
  })

  it('membershipWhenCommitted: some decide by a membership that others have left (M2)', () => {
    const cluster = clusterOf(3, [4, 5], 'membershipWhenCommitted', isBroken)
    elect(cluster, 1)
    change(cluster, 1, majorityOf([1, 2, 3, 4]))
    beat(cluster, 1)
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    beat(cluster, 1)
    for (const id of [2, 3]) cluster.crash(id)
    for (const id of [2, 3]) cluster.start(id)
    part(cluster, [2, 3])
    writeAt(cluster, 1)
    cluster.run(3_000)
    expect([2, 3].flatMap((id) => eventsOf(cluster, id, 'BecomeLeader')).length > 0).toBe(isBroken)
    expect(hasSplit(cluster)).toBe(isBroken)
  })

  it('overlappingChanges: two small steps lead where quorums do not meet (M4)', () => {
    const cluster = clusterOf(3, [4, 5], 'overlappingChanges', isBroken)
    elect(cluster, 1)
    beat(cluster, 1)
    for (const id of [2, 3]) cluster.block(1, id)
    change(cluster, 1, majorityOf([1, 2, 3, 4]))
    const second = change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    expect(endOf(cluster, 1, second)).toBe(isBroken ? 'done' : 'change-pending definitely-not')
    part(cluster, [2, 3])
    writeAt(cluster, 1)
    elect(cluster, 2)
    writeAt(cluster, 2)
    expect(hasSplit(cluster)).toBe(isBroken)
  })

  it('leaveJointEarly: the new side decides while the old one knows nothing of it (M6)', () => {
    const cluster = clusterOf(3, [4, 5, 6], 'leaveJointEarly', isBroken)
    elect(cluster, 1)
    beat(cluster, 1)
    // The joint membership reaches the new side alone, and then its leader is gone.
    for (const id of [2, 3]) cluster.block(1, id)
    cluster.filter = ({ message }) => message.type !== 'AppendEntries' || message.prevLogIndex < 2
    change(cluster, 1, majorityOf([4, 5, 6]))
    cluster.filter = () => true
    cluster.crash(1)
    campaign(cluster, 4)
    deliverAll(
      cluster,
      isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
    )
    expect(cluster.observe(4).role).toBe('leader')
    part(cluster, [4, 5, 6])
    writeAt(cluster, 4)
    elect(cluster, 2)
    writeAt(cluster, 2)
    expect(changesOf(cluster, 4)).toHaveLength(isBroken ? 2 : 1)
    expect(hasSplit(cluster)).toBe(isBroken)
  })

  it('skipJoint: a majority of the old voters and one of the new do not meet (Raft §6, figure 10)', () => {
    const cluster = clusterOf(3, [4, 5], 'skipJoint', isBroken)
    elect(cluster, 1)
    beat(cluster, 1)
    for (const id of [2, 3]) cluster.block(1, id)
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    part(cluster, [2, 3])
    writeAt(cluster, 1)
    elect(cluster, 2)
    writeAt(cluster, 2)
    expect(hasSplit(cluster)).toBe(isBroken)
  })

  it('commitOnWitnesses: what only witnesses and a leader’s memory held is lost with it', () => {
    const membership = withWitnesses(majorityOf([1, 2, 3, 4, 5]), [3, 4, 5])
    const cluster = createCluster(5, { membership, unsafe: { commitOnWitnesses: isBroken } })
    elect(cluster, 1)
    beat(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.cut(1, 2)
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(isBroken ? 2 : 1)
    cluster.crash(1)
    cluster.node(1).autoPersist = true
    cluster.start(1)
    cluster.heal(1, 2)
    cluster.run(5_000)
    // The witnesses hold a place that nobody can fill, and vote for none who lacks it.
    const isLed = [1, 2].some((id) => cluster.observe(id).role === 'leader')
    expect(isLed).toBe(!isBroken)
    expect(stateOf(cluster, 3).log.entries).toHaveLength(isBroken ? 2 : cluster.observe(1).lastIndex)
  })
})

/** The same walks on every run: each may do anything that links, disks, crashes and changes of membership can do. */
const walks = fc.sample(anySchedule(400, 700), { numRuns: 150, seed: 7 })

/** What the first walk that goes wrong says; undefined if none does. */
function firstFailure(rule: Rule, isBroken: boolean, count: number): string | undefined {
  const hasWitness = rule === 'commitOnWitnesses'
  const membership = hasWitness ? withWitnesses(majorityOf([1, 2, 6]), [6]) : majorityOf([1, 2, 3])
  const spares = hasWitness ? [3, 4, 5] : [4, 5, 6]
  for (const choices of walks.slice(0, count)) {
    const engine = raft({ compactionTail: 2, unsafe: { [rule]: isBroken } })
    const refined = refineEngine(engine, ({ message }) => {
      throw new Error(message)
    })
    const definition = refined as EngineDefinition<RaftMessage>
    const chaos = new Chaos(3, { membership, spares }, 'changing', definition, hasWitness)
    try {
      for (const one of choices) chaos.perform(one)
      chaos.recover()
    } catch (error) {
      return (error as Error).message
    }
  }
  return undefined
}

describe('random walks', () => {
  it.each<[Rule, RegExp]>([
    ['membershipWhenCommitted', /chosen|Safety|Durability|Membership|members/],
    ['overlappingChanges', /chosen|Safety|Durability|not committed/],
    ['leaveJointEarly', /chosen|Safety|Durability|not committed/],
    ['skipJoint', /chosen|Safety|Durability/],
    ['commitOnWitnesses', /Liveness/],
  ])('find that %s is broken', (rule, what) => {
    expect(firstFailure(rule, true, 150)).toMatch(what)
  })

  it('find nothing where no rule is', () => {
    expect(firstFailure('skipJoint', false, 40)).toBeUndefined()
    expect(firstFailure('commitOnWitnesses', false, 40)).toBeUndefined()
  })
})
