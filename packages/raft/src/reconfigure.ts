import {
  encodeMembership,
  everyMember,
  type Input,
  isVoter,
  lastIndex,
  type Membership,
  type RejectReason,
  votersOf,
} from '@quorate/core'
import { advanceCatchUp, beginCatchUp } from './catch-up.ts'
import { isJoint, isOneStep, jointOf, leaveJoint, usableTarget } from './joint.ts'
import { beginRound } from './lease.ts'
import { appendOwn } from './log-writes.ts'
import { membershipOf, type RaftNode, trace } from './node.ts'
import { syncPeers } from './peers.ts'
import { sendHeartbeat } from './replicate.ts'
import { endChange, reject } from './requests.ts'
import type { Leadership, MembershipChange, MembershipRecord, RaftState } from './state.ts'
import { isTransferring, resign } from './transfer.ts'

/**
 * Somebody asks for another membership. Raft (extended), §6; thesis, chapter 4. Newcomers are brought up to date, then
 * both memberships decide together, then the new one alone; a small change goes there in one step. Each is in force when
 * it is in the log.
 */
export function onReconfigure(node: RaftNode, input: Extract<Input, { type: 'reconfigure' }>): void {
  const { state } = node
  const { leadership } = state
  const { sequence } = input.request
  if (leadership === undefined) {
    return reject(node, sequence, state.leader === undefined ? 'no-leader' : 'not-leader')
  }
  const target = usableTarget(membershipOf(state), input.membership)
  const refusal = target === undefined ? 'invalid-membership' : refuseChange(node, leadership)
  if (target === undefined || refusal !== undefined) {
    trace(node, 'RefuseChange', 'Raft thesis 4.1', { refusal })
    return reject(node, sequence, refusal ?? 'invalid-membership')
  }
  trace(node, 'Reconfigure', 'Raft 6', { members: everyMember(target) })
  endChange(node, leadership, 'change-pending') // there is one only if two may be under way: an unsafe rule
  const change: MembershipChange = { sequence, target, catchUp: undefined }
  leadership.change = change
  beginCatchUp(node, leadership, change)
  if (change.catchUp === undefined) logChange(node, leadership, change)
}

function refuseChange(node: RaftNode, leadership: Leadership): RejectReason | undefined {
  const { state, config } = node
  if (isTransferring(state)) return 'transferring'
  const { changeBeforeOwnCommit, overlappingChanges } = config.unsafe
  if (state.commit < leadership.start && changeBeforeOwnCommit !== true) return 'change-pending' // M1
  return isChanging(state, leadership) && overlappingChanges !== true ? 'change-pending' : undefined // M4
}

/** Is a change asked for, or in the log and not committed, or committed and half way? The log's last one counts (M4). */
function isChanging(state: RaftState, { change }: Leadership): boolean {
  const { index, membership } = latestOf(state)
  return change !== undefined || index > state.commit || isJoint(membership)
}

/**
 * Once a turn, before it is written: what has become of a change. While leadership is handed over nothing is appended
 * (T2); whoever leads then goes on from the log.
 */
export function advanceChange(node: RaftNode, leadership: Leadership): void {
  const { change } = leadership
  if (change?.catchUp !== undefined) endCatchUp(node, leadership, change, change.catchUp)
  const latest = latestOf(node.state)
  if (latest.index !== leadership.settled && maySettle(node, leadership, latest))
    settle(node, leadership, latest)
}

function endCatchUp(
  node: RaftNode,
  leadership: Leadership,
  change: MembershipChange,
  catchUp: NonNullable<MembershipChange['catchUp']>,
): void {
  const result = advanceCatchUp(node, leadership, catchUp)
  if (result === undefined) return
  if (result === 'done') {
    if (isTransferring(node.state)) return
    change.catchUp = undefined
    return logChange(node, leadership, change)
  }
  trace(node, 'CatchUpFailed', 'Raft thesis 4.2.1', { ...catchUp })
  endChange(node, leadership, 'catch-up-failed')
  syncPeers(node.state, leadership)
}

