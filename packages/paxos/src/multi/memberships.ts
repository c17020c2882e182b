import {
  decodeMembership,
  encodeMembership,
  type Entry,
  type LogIndex,
  type Membership,
  membershipAfter,
  membershipAt,
  type SnapshotMeta,
} from '@quorate/core'
import { latestMembership } from './node.ts'
import type { PaxosState } from './state.ts'

/**
 * What a `membership` entry in `slot` says: who is in force there, and that the next membership decides from `from` on.
 * So whoever applies the entry knows all that is to be known, whatever its window is.
 */
export function membershipData(
  state: PaxosState,
  slot: LogIndex,
  from: LogIndex,
  next: Uint8Array,
): Uint8Array {
  const { quorums, observers } = membershipAt(latestMembership(state), slot)
  return encodeMembership({ quorums, observers, pending: [{ from, membership: decodeMembership(next) }] })
}

/** A membership that comes into force behind `slot`, if one is chosen. */
export function pendingBehind(state: PaxosState, slot: LogIndex): LogIndex | undefined {
  const last = latestMembership(state).pending?.at(-1)
  return last !== undefined && last.from > slot ? last.from : undefined
}

/** The entry in the next slot is chosen: what it says of the membership is known from now on. Gives whether it is news. */
export function learnMembership(state: PaxosState, entry: Entry): boolean {
  const known = latestMembership(state)
  const membership = membershipAfter(known, entry)
  if (membership === known) return false
  state.memberships.push({ index: entry.index, membership })
  return true
}

/** The membership as it stood when the entry at `index`, at or above the log's base, was chosen. */
export function membershipAsOf({ memberships }: PaxosState, index: LogIndex): Membership {
  return memberships.findLast((record) => record.index <= index)?.membership ?? memberships[0]!.membership
}

/** The log now starts behind `meta`. */
export function rebaseMemberships(state: PaxosState, { index, membership }: SnapshotMeta): void {
  const later = state.memberships.filter((record) => record.index > index)
  state.memberships = [{ index, membership }, ...later]
}
