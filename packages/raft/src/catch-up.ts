import { isVoter, lastIndex, votersOf } from '@quorate/core'
import { membershipOf, type RaftNode, trace } from './node.ts'
import { syncPeers } from './peers.ts'
import type { CatchUp, Leadership, MembershipChange } from './state.ts'

/**
 * Who is to vote is brought up to date first, while it does not count: a voter that lags would hold up every commit.
 * Raft thesis, §4.2.1: in rounds, each of which brings the newcomers to where the log ended when it began. When a round
 * takes less than an election timeout, they are close enough behind.
 */
export function beginCatchUp(node: RaftNode, leadership: Leadership, change: MembershipChange): void {
  const { state } = node
  const now = membershipOf(state)
  const newcomers = votersOf(change.target).filter((voter) => voter !== state.self && !isVoter(now, voter))
  if (newcomers.length === 0) return
  change.catchUp = { newcomers, goal: lastIndex(state.log), rounds: 1, beats: 0 }
  trace(node, 'CatchUp', 'Raft thesis 4.2.1', { newcomers, goal: change.catchUp.goal })
  syncPeers(state, leadership)
}

/** Once a turn: ends a round. Gives what is known of the whole: has it come to an end, and which? */
export function advanceCatchUp(
  node: RaftNode,
  leadership: Leadership,
  catchUp: CatchUp,
): 'done' | 'failed' | undefined {
  const { state, config } = node
  if (isOverdue(node, leadership, catchUp)) return 'failed'
  if (!catchUp.newcomers.every((id) => (leadership.progress.get(id)?.match ?? 0) >= catchUp.goal))
    return undefined
  trace(node, 'EndRound', 'Raft thesis 4.2.1', { ...catchUp })
  if (catchUp.beats < config.quietLimit) return 'done'
  if (catchUp.rounds >= config.catchUpRounds) return 'failed'
  catchUp.goal = lastIndex(state.log)
  catchUp.rounds += 1
  catchUp.beats = 0
  return undefined
}

/** Nobody is waited for who does not answer, nor for a round that takes too long. */
function isOverdue({ config }: RaftNode, { progress }: Leadership, { newcomers, beats }: CatchUp): boolean {
  if (beats >= config.catchUpBeats) return true
  return newcomers.some((id) => (progress.get(id)?.quiet ?? Infinity) >= config.catchUpQuiet)
}
