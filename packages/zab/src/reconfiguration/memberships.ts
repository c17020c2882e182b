import {
  type Entry,
  type LogIndex,
  type Membership,
  type SnapshotMeta,
  isMember,
  isVoter,
  membershipIn,
} from '@quorate/core'
import type { Zab } from '../node.ts'
import type { UnsafeRules } from '../options.ts'
import type { Leadership, MembershipRecord, ZabState } from '../state.ts'
import { isJoint } from './joint.ts'

/**
 * Which membership is in force. The last one in the log, from when it is logged, whoever may know that it is committed;
 * so it lasts, and goes, with the log. ZooKeeper has the same in two files, lastSeen and committed, beside the log.
 */
export function latestRecord({ memberships }: Pick<ZabState, 'memberships'>): MembershipRecord {
  return memberships[memberships.length - 1]!
}

/** The membership in force at `index`, which is at or above the log's base. */
export function membershipAtIndex(memberships: readonly MembershipRecord[], index: LogIndex): Membership {
  let position = memberships.length - 1
  while (position > 0 && memberships[position]!.index > index) position--
  return memberships[position]!.membership
}

/** All memberships that a log holds, behind the one at its base. */
export function recordsOf(base: MembershipRecord, entries: readonly Entry[]): MembershipRecord[] {
  const records = [base]
  for (const entry of entries) {
    const record = recordOf(entry)
    if (record !== undefined) records.push(record)
  }
  return records
}

function recordOf(entry: Entry): MembershipRecord | undefined {
  if (entry.kind !== 'membership') return undefined
  const membership = membershipIn(entry)
  return membership === undefined ? undefined : { index: entry.index, epoch: entry.epoch, membership }
}

/** What decides when `latest` is the last membership: with every rule kept, that one. */
export function inForce(latest: Membership, unsafe: Required<UnsafeRules>): Membership {
  const { quorums } = latest
  if (!unsafe.commitWithOldQuorum || quorums.type !== 'joint') return latest
  return { ...latest, quorums: quorums.old, observers: [] }
}

/** An entry has been logged. Its membership, if it has one, is in force from now on. */
export function noteMembership(zab: Zab, entry: Entry): void {
  if (zab.options.unsafe.adoptMembershipWhenCommitted) return
  const record = recordOf(entry)
  if (record === undefined) return
  zab.state.memberships.push(record)
  enforce(zab)
}

/** Only for the unsafe rule of that kind: an entry has been committed, and its membership comes into force. */
export function noteCommittedMembership(zab: Zab, entry: Entry): void {
  const record = recordOf(entry)
  if (record === undefined || record.index <= latestRecord(zab.state).index) return
  zab.state.memberships.push(record)
  enforce(zab)
}

/** The log ends at `index` now: the membership before is in force again. */
export function truncateMemberships(zab: Zab, index: LogIndex): void {
  const { memberships } = zab.state
  if (latestRecord(zab.state).index <= index) return
  while (memberships.length > 1 && latestRecord(zab.state).index > index) memberships.pop()
  enforce(zab)
}

/** The log now starts behind `meta`. What lies above stays, or is truncated as well. */
export function rebaseMemberships(zab: Zab, { index, epoch, membership }: SnapshotMeta): void {
  const { state } = zab
  const later = state.memberships.filter((record) => record.index > index)
  state.memberships = [{ index, epoch, membership }, ...later]
  enforce(zab)
}

/** The last membership is in force. A learner's role follows from it at once; a leader's learners' in `enterMembership`. */
function enforce({ state, options }: Zab): void {
  state.membership = inForce(latestRecord(state).membership, options.unsafe)
  if (state.following !== undefined) {
    state.state = isVoter(state.membership, state.self) ? 'FOLLOWING' : 'OBSERVING'
  }
}

/** The memberships that may decide: the last one known to be committed, and the one behind it, if there is one. */
export function openMemberships({
  memberships,
  commitIndex,
  settledIndex,
}: Pick<ZabState, 'memberships' | 'commitIndex' | 'settledIndex'>): readonly Membership[] {
  const settled = Math.max(commitIndex, settledIndex)
  let first = memberships.length - 1
  while (first > 0 && memberships[first]!.index > settled) first--
  return memberships.slice(first).map(({ membership }) => membership)
}

/** Is it a member, as far as is known to be committed, or may be? */
export function isOpenMember(state: ZabState, node: number): boolean {
  return openMemberships(state).some((membership) => isMember(membership, node))
}

/** May it be a learner of this leader: as a member, one on its way out, or one that is being caught up? */
export function isAdmissible(state: ZabState, { change }: Leadership, node: number): boolean {
  return isOpenMember(state, node) || change?.catchUp?.newcomers.includes(node) === true
}

/** Is the last membership committed, for all that this replica knows, with nothing behind it to go to? */
export function isSettled(state: ZabState): boolean {
  const { index, membership } = latestRecord(state)
  return index <= state.commitIndex && !isJoint(membership)
}
