import type { Ballot, NodeId } from '@quorate/core'

/** Below every ballot: nothing has been promised. */
export const noBallot: Ballot = { round: 0, node: 0 }

/**
 * Negative if `a` is lower. Ballots are ordered by their round, and by their replica where that is equal, so no two
 * replicas share one (Paxos Made Moderately Complex, §2).
 */
export function compareBallots(a: Ballot, b: Ballot): number {
  return a.round - b.round || a.node - b.node
}

/** Is `a` above `b`? */
export function isAbove(a: Ballot, b: Ballot): boolean {
  return compareBallots(a, b) > 0
}

export function isSame(a: Ballot, b: Ballot): boolean {
  return a.round === b.round && a.node === b.node
}

/** `3.1`: round 3 of replica 1. */
export function ballotName({ round, node }: Ballot): string {
  return `${round}.${node}`
}

/** The ballot that a message is of: messages carry its two parts. */
export function ballotOf(message: { readonly round: number; readonly node: NodeId }): Ballot {
  return { round: message.round, node: message.node }
}

/**
 * Ballots of a list of entries, run by run: `count, round, node` each. Neighbours mostly share theirs.
 */
export function packBallots(ballots: readonly Ballot[]): number[] {
  const packed: number[] = []
  let last = noBallot
  for (const ballot of ballots) {
    if (packed.length > 0 && isSame(ballot, last)) packed[packed.length - 3]! += 1
    else packed.push(1, ballot.round, ballot.node)
    last = ballot
  }
  return packed
}

/** The ballots again, each object shared by its run; undefined if they are not those of `count` entries. */
export function unpackBallots(packed: readonly number[], count: number): Ballot[] | undefined {
  const ballots: Ballot[] = []
  for (let i = 0; i + 2 < packed.length; i += 3) {
    const run = packed[i]!
    if (run < 1 || ballots.length + run > count) return undefined
    const ballot = { round: packed[i + 1]!, node: packed[i + 2]! }
    for (let j = 0; j < run; j++) ballots.push(ballot)
  }
  return ballots.length === count && packed.length % 3 === 0 ? ballots : undefined
}
