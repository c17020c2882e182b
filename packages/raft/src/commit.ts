import { epochAt, lastIndex, type LogIndex, type NodeId, quorumIndex, votersOf } from '@quorate/core'
import { membershipOf, type RaftNode, trace } from './node.ts'
import { learnMemberships } from './memberships.ts'
import { heldInFull } from './witness.ts'

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
  const own = ownIndex(node)
  const reached = (voter: NodeId): LogIndex =>
    voter === state.self ? own : (progress.get(voter)?.match ?? 0)
  const index = Math.min(committable(node, reached), lastIndex(log))
  if (index <= state.commit) return
  if (epochAt(log, index) !== state.term && config.unsafe.commitOldTerms !== true) {
    return trace(node, 'WaitForOwnTerm', 'Raft figure 8', { index, of: epochAt(log, index) })
  }
  for (let i = state.commit + 1; i <= index; i++) {
    leadership.uncommittedBytes -= log.entries[i - log.base - 1]!.data.length
  }
  advanceCommit(node, index)
}

/** What the leader's own disk holds. */
function ownIndex({ state, config }: RaftNode): LogIndex {
  const { ackBeforeDurable, commitAloneBeforeDurable } = config.unsafe
  const alone = commitAloneBeforeDurable === true && votersOf(membershipOf(state)).length === 1 // L16
  return ackBeforeDurable === true || alone ? lastIndex(state.log) : state.durability.durableIndex
}

/** What a replication quorum holds, given what each voter does: every later leader's election quorum meets it. */
function committable({ state, config }: RaftNode, reached: (voter: NodeId) => LogIndex): LogIndex {
  const membership = membershipOf(state)
  if (config.unsafe.unsortedQuorumScan === true) {
    return votersOf(membership).map(reached)[votersOf(membership).length >> 1]! // L10
  }
  const index = quorumIndex(membership.quorums, reached)
  if (membership.witnesses === undefined || config.unsafe.commitOnWitnesses === true) return index
  return Math.min(index, heldInFull(membership, reached))
}

/** Everything up to `index` is committed. It is handed to the host at the end of the turn. */
export function advanceCommit(node: RaftNode, index: LogIndex): void {
  const { state } = node
  if (index <= state.commit) return
  trace(node, 'AdvanceCommitIndex', 'Raft figure 2', { from: state.commit, to: index })
  if (node.config.unsafe.membershipWhenCommitted === true) learnMemberships(state, index) // M2
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
