import {
  type Membership,
  type RejectReason,
  encodeMembership,
  entryAt,
  everyMember,
  isVoter,
  lastIndex,
  makeEntry,
} from '@quorate/core'
import { reject } from '../broadcast/propose.ts'
import { handOver } from '../handover/hand-over.ts'
import { appendOwn, saveHistory } from '../history/history.ts'
import type { Zab } from '../node.ts'
import { knownLeader } from '../observe.ts'
import type { Leadership, MembershipChange } from '../state.ts'
import { trace } from '../trace.ts'
import { advanceCatchUp, beginCatchUp } from './catch-up.ts'
import { endChange } from './end-change.ts'
import { isJoint, isSameSystem, jointOf, leaveJoint, usableTarget } from './joint.ts'
import { isSettled, latestRecord, noteMembership } from './memberships.ts'

const rule = 'ZooKeeper, reconfig'

/**
 * Somebody asks for another membership. ZooKeeper proposes it once, and from then until it is committed everything needs
 * quorums of both. Here those two moments are two entries: one with the membership between, which decides from when it is
 * logged, and when that is committed one with the new membership alone. So what is in force where is in the log, durable
 * and in order, and a leader of any later epoch finds out by the log how far the change has come. A change of observers
 * alone takes one entry.
 */
export function onReconfigure(zab: Zab, sequence: number, asked: Membership, time: number): void {
  const { leadership } = zab.state
  if (leadership?.phase !== 'BROADCAST') {
    const leader = knownLeader(zab.state)
    return reject(
      zab,
      sequence,
      leader === undefined || leader === zab.state.self ? 'no-leader' : 'not-leader',
    )
  }
  const target = usableTarget(asked)
  const refusal = target === undefined ? 'invalid-membership' : refuseChange(zab, leadership)
  if (target === undefined || refusal !== undefined) {
    trace(zab, 'reconfiguration-refused', rule, { refusal })
    return reject(zab, sequence, refusal ?? 'invalid-membership')
  }
  trace(zab, 'reconfiguration-asked', rule, { members: everyMember(target) })
  const change: MembershipChange = { sequence, target, time, catchUp: undefined }
  leadership.change = change
  const isOfObservers = isSameSystem(zab.state.membership.quorums, target.quorums)
  if (isOfObservers || zab.options.unsafe.countBeforeCaughtUp) return propose(zab, leadership, change)
  beginCatchUp(zab, change)
}

/** One change at a time: one that is not committed may yet be lost, and a joint one is half way. */
function refuseChange(zab: Zab, leadership: Leadership): RejectReason | undefined {
  if (zab.state.handover !== undefined) return 'transferring'
  return leadership.change !== undefined || !isSettled(zab.state) ? 'change-pending' : undefined
}

/**
 * Once in a leader's turn, when it knows what is committed: what has become of a change. It goes on from the log, so it
 * also completes a change that an earlier leader has begun. While leadership is handed over nothing is proposed.
 */
export function advanceReconfiguration(zab: Zab, leadership: Leadership): void {
  const { state } = zab
  if (leadership.phase !== 'BROADCAST') return
  const { change } = leadership
  if (change?.catchUp !== undefined) endCatchUp(zab, leadership, change, change.catchUp)
  const { index, membership } = latestRecord(state)
  if (index === leadership.settled || index > state.commitIndex) return
  if (!isJoint(membership)) return settle(zab, leadership)
  if (state.handover !== undefined) return
  trace(zab, 'joint-membership-committed', rule, { index })
  leadership.settled = index
  enterMembership(zab, leadership, leaveJoint(membership), change?.time ?? timeOf(zab, index))
}

function endCatchUp(
  zab: Zab,
  leadership: Leadership,
  change: MembershipChange,
  catchUp: NonNullable<MembershipChange['catchUp']>,
): void {
  const result = advanceCatchUp(zab, leadership, change, catchUp)
  if (result === 'failed') {
    trace(zab, 'catch-up-failed', rule, { ...catchUp })
    endChange(zab, leadership, 'catch-up-failed')
  } else if (result === 'done' && zab.state.handover === undefined) {
    change.catchUp = undefined
    propose(zab, leadership, change)
  }
}

/** Everybody that the change needs is there: it begins to count. */
function propose(zab: Zab, leadership: Leadership, { target, time }: MembershipChange): void {
  const { membership } = zab.state
  const isDirect = isSameSystem(membership.quorums, target.quorums) || zab.options.unsafe.skipJoint
  enterMembership(zab, leadership, isDirect ? target : jointOf(membership, target), time)
}

/**
 * Puts a membership into the history: from now on it decides, also what is before it in the history, and reads that wait
 * to be confirmed. Learners have their new roles at once: a voter to be is sent proposals, one that has been a voter only
 * what is committed. So nobody logs its own removal before that is committed, but for the leader itself.
 */
function enterMembership(zab: Zab, leadership: Leadership, membership: Membership, time: number): void {
  const { state } = zab
  const data = encodeMembership(membership)
  const index = lastIndex(state.log) + 1
  const entry = makeEntry(index, leadership.epoch, time, 'membership', undefined, data)
  appendOwn(state, entry)
  leadership.uncommittedBytes += data.length
  noteMembership(zab, entry)
  for (const learner of leadership.learners) learner.voter = isVoter(state.membership, learner.node)
  trace(zab, 'reconfiguration-proposed', rule, {
    index,
    members: everyMember(membership),
    joint: isJoint(membership),
  })
  saveHistory(zab)
}

function timeOf({ state }: Zab, index: number): number {
  return entryAt(state.log, index)?.time ?? 0
}

/** The last membership is committed, and leads nowhere else: the change is done. */
function settle(zab: Zab, leadership: Leadership): void {
  const { index, membership } = latestRecord(zab.state)
  leadership.settled = index
  leadership.settledTick = leadership.ticks
  if (index > 0) trace(zab, 'reconfiguration-committed', rule, { index, members: everyMember(membership) })
  const { change } = leadership
  if (change === undefined || change.catchUp !== undefined) return
  leadership.change = undefined
  zab.out.reply({ type: 'done', sequence: change.sequence })
}

/**
 * The end of a turn: a leader that is no voter any more has led until that was committed, and hands over now. ZooKeeper:
 * COMMITANDACTIVATE names the next one, Leader.getDesignatedLeader.
 */
export function leaveOffice(zab: Zab, leadership: Leadership): void {
  const { state } = zab
  if (leadership.phase !== 'BROADCAST' || isVoter(state.membership, state.self) || !isSettled(state)) return
  handOver(zab, leadership, undefined, 'not-in-membership')
}
