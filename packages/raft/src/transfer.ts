import {
  assert,
  type Input,
  isVoter,
  isWitness,
  lastIndex,
  type NodeId,
  type RejectReason,
} from '@quorate/core'
import { becomeCandidate, becomeFollower } from './become.ts'
import { dropLease, isLeased, returnLease } from './lease.ts'
import type { IgnoreReason } from './marks.ts'
import type { RequestVote, TimeoutNow } from './messages.ts'
import { ignore, isPromotable, membershipOf, type RaftNode, trace } from './node.ts'
import { priorityOf } from './priority.ts'
import type { Progress } from './progress.ts'
import { reject } from './requests.ts'
import type { Leadership, RaftState, Transfer } from './state.ts'
import { failTransfer } from './transfer-answer.ts'

/**
 * Leadership transfer. Raft thesis, §3.10. The leader takes no more proposals, brings the other's log up to its own,
 * tells it to campaign at once, and takes proposals again if it still leads after an election timeout.
 *
 * A transfer has a range of the leader's rounds to itself. An order to campaign, and the campaign that follows it, name
 * the range's end; who has seen a round behind it knows that the transfer was given up before, however late they come.
 */
const roundsSetAside = 2 ** 20

/** A leader that is to step down anyway waits for its successor no longer than so many heartbeats. */
const resignBeats = 2

/** Somebody asks this replica to hand leadership over. */
export function onTransfer(node: RaftNode, input: Extract<Input, { type: 'transfer' }>): void {
  const { state } = node
  const { to } = input
  const { sequence } = input.request
  const { leadership, transfer } = state
  if (leadership === undefined) {
    return reject(node, sequence, state.leader === undefined ? 'no-leader' : 'not-leader')
  }
  const refusal = refuseTransfer(node, leadership, to)
  if (refusal !== undefined) return reject(node, sequence, refusal)
  if (transfer?.to === to && transfer.sequence === undefined) {
    state.transfer = { ...transfer, sequence } // under way of its own accord
    return
  }
  if (transfer !== undefined) endTransfer(node, leadership, 'another-target')
  beginTransfer(node, leadership, to, { sequence, resigns: undefined, limit: node.config.transferBeats })
}

/** Only a voter can lead, and nobody is waited for who is not there. */
function refuseTransfer(node: RaftNode, leadership: Leadership, to: NodeId): RejectReason | undefined {
  const { state, config } = node
  const { transfer } = state
  if (transfer?.resigns !== undefined) return 'transferring'
  if (transfer?.to === to && transfer.sequence !== undefined) return 'transferring'
  if (to === state.self || !isEligible(state, to)) return 'invalid-target'
  const progress = leadership.progress.get(to)
  return progress === undefined || progress.quiet >= config.quietLimit ? 'transfer-failed' : undefined
}

/** May this member lead? A witness has no commands to lead with. */
export function isEligible(state: RaftState, member: NodeId): boolean {
  const membership = membershipOf(state)
  return isVoter(membership, member) && !isWitness(membership, member)
}

/** Is leadership being handed over? Then nothing is appended any more: the other's log must stay as good as this one (T2). */
export function isTransferring({ role, transfer }: RaftState): boolean {
  return role === 'leader' && transfer !== undefined
}

type Purpose = Pick<Transfer, 'sequence' | 'resigns' | 'limit'>

/** Begins to hand leadership over. What the other lacks is on its way; it is told to campaign at the end of a turn. */
export function beginTransfer(node: RaftNode, leadership: Leadership, to: NodeId, purpose: Purpose): void {
  const { state } = node
  const release = leadership.round + roundsSetAside
  const { sequence, resigns, limit } = purpose
  state.transfer = { to, term: state.term, sequence, resigns, release, limit, beats: 0, sent: false }
  dropLease(node, leadership)
  trace(node, 'BeginTransfer', 'Raft thesis 3.10', { to, why: resigns ?? 'asked' })
}

/**
 * The leader will step down, and hands over to whoever is furthest before it does: so nobody waits for an election
 * timeout. Without such a one it steps down at once. (Also for a leader that is no member any more.)
 */
