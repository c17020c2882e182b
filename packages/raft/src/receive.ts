import { type NodeId, unreachable } from '@quorate/core'
import { onAppendEntries } from './append-entries.ts'
import { onAppendEntriesResponse } from './append-entries-response.ts'
import { becomeFollower } from './become.ts'
import { hasLiveLeader } from './election-timer.ts'
import { onHeartbeat, onHeartbeatResponse } from './heartbeat.ts'
import { isLeased, returnLease } from './lease.ts'
import { onNotLeader } from './links.ts'
import type { IgnoreReason } from './marks.ts'
import type { RaftMessage } from './messages.ts'
import { ignore, isPromotable, type RaftNode } from './node.ts'
import { onForward, onForwardRefused } from './propose.ts'
import { onReadIndex, onReadIndexResponse } from './reads.ts'
import { onRequestPreVote, onRequestPreVoteResponse } from './request-pre-vote.ts'
import { onRequestVote, onRequestVoteResponse } from './request-vote.ts'
import { learnCommit } from './vote-commit.ts'
import { isOrdered, onTimeoutNow } from './transfer.ts'
import { isWellFormed } from './well-formed.ts'

/** A message arrived: first the term, then the handler of its type. Raft (extended), figure 2, rules for all servers. */
export function onReceive(node: RaftNode, from: NodeId, message: RaftMessage): void {
  const { state } = node
  if (from === state.self || !isWellFormed(message)) {
    ignore(node, message.type, 'malformed', from)
    return node.outbox.resetLink(from)
  }
  if (message.term > state.term) {
    const disturbed = disturbance(node, from, message)
    if (disturbed !== undefined) return ignore(node, message.type, disturbed, from)
    if (message.type !== 'RequestPreVote') becomeFollower(node, message.term, undefined, message.type)
  }
  if ('commitTerm' in message) {
    learnCommit(node, from, message)
    if (state.candidacy !== undefined && !isPromotable(state))
      becomeFollower(node, state.term, undefined, 'removed')
  }
  dispatch(node, from, message)
}

/**
 * A vote is asked for while the leader is alive (thesis §4.2.3), and has not asked for it itself (§3.10), or while it has
 * this voter's word (§6.4.1): not even the term is taken over.
 */
function disturbance(node: RaftNode, from: NodeId, message: RaftMessage): IgnoreReason | undefined {
  if (message.type !== 'RequestVote') return undefined
  const { state, config } = node
  returnLease(state, message)
  if (config.checkQuorum && !isOrdered(state, message) && hasLiveLeader(node, from)) return 'leader-alive'
  return isLeased(node, from) ? 'leased' : undefined
}

function dispatch(node: RaftNode, from: NodeId, message: RaftMessage): void {
  switch (message.type) {
    case 'AppendEntries':
      return onAppendEntries(node, from, message)
    case 'AppendEntriesResponse':
      return onAppendEntriesResponse(node, from, message)
    case 'Heartbeat':
      return onHeartbeat(node, from, message)
    case 'HeartbeatResponse':
      return onHeartbeatResponse(node, from, message)
    case 'RequestPreVote':
      return onRequestPreVote(node, from, message)
    case 'RequestPreVoteResponse':
      return onRequestPreVoteResponse(node, from, message)
    case 'RequestVote':
      return onRequestVote(node, from, message)
    case 'RequestVoteResponse':
      return onRequestVoteResponse(node, from, message)
    case 'Forward':
      return onForward(node, from, message)
    case 'ForwardRefused':
      return onForwardRefused(node, from, message)
    case 'ReadIndex':
      return onReadIndex(node, from, message)
    case 'ReadIndexResponse':
      return onReadIndexResponse(node, from, message)
    case 'NotLeader':
      return onNotLeader(node, from, message)
    case 'TimeoutNow':
      return onTimeoutNow(node, from, message)
    case 'InstallSnapshot':
      return ignore(node, message.type, 'came-without-its-snapshot', from)
    default:
      unreachable(message, 'message of Raft')
  }
}
