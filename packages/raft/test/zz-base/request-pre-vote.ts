import { isVoter, type NodeId } from '@quorate/core'
import { advanceVotes } from './become.ts'
import { hasLiveLeader } from './election-timer.ts'
import { isLeased } from './lease.ts'
import type { PreVoteRefusal } from './marks.ts'
import type { RequestPreVote, RequestPreVoteResponse } from './messages.ts'
import { ignore, membershipOf, type RaftNode, trace } from './node.ts'
import { isUpToDate } from './request-vote.ts'
import { commitOf } from './vote-commit.ts'

/**
 * Somebody asks whether it would get a vote in the term after its own. Raft thesis §9.6. The answer binds nobody:
 * neither term, vote nor timer change (V13), so it may leave at once. A refusal carries the term, so that one who is
 * behind catches up (V10).
 */
export function onRequestPreVote(node: RaftNode, from: NodeId, message: RequestPreVote): void {
  const { state, outbox } = node
  const refusal = refusePreVote(node, from, message)
  trace(
    node,
    refusal === undefined ? 'HandlePreVoteRequest' : `RefusePreVote.${refusal}`,
    'Raft thesis 9.6',
    { from, round: message.round, refusal },
  )
  outbox.sendNow(from, {
    type: 'RequestPreVoteResponse',
    term: state.term,
    round: message.round,
    granted: refusal === undefined,
    ...commitOf(state),
  })
}

function refusePreVote(node: RaftNode, from: NodeId, message: RequestPreVote): PreVoteRefusal | undefined {
  if (message.term < node.state.term) return 'stale-term'
  if (hasLiveLeader(node, from)) return 'leader-alive'
  if (isLeased(node, from)) return 'leased'
  if (!isUpToDate(node.state, message.lastLogIndex, message.lastLogTerm)) return 'log-behind' // V6
  return undefined
}

/** Pre-candidate counts an answer. Only those to its present round count (V7), and only voters' (V16). */
export function onRequestPreVoteResponse(
  node: RaftNode,
  from: NodeId,
  message: RequestPreVoteResponse,
): void {
  const { state } = node
  if (state.role !== 'pre-candidate' || state.candidacy === undefined) {
    return ignore(node, message.type, 'no-pre-candidate', from)
  }
  if (message.round !== state.candidacy.round) return ignore(node, message.type, 'other-round', from)
  if (!isVoter(membershipOf(state), from)) return ignore(node, message.type, 'no-voter', from)
  trace(node, 'HandlePreVoteResponse', 'Raft thesis 9.6', { from, granted: message.granted })
  advanceVotes(node, from, message.granted)
}