export function resign(node: RaftNode, why: string): void {
  const { state } = node
  const { leadership, transfer } = state
  if (leadership === undefined || transfer?.resigns !== undefined) return
  if (transfer !== undefined) endTransfer(node, leadership, why)
  const to = successorOf(node, leadership)
  if (to === undefined) return becomeFollower(node, state.term, undefined, why)
  beginTransfer(node, leadership, to, { sequence: undefined, resigns: why, limit: resignBeats })
}

/** The voter whose log is known to reach furthest, of those that answer; then by priority, then by id. */
function successorOf(node: RaftNode, leadership: Leadership): NodeId | undefined {
  const { state, config } = node
  let best: Progress | undefined
  for (const progress of leadership.progress.values()) {
    if (!isEligible(state, progress.node)) continue
    if (progress.round === 0 || progress.quiet >= config.quietLimit) continue
    if (best === undefined || isBetter(node, progress, best)) best = progress
  }
  return best?.node
}

function isBetter({ config }: RaftNode, one: Progress, other: Progress): boolean {
  if (one.match !== other.match) return one.match > other.match
  return priorityOf(config, one.node) > priorityOf(config, other.node)
}

/** Once a turn: tells the other to campaign as soon as it holds the whole log. */
export function advanceTransfer(node: RaftNode, leadership: Leadership): void {
  const { state } = node
  const { transfer } = state
  if (transfer === undefined) return
  const { to, sent } = transfer
  assert(isEligible(state, to), 'members stay while leadership is handed over', { to })
  if (!sent && leadership.progress.get(to)?.match === lastIndex(state.log)) sendTimeoutNow(node, transfer)
}

/** A heartbeat of a leader that hands over: gives the transfer up, or repeats the order, which may be lost. */
export function countTransfer(node: RaftNode, leadership: Leadership): void {
  const { transfer } = node.state
  if (transfer === undefined) return
  transfer.beats += 1
  if (transfer.beats >= transfer.limit) endTransfer(node, leadership, 'not-in-time')
  else if (transfer.sent) sendTimeoutNow(node, transfer)
}

function sendTimeoutNow(node: RaftNode, transfer: Transfer): void {
  const { to, release } = transfer
  if (!transfer.sent) trace(node, 'SendTimeoutNow', 'Raft thesis 3.10', { to })
  transfer.sent = true
  node.outbox.sendNow(to, { type: 'TimeoutNow', term: node.state.term, release })
}

/** The leader still leads: it goes on, behind the rounds of the transfer, or steps down if it was about to. */
function endTransfer(node: RaftNode, leadership: Leadership, why: string): void {
  const { state } = node
  const { release, resigns, sequence } = state.transfer!
  failTransfer(node, 'transfer-failed', why)
  leadership.round = Math.max(leadership.round, release)
  if (sequence === undefined) leadership.preference.wait *= 2
  if (resigns !== undefined) becomeFollower(node, state.term, undefined, resigns)
}

/** The leader tells this replica to campaign, without a pre-vote. Raft thesis, §3.10. */
export function onTimeoutNow(node: RaftNode, from: NodeId, message: TimeoutNow): void {
  const { state } = node
  const reason = refuseOrder(state, from, message)
  if (reason !== undefined) return ignore(node, message.type, reason, from)
  returnLease(state, { term: message.term + 1, release: message.release })
  if (isLeased(node, state.self)) return ignore(node, message.type, 'leased', from)
  trace(node, 'TimeoutNow', 'Raft thesis 3.10', { from })
  becomeCandidate(node, message.release)
}

/** A promoted observer that does not know yet that it is a voter does not campaign (M9), nor does a stalled disk. */
function refuseOrder(state: RaftState, from: NodeId, message: TimeoutNow): IgnoreReason | undefined {
  if (message.term < state.term) return 'stale-term'
  if (state.leader !== from || state.role !== 'follower') return 'not-my-leader'
  if (state.following.round > message.release) return 'transfer-over'
  if (!isPromotable(state)) return 'no-voter'
  return state.stall.ticks > 0 ? 'disk-stalled' : undefined
}

/**
 * Does this request come of an order of this replica's present leader, or of itself, that still stands? Then a live leader
 * is no reason to refuse it: it has asked for it (T3).
 */
export function isOrdered({ term, leadership, following }: RaftState, message: RequestVote): boolean {
  const newest = leadership?.round ?? following.round
  return message.release > 0 && message.term === term + 1 && newest <= message.release
}
