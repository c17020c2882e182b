import { majorityOf, type Membership, type NodeId, withWitnesses } from '@quorate/core'
import { raft, type RaftOptions, type RaftState } from '@quorate/raft'
import { describe, expect, it } from 'vitest'
import { type Flight, type Refined, deliverAll, refinedCluster } from './support.ts'

const votes = ({ message }: Flight): boolean => /Vote/.test(message.type)

function stateOf({ cluster }: Refined, node: NodeId): RaftState {
  return cluster.node(node).engine!.capture() as RaftState
}

/** Everybody has missed the leader, and `node` is the first to ask for votes. */
function stand(refined: Refined, node: NodeId): void {
  const { cluster } = refined
  for (const id of cluster.nodes.keys()) {
    if (cluster.node(id).running && stateOf(refined, id).leaderAlive) cluster.fire(id, 'election')
  }
  cluster.fire(node, 'election')
}

function elect(refined: Refined, node: NodeId): void {
  stand(refined, node)
  refined.cluster.settle()
  expect(refined.cluster.observe(node).role).toBe('leader')
}

/** Voters 1 … `voters`, led by 1, which has committed an entry of its own; `spares` may be taken in. */
function ledBy1(voters: number, spares: readonly NodeId[], options: RaftOptions): Refined {
  const refined = refinedCluster(raft(options), voters, { spares })
  elect(refined, 1)
  beat(refined, 1)
  return refined
}

function beat({ cluster }: Refined, node: NodeId): void {
  cluster.fire(node, 'heartbeat')
  cluster.settle()
}

/** Asks `node` for a membership. Gives the answer, if there is one when everything has arrived. */
function change({ cluster }: Refined, node: NodeId, membership: Membership): unknown {
  const sequence = cluster.reconfigure(node, membership)
  cluster.settle()
  return cluster.node(node).replies.find((reply) => reply.sequence === sequence)
}

/** A client writes at `node`, and what it can commit is committed. */
function write(refined: Refined, node: NodeId): void {
  refined.cluster.propose(node)
  refined.cluster.settle()
  beat(refined, node)
}

/** Cuts the links between `nodes` and all others. */
function part({ cluster }: Refined, nodes: readonly NodeId[]): void {
  for (const a of nodes) for (const b of cluster.nodes.keys()) if (!nodes.includes(b)) cluster.cut(a, b)
}

function join({ cluster }: Refined): void {
  for (const a of cluster.nodes.keys()) for (const b of cluster.nodes.keys()) if (a < b) cluster.heal(a, b)
}

/** Two replicas have applied different entries at one index, and `rule` was broken first; or nothing is wrong. */
function expectSplit({ cluster, violations }: Refined, rule: string | undefined): void {
  const applied = new Map<number, Set<number>>()
  for (const node of cluster.nodes.values()) {
    for (const { index, epoch } of node.applied) {
      applied.set(index, (applied.get(index) ?? new Set()).add(epoch))
    }
  }
  expect([...applied.values()].some((epochs) => epochs.size > 1)).toBe(rule !== undefined)
  expect(violations[0]?.context['rule']).toBe(rule)
  if (rule === undefined) expect(violations).toEqual([])
}

