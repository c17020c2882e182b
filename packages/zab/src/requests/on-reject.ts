import type { Reject } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following } from '../state.ts'

/** The leader did not propose these commands of this replica's clients. */
export function onReject({ out }: Zab, following: Following, message: Reject): void {
  for (const sequence of message.sequences) {
    out.reply({
      type: 'rejected',
      sequence,
      reason: message.reason,
      outcome: 'definitely-not',
      leader: following.elected,
    })
  }
}
