import type { LogIndex, NodeId } from '../ids.ts'

/**
 * Which sets of voters may decide, as a value. Any two quorums of one system share a voter. Engines ask the functions
 * below and never count to `n / 2` themselves.
 */
export type QuorumSystem =
  | { readonly type: 'majority'; readonly voters: readonly NodeId[] }
  /** Both at once: while a membership changes. */
  | { readonly type: 'joint'; readonly old: QuorumSystem; readonly next: QuorumSystem }

/** Do the voters for which `has` is true form a quorum? An empty majority, as in a joint system that is being entered, asks for nothing. */
export function isQuorum(system: QuorumSystem, has: (voter: NodeId) => boolean): boolean {
  if (system.type === 'joint') return isQuorum(system.old, has) && isQuorum(system.next, has)
  let count = 0
  for (const voter of system.voters) if (has(voter)) count++
  return system.voters.length === 0 || count > system.voters.length >> 1
}

/** Do they form a quorum that may elect a leader (Paxos: phase 1)? */
export function isElectionQuorum(system: QuorumSystem, has: (voter: NodeId) => boolean): boolean {
  return isQuorum(system, has)
}

/** Do they form a quorum that may decide (Paxos: phase 2)? */
export function isReplicationQuorum(system: QuorumSystem, has: (voter: NodeId) => boolean): boolean {
  return isQuorum(system, has)
}

/** Can the voters for which `lost` is false no longer form a quorum? */
export function isBlocked(system: QuorumSystem, lost: (voter: NodeId) => boolean): boolean {
  return !isQuorum(system, (voter) => !lost(voter))
}

/**
 * The highest index that a quorum has reached, given each voter's; `Infinity` if the system asks for nothing.
 * Cf. Raft (extended), figure 2, last rule for leaders.
 */
export function quorumIndex(system: QuorumSystem, reached: (voter: NodeId) => LogIndex): LogIndex {
  if (system.type === 'joint') {
    return Math.min(quorumIndex(system.old, reached), quorumIndex(system.next, reached))
  }
  const { voters } = system
  if (voters.length === 0) return Infinity
  if (voters.length === 3) return middle(reached(voters[0]!), reached(voters[1]!), reached(voters[2]!))
  return nthHighest(voters.map(reached), voters.length >> 1)
}

/** Of a handful of numbers: by insertion, which makes nothing but what it is given. Changes their order. */
function nthHighest(values: number[], n: number): number {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!
    let position = i
    for (; position > 0 && values[position - 1]! < value; position--) values[position] = values[position - 1]!
    values[position] = value
  }
  return values[n]!
}

/** The median of three: the common case, without a list or a sort. */
function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
