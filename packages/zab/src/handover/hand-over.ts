import { type NodeId, type RejectReason, lastIndex } from '@quorate/core'
import { reject } from '../broadcast/propose.ts'
import { becomeLooking } from '../election/become-looking.ts'
import { lastZxid } from '../history/history.ts'
import { findLearner } from '../liveness/learners.ts'
import type { LookingReason } from '../marks.ts'
import { type Zab, mayLead } from '../node.ts'
import { knownLeader } from '../observe.ts'
import type { HandingOver, Leadership } from '../state.ts'
import { trace } from '../trace.ts'
import { failHandover } from './answer-transfer.ts'
import { bestSuccessor, findSuccessor } from './successor.ts'

/**
 * Handing leadership over. ZooKeeper does it when a reconfiguration takes the leader away: COMMITANDACTIVATE names a
 * designated leader, and its servers follow that one without an election. Here the leader takes no more commands, waits
 * until the designated one has everything and knows that it is committed, tells all its learners, and leaves; they vote
 * for the designated one in an ordinary election, which therefore takes one exchange.
 *
 * Safety does not depend on any of it. The votes are those that the designated one casts itself: its currentEpoch, its
 * last zxid. A quorum has to give them, discovery looks again whether anybody is ahead (l.1.2), and its epoch is a new one.
 */

/** A leader that leaves in any case waits for its successor no longer than so many ticks. */
const resignTicks = 2

/** Somebody asks this replica to hand leadership over. */
export function onTransfer(zab: Zab, sequence: number, to: NodeId): void {
  const { state, options } = zab
  const { leadership, handover } = state
  if (leadership?.phase !== 'BROADCAST') {
    const leader = knownLeader(state)
    return reject(zab, sequence, leader === undefined || leader === state.self ? 'no-leader' : 'not-leader')
  }
  const refusal = refuseTransfer(zab, leadership, to)
  if (refusal !== undefined) return reject(zab, sequence, refusal)
  if (handover !== undefined) failHandover(zab, 'transfer-failed', 'another-target')
  begin(zab, { to, sequence, resigns: undefined, ticks: options.handoverLimit, sent: false })
}

/** Only a voter can lead, and nobody is waited for who is not there. */
function refuseTransfer(zab: Zab, leadership: Leadership, to: NodeId): RejectReason | undefined {
  const { state } = zab
  const { handover } = state
  if (handover !== undefined && (handover.to === to || handover.resigns !== undefined)) return 'transferring'
  if (to === state.self || !mayLead(state, to)) return 'invalid-target'
  return findLearner(leadership, to) === undefined ? 'transfer-failed' : undefined
}

/**
 * The leader leaves, because of `why`, and hands over before it does: to `target`, or to whoever has acknowledged most.
 * If nobody can take over it leaves at once. It may be no member any more, and its disk may do nothing: the others' disks
 * have what it waits for.
 */
export function handOver(
  zab: Zab,
  leadership: Leadership,
  target: NodeId | undefined,
  why: LookingReason,
): void {
  const { handover } = zab.state
  if (handover !== undefined) {
    if (handover.resigns !== undefined) return
    handover.resigns = why // under way already: now it leaves if that fails
    handover.ticks = Math.min(handover.ticks, resignTicks)
    return
  }
  const wanted = target === undefined ? undefined : findSuccessor(zab, leadership, target)?.node
  const to = wanted ?? bestSuccessor(zab, leadership)
  if (leadership.phase !== 'BROADCAST' || to === undefined) return becomeLooking(zab, why)
  begin(zab, { to, sequence: undefined, resigns: why, ticks: resignTicks, sent: false })
}

function begin(zab: Zab, handover: HandingOver): void {
  zab.state.handover = handover
  const { to, resigns } = handover
  trace(zab, 'handover-begun', 'ZooKeeper, Leader.getDesignatedLeader', { to, why: resigns ?? 'asked' })
}

/**
 * At the end of a leader's turn: leaves once the designated one has all, durably, and has been told that it is committed.
 * Links keep order: that, and every refusal and answer, arrives before HANDOVER.
 */
export function advanceHandover(zab: Zab, leadership: Leadership, handover: HandingOver): void {
  const { state } = zab
  const learner = findLearner(leadership, handover.to)
  if (learner === undefined || !mayLead(state, handover.to)) return endHandover(zab, handover, 'target-lost')
  const last = lastIndex(state.log)
  const hasAll = learner.phase === 'UPTODATE' && learner.acked === last && learner.committed === last
  if (hasAll) leave(zab, leadership, handover)
}

function leave(zab: Zab, leadership: Leadership, handover: HandingOver): void {
  const { state, options, out } = zab
  const { epoch } = leadership
  const last = lastZxid(zab)
  const vote = { leader: handover.to, epoch, zxidEpoch: last.epoch, zxidIndex: last.index }
  handover.sent = true
  handover.ticks = options.handoverLimit
  trace(zab, 'handover-sent', 'ZooKeeper, COMMITANDACTIVATE', { to: handover.to, last: last.index })
  const message = {
    type: 'HANDOVER',
    epoch,
    round: state.round + 1,
    designated: vote.leader,
    zxidEpoch: vote.zxidEpoch,
    zxidIndex: vote.zxidIndex,
  } as const
  for (const { node, connection } of leadership.learners) out.sendNow(node, { ...message, connection })
  state.lastOwnProposal = 0 // each is in the log, which is committed, or was refused
  becomeLooking(zab, handover.resigns ?? 'handed-over', mayLead(state, state.self) ? vote : undefined)
}

/** It came to nothing before anybody was told: the leader goes on, unless it was about to leave. */
function endHandover(zab: Zab, { resigns }: HandingOver, why: string): void {
  failHandover(zab, 'transfer-failed', why)
  if (resigns !== undefined) becomeLooking(zab, resigns)
}

/** A tick passes. Nobody waits without end: neither clients for a leader, nor who asked for the transfer for an answer. */
export function countHandover(zab: Zab): void {
  const { handover } = zab.state
  if (handover === undefined) return
  handover.ticks -= 1
  if (handover.ticks > 0) return
  if (handover.sent) failHandover(zab, 'transfer-failed', 'not-in-time')
  else endHandover(zab, handover, 'not-in-time')
}
