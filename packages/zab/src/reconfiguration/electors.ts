import { type Membership, type NodeId, isVoter, votersOf, weighsAnything } from '@quorate/core'
import type { MembershipRecord, ZabState } from '../state.ts'
import { latestRecord, openMemberships } from './memberships.ts'

/**
 * Who takes part in elections, as opposed to who counts in them. Votes, promises and acknowledgements are counted by the
 * membership in the log and by nothing else. But who stands, is asked and is listened to is everybody who may be needed:
 * - a voter of the last membership known to be committed, though a later one in the log leaves it out: that may be lost,
 *   or be committed by a leader that only this replica's log lets win;
 * - a voter of a later membership that somebody told: it was caught up, and the one who has that membership in its log
 *   may have the best history, and needs its vote.
 */
export function isElector(state: ZabState, node: NodeId): boolean {
  return electorates(state).some((membership) => isVoter(membership, node))
}

/** May it stand? Votes for one whose own vote weighs nothing are ignored. */
export function mayStand(state: ZabState, node: NodeId): boolean {
  return electorates(state).some(({ quorums }) => weighsAnything(quorums, node))
}

/** Whom to ask who leads: electors, and the voters of a later membership of which somebody has told. */
export function askable(state: ZabState): readonly NodeId[] {
  const { membership, memberships, hint } = state
  if (memberships.length === 1 && hint === undefined) return votersOf(membership)
  const all = electorates(state)
  const told = hint === undefined || all.includes(hint.membership) ? all : [...all, hint.membership]
  return [...new Set(told.flatMap(votersOf))].sort((a, b) => a - b)
}

function electorates(state: ZabState): readonly Membership[] {
  const open = openMemberships(state)
  const { hint, self } = state
  if (hint === undefined) return open
  const takesPart = open.some((membership) => isVoter(membership, self)) || isTrusted(state, hint)
  return takesPart ? [...open, hint.membership] : open
}

/**
 * May this replica take part in elections only because of a membership that it does not have in its log? Only if it has adopted the
 * epoch in which that was proposed: a new voter has, because it was caught up before. One that has not, although it
 * should be a voter, may be a replica of that id that has lost its disk, and what it had acknowledged.
 */
function isTrusted({ currentEpoch }: ZabState, hint: MembershipRecord): boolean {
  return currentEpoch >= hint.epoch
}

/** Is `a` the later one? Memberships are told apart by the zxid of their entry; ZooKeeper: the version of a config. */
export function isLater(a: MembershipRecord, b: MembershipRecord): boolean {
  return a.epoch === b.epoch ? a.index > b.index : a.epoch > b.epoch
}

/** Does this replica have a part to play while it looks for a leader? If not it keeps still until it is asked to join. */
export function isSilent(state: ZabState): boolean {
  if (isElector(state, state.self)) return false
  return !openMemberships(state).some(({ observers }) => observers.includes(state.self))
}

/** Takes note of a membership that somebody told, if it is later than all that are known. True if it is. */
export function takeHint(state: ZabState, told: MembershipRecord): boolean {
  if (!isLater(told, latestRecord(state))) return false
  if (state.hint !== undefined && !isLater(told, state.hint)) return false
  state.hint = told
  return true
}
