import { type Epoch, isVoter, lastEpoch, lastIndex, type LogIndex, type NodeId } from '@quorate/core'
import { advanceVotedFor, advanceVotes } from './become.ts'
import { armElection } from './election-timer.ts'
import { isLeased, returnLease } from './lease.ts'
import type { VoteRefusal } from './marks.ts'
import type { RequestVote, RequestVoteResponse } from './messages.ts'
import { ignore, membershipOf, type RaftNode, trace } from './node.ts'
import type { RaftState } from './state.ts'
import { commitOf } from './vote-commit.ts'

/**
 * A candidate asks for a vote. Raft (extended), figure 2, RequestVote RPC, receiver steps 1-2. Whoever is asked
 * answers, voter or not: the candidate may know a later membership, and counts by it (V15).
 */
export function onRequestVote(node: RaftNode, from: NodeId, message: RequestVote): void {
  const { state, outbox } = node
  returnLease(state, message)
  const refusal = refuseVote(node, from, message)
  const rule = 'Raft figure 2, RequestVote'
  if (refusal !== undefined) {
    trace(node, `RefuseVote.${refusal}`, rule, { from, refusal })
    return outbox.sendNow(from, {
      type: 'RequestVoteResponse',
      term: state.term,
      granted: false,
      ...commitOf(state),
    })
  }
  trace(node, state.votedFor === undefined ? 'HandleRequestVoteRequest' : 'RepeatVote', rule, { from })
  if (state.votedFor === undefined) {
    advanceVotedFor(state, from)
    armElection(node)
  }
  outbox.sendWhenDurable(from, {
    type: 'RequestVoteResponse',
    term: state.term,
    granted: true,
    ...commitOf(state),
  })
}

function refuseVote(node: RaftNode, from: NodeId, message: RequestVote): VoteRefusal | undefined {
  const { state } = node
  if (message.term < state.term) return 'stale-term' // step 1
  if (state.votedFor !== undefined && state.votedFor !== from) return 'voted-for-another' // step 2
  if (state.leader !== undefined) return 'term-has-leader'
  if (!isUpToDate(state, message.lastLogIndex, message.lastLogTerm)) return 'log-behind' // step 2, §5.4.1
  if (isLeased(node, from)) return 'leased' // thesis §6.4.1
  return undefined
}

/** Is a log that ends so at least as up to date as this replica's? Raft (extended), §5.4.1, last paragraph. */
export function isUpToDate({ log }: RaftState, index: LogIndex, term: Epoch): boolean {
  const own = lastEpoch(log)
  return term > own || (term === own && index >= lastIndex(log))
}

/** Candidate counts a vote. Figure 2, rules for candidates. */
export function onRequestVoteResponse(node: RaftNode, from: NodeId, message: RequestVoteResponse): void {
  const { state } = node
  if (message.term < state.term) return ignore(node, message.type, 'stale-term', from)
  if (state.role !== 'candidate') {
    return ignore(node, message.type, 'no-candidate', from)
  }
  if (!isVoter(membershipOf(state), from)) return ignore(node, message.type, 'no-voter', from) // V16
  trace(node, 'HandleRequestVoteResponse', 'Raft figure 2, candidates', { from, granted: message.granted })
  advanceVotes(node, from, message.granted)
}
