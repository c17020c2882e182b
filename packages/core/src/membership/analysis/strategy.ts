import type { NodeId } from '../../ids.ts'
import { minimalQuorums } from './minimal-quorums.ts'
import type { AnyQuorums, QuorumSets } from './quorum-table.ts'
import { maximize } from './simplex.ts'
import { capacityOf, fractionsOf, type QuorumWorkload } from './workload.ts'

/** A quorum, and how often it is asked. */
export interface ChosenQuorum {
  readonly quorum: readonly NodeId[]
  readonly probability: number
}

/** Which quorums are asked, and how often. The probabilities of either list add up to 1. */
export interface QuorumStrategy {
  readonly election: readonly ChosenQuorum[]
  readonly replication: readonly ChosenQuorum[]
}

/** Less than this is rounding. */
const nothing = 1e-9

/**
 * The strategy with the least load. Whittaker et al., Read-Write Quorum Systems Made Practical (PaPoC 2021),
 * gives the linear program; solved is its dual, which starts from a solution: prices of the voters for which the cheapest
 * quorums are dearest. What its rows are worth is the strategy.
 *
 * @throws QuorateError `USAGE` if there are too many voters, or the workload cannot be
 */
export function bestStrategy(quorums: AnyQuorums, workload: QuorumWorkload): QuorumStrategy {
  const sets = minimalQuorums(quorums, workload.failures ?? 0)
  const voters = [...new Set([...sets.election, ...sets.replication].flat())]
  const fractions = fractionsOf(workload)
  const capacities = voters.map((voter) => capacityOf(workload, voter))
  const unit = Math.max(...capacities.flatMap(({ read, write }) => [read, write]))
  // Columns: the price of an election and of a replication quorum, then of each voter in each mix.
  const price = (quorum: readonly NodeId[], isElection: boolean): number[] => [
    isElection ? 1 : 0,
    isElection ? 0 : 1,
    ...fractions.flatMap(({ fraction }) =>
      voters.map((voter, i) => {
        if (!quorum.includes(voter)) return 0
        const { read, write } = capacities[i]!
        return isElection ? (-fraction * unit) / read : (-(1 - fraction) * unit) / write
      }),
    ),
  ]
  const quorumRows = [
    ...sets.election.map((quorum) => price(quorum, true)),
    ...sets.replication.map((quorum) => price(quorum, false)),
  ]
  const mixRows = fractions.map((_, at) => [
    0,
    0,
    ...fractions.flatMap((_other, i) => voters.map(() => (i === at ? 1 : 0))),
  ])
  const { duals } = maximize({
    objective: [1, 1, ...fractions.flatMap(() => voters.map(() => 0))],
    rows: [...quorumRows, ...mixRows],
    limits: [...quorumRows.map(() => 0), ...fractions.map(({ weight }) => weight)],
  })
  return strategyOf(sets, duals)
}

function strategyOf({ election, replication }: QuorumSets, duals: readonly number[]): QuorumStrategy {
  return {
    election: choose(election, duals.slice(0, election.length)),
    replication: choose(replication, duals.slice(election.length, election.length + replication.length)),
  }
}

function choose(quorums: readonly (readonly NodeId[])[], duals: readonly number[]): readonly ChosenQuorum[] {
  const total = duals.reduce((sum, dual) => sum + dual, 0)
  return quorums.flatMap((quorum, i) => {
    const probability = duals[i]! / total
    return probability > nothing ? [{ quorum, probability }] : []
  })
}