/** Everything that the change needs is there: it begins to count. */
function logChange(node: RaftNode, leadership: Leadership, { target }: MembershipChange): void {
  const { state, config } = node
  const now = membershipOf(state)
  const goesAlone = (isOneStep(now, target) && !config.alwaysJoint) || config.unsafe.skipJoint === true
  enterMembership(node, leadership, goesAlone ? target : jointOf(now, target))
}

/**
 * Puts a membership in the log: from now on it decides, also on what is before it in the log, and on reads that wait for
 * answers (R4).
 */
function enterMembership(node: RaftNode, leadership: Leadership, membership: Membership): void {
  const { state } = node
  const data = encodeMembership(membership)
  appendOwn(node, 'membership', undefined, data)
  leadership.uncommittedBytes += data.length
  if (node.config.unsafe.membershipWhenCommitted !== true) {
    state.memberships.push({ index: lastIndex(state.log), membership })
  }
  trace(node, 'EnterMembership', 'Raft thesis 4.1', {
    index: lastIndex(state.log),
    members: everyMember(membership),
    joint: isJoint(membership),
  })
  syncPeers(state, leadership)
  leadership.acknowledged = true
  leadership.confirmed = true
}

/**
 * Is the last membership committed? And does the leader know, by a commit in its own term? One who found a joint
 * membership in its log must not leave it before: both sides have to hold it (M6).
 */
function maySettle({ state, config }: RaftNode, { start }: Leadership, latest: MembershipRecord): boolean {
  if (config.unsafe.leaveJointEarly === true && isJoint(latest.membership)) return true
  return state.commit >= latest.index && state.commit >= start
}

/** The last membership is committed. A joint one is left, by whoever leads then (M5). Any other ends the change. */
function settle(node: RaftNode, leadership: Leadership, { index, membership }: MembershipRecord): void {
  const { state } = node
  if (isJoint(membership)) {
    if (isTransferring(state)) return
    leadership.settled = index
    return enterMembership(node, leadership, leaveJoint(membership))
  }
  leadership.settled = index
  const members = everyMember(membership)
  const leavers = [...leadership.progress.keys()].filter((peer) => !members.includes(peer))
  const isOut = !isVoter(membership, state.self)
  if (leavers.length > 0) leadership.leaving = { peers: leavers, beats: 0 }
  if (index >= leadership.start || leavers.length > 0 || isOut) tellAll(node, leadership)
  if (isOut) leadership.farewell = leadership.round
  syncPeers(state, leadership)
  trace(node, 'SettleMembership', 'Raft thesis 4.2.2', { index, members, leavers })
  const { change } = leadership
  if (change === undefined || change.catchUp !== undefined) return
  leadership.change = undefined
  node.outbox.reply({ type: 'done', sequence: change.sequence })
}

/** Who leaves hears of it no other way, and who is new need not wait to know. */
function tellAll(node: RaftNode, leadership: Leadership): void {
  beginRound(node, leadership)
  for (const progress of leadership.progress.values()) sendHeartbeat(node, leadership, progress)
}

/**
 * The end of a turn: a leader that is no voter any more has led until that was committed, and hands over now (M7): to one
 * who has heard of it, or to whom there is at the next heartbeat. Thesis §4.2.2.
 */
export function leaveOffice(node: RaftNode, leadership: Leadership): void {
  const { farewell, progress, round } = leadership
  if (farewell === undefined || node.state.leadership !== leadership) return
  const voters = votersOf(membershipOf(node.state))
  if (round > farewell || voters.some((voter) => (progress.get(voter)?.round ?? 0) >= farewell)) {
    resign(node, 'removed')
  }
}

function latestOf({ memberships }: RaftState): MembershipRecord {
  return memberships[memberships.length - 1]!
}
