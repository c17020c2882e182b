import type { NodeId, RejectReason, RequestId } from '@quorate/core'
import type { Forward, ReadIndex } from '../messages.ts'
import { type PaxosNode, trace } from '../node.ts'

/** Turns a request of this replica's client down: it was not done and never will be. */
export function reject(node: PaxosNode, sequence: number, reason: RejectReason): void {
  const { leader } = node.state
  node.outbox.reply({ type: 'rejected', sequence, reason, outcome: 'definitely-not', leader })
}

/** Says that own proposals up to `sequence` without an answer may or may not be applied. */
export function abandon(node: PaxosNode, sequence: number, reason: RejectReason): void {
  const { requests } = node.state
  if (sequence <= requests.lastAbandoned) return
  requests.lastAbandoned = sequence
  trace(node, 'AbandonProposals', 'none', { sequence, reason })
  node.outbox.reply({ type: 'abandoned', sequence, reason })
}

/**
 * Nobody is known to lead any more, or somebody else does: ends everything that waits for the former leader. What was
 * handed to it may yet be chosen; what had not left was not done; reads were not done.
 */
export function endForwarding(node: PaxosNode): void {
  const { following, requests } = node.state
  abandon(node, requests.lastProposed, 'leadership-lost')
  for (const sequence of following.sequences) reject(node, sequence, 'no-leader')
  for (const { sequences } of following.forwardedReads) failReads(node, sequences, 'leadership-lost')
  failReads(node, following.reads, 'no-leader')
}

/** The leader steps down: what it proposed may yet be chosen, what waits for a slot was not done, reads are not answered. */
export function endServing(node: PaxosNode): void {
  const { leadership, requests, self } = node.state
  if (leadership === undefined) return
  for (const { request } of leadership.queue) {
    if (request?.replica === self) reject(node, request.sequence, 'leadership-lost')
  }
  abandon(node, requests.lastProposed, 'leadership-lost')
  endChange(node)
  for (const { locals } of leadership.reads.rounds) failReads(node, locals, 'leadership-lost')
  failReads(node, leadership.reads.locals, 'leadership-lost')
}

/** A change of membership that has a slot may yet be chosen. */
function endChange(node: PaxosNode): void {
  const change = node.state.leadership?.change
  if (change === undefined) return
  const { sequence, slot } = change
  const outcome = slot === 0 ? 'definitely-not' : 'unknown'
  node.outbox.reply({ type: 'rejected', sequence, reason: 'leadership-lost', outcome, leader: undefined })
}

/** A member took this replica for the leader of the message's ballot. */
export function denyLeadership(node: PaxosNode, to: NodeId, message: Forward | ReadIndex): void {
  const { round, node: proposer } = message
  trace(node, 'DenyLeadership', 'none', { to, type: message.type, round })
  node.outbox.sendNow(to, { type: 'NotLeader', round, node: proposer })
}

/** Turns reads down that waited for a leader. */
function failReads(node: PaxosNode, sequences: readonly number[], reason: RejectReason): void {
  if (sequences.length > 0) trace(node, 'FailReads', 'none', { count: sequences.length, reason })
  for (const sequence of sequences) reject(node, sequence, reason)
}

/** Notes that a proposal of this replica is now in a slot or on its way to a leader. */
export function advanceProposed(node: PaxosNode, request: RequestId): void {
  if (request.sequence > node.state.requests.lastProposed) node.state.requests.lastProposed = request.sequence
}
