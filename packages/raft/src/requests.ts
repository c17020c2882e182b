import type { RejectReason, RequestId } from '@quorate/core'
import type { RaftNode } from './node.ts'

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
  for (const { sequences } of following.forwardedReads) rejectAll(node, sequences, 'leadership-lost')
  rejectAll(node, following.reads, 'no-leader')
}

/** The leader steps down: its proposals may yet be applied by the next one, its reads are not answered. */
export function endServing(node: RaftNode): void {
  const { leadership, requests } = node.state
  abandon(node, requests.lastProposed, 'leadership-lost')
  if (leadership === undefined) return
  for (const { locals } of leadership.reads.rounds) rejectAll(node, locals, 'leadership-lost')
  rejectAll(node, leadership.reads.locals, 'leadership-lost')
}

function rejectAll(node: RaftNode, sequences: readonly number[], reason: RejectReason): void {
  for (const sequence of sequences) reject(node, sequence, reason)
}

/** Notes that a proposal of this replica is now in a log or on its way to a leader. */
export function advanceProposed(node: RaftNode, request: RequestId): void {
  if (request.sequence > node.state.requests.lastProposed) node.state.requests.lastProposed = request.sequence
}
