import type { NodeId } from '@quorate/core'
import type { IgnoreReason, ZabMark } from './marks.ts'
import type { ZabMessage } from './message.ts'
import type { Zab } from './node.ts'

export function trace(
  { state, out }: Zab,
  name: ZabMark,
  rule: string,
  detail: Readonly<Record<string, unknown>>,
): void {
  out.trace({ name, node: state.self, epoch: state.currentEpoch, rule, detail })
}

/** Notes that a message changes nothing, and why. */
export function ignore(zab: Zab, from: NodeId, message: ZabMessage, reason: IgnoreReason): void {
  trace(zab, `FilterNonexistentMessage.${reason}`, 'ZkV3_7_0.tla', { from, type: message.type, reason })
}
