import {
  type Entry,
  everyMember,
  type LogIndex,
  type Membership,
  membershipIn,
  type NodeId,
  type SnapshotMeta,
} from '@quorate/core'
import type { MembershipRecord, RaftState } from './state.ts'

/** Which membership was in force at `index`, which is at or above the log's base. */
export function membershipAt(state: RaftState, index: LogIndex): Membership {
  const { memberships } = state
  let position = memberships.length - 1
  while (position > 0 && memberships[position]!.index > index) position--
  return memberships[position]!.membership
}

/** Takes note of a membership in the log: it is in force from when it is appended. Thesis §4.1. */
export function appendMembership(memberships: MembershipRecord[], entry: Entry): void {
  const membership = membershipIn(entry)
  if (membership !== undefined) memberships.push({ index: entry.index, membership })
}

/** Only for the unsafe rule of that kind: takes note of memberships that become committed, up to `index`. */
export function learnMemberships({ log, commit, memberships }: RaftState, index: LogIndex): void {
  for (const entry of log.entries.slice(commit - log.base, index - log.base)) {
    if (entry.kind === 'membership') appendMembership(memberships, entry)
  }
}

/**
 * The log no longer holds what it held above `index`: the membership before is in force again (M10). It is committed, or
 * was proposed by a leader that had committed the one before it: so there is one at most to take back.
 */
export function truncateMemberships(state: RaftState, index: LogIndex): void {
  const { memberships } = state
  while (memberships.length > 1 && memberships[memberships.length - 1]!.index > index) memberships.pop()
}

/** The log now starts after `meta`. */
export function rebaseMemberships(state: RaftState, meta: SnapshotMeta): void {
  const { memberships, leadership } = state
  const wasSettled = leadership?.settled === memberships[memberships.length - 1]!.index
  const later = memberships.filter(({ index }) => index > meta.index)
  state.memberships = [{ index: meta.index, membership: meta.membership }, ...later]
  // The last one may have a new index; it is as settled as it was.
  if (leadership !== undefined && wasSettled)
    leadership.settled = state.memberships[state.memberships.length - 1]!.index
}

/** The memberships that may decide: the last one known to be committed, and those behind it. Oldest first. */
export function openMemberships({ memberships, commit }: RaftState): readonly MembershipRecord[] {
  let first = memberships.length - 1
  while (first > 0 && memberships[first]!.index > commit) first--
  return memberships.slice(first)
}

/** Everybody else in one of them, and of `others`; sorted. */
export function peersOf(state: RaftState, others: readonly NodeId[]): readonly NodeId[] {
  const members = openMemberships(state).flatMap(({ membership }) => everyMember(membership))
  const peers = new Set([...members, ...others])
  peers.delete(state.self)
  return [...peers].sort((a, b) => a - b)
}
