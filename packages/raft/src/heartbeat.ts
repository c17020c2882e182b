import { lastIndex, type LogIndex, type NodeId } from '@quorate/core'
import { answerRound } from './acknowledge.ts'
import { followLeader, traceLost } from './append-entries.ts'
import { advanceCommit } from './commit.ts'
import { grantLease } from './lease.ts'
import type { Heartbeat, HeartbeatResponse } from './messages.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import { advanceMatch, advanceRound, becomeProbe, becomeReplicate, type Progress } from './progress.ts'
import { expireForwards } from './propose.ts'
import { answeredRound, repeatReadIndex } from './reads.ts'

/**
 * Follower handles a heartbeat. Figure 2, rules for leaders, first: an AppendEntries without entries; here one that
 * does not look at the log, but says up to where the leader knows it to match.
 */
export function onHeartbeat(node: RaftNode, from: NodeId, message: Heartbeat): void {
  const { state } = node
  const { session, round } = message
  if (message.term < state.term) return answerRound(node, from, session, round)
  const { following } = state
  if (state.leader === from && round <= following.round) {
    return ignore(node, message.type, 'old-round', from)
  }
  followLeader(node, from, message.type)
  grantLease(node, from, round)
  state.following.round = round
  state.following.beats += 1
  if (message.leaderCommit > lastIndex(state.log)) traceLost(node, from, message.leaderCommit)
  advanceCommit(node, Math.min(message.leaderCommit, state.following.received))
  expireForwards(node)
  repeatReadIndex(node, from)
  answerRound(node, from, session, round)
}

/** Leader handles the answer: the member is there, and says which appends have reached it. */
export function onHeartbeatResponse(node: RaftNode, from: NodeId, message: HeartbeatResponse): void {
  const { leadership, log } = node.state
  if (message.term < node.state.term) return ignore(node, message.type, 'stale-term', from)
  const progress = leadership?.progress.get(from)
  if (leadership === undefined || progress === undefined)
    return ignore(node, message.type, 'no-progress', from)
  if (advanceRound(progress, answeredRound(node, leadership, message.round), leadership.round))
    leadership.confirmed = true
  if (message.session !== progress.session && node.config.unsafe.acceptOldSessions !== true)
    // L9
    return ignore(node, message.type, 'other-session', from)
  const received = Math.min(message.received, lastIndex(log))
  if (advanceMatch(progress, Math.min(message.durable, received))) leadership.acknowledged = true
  const isAnswerToMark = progress.markRound > 0 && message.round >= progress.markRound
  const lacks = isAnswerToMark && received < progress.markNext - 1
  if (isAnswerToMark) progress.markRound = 0
  switch (progress.phase) {
    case 'replicate':
      // Sent before the heartbeat and not there: lost on the way, whether the window is full or not (L6).
      if (!lacks) return
      trace(node, 'AppendLost', 'none', { to: from, received, next: progress.next })
      return becomeProbe(progress, received + 1, ++leadership.lastSession)
    case 'probe':
      if (received >= progress.next - 1) return replicateAfterHeartbeat(node, progress, received) // L7
      if (!isAnswerToMark || !progress.paused) return
      trace(node, 'ProbeLost', 'none', { to: from, next: progress.next }) // it, or its answer
      progress.paused = false
      return
    case 'snapshot': // it is installed; only its answer was lost
      if (received > log.storedBase) replicateAfterHeartbeat(node, progress, received)
  }
}

function replicateAfterHeartbeat(node: RaftNode, progress: Progress, received: LogIndex): void {
  trace(node, 'ReplicateAfterHeartbeat', 'none', { to: progress.node, received, after: progress.phase })
  becomeReplicate(progress, received + 1)
}
