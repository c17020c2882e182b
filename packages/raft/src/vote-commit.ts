import { type Epoch, epochInLog, type NodeId } from '@quorate/core'
import { advanceCommit } from './commit.ts'
import type { VoteCommit } from './messages.ts'
import { type RaftNode, trace } from './node.ts'
import type { RaftState } from './state.ts'

export function commitOf(state: RaftState): VoteCommit {
  return { commit: state.commit, commitTerm: epochInLog(state.log, state.commit)! }
}

/**
 * Learns from a vote, or from a request for one, what is committed: whoever has the same entry at that index has the same
 * log up to there (figure 3, Log Matching). So a member that no leader reaches learns what its own log holds (M3).
 *
 * Only from one whose term is no higher than this replica's: what is committed in a later term, the leader that this
 * replica follows need not have.
 */
export function learnCommit(
  node: RaftNode,
  from: NodeId,
  { commit, commitTerm, term }: VoteCommit & { readonly term: Epoch },
): void {
  const { state } = node
  if (commit <= state.commit || term > state.term || state.role === 'leader') return
  if (epochInLog(state.log, commit) !== commitTerm) return
  trace(node, 'LearnCommit', 'Raft figure 3, Log Matching', { from, commit, commitTerm })
  advanceCommit(node, commit)
  state.following.received = Math.max(state.following.received, commit)
}
