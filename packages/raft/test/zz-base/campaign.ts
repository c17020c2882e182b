import { advanceVotes, becomeCandidate, becomeFollower, becomePreCandidate } from './become.ts'
import { countStall } from './check-quorum.ts'
import { armElection, suspectLeader } from './election-timer.ts'
import { isLeased } from './lease.ts'
import { ignore, isPromotable, type RaftNode, trace } from './node.ts'
import { failTransfer } from './transfer-answer.ts'

/** So many runs of the election timer with the same write under way, and the replica does not campaign. */
const stallsBeforePassing = 2

/** The election timer ran out. Figure 2, rules for followers and candidates: start an election. */
export function onElectionTimeout(node: RaftNode): void {
  const { state } = node
  if (state.role === 'leader') return ignore(node, 'election', 'leading') // V14
  failTransfer(node, 'transfer-failed', 'nobody-leads')
  const isStalled = countStall(state) >= stallsBeforePassing
  if (state.leaderAlive) {
    trace(node, 'SuspectLeader', 'Raft thesis 4.2.3', { leader: state.leader })
    return suspectLeader(node)
  }
  if (!isPromotable(state)) return stopFollowing(node)
  if (isStalled || isVoteUnderWay(node)) {
    ignore(node, 'election', isStalled ? 'disk-stalled' : 'vote-under-way')
    return armElection(node)
  }
  if (isLeased(node, state.self)) {
    ignore(node, 'election', 'leased')
    return armElection(node)
  }
  trace(node, 'Timeout', 'Raft figure 2, followers', { leader: state.leader })
  if (node.config.preVote) becomePreCandidate(node)
  else becomeCandidate(node)
}

/** One who cannot campaign knows no leader any more, and waits for somebody else's. */
function stopFollowing(node: RaftNode): void {
  const { state } = node
  if (state.leader === undefined) return ignore(node, 'election', 'no-voter')
  trace(node, 'LeaderSilent', 'Raft thesis 4.2.1', { leader: state.leader })
  becomeFollower(node, state.term, undefined, 'leader-silent')
}

/** A candidate whose own vote is not durable yet has not asked anyone: another term would gain nothing (V14). */
function isVoteUnderWay({ state }: RaftNode): boolean {
  return state.role === 'candidate' && state.candidacy?.votes.get(state.self) === undefined
}

/** A write is durable: a candidate's own vote counts once its term and vote are on disk (V2, V3). */
export function countOwnVote(node: RaftNode): void {
  const { state } = node
  if (state.role !== 'candidate' || state.candidacy === undefined || state.hardStateDirty) return
  if (state.durability.durableSequence < state.hardStateSequence) return
  if (state.candidacy.votes.has(state.self)) return
  trace(node, 'CountOwnVote', 'Raft figure 2, candidates', { persist: state.hardStateSequence })
  advanceVotes(node, state.self, true)
}
