import { majorityOf, type Membership, membersOf, type NodeId } from '@quorate/core'
import { EngineCluster } from '@quorate/sim'
import { expect } from 'vitest'
import { checkedPaxos } from './checked.ts'
import { type Cluster, type ClusterOptions, elect, repliesOf, stateOf } from './cluster.ts'

/** Requests that the cluster does not number itself. */
const numbered = new WeakMap<Cluster, number>()

/**
 * A cluster whose replicas are not all members: those beyond `first` know of it, are reached by links, and wait to be
 * taken in. All checks are made, those of the monitors, too.
 */
export function createWide(
  first: Membership,
  others: readonly NodeId[],
  options: ClusterOptions = {},
): Cluster {
  const { findings, drawDelay, observers: _, membership: __, ...paxosOptions } = options
  const definition = checkedPaxos(paxosOptions, findings)
  return new EngineCluster(definition, membersOf(first).length, {
    membership: first,
    spares: others,
    ...(drawDelay === undefined ? {} : { drawDelay }),
  })
}

/** Asks `id` for another membership. Gives the request's sequence. */
export function reconfigure(cluster: Cluster, id: NodeId, membership: Membership): number {
  const sequence = (numbered.get(cluster) ?? 1_000_000) + 1
  numbered.set(cluster, sequence)
  const request = { replica: id, sequence }
  cluster.node(id).step({ type: 'reconfigure', request, membership }, cluster.now())
  return sequence
}

/** Has the change been done, as far as who asked for it knows? */
export function isDone(cluster: Cluster, id: NodeId, sequence: number): boolean {
  return repliesOf(cluster, id, sequence).some(({ type }) => type === 'done')
}

/** Gives a snapshot order's message and description to `to`, as if its transfer had just come to an end. */
export function giveSnapshot(cluster: Cluster, from: NodeId, to: NodeId): void {
  const meta = cluster.node(from).stored
  if (meta === undefined) throw new Error(`${from} has no snapshot`)
  const target = cluster.node(to)
  target.stored = meta
  target.step({ type: 'snapshotReceived', from, message: { type: 'InstallSnapshot' }, meta }, cluster.now())
}

/** The voters that decide the next slot, as a replica knows them. */
export function votersAt(cluster: Cluster, id: NodeId): readonly NodeId[] {
  return membersOf({ ...cluster.observe(id).membership, observers: [] })
}

/** The first replica that leads and is established, if there is one. */
export function establishedLeader(cluster: Cluster): NodeId | undefined {
  return [...cluster.nodes.keys()].find(
    (id) =>
      cluster.node(id).running && cluster.observe(id).established && stateOf(cluster, id).role === 'leader',
  )
}

/** What `id` proposes is chosen, and applied there, within a few election timeouts. */
export function isServed(cluster: Cluster, id: NodeId, milliseconds = 5_000): boolean {
  const end = cluster.time + milliseconds
  while (cluster.time < end) {
    const sequence = cluster.propose(id)
    const isApplied = (): boolean =>
      cluster.node(id).applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
    const isOver = (): boolean => isApplied() || repliesOf(cluster, id, sequence).length > 0
    cluster.run(1_500, isOver)
    if (isApplied()) return true
    cluster.run(50)
  }
  return false
}

/** The voters that a cluster starts with in tests of changes. */
export const firstVoters: Membership = majorityOf([1, 2, 3])

/** Leader 1 of 1, 2 and 3; the others wait to be taken in. */
export function ledOf(others: readonly NodeId[], options: ClusterOptions = { window: 4 }): Cluster {
  const cluster = createWide(firstVoters, others, options)
  elect(cluster, 1)
  return cluster
}

/** The members of `next` lead and serve, and all of them know that they are the members. */
export function expectInForce(cluster: Cluster, next: Membership): void {
  cluster.run(3_000)
  const leader = establishedLeader(cluster)!
  expect(cluster.observe(leader).membership).toEqual(next)
  expect(votersAt(cluster, leader)).toContain(leader)
  for (const id of votersAt(cluster, leader)) expect(isServed(cluster, id)).toBe(true)
  cluster.run(200)
  for (const id of [...votersAt(cluster, leader), ...next.observers]) {
    expect(cluster.observe(id)).toMatchObject({
      membership: next,
      leader,
      commitIndex: cluster.observe(leader).commitIndex,
    })
  }
}
