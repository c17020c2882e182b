import type { NodeId } from '../ids.ts'
import type { GridQuorums, QuorumSystem, VoterWeight } from './quorum-system.ts'

/** Is it true of this voter? */
export type VoterPredicate = (voter: NodeId) => boolean

/** Do the voters for which `has` is true form a quorum that may elect a leader (Paxos: phase 1)? */
export function isElectionQuorum(system: QuorumSystem, has: VoterPredicate): boolean {
  switch (system.type) {
    case 'grid':
      return hasRow(system, has)
    case 'flexible':
      return count(system.voters, has) >= system.election
    case 'joint':
      return isElectionQuorum(system.old, has) && isElectionQuorum(system.next, has)
    case 'majority':
    case 'weighted':
    case 'hierarchical':
      return isReplicationQuorum(system, has)
  }
}

/**
 * Do they form a quorum that may decide (Paxos: phase 2)? An empty majority, as in a joint system that is being entered,
 * asks for nothing.
 */
export function isReplicationQuorum(system: QuorumSystem, has: VoterPredicate): boolean {
  switch (system.type) {
    case 'majority':
      return system.voters.length === 0 || count(system.voters, has) > system.voters.length >> 1
    case 'weighted':
      return hasWeight(system.weights, has)
    case 'hierarchical':
      return hasGroups(system.groups, has)
    case 'grid':
      return hasColumn(system, has)
    case 'flexible':
      return count(system.voters, has) >= system.replication
    case 'joint':
      return isReplicationQuorum(system.old, has) && isReplicationQuorum(system.next, has)
  }
}

/** Do they form both: can they, and no others, elect a leader and decide? */
export function isQuorum(system: QuorumSystem, has: VoterPredicate): boolean {
  return isReplicationQuorum(system, has) && isElectionQuorum(system, has)
}

/** Can the voters for which `lost` is false no longer decide? */
export function isBlocked(system: QuorumSystem, lost: VoterPredicate): boolean {
  return !isReplicationQuorum(system, (voter) => !lost(voter))
}

function count(voters: readonly NodeId[], has: VoterPredicate): number {
  let all = 0
  for (const voter of voters) if (has(voter)) all++
  return all
}

/** More than half of what they all weigh. */
function hasWeight(weights: readonly VoterWeight[], has: VoterPredicate): boolean {
  let balance = 0
  for (const { node, weight } of weights) balance += has(node) ? weight : -weight
  return balance > 0
}

/** More than half of the groups that weigh anything. */
function hasGroups(groups: readonly (readonly VoterWeight[])[], has: VoterPredicate): boolean {
  let balance = 0
  for (const group of groups) {
    if (group.every(({ weight }) => weight === 0)) continue
    balance += hasWeight(group, has) ? 1 : -1
  }
  return balance > 0
}

function hasRow({ rows }: GridQuorums, has: VoterPredicate): boolean {
  return rows.some((row) => row.every((voter) => has(voter)))
}

function hasColumn({ rows }: GridQuorums, has: VoterPredicate): boolean {
  const columns = rows[0]?.length ?? 0
  for (let i = 0; i < columns; i++) if (rows.every((row) => has(row[i]!))) return true
  return false
}
