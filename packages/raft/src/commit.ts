import { epochAt, lastIndex, type LogIndex, type NodeId, quorumIndex } from '@quorate/core'
import { membershipOf, type RaftNode, trace } from './node.ts'

/**
 * The leader learns what is committed. Figure 2, last rule for leaders: an index that a quorum holds durably, if the
 * entry there is of the leader's own term (figure 8 shows why). The leader's own disk counts like any other.
 */
export function advanceLeaderCommit(node: RaftNode): void {
  const { state, config } = node
  const { leadership, log } = state
  if (leadership === undefined || !leadership.acknowledged) return
  leadership.acknowledged = false
  const { progress } = leadership
  const own = config.unsafe.ackBeforeDurable === true ? lastIndex(log) : state.durability.durableIndex
  const reached = (voter: NodeId): LogIndex =>
    voter === state.self ? own : (progress.get(voter)?.match ?? 0)
  const index = Math.min(quorumIndex(membershipOf(state).quorums, reached), lastIndex(log))
  if (index <= state.commit) return
  if (epochAt(log, index) !== state.term && config.unsafe.commitOldTerms !== true) return
  for (let i = state.commit + 1; i <= index; i++) {
    leadership.uncommittedBytes -= log.entries[i - log.base - 1]!.data.length
  }
  advanceCommit(node, index)
}

/** Everything up to `index` is committed. It is handed to the host at the end of the turn. */
export function advanceCommit(node: RaftNode, index: LogIndex): void {
  const { state } = node
  if (index <= state.commit) return
  trace(node, 'AdvanceCommitIndex', 'Raft figure 2', { from: state.commit, to: index })
  state.commit = index
}

/** Hands what is committed to the host, once a turn. */
export function advanceApplied(node: RaftNode): void {
  const { state } = node
  if (state.commit <= state.applied) return
  const { base, entries } = state.log
  node.outbox.apply(entries.slice(state.applied - base, state.commit - base))
  state.applied = state.commit
}
