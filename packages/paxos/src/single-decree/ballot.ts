import type { NodeId } from '@quorate/core'

/**
 * A proposal number. Numbers of different proposers differ because the proposer is a part of them (§2.5: disjoint sets of
 * numbers), and one proposer's because its round grows and is on its disk before it is used.
 */
export interface Ballot {
  /** From 1. */
  readonly round: number
  readonly proposer: NodeId
}

/** Below 0, 0 or above 0, as `a` is lower than, equal to or higher than `b`. */
export function compareBallots(a: Ballot, b: Ballot): number {
  return a.round - b.round || a.proposer - b.proposer
}

/** Is `a` higher than `b`? Any ballot is higher than none. */
export function isHigher(a: Ballot, b: Ballot | undefined): boolean {
  return b === undefined || compareBallots(a, b) > 0
}

/** `2.1`: round 2 of proposer 1. */
export function showBallot({ round, proposer }: Ballot): string {
  return `${round}.${proposer}`
}
