import type { NodeId, RejectReason } from '@quorate/core'
import { type RaftNode, trace } from './node.ts'

/** The transfer has come to nothing, or is not known to have come to anything. Told to the one who asked for it, once. */
export function failTransfer(node: RaftNode, reason: RejectReason, why: string): void {
  const { state } = node
  const { transfer } = state
  if (transfer === undefined) return
  const { to, sent, sequence } = transfer
  state.transfer = undefined
  trace(node, 'TransferFailed', 'Raft thesis 3.10', { to, why })
  if (sequence === undefined) return
  const outcome = sent ? 'unknown' : 'definitely-not'
  node.outbox.reply({ type: 'rejected', sequence, reason, outcome, leader: state.leader })
}

/** The one who handed over hears of a leader: of the one that it was to be, or of another. */
export function settleTransfer(node: RaftNode, leader: NodeId): void {
  const { state } = node
  const { transfer } = state
  if (transfer === undefined) return
  if (transfer.to !== leader) return failTransfer(node, 'leadership-lost', 'another-leads')
  state.transfer = undefined
  trace(node, 'TransferDone', 'Raft thesis 3.10', { to: leader })
  if (transfer.sequence !== undefined) node.outbox.reply({ type: 'done', sequence: transfer.sequence })
}
