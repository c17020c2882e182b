import { blankEntry, type Entry, isWitness, type LogIndex, type Membership, type NodeId, votersOf } from '@quorate/core'

/**
 * Witnesses: voters without commands. A leader sends them every entry's place and term, and memberships whole; that is
 * all it takes to vote and to count towards a quorum. They cannot lead, serve clients or bring anybody up to date, so an
 * entry counts as committed only when a voter with commands holds it, too.
 */
export function blankOut(entries: readonly Entry[]): readonly Entry[] {
  return entries.map(blankEntry)
}

/** How far the voter with commands that is furthest has got. */
export function heldInFull(membership: Membership, reached: (voter: NodeId) => LogIndex): LogIndex {
  const full = votersOf(membership).filter((voter) => !isWitness(membership, voter))
  return Math.max(...full.map(reached))
}
