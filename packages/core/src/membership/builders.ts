import { QuorateError } from '../errors.ts'
import type { NodeId } from '../ids.ts'
import { type Membership, membershipOf } from './membership.ts'
import { quorumProblem } from './quorum-problem.ts'
import type { QuorumSystem, VoterWeight } from './quorum-system.ts'

/** A voter of weight 1, or one with its weight. */
export type WeightedVoter = NodeId | VoterWeight

/** How many voters elect, and how many decide. */
export interface QuorumSizes {
  readonly election: number
  readonly replication: number
}

/**
 * A membership in which more than half of the weight elects and decides.
 *
 * @throws QuorateError `USAGE` if a voter is listed twice or no vote weighs anything
 */
export function weightedOf(weights: readonly WeightedVoter[], observers: readonly NodeId[] = []): Membership {
  return checked({ type: 'weighted', weights: weigh(weights) }, observers)
}

/**
 * A membership in which a majority of the groups elects and decides, each with more than half of its weight.
 *
 * @throws QuorateError `USAGE` if a voter is in two groups or no vote weighs anything
 */
export function hierarchicalOf(
  groups: readonly (readonly WeightedVoter[])[],
  observers: readonly NodeId[] = [],
): Membership {
  return checked({ type: 'hierarchical', groups: groups.map(weigh) }, observers)
}

/**
 * A membership in which a row elects and a column decides.
 *
 * @throws QuorateError `USAGE` if the rows are not equally long or a voter is listed twice
 */
export function gridOf(rows: readonly (readonly NodeId[])[], observers: readonly NodeId[] = []): Membership {
  return checked({ type: 'grid', rows: rows.map((row) => [...row]) }, observers)
}

/**
 * A membership in which any `election` voters elect and any `replication` decide.
 *
 * @throws QuorateError `USAGE` if the two together are not more than there are voters
 */
export function flexibleOf(
  voters: readonly NodeId[],
  sizes: QuorumSizes,
  observers: readonly NodeId[] = [],
): Membership {
  const { election, replication } = sizes
  return checked(
    { type: 'flexible', voters: voters.toSorted((a, b) => a - b), election, replication },
    observers,
  )
}

function checked(quorums: QuorumSystem, observers: readonly NodeId[]): Membership {
  const problem = quorumProblem(quorums, { electionsMeet: false })
  if (problem !== undefined) {
    throw new QuorateError('USAGE', `these ${quorums.type} quorums cannot be used: ${problem}`)
  }
  return membershipOf(quorums, observers)
}

function weigh(voters: readonly WeightedVoter[]): VoterWeight[] {
  return voters
    .map((voter) =>
      typeof voter === 'number' ? { node: voter, weight: 1 } : { node: voter.node, weight: voter.weight },
    )
    .sort((a, b) => a.node - b.node)
}
