import type { NodeId, RejectReason } from '@quorate/core'
import type { Zab } from '../node.ts'
import { knownLeader } from '../observe.ts'
import { trace } from '../trace.ts'

/** The hand-over has come to nothing, or is not known to have come to anything. Told to the one who asked, once. */
export function failHandover(zab: Zab, reason: RejectReason, why: string): void {
  const { state, out } = zab
  const { handover } = state
  if (handover === undefined) return
  const { to, sent, sequence } = handover
  state.handover = undefined
  trace(zab, 'handover-failed', 'not in ZooKeeper', { to, why })
  if (sequence === undefined) return
  const outcome = sent ? 'unknown' : 'definitely-not'
  const leader = state.failed ? undefined : knownLeader(state)
  out.reply({ type: 'rejected', sequence, reason, outcome, leader })
}

/** The one who handed over hears of an established leader: the one that it was to be, or another. */
export function settleHandover(zab: Zab, leader: NodeId): void {
  const { state, out } = zab
  const { handover } = state
  if (handover === undefined) return
  if (handover.to !== leader) return failHandover(zab, 'leadership-lost', 'another-leads')
  state.handover = undefined
  trace(zab, 'handover-done', 'not in ZooKeeper', { to: leader })
  if (handover.sequence !== undefined) out.reply({ type: 'done', sequence: handover.sequence })
}
