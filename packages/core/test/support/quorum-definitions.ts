import type { NodeId, QuorumSystem, VoterWeight } from '../../src/index.ts'

/** By definition: does the set elect? */
export function elects(system: QuorumSystem, set: ReadonlySet<NodeId>): boolean {
  switch (system.type) {
    case 'grid':
      return system.rows.some((row) => row.filter((voter) => set.has(voter)).length === row.length)
    case 'flexible':
      return system.voters.filter((voter) => set.has(voter)).length >= system.election
    case 'joint':
      return elects(system.old, set) && elects(system.next, set)
    case 'majority':
    case 'weighted':
    case 'hierarchical':
      return decides(system, set)
  }
}

/** By definition: does the set decide? */
export function decides(system: QuorumSystem, set: ReadonlySet<NodeId>): boolean {
  switch (system.type) {
    case 'majority':
      if (system.voters.length === 0) return true
      return system.voters.filter((voter) => set.has(voter)).length * 2 > system.voters.length
    case 'weighted':
      return weigh(system.weights, set) * 2 > weigh(system.weights)
    case 'hierarchical': {
      const heavy = system.groups.filter((group) => weigh(group) > 0)
      return heavy.filter((group) => weigh(group, set) * 2 > weigh(group)).length * 2 > heavy.length
    }
    case 'grid':
      return system.rows[0]!.some((_, at) => system.rows.every((row) => set.has(row[at]!)))
    case 'flexible':
      return system.voters.filter((voter) => set.has(voter)).length >= system.replication
    case 'joint':
      return decides(system.old, set) && decides(system.next, set)
  }
}

function weigh(weights: readonly VoterWeight[], set?: ReadonlySet<NodeId>): number {
  const counted = weights.filter(({ node }) => set === undefined || set.has(node))
  return counted.reduce((sum, { weight }) => sum + weight, 0)
}

export function subsetsOf(nodes: readonly NodeId[]): ReadonlySet<NodeId>[] {
  return Array.from(
    { length: 2 ** nodes.length },
    (_, bits) => new Set(nodes.filter((_node, i) => (bits >> i) & 1)),
  )
}
