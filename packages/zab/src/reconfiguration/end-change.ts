import type { RejectReason } from '@quorate/core'
import type { Zab } from '../node.ts'
import { knownLeader } from '../observe.ts'
import type { Leadership } from '../state.ts'

/** The change that was asked for comes to nothing; if it is in the log, nobody knows yet. */
export function endChange(zab: Zab, leadership: Leadership, reason: RejectReason): void {
  const { change } = leadership
  if (change === undefined) return
  leadership.change = undefined
  const outcome = change.catchUp === undefined ? 'unknown' : 'definitely-not'
  const leader = reason === 'leadership-lost' ? undefined : knownLeader(zab.state)
  zab.out.reply({ type: 'rejected', sequence: change.sequence, reason, outcome, leader })
}
