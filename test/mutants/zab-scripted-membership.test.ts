import { majorityOf, type Membership, type NodeId } from '@quorate/core'
import { zab, type ZabOptions, type ZabState } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { type Refined, refinedCluster } from './support.ts'

/** Voters 1, 2 and 3, led by 3; `spares` may be taken in. */
function ledBy3(spares: readonly NodeId[], options: ZabOptions): Refined {
  const refined = refinedCluster(zab(options), 3, { spares })
  expect(refined.cluster.elect()).toBe(3)
  return refined
}

/** Asks 3 for a membership. Gives the answer, if there is one when `milliseconds` have passed. */
function change({ cluster }: Refined, membership: Membership, milliseconds: number): unknown {
  const sequence = cluster.reconfigure(3, membership)
  cluster.run(milliseconds)
  return cluster.node(3).replies.find((reply) => reply.sequence === sequence)
}

function membershipsAt({ cluster }: Refined, node: NodeId): number {
  return (cluster.node(node).engine!.capture() as ZabState).memberships.length - 1
}

/** Cuts the links between `nodes` and all others. */
function part({ cluster }: Refined, nodes: readonly NodeId[]): void {
  for (const a of nodes) for (const b of cluster.nodes.keys()) if (!nodes.includes(b)) cluster.cut(a, b)
}

/** Every leader there is writes. */
function writeAll({ cluster }: Refined): number {
  const leaders = [...cluster.nodes.keys()].filter((node) => cluster.observe(node).established)
  for (const leader of leaders) cluster.propose(leader)
  cluster.run(100)
  return leaders.length
}

/** Two replicas have applied different entries at one index; or nothing is wrong. */
function expectSplit({ cluster, violations }: Refined, isBroken: boolean): void {
  const applied = new Map<number, Set<string>>()
  for (const node of cluster.nodes.values()) {
    for (const { index, epoch, request } of node.applied) {
      applied.set(
        index,
        (applied.get(index) ?? new Set()).add(`${epoch} ${request?.replica} ${request?.sequence}`),
      )
    }
  }
  expect([...applied.values()].some((entries) => entries.size > 1)).toBe(isBroken)
  expect(violations[0]?.invariant).toBe(isBroken ? 'zab LeaderLogCompleteness' : undefined)
  expect(violations.some(({ context }) => context['rule'] === 'safe-proposal')).toBe(isBroken)
}

/** Two leaders of one epoch give the same zxids to different entries; or nothing is wrong. */
function expectTwoLeaders({ violations }: Refined, isBroken: boolean): void {
  expect(violations[0]?.invariant).toBe(isBroken ? 'zab Leadership1' : undefined)
  const rules = new Set(violations.map(({ context }) => context['rule']))
  for (const rule of ['one-sequencer', 'accept-proposed']) expect(rules.has(rule)).toBe(isBroken)
}

/** Rules of reconfiguration, each beside the same run with the rule kept. */
describe.each([true, false])('broken: %s', (isBroken) => {
  it('skipJoint: a majority of the old voters and one of the new do not meet', () => {
    const refined = ledBy3([4, 5], { unsafe: { skipJoint: isBroken } })
    for (const node of [1, 2]) refined.cluster.block(3, node)
    const answer = change(refined, majorityOf([3, 4, 5]), 120)
    expect(answer).toEqual(isBroken ? expect.objectContaining({ type: 'done' }) : undefined)
    part(refined, [1, 2])
    refined.cluster.run(2000)
    expect(writeAll(refined)).toBe(isBroken ? 2 : 1)
    expectSplit(refined, isBroken)
  })

  it('commitWithOldQuorum: the old voters elect a leader, and the new ones have another', () => {
    const refined = ledBy3([4, 5, 6], { unsafe: { commitWithOldQuorum: isBroken } })
    const { cluster } = refined
    cluster.reconfigure(3, majorityOf([4, 5, 6]))
    while (membershipsAt(refined, 1) === 0 || membershipsAt(refined, 2) === 0) {
      if (!cluster.deliver()) cluster.fire(3, 'tick')
    }
    // 1 and 2 have the joint membership, and hear no more.
    for (const node of [1, 2]) cluster.block(3, node)
    cluster.run(150)
    expect(cluster.observe(6)).toMatchObject({ established: true, membership: majorityOf([4, 5, 6]) })
    part(refined, [1, 2])
    cluster.run(2000)
    expect(writeAll(refined)).toBe(isBroken ? 2 : 1)
    expectTwoLeaders(refined, isBroken)
  })

  it('adoptMembershipWhenCommitted: some decide by a membership that others have left', () => {
    const refined = ledBy3([4, 5], { unsafe: { adoptMembershipWhenCommitted: isBroken } })
    const { cluster } = refined
    expect(change(refined, majorityOf([1, 2, 3, 4, 5]), 300)).toMatchObject({ type: 'done' })
    // 1 and 2 have the change in their logs, and do not know after a restart that it is committed.
    part(refined, [1, 2])
    for (const node of [1, 2]) cluster.crash(node)
    for (const node of [1, 2]) cluster.start(node)
    cluster.crash(3)
    cluster.start(3) // the others need an epoch, too
    part(refined, [1, 2])
    cluster.run(2000)
    expect(writeAll(refined)).toBe(isBroken ? 2 : 1)
    expectTwoLeaders(refined, isBroken)
  })

  it('countBeforeCaughtUp: nothing can be decided until new voters come, who may never', () => {
    const refined = ledBy3([4, 5], { unsafe: { countBeforeCaughtUp: isBroken } })
    const { cluster } = refined
    for (const node of [4, 5]) cluster.crash(node)
    const answer = change(refined, majorityOf([3, 4, 5]), 5000)
    expect(answer).toEqual(isBroken ? undefined : expect.objectContaining({ reason: 'catch-up-failed' }))
    const before = cluster.observe(3).commitIndex
    cluster.propose(3)
    cluster.run(2000)
    expect(cluster.observe(3).commitIndex).toBe(isBroken ? before : before + 1)
    expect(refined.violations).toEqual([])
  })
})
