import type { NodeId } from '../ids.ts'
import type { Membership } from './membership.ts'
import type { QuorumSystem } from './quorum.ts'

/** Gives a replica its new id. */
export type Rename = (node: NodeId) => NodeId

/** A membership with every replica's id replaced. */
export function renameMembership(membership: Membership, rename: Rename): Membership {
  return {
    quorums: renameQuorums(membership.quorums, rename),
    observers: renameNodes(membership.observers, rename),
  }
}

function renameQuorums(system: QuorumSystem, rename: Rename): QuorumSystem {
  if (system.type === 'majority') return { type: 'majority', voters: renameNodes(system.voters, rename) }
  return { type: 'joint', old: renameQuorums(system.old, rename), next: renameQuorums(system.next, rename) }
}

function renameNodes(nodes: readonly NodeId[], rename: Rename): readonly NodeId[] {
  return nodes.map(rename).sort((a, b) => a - b)
}
