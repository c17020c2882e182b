import type { NodeId } from '@quorate/core'

/**
 * A round's number, from 1. Which rounds are fast, and whose they are, is settled beforehand (§3.1): rounds come in pairs,
 * a fast one and the classic one that follows it and recovers from its collisions. Pairs go round the coordinators.
 */
export type Round = number

export function isFast(round: Round): boolean {
  return round % 2 === 1
}

/** The one coordinator of a round. `coordinators` is not empty. */
export function coordinatorOf(coordinators: readonly NodeId[], round: Round): NodeId {
  return coordinators[Math.floor((round - 1) / 2) % coordinators.length]!
}

/** The lowest round of a coordinator that is above `above`. `id` is one of `coordinators`. */
export function ownRoundAbove(coordinators: readonly NodeId[], id: NodeId, above: Round): Round {
  let round = above + 1
  while (coordinatorOf(coordinators, round) !== id) round++
  return round
}
