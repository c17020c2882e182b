import type { NodeId } from '../ids.ts'
import type { Configuration, Membership } from './membership.ts'
import type { QuorumSystem, VoterWeight } from './quorum-system.ts'

/** Gives a replica its new id. */
export type Rename = (node: NodeId) => NodeId

/** A membership with every replica's id replaced. */
export function renameMembership(membership: Membership, rename: Rename): Membership {
  const { pending, nextObservers } = membership
  const now = renameConfiguration(membership, rename)
  if (pending === undefined && nextObservers === undefined) return now
  return {
    ...now,
    ...(nextObservers !== undefined && { nextObservers: renameNodes(nextObservers, rename) }),
    ...(pending !== undefined && {
      pending: pending.map((later) => ({
        from: later.from,
        membership: renameConfiguration(later.membership, rename),
      })),
    }),
  }
}

function renameConfiguration(configuration: Configuration, rename: Rename): Configuration {
  const { quorums, observers, witnesses } = configuration
  const renamed = { quorums: renameQuorums(quorums, rename), observers: renameNodes(observers, rename) }
  return witnesses === undefined ? renamed : { ...renamed, witnesses: renameNodes(witnesses, rename) }
}

/** A quorum system with every replica's id replaced. */
export function renameQuorums(system: QuorumSystem, rename: Rename): QuorumSystem {
  switch (system.type) {
    case 'majority':
    case 'flexible':
      return { ...system, voters: renameNodes(system.voters, rename) }
    case 'weighted':
      return { type: 'weighted', weights: renameWeights(system.weights, rename) }
    case 'hierarchical':
      return { type: 'hierarchical', groups: system.groups.map((group) => renameWeights(group, rename)) }
    case 'grid':
      return { type: 'grid', rows: system.rows.map((row) => row.map(rename)) }
    case 'joint':
      return {
        type: 'joint',
        old: renameQuorums(system.old, rename),
        next: renameQuorums(system.next, rename),
      }
  }
}

function renameNodes(nodes: readonly NodeId[], rename: Rename): readonly NodeId[] {
  return nodes.map(rename).sort((a, b) => a - b)
}

function renameWeights(weights: readonly VoterWeight[], rename: Rename): readonly VoterWeight[] {
  return weights.map(({ node, weight }) => ({ node: rename(node), weight })).sort((a, b) => a.node - b.node)
}
