import { majorityOf, type Membership, type NodeId, votersOf } from '@quorate/core'
import { expect } from 'vitest'
import {
  beat,
  type Cluster,
  type ClusterOptions,
  createCluster,
  elect,
  repliesOf,
  stateOf,
} from './cluster.ts'

/** The voters that a cluster starts with in tests of changes. */
export const firstVoters: Membership = majorityOf([1, 2, 3])

/** Leader 1 of 1, 2 and 3, with an entry of its own committed; the others wait to be taken in. */
export function ledOf(spares: readonly NodeId[], options: ClusterOptions = {}): Cluster {
  const cluster = createCluster(3, { spares, ...options })
  elect(cluster, 1)
  return cluster
}

/** Asks `id`, and lets everything arrive. Gives the request's sequence. */
export function change(cluster: Cluster, id: NodeId, membership: Membership): number {
  const sequence = cluster.reconfigure(id, membership)
  cluster.settle()
  return sequence
}

/** How the request ended: `done`, the reason for which it was turned down, or nothing yet. */
export function endOf(cluster: Cluster, id: NodeId, sequence: number): string | undefined {
  const replies = repliesOf(cluster, id, sequence)
  expect(replies.length).toBeLessThan(2)
  const [reply] = replies
  return reply?.type === 'rejected' ? `${reply.reason} ${reply.outcome}` : reply?.type
}

/** The membership in force at `id`: the last one in its log. */
export function membershipAt(cluster: Cluster, id: NodeId): Membership {
  return cluster.observe(id).membership
}

/** What each membership in a replica's log is: its index, its voters, and whether it is joint. */
export function changesOf(cluster: Cluster, id: NodeId): (readonly [number, string])[] {
  return stateOf(cluster, id)
    .memberships.slice(1)
    .map(({ index, membership }) => [index, nameOf(membership)] as const)
}

/** `1 2 3`, `1 2 3 | 1 4` for joint quorums, `1 2 + 5` with an observer. */
export function nameOf({ quorums, observers }: Membership): string {
  const voters =
    quorums.type === 'joint'
      ? `${votersOf({ quorums: quorums.old, observers: [] }).join(' ')} | ${votersOf({ quorums: quorums.next, observers: [] }).join(' ')}`
      : votersOf({ quorums, observers: [] }).join(' ')
  return observers.length === 0 ? voters : `${voters} + ${observers.join(' ')}`
}

/** The first replica that leads, in the highest term in which one does. */
export function leaderOf(cluster: Cluster): NodeId | undefined {
  const states = [...cluster.nodes.values()]
    .filter(({ running }) => running)
    .map(({ id }) => stateOf(cluster, id))
  return states.filter(({ role }) => role === 'leader').sort((a, b) => b.term - a.term)[0]?.self
}

/** The members of `next` lead and serve, and all of them know that they are the members. */
export function expectInForce(cluster: Cluster, next: Membership): void {
  cluster.run(3_000)
  const leader = leaderOf(cluster)!
  expect(membershipAt(cluster, leader)).toEqual(next)
  expect(votersOf(next)).toContain(leader)
  for (const id of votersOf(next)) {
    const sequence = cluster.propose(id)
    cluster.run(200)
    expect(isApplied(cluster, id, sequence)).toBe(true)
  }
  beat(cluster, leader)
  for (const id of [...votersOf(next), ...next.observers]) {
    expect(membershipAt(cluster, id)).toEqual(next)
    expect(cluster.observe(id).commitIndex).toBe(cluster.observe(leader).commitIndex)
  }
}

export function isApplied(cluster: Cluster, id: NodeId, sequence: number): boolean {
  return cluster
    .node(id)
    .applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
}
