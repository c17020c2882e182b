import type { NodeId } from '../ids.ts'
import { sortedNodes } from './sorted-nodes.ts'

/**
 * Which sets of voters may elect a leader and which may decide, as a value. An election quorum (Paxos: phase 1) meets
 * every replication quorum (phase 2), which is all that consensus asks of them; see `quorumProblem` for what engines ask
 * beyond. Engines ask the functions of this folder and never count to `n / 2` themselves.
 */
export type QuorumSystem =
  | MajorityQuorums
  | WeightedQuorums
  | HierarchicalQuorums
  | GridQuorums
  | FlexibleQuorums
  | JointQuorums

/** More than half of the voters, to elect and to decide. */
export interface MajorityQuorums {
  readonly type: 'majority'
  /** Sorted, each once. */
  readonly voters: readonly NodeId[]
}

/** A voter and what its vote weighs. */
export interface VoterWeight {
  readonly node: NodeId
  /** A whole number. 0: a voter that is never counted. Whether it may lead is for the engine to say: Zab's may not. */
  readonly weight: number
}

/** Voters whose votes weigh together more than half of all weight. Gifford (SOSP 1979). */
export interface WeightedQuorums {
  readonly type: 'weighted'
  /** Sorted by node, each once. */
  readonly weights: readonly VoterWeight[]
}

/**
 * A majority of the groups that weigh anything, and in each of these more than half of its weight. Kumar (IEEE ToC 1991);
 * ZooKeeper's QuorumHierarchical.
 */
export interface HierarchicalQuorums {
  readonly type: 'hierarchical'
  /** Each sorted by node. No node is in two. */
  readonly groups: readonly (readonly VoterWeight[])[]
}

/** A whole row elects, a whole column decides. Howard, Malkhi and Spiegelman, Flexible Paxos (OPODIS 2016), section 5. */
export interface GridQuorums {
  readonly type: 'grid'
  /** As long as each other. No node is in it twice. */
  readonly rows: readonly (readonly NodeId[])[]
}

/** Any `election` voters elect, any `replication` decide: simple quorums. Flexible Paxos, section 5. */
export interface FlexibleQuorums {
  readonly type: 'flexible'
  /** Sorted, each once. */
  readonly voters: readonly NodeId[]
  readonly election: number
  readonly replication: number
}

/** Quorums of both at once: while a membership changes. */
export interface JointQuorums {
  readonly type: 'joint'
  readonly old: QuorumSystem
  readonly next: QuorumSystem
}

/** Every voter of a system, sorted, each once. */
export function votersIn(system: QuorumSystem): readonly NodeId[] {
  switch (system.type) {
    case 'majority':
    case 'flexible':
      return system.voters
    case 'weighted':
      return system.weights.map(({ node }) => node)
    case 'hierarchical':
      return sortedNodes(system.groups.flatMap((group) => group.map(({ node }) => node)))
    case 'grid':
      return sortedNodes(system.rows.flat())
    case 'joint':
      return sortedNodes([...votersIn(system.old), ...votersIn(system.next)])
  }
}
