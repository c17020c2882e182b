import { assert, type Ballot, type NodeId } from '@quorate/core'
import { compareBallots, isAbove } from './ballot.ts'
import { armElection, backOff, electionTimer, heartbeatTimer } from './election-timer.ts'
import { createLeadership } from './leader/leadership.ts'
import { createPhase1, hasPromiseQuorum, sendPrepares } from './leader/phase1a.ts'
import { isPromotable, type PaxosNode, trace } from './node.ts'
import { endForwarding, endServing } from './requests/answers.ts'
import { createFollowing } from './start.ts'
import type { PaxosState } from './state.ts'

/**
 * Adopts a ballot: from here on nothing below it is promised or accepted. PMMC, invariant A1: ballots adopted only grow.
 * It is on disk before anything that says so leaves.
 */
export function advancePromised(node: PaxosNode, ballot: Ballot): void {
  const { state } = node
  assert(isAbove(ballot, state.promised), 'a promise only grows', { from: state.promised, to: ballot })
  state.promised = ballot
  state.hardStateDirty = true
  state.seenRound = Math.max(state.seenRound, ballot.round)
  restartAcceptance(state, state.commit)
}

/** Nothing has been accepted in the present ballot yet; slots up to `to` are none of its business. */
export function restartAcceptance(state: PaxosState, to: number): void {
  const { acceptance } = state
  state.received = to
  acceptance.durableIndex = to
  for (const write of acceptance.outstanding) write.index = to
}

/** Follows `leader`, or nobody yet. */
export function becomeFollower(node: PaxosNode, leader: NodeId | undefined, why: string): void {
  const { state } = node
  const before = state.role
  leaveRole(node)
  state.role = 'follower'
  state.leader = leader
  state.following = createFollowing(state.commit)
  if (before === 'leader') {
    trace(node, 'StepDown', 'PMMC figure 7, preempted', { why })
    armElection(node)
  } else if (before === 'candidate') trace(node, 'GiveUpPhase1', 'PMMC figure 6, scout', { leader, why })
  else if (leader !== undefined) trace(node, 'FollowLeader', 'Paxos Made Simple 3', { leader, why })
}

/**
 * An acceptor has promised a higher ballot: this one will not come through there. Makes way for its proposer, and tries a
 * higher one if that does not come through either. PMMC, figure 7, `preempted`, and §3.
 */
export function becomePreempted(node: PaxosNode, by: Ballot, from: NodeId): void {
  const { state } = node
  trace(node, 'Preempted', 'PMMC figure 7', { by, from, role: state.role })
  state.seenRound = Math.max(state.seenRound, by.round)
  becomeFollower(node, undefined, 'preempted')
  backOff(node)
}

/**
 * Phase 1a (Paxos Made Simple, §2.2): chooses a ballot above all that it knows of, promises it itself, and asks for the
 * others' promises, once for all slots (§3). The requests leave when the own promise is durable: so no later start of
 * this replica can use the ballot again.
 */
export function becomeCandidate(node: PaxosNode): void {
  const { state } = node
  assert(isPromotable(state) && state.role !== 'leader', 'only a voter that does not lead starts phase 1')
  leaveRole(node)
  state.role = 'candidate'
  state.following = createFollowing(state.commit)
  const ballot = nextBallot(node)
  if (compareBallots(ballot, state.promised) !== 0) advancePromised(node, ballot)
  else becomeCandidateAgain(node)
  state.phase1 = createPhase1(state)
  trace(node, 'Phase1a', 'Paxos Made Simple 2.2', { ballot, from: state.phase1.from })
  armElection(node)
  sendPrepares(node)
}

/** Only for the unsafe rule `reuseBallot`: the ballot is promised already, and counts once that is on disk, as any. */
function becomeCandidateAgain({ state }: PaxosNode): void {
  state.hardStateDirty = true
  restartAcceptance(state, state.commit)
}

/** A ballot of this replica's own that it has never used. */
function nextBallot({ state, config }: PaxosNode): Ballot {
  const { self, promised, seenRound } = state
  if (config.unsafe.reuseBallot === true && promised.node === self) return promised
  return { round: Math.max(promised.round, seenRound) + 1, node: self }
}

/** A quorum has promised: phase 2 may begin, for every slot. PMMC, figure 7, `adopted`. */
export function becomeLeader(node: PaxosNode): void {
  const { state, outbox, config } = node
  assert(state.role === 'candidate' && hasPromiseQuorum(node), 'a quorum has promised')
  state.role = 'leader'
  state.leader = state.self
  state.preemptions = 0
  const leadership = createLeadership(node)
  state.leadership = leadership
  restartAcceptance(state, leadership.start - 1)
  outbox.cancelTimer(electionTimer)
  outbox.setTimer(heartbeatTimer, config.heartbeatInterval)
  const { start, top } = leadership
  trace(node, 'BecomeLeader', 'PMMC figure 7, adopted', { ballot: state.promised, start, top })
}

/** Ends what the present role has under way. */
function leaveRole(node: PaxosNode): void {
  const { state, outbox } = node
  const { role, leader } = state
  // Whoever is turned down is not sent to one who leads no more.
  state.leader = undefined
  if (role === 'leader') {
    endServing(node)
    outbox.cancelTimer(heartbeatTimer)
  } else if (leader !== undefined) {
    endForwarding(node)
  }
  state.leaderAlive = false
  state.phase1 = undefined
  state.leadership = undefined
  state.learning = undefined
}
