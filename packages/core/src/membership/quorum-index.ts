import type { LogIndex, NodeId } from '../ids.ts'
import { isReplicationQuorum } from './quorum.ts'
import { type QuorumSystem, votersIn } from './quorum-system.ts'

/** How far a voter is known to be. */
export type ReachedIndex = (voter: NodeId) => LogIndex

/**
 * The highest index that a replication quorum has reached, given each voter's; `Infinity` if the system asks for nothing.
 * Cf. Raft (extended), figure 2, last rule for leaders.
 */
export function quorumIndex(system: QuorumSystem, reached: ReachedIndex): LogIndex {
  switch (system.type) {
    case 'majority':
      return majorityIndex(system.voters, reached)
    case 'flexible':
      return nthHighest(system.voters.map(reached), system.replication - 1)
    case 'joint':
      return Math.min(quorumIndex(system.old, reached), quorumIndex(system.next, reached))
    case 'weighted':
    case 'hierarchical':
    case 'grid':
      return searchIndex(system, reached)
  }
}

function majorityIndex(voters: readonly NodeId[], reached: ReachedIndex): LogIndex {
  if (voters.length === 0) return Infinity
  if (voters.length === 3) return middle(reached(voters[0]!), reached(voters[1]!), reached(voters[2]!))
  return nthHighest(voters.map(reached), voters.length >> 1)
}

/** For systems where it matters who has reached an index: the highest of the voters' own that enough have reached. */
function searchIndex(system: QuorumSystem, reached: ReachedIndex): LogIndex {
  const known = new Map(votersIn(system).map((voter) => [voter, reached(voter)]))
  const highestFirst = [...known.values()].sort((a, b) => b - a)
  return highestFirst.find((index) => isReplicationQuorum(system, (voter) => known.get(voter)! >= index)) ?? 0
}

/** Of a handful of numbers: by insertion, which makes nothing but what it is given. Changes their order. */
function nthHighest(values: number[], n: number): number {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!
    let position = i
    for (; position > 0 && values[position - 1]! < value; position--) values[position] = values[position - 1]!
    values[position] = value
  }
  return values[n] ?? 0
}

/** The median of three: the common case, without a list or a sort. */
function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
