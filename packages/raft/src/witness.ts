import {
  blankEntry,
  type Entry,
  isMember,
  isWitness,
  type LogIndex,
  type Membership,
  type NodeId,
  votersOf,
} from '@quorate/core'
import { membershipOf } from './node.ts'
import type { RaftState } from './state.ts'

/**
 * Witnesses: voters without commands. A leader sends them every entry's place and term, and memberships whole; that is
 * all it takes to vote and to count towards a quorum. They cannot lead, serve clients or bring anybody up to date. So:
 *
 * - an entry counts as committed only when a voter with commands holds it, too;
 * - a witness is sent nothing that the leader's own disk does not hold: it would refuse its vote to everybody if the
 *   leader lost it.
 */
export function blankOut(entries: readonly Entry[], last: LogIndex): readonly Entry[] {
  return entries.filter(({ index }) => index <= last).map(blankEntry)
}

/**
 * Does a leader take this replica for a witness, or for none, and is mistaken? A log that leaves commands out is good for
 * a witness alone: what is missing stays missing, though the places are there. And who has the commands goes on with them
 * as long as it is a member.
 */
export function isMistaken(state: RaftState, { witness }: { readonly witness?: boolean }): boolean {
  if (witness !== true) return state.blank
  const membership = membershipOf(state)
  return isMember(membership, state.self) && !isWitness(membership, state.self)
}

/** How far the voter with commands that is furthest has got. */
export function heldInFull(membership: Membership, reached: (voter: NodeId) => LogIndex): LogIndex {
  const full = votersOf(membership).filter((voter) => !isWitness(membership, voter))
  return Math.max(...full.map(reached))
}