/** Rules of changes of membership, each beside the same run with the rule kept. */
describe.each([true, false])('broken: %s', (isBroken) => {
  it('changeBeforeOwnCommit: two leaders change one membership in two ways (M1)', () => {
    const refined = ledBy1(4, [5], { unsafe: { changeBeforeOwnCommit: isBroken } })
    const { cluster } = refined
    // 1 takes 5 in, and nobody else hears of it.
    for (const node of [2, 3, 4]) cluster.block(1, node)
    change(refined, 1, majorityOf([1, 2, 3, 4, 5]))
    part(refined, [1, 5])
    for (const node of [2, 3, 4]) cluster.unblock(1, node)
    // 2 is elected, and leaves 1 out before it has committed anything; 3 alone hears of it.
    stand(refined, 2)
    deliverAll(refined, votes)
    expect(cluster.observe(2).role).toBe('leader')
    part(refined, [4])
    const answer = change(refined, 2, majorityOf([2, 3, 4]))
    expect(answer).toMatchObject(isBroken ? { type: 'done' } : { type: 'rejected', reason: 'change-pending' })
    // 1, 4 and 5 are a quorum of 1's five.
    join(refined)
    part(refined, [2, 3])
    cluster.run(3000)
    expect(cluster.observe(1).role).toBe('leader')
    write(refined, 1)
    expectSplit(refined, isBroken ? 'safe-proposal' : undefined)
  })

  it('membershipWhenCommitted: some decide by a membership that others have left (M2)', () => {
    const refined = ledBy1(3, [4, 5], { unsafe: { membershipWhenCommitted: isBroken } })
    const { cluster } = refined
    for (const members of [
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5],
    ]) {
      change(refined, 1, majorityOf(members))
      beat(refined, 1)
    }
    // 2 and 3 have both changes in their logs, and do not know after a restart that they are committed.
    for (const node of [2, 3]) cluster.crash(node)
    for (const node of [2, 3]) cluster.start(node)
    part(refined, [2, 3])
    write(refined, 1)
    cluster.run(3000)
    const haveLed = [2, 3].some((node) => {
      return cluster.node(node).events.some(({ name }) => name === 'BecomeLeader')
    })
    expect(haveLed).toBe(isBroken)
    expectSplit(refined, isBroken ? 'safe-proposal' : undefined)
  })

  it('overlappingChanges: two small steps lead where quorums do not meet (M4)', () => {
    const refined = ledBy1(3, [4, 5], { unsafe: { overlappingChanges: isBroken } })
    for (const node of [2, 3]) refined.cluster.block(1, node)
    change(refined, 1, majorityOf([1, 2, 3, 4]))
    const answer = change(refined, 1, majorityOf([1, 2, 3, 4, 5]))
    expect(answer).toMatchObject(isBroken ? { type: 'done' } : { type: 'rejected', reason: 'change-pending' })
    decideApart(refined, isBroken)
  })

  it('skipJoint: a majority of the old voters and one of the new do not meet (Raft §6, figure 10)', () => {
    const refined = ledBy1(3, [4, 5], { unsafe: { skipJoint: isBroken } })
    for (const node of [2, 3]) refined.cluster.block(1, node)
    change(refined, 1, majorityOf([1, 2, 3, 4, 5]))
    decideApart(refined, isBroken)
  })

  it('leaveJointEarly: the new side decides while the old one knows nothing of it (M6)', () => {
    const refined = ledBy1(3, [4, 5, 6], { unsafe: { leaveJointEarly: isBroken } })
    const { cluster } = refined
    // The joint membership, entry 2, reaches the new side alone; what comes after it reaches nobody. Then 1 is gone.
    for (const node of [2, 3]) cluster.block(1, node)
    cluster.filter = ({ message }) => message.type !== 'AppendEntries' || Number(message['prevLogIndex']) < 2
    change(refined, 1, majorityOf([4, 5, 6]))
    cluster.filter = () => true
    cluster.crash(1)
    stand(refined, 4)
    deliverAll(refined, votes)
    expect(cluster.observe(4).role).toBe('leader')
    part(refined, [4, 5, 6])
    write(refined, 4)
    elect(refined, 2)
    write(refined, 2)
    expectSplit(refined, isBroken ? 'one-sequencer' : undefined)
  })

  it('commitOnWitnesses: what only witnesses and a leader’s memory held is lost with it', () => {
    const membership = withWitnesses(majorityOf([1, 2, 3, 4, 5]), [3, 4, 5])
    const engine = raft({ unsafe: { commitOnWitnesses: isBroken } })
    const refined = refinedCluster(engine, 5, { membership })
    const { cluster } = refined
    elect(refined, 1)
    beat(refined, 1)
    cluster.node(1).autoPersist = false
    cluster.cut(1, 2)
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(isBroken ? 2 : 1)
    cluster.crash(1)
    cluster.node(1).autoPersist = true
    cluster.start(1)
    cluster.heal(1, 2)
    cluster.run(5000)
    // The witnesses hold a place that nobody can fill, and vote for none who lacks it.
    expect([1, 2].some((node) => cluster.observe(node).role === 'leader')).toBe(!isBroken)
    expect(cluster.observe(3).lastIndex > cluster.observe(2).lastIndex).toBe(isBroken)
    // Nobody ever disagrees: what is lost is the command, and with it all that could come after.
    expect(refined.violations).toEqual([])
  })
})

/** 1 writes with the new voters, which it alone reaches; 2 is elected by 3, and writes too. */
function decideApart(refined: Refined, isBroken: boolean): void {
  part(refined, [2, 3])
  write(refined, 1)
  elect(refined, 2)
  write(refined, 2)
  expectSplit(refined, isBroken ? 'safe-proposal' : undefined)
}
