import { type NodeId, unreachable } from '@quorate/core'
import { onAppendEntries } from './append-entries.ts'
import { onAppendEntriesResponse } from './append-entries-response.ts'
import { becomeFollower } from './become.ts'
import { hasLiveLeader } from './election-timer.ts'
import { onHeartbeat, onHeartbeatResponse } from './heartbeat.ts'
import { onNotLeader } from './links.ts'
import type { RaftMessage } from './messages.ts'
import { ignore, type RaftNode } from './node.ts'
import { onForward, onForwardRefused } from './propose.ts'
import { onReadIndex, onReadIndexResponse } from './reads.ts'
import { onRequestPreVote, onRequestPreVoteResponse } from './request-pre-vote.ts'
import { onRequestVote, onRequestVoteResponse } from './request-vote.ts'
import { isWellFormed } from './well-formed.ts'

/** A message arrived: first the term, then the handler of its type. Raft (extended), figure 2, rules for all servers. */
export function onReceive(node: RaftNode, from: NodeId, message: RaftMessage): void {
  const { state } = node
  if (from === state.self || !isWellFormed(message)) {
    ignore(node, message.type, 'malformed', from)
    return node.outbox.resetLink(from)
  }
  if (message.term > state.term) {
    if (isDisturbance(node, from, message)) return ignore(node, message.type, 'leader-alive', from)
    if (message.type !== 'RequestPreVote') becomeFollower(node, message.term, undefined, message.type)
  }
  dispatch(node, from, message)
}

/** A vote is asked for while the leader is alive: not even the term is taken over. Thesis §4.2.3. */
function isDisturbance(node: RaftNode, from: NodeId, message: RaftMessage): boolean {
  return message.type === 'RequestVote' && node.config.checkQuorum && hasLiveLeader(node, from)
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
    case 'InstallSnapshot':
      return ignore(node, message.type, 'came-without-its-snapshot', from)
    default:
      unreachable(message, 'message of Raft')
  }
}
