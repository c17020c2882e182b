import type { Zab } from '../node.ts'
import { endChange } from '../reconfiguration/end-change.ts'
import { trace } from '../trace.ts'

/**
 * Ends every request whose fate hangs on a leader that is lost: proposals may or may not be applied yet; reads are
 * simply not answered.
 */
export function giveUpRequests(zab: Zab): void {
  const { state, out } = zab
  if (state.leadership !== undefined) endChange(zab, state.leadership, 'leadership-lost')
  if (state.lastOwnProposal > 0) {
    trace(zab, 'requests-abandoned', 'not in the paper', { sequence: state.lastOwnProposal })
    out.reply({ type: 'abandoned', sequence: state.lastOwnProposal, reason: 'leadership-lost' })
    state.lastOwnProposal = 0
  }
  const reads = pendingReads(state.leadership, state.following)
  if (reads.length > 0) trace(zab, 'reads-failed', 'not in the paper', { count: reads.length })
  for (const sequence of reads) {
    out.reply({
      type: 'rejected',
      sequence,
      reason: 'leadership-lost',
      outcome: 'definitely-not',
      leader: undefined,
    })
  }
}

function pendingReads(
  leadership: Zab['state']['leadership'],
  following: Zab['state']['following'],
): readonly number[] {
  if (leadership !== undefined) {
    return [...leadership.pendingReads.flatMap((round) => round.own), ...leadership.ownReads]
  }
  if (following === undefined) return []
  return [...following.pendingReads.flatMap((round) => round.sequences), ...following.reads]
}
