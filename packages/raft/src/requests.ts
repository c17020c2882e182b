import type { NodeId, RejectReason, RequestId } from '@quorate/core'
import type { Forward, ReadIndex } from './messages.ts'
import { type RaftNode, trace } from './node.ts'
import type { Leadership } from './state.ts'

/** Turns a request of this replica's client down: it was not done and never will be. */
export function reject(node: RaftNode, sequence: number, reason: RejectReason): void {
  const { leader } = node.state
  node.outbox.reply({ type: 'rejected', sequence, reason, outcome: 'definitely-not', leader })
}

/** Says that own proposals up to `sequence` without an answer may or may not be applied. */
export function abandon(node: RaftNode, sequence: number, reason: RejectReason): void {
  const { requests } = node.state
  if (sequence <= requests.lastAbandoned) return
  requests.lastAbandoned = sequence
  trace(node, 'AbandonProposals', 'none', { sequence, reason })
  node.outbox.reply({ type: 'abandoned', sequence, reason })
}

/**
 * Nobody is known to lead any more, or somebody else does: ends everything that waits for the former leader. What was
 * handed to it may yet be applied; what had not left was not done; reads were not done. Thesis §6.4; R5 and R12 of the
 * list of pitfalls.
 */
export function endForwarding(node: RaftNode): void {
  const { following, requests } = node.state
  abandon(node, requests.lastProposed, 'leadership-lost')
  for (const sequence of following.sequences) reject(node, sequence, 'no-leader')
  dropReads(node, 'leadership-lost')
}

/** This replica turns out to be a witness: what its clients wait for does not come to it. */
export function dropClients(node: RaftNode): void {
  const { following, requests } = node.state
  abandon(node, requests.lastProposed, 'leadership-lost')
  for (const sequence of following.sequences) reject(node, sequence, 'witness')
  following.forwarded = []
  following.waitingBytes = 0
  following.sequences = []
  following.commands = []
  dropReads(node, 'witness')
}

/** Nobody answers this follower's reads any more, or the answers are of no use. */
function dropReads(node: RaftNode, reason: RejectReason): void {
  const { following } = node.state
  for (const { sequences } of following.forwardedReads) failReads(node, sequences, reason)
  failReads(node, following.reads, reason === 'leadership-lost' ? 'no-leader' : reason)
  following.forwardedReads = []
  following.reads = []
}

/** The change of membership that was asked for comes to nothing; if it is in the log, nobody knows yet. */
export function endChange(node: RaftNode, leadership: Leadership, reason: RejectReason): void {
  const { change } = leadership
  if (change === undefined) return
  leadership.change = undefined
  const outcome = change.catchUp === undefined ? 'unknown' : 'definitely-not'
  const { leader } = node.state
  node.outbox.reply({ type: 'rejected', sequence: change.sequence, reason, outcome, leader })
}

/** The leader steps down: its proposals may yet be applied by the next one, its reads are not answered. */
export function endServing(node: RaftNode): void {
  const { leadership, requests } = node.state
  abandon(node, requests.lastProposed, 'leadership-lost')
  if (leadership === undefined) return
  endChange(node, leadership, 'leadership-lost')
  for (const { locals } of leadership.reads.rounds) failReads(node, locals, 'leadership-lost')
  failReads(node, leadership.reads.locals, 'leadership-lost')
}

/** A member took this replica for the leader of `message.term`, or of an earlier one. */
export function denyLeadership(node: RaftNode, to: NodeId, message: Forward | ReadIndex): void {
  const { term } = node.state
  trace(node, 'DenyLeadership', 'none', { to, type: message.type, of: message.term })
  node.outbox.sendNow(to, { type: 'NotLeader', term })
}

/** Turns reads down that waited for a leader. */
function failReads(node: RaftNode, sequences: readonly number[], reason: RejectReason): void {
  if (sequences.length > 0) trace(node, 'FailReads', 'Raft thesis 6.4', { count: sequences.length, reason })
  for (const sequence of sequences) reject(node, sequence, reason)
}

/** Notes that a proposal of this replica is now in a log or on its way to a leader. */
export function advanceProposed(node: RaftNode, request: RequestId): void {
  if (request.sequence > node.state.requests.lastProposed) node.state.requests.lastProposed = request.sequence
}
