import {
  assert,
  type Epoch,
  isElectionQuorum,
  lastEpoch,
  lastIndex,
  noBytes,
  type NodeId,
  votersOf,
} from '@quorate/core'
import { armElection, electionTimer, suspectLeader } from './election-timer.ts'
import { createLeadership } from './leadership.ts'
import { appendOwn } from './log-writes.ts'
import type { RaftMark } from './marks.ts'
import { isPromotable, membershipOf, type RaftNode, trace } from './node.ts'
import { endForwarding, endServing } from './requests.ts'
import { createFollowing } from './start.ts'
import type { RaftRole, RaftState } from './state.ts'
import { failTransfer, settleTransfer } from './transfer-answer.ts'
import { commitOf } from './vote-commit.ts'

/**
 * Follows `leader`, or nobody yet, in `term`. Figure 2, rules for all servers and for candidates. The vote is kept
 * when the term stays the same, whatever the role was.
 */
export function becomeFollower(node: RaftNode, term: Epoch, leader: NodeId | undefined, why: string): void {
  const { state } = node
  const before = state.role
  const hadLeader = state.leaderAlive
  assert(term >= state.term, 'terms only grow', { term, before: state.term })
  leaveRole(node)
  if (term > state.term) advanceTerm(state, term)
  else if (node.config.unsafe.forgetVoteOnStepDown === true && before !== 'follower') forgetVote(state)
  state.role = 'follower'
  state.leader = leader
  state.following = createFollowing(state.commit)
  if (before === 'leader') armElection(node)
  else if (hadLeader && leader === undefined) suspectLeader(node) // what the timer waited for is over, for all at once
  if (leader !== undefined) settleTransfer(node, leader)
  else if (state.transfer?.sent === false) failTransfer(node, 'leadership-lost', why)
  trace(node, nameOfFollowing(before, leader), 'Raft figure 2, all servers', { leader, why })
}

function nameOfFollowing(before: RaftRole, leader: NodeId | undefined): RaftMark {
  if (before === 'leader') return 'StepDown'
  if (before !== 'follower') return 'ReturnToFollowerState'
  return leader === undefined ? 'UpdateTerm' : 'FollowLeader'
}

/** Asks whether an election could be won, in the term that is. Thesis §9.6. */
export function becomePreCandidate(node: RaftNode): void {
  const { state, outbox } = node
  assert(isPromotable(state) && state.role !== 'leader', 'only a voter that does not lead campaigns')
  leaveRole(node)
  state.role = 'pre-candidate'
  state.following = createFollowing(state.commit)
  state.allotted += 1
  state.candidacy = { round: state.allotted, votes: new Map([[state.self, true]]) }
  armElection(node)
  trace(node, 'PreVote', 'Raft thesis 9.6', { round: state.allotted })
  if (hasVoteQuorum(state)) return becomeCandidate(node)
  const { term, log } = state
  const end = { lastLogIndex: lastIndex(log), lastLogTerm: lastEpoch(log), ...commitOf(state) }
  for (const to of votersOf(membershipOf(state))) {
    if (to === state.self) continue
    outbox.sendNow(to, { type: 'RequestPreVote', term, round: state.allotted, ...end })
  }
}

/**
 * Starts an election. Figure 2, rules for candidates. The requests leave, and the own vote counts, when term, vote and
 * log are durable: after a crash the replica cannot vote for another, nor ask again with a shorter log. `release` is
 * above 0 if the leader has asked for it (thesis §3.10).
 */
export function becomeCandidate(node: RaftNode, release = 0): void {
  const { state, outbox } = node
  assert(isPromotable(state) && state.role !== 'leader', 'only a voter that does not lead campaigns')
  leaveRole(node)
  advanceTerm(state, state.term + 1)
  state.role = 'candidate'
  state.votedFor = state.self
  state.following = createFollowing(state.commit)
  state.candidacy = { round: 0, votes: new Map() }
  armElection(node)
  const { term, log } = state
  const end = { lastLogIndex: lastIndex(log), lastLogTerm: lastEpoch(log), ...commitOf(state) }
  trace(node, 'RequestVote', 'Raft figure 2, candidates', end)
  const early = node.config.unsafe.countSelfVoteBeforeDurable === true
  for (const to of votersOf(membershipOf(state))) {
    if (to === state.self) continue
    if (early) outbox.sendNow(to, { type: 'RequestVote', term, ...end, release })
    else outbox.sendWhenDurable(to, { type: 'RequestVote', term, ...end, release })
  }
  if (early) advanceVotes(node, state.self, true)
}

/** Notes a vote, or a pre-vote. With those of a quorum, an election is begun or won. */
export function advanceVotes(node: RaftNode, from: NodeId, granted: boolean): void {
  const { state } = node
  state.candidacy?.votes.set(from, granted)
  if (!hasVoteQuorum(state)) return
  if (state.role === 'pre-candidate') becomeCandidate(node)
  else becomeLeader(node)
}

/** Votes for `candidate` in this term. It may be told when that is durable. */
export function advanceVotedFor(state: RaftState, candidate: NodeId): void {
  assert(state.votedFor === undefined, 'a vote is given once a term', { votedFor: state.votedFor })
  state.votedFor = candidate
  state.hardStateDirty = true
}

/** Leads its term. Figure 2, rules for leaders; §8: starts it with an entry that does nothing, to learn what is committed. */
function becomeLeader(node: RaftNode): void {
  const { state, outbox } = node
  assert(state.role === 'candidate' && hasVoteQuorum(state), 'a leader was elected', { term: state.term })
  leaveRole(node)
  state.role = 'leader'
  state.leader = state.self
  state.leadership = createLeadership(state, node.config)
  outbox.cancelTimer(electionTimer)
  outbox.setTimer('heartbeat', node.config.heartbeatInterval)
  trace(node, 'BecomeLeader', 'Raft figure 2, leaders', { lastLogIndex: lastIndex(state.log) })
  appendOwn(node, 'noop', undefined, noBytes)
}

/** Do those who voted for this replica form an election quorum of the membership in force? Any two meet: one leader a term. */
export function hasVoteQuorum(state: RaftState): boolean {
  const votes = state.candidacy?.votes
  return isElectionQuorum(membershipOf(state).quorums, (voter) => votes?.get(voter) === true)
}

/** Ends what the present role has under way. */
function leaveRole(node: RaftNode): void {
  const { state, outbox } = node
  const { role, leader } = state
  state.leader = undefined
  state.leaderAlive = false
  if (role === 'leader') {
    endServing(node)
    outbox.cancelTimer('heartbeat')
  } else if (leader !== undefined) {
    endForwarding(node)
  }
  state.candidacy = undefined
  state.leadership = undefined
}

function advanceTerm(state: RaftState, term: Epoch): void {
  state.term = term
  state.votedFor = undefined
  state.hardStateDirty = true
}

/** Only for the unsafe rule of that name. */
function forgetVote(state: RaftState): void {
  state.votedFor = undefined
  state.hardStateDirty = true
}
