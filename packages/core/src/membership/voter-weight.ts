import type { NodeId } from '../ids.ts'
import type { QuorumSystem, VoterWeight } from './quorum-system.ts'

/**
 * Does this voter's vote weigh anything? One whose vote does not is in no quorum that would not be one without it: it
 * follows and acknowledges, and changes nothing. An engine may ask before it makes such a voter leader; ZooKeeper's
 * QuorumVerifier.getWeight. In a joint system it is enough to weigh something on one side.
 */
export function weighsAnything(system: QuorumSystem, voter: NodeId): boolean {
  switch (system.type) {
    case 'majority':
    case 'flexible':
      return system.voters.includes(voter)
    case 'weighted':
      return hasWeight(system.weights, voter)
    case 'hierarchical':
      return system.groups.some((group) => hasWeight(group, voter))
    case 'grid':
      return system.rows.some((row) => row.includes(voter))
    case 'joint':
      return weighsAnything(system.old, voter) || weighsAnything(system.next, voter)
  }
}

function hasWeight(weights: readonly VoterWeight[], voter: NodeId): boolean {
  return weights.some(({ node, weight }) => node === voter && weight > 0)
}
