import type { Zab } from '../node.ts'

/**
 * Ends every request whose fate hangs on a leader that is lost: proposals may or may not be applied yet; reads are
 * simply not answered.
 */
export function giveUpRequests({ state, out }: Zab): void {
  if (state.lastOwnProposal > 0) {
    out.reply({ type: 'abandoned', sequence: state.lastOwnProposal, reason: 'leadership-lost' })
    state.lastOwnProposal = 0
  }
  for (const sequence of pendingReads(state.leadership, state.following)) {
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
