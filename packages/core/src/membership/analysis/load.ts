import type { NodeId } from '../../ids.ts'
import { sortedNodes } from '../sorted-nodes.ts'
import type { AnyQuorums } from './quorum-table.ts'
import { bestStrategy, type ChosenQuorum, type QuorumStrategy } from './strategy.ts'
import { capacityOf, fractionsOf, type QuorumWorkload, type ReadFraction } from './workload.ts'

/**
 * The least load that a strategy can put on the busiest voter: the part of its time that one operation in a unit of time
 * takes; with capacities of 1, how probable it is that an operation asks it. Naor and Wool (SIAM J. Comput. 1998);
 * Whittaker et al. (PaPoC 2021). For several mixes of reads and writes, the mean.
 */
export function quorumLoad(quorums: AnyQuorums, workload: QuorumWorkload): number {
  return strategyLoad(bestStrategy(quorums, workload), workload)
}

/** How many operations in a unit of time keep the busiest voter busy; for several mixes, the mean. */
export function quorumCapacity(quorums: AnyQuorums, workload: QuorumWorkload): number {
  return strategyCapacity(bestStrategy(quorums, workload), workload)
}

/** The load of the busiest voter under a strategy. */
export function strategyLoad(strategy: QuorumStrategy, workload: QuorumWorkload): number {
  return mean(workload, (load) => load, strategy)
}

/** The capacity under a strategy. */
export function strategyCapacity(strategy: QuorumStrategy, workload: QuorumWorkload): number {
  return mean(workload, (load) => 1 / load, strategy)
}

/** The load of each voter that the strategy asks, by id; for several mixes, the mean. */
export function voterLoads(strategy: QuorumStrategy, workload: QuorumWorkload): ReadonlyMap<NodeId, number> {
  const chosen = [...strategy.election, ...strategy.replication]
  const voters = sortedNodes(chosen.flatMap(({ quorum }) => quorum))
  const loads = voters.map((voter): [NodeId, number] => {
    const ofMixes = fractionsOf(workload).map((mix) => mix.weight * loadOf(voter, strategy, workload, mix))
    return [voter, ofMixes.reduce((sum, load) => sum + load, 0)]
  })
  return new Map(loads)
}

function mean(workload: QuorumWorkload, worth: (load: number) => number, strategy: QuorumStrategy): number {
  let sum = 0
  for (const mix of fractionsOf(workload)) {
    const loads = voterLoads(strategy, { ...workload, readFraction: mix.fraction })
    sum += mix.weight * worth(Math.max(...loads.values()))
  }
  return sum
}

function loadOf(
  voter: NodeId,
  { election, replication }: QuorumStrategy,
  workload: QuorumWorkload,
  { fraction }: ReadFraction,
): number {
  const { read, write } = capacityOf(workload, voter)
  return (fraction * chance(voter, election)) / read + ((1 - fraction) * chance(voter, replication)) / write
}

/** How probable it is that the quorum chosen has that voter. */
function chance(voter: NodeId, chosen: readonly ChosenQuorum[]): number {
  return chosen.reduce((sum, { quorum, probability }) => sum + (quorum.includes(voter) ? probability : 0), 0)
}
