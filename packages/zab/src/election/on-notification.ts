import { type NodeId, isVoter } from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import type { Notification } from '../message.ts'
import type { Zab } from '../node.ts'
import { isElector, mayStand } from '../reconfiguration/electors.ts'
import { hearMembership } from '../reconfiguration/hear-membership.ts'
import type { Election } from '../state.ts'
import { ignore, trace } from '../trace.ts'
import { becomeLooking, ownVote } from './become-looking.ts'
import { sendNotification } from './send-notification.ts'
import { noVote, sameVote, supersedes, voteOf } from './vote.ts'
import type { Vote } from './vote.ts'

/**
 * Handles a vote. FastLeaderElection: WorkerReceiver.run (who is answered at once), then lookForLeader (what the vote
 * does).
 */
export function onNotification(zab: Zab, from: NodeId, message: Notification): void {
  const { state } = zab
  noticeLostConnection(zab, from, message)
  hearMembership(zab, message)
  const { election } = state
  const asks = message.state === 'LOOKING'
  if (asks && election !== undefined) leaveWaiting(election, from)
  // Observers take no part in the voting: they ask voters, and join whom those have chosen.
  const takesPart = isElector(state, state.self) || state.leadership !== undefined
  if (!takesPart && asks) return ignore(zab, from, message, 'undecided')
  if (election === undefined) {
    return asks ? answer(zab, from) : ignore(zab, from, message, 'not-looking')
  }
  if (!asks) return onSettledVote(zab, election, from, message)
  if (!isElector(state, from)) return onStrangersVote(zab, from, message)
  if (message.leader === 0 || mayStand(state, message.leader)) {
    return onLookingVote(zab, election, from, message)
  }
  ignore(zab, from, message, 'cannot-lead')
  // Its round counts all the same: two who differ about who may stand must not differ about that for ever.
  if (message.round > state.round) onLookingVote(zab, election, from, { ...message, ...noVote })
}

/**
 * An observer, or one that is no member any more or not yet. Its vote does not count; it is answered, once for each round
 * that it is behind, so that two who take each other for strangers do not answer each other for ever.
 */
function onStrangersVote(zab: Zab, from: NodeId, message: Notification): void {
  if (message.round < zab.state.round) answer(zab, from)
  else ignore(zab, from, message, 'not-a-member')
}

/** WorkerReceiver.run: a vote that changes nothing here is answered at once. FLEReceiveNotmsg. */
function answer(zab: Zab, from: NodeId): void {
  const { round, vote } = zab.state
  trace(zab, 'FLEReceiveNotmsg', 'FastLeaderElection.WorkerReceiver', { from, round, leader: vote.leader })
  sendNotification(zab, from)
}

/** It looks for a leader again, so it does not wait for this one any more. */
function leaveWaiting(election: Election, from: NodeId): void {
  election.waiting = election.waiting.filter(({ node }) => node !== from)
}

/**
 * Links keep order, so the sender of a LOOKING vote has left every connection it had. ZooKeeper learns the same from a
 * closed socket.
 */
function noticeLostConnection(zab: Zab, from: NodeId, message: Notification): void {
  const { state } = zab
  const { leadership, following } = state
  if (leadership !== undefined && message.state === 'LOOKING') {
    const known = leadership.learners.some((learner) => learner.node === from)
    // A voter of the round that elected this leader may only be late; it has yet to connect.
    const isAnother = message.round !== state.round && isVoter(state.membership, from)
    leadership.hasDoubters ||= isAnother && message.round > state.round
    if (known || isAnother) {
      dropLearner(zab, leadership, from, 'looking')
    }
  } else if (following !== undefined && following.leader === from) {
    if (message.state === 'LOOKING' && message.round > state.round) becomeLooking(zab, 'leader-is-looking')
    else if (following.leader !== following.elected) return // one that feeds an observer does not lead
    else if (following.phase === 'DISCOVERY' && isLearner(message)) becomeLooking(zab, 'leader-does-not-lead')
  } else if (following?.relay !== undefined && message.state === 'LOOKING') {
    dropLearner(zab, following.relay, from, 'looking')
  }
}

function isLearner(message: Notification): boolean {
  return message.state === 'FOLLOWING' || message.state === 'OBSERVING'
}

/** lookForLeader, case LOOKING. */
function onLookingVote(zab: Zab, election: Election, from: NodeId, message: Notification): void {
  const { state } = zab
  const { unsafe } = zab.options
  if (message.round < state.round) {
    answer(zab, from) // so that it catches up
    return ignore(zab, from, message, 'older-round')
  }
  election.outside.delete(from)
  if (message.round > state.round) {
    trace(zab, 'round-caught-up', 'FastLeaderElection.lookForLeader', { from, round: message.round })
    state.round = message.round
    election.received.clear()
    const own = election.designated ?? ownVote(zab)
    changeVote(zab, election, supersedes(message, own, unsafe) ? message : own, from)
    election.tellDue = true
  } else if (supersedes(message, state.vote, unsafe)) {
    changeVote(zab, election, message, from)
    election.tellDue = true
  }
  // After a hand-over rounds begin at different times, and a vote that comes before one's own is lost.
  if (election.designated !== undefined && !election.received.has(from)) sendNotification(zab, from)
  election.received.set(from, voteOf(message))
}

/** lookForLeader, cases FOLLOWING and LEADING: noted here, judged in `decideElection`. */
function onSettledVote(zab: Zab, election: Election, from: NodeId, message: Notification): void {
  if (!isElector(zab.state, from) && message.state !== 'LEADING' && !isToldVoter(zab, from)) {
    return ignore(zab, from, message, 'not-a-member')
  }
  if (message.round === zab.state.round) election.received.set(from, voteOf(message))
  else election.received.delete(from)
  election.outside.set(from, message)
}

/** Is it a voter of a later membership, of which somebody has told? It may tell who leads there. */
function isToldVoter({ state: { hint } }: Zab, node: NodeId): boolean {
  return hint !== undefined && isVoter(hint.membership, node)
}

/** FastLeaderElection.updateProposal. */
function changeVote(zab: Zab, election: Election, vote: Vote, from: NodeId): void {
  const { state, out } = zab
  if (sameVote(vote, state.vote)) return
  trace(zab, 'FLEHandleNotmsg', 'FastLeaderElection.totalOrderPredicate', {
    from,
    round: state.round,
    leader: vote.leader,
    was: state.vote.leader,
  })
  state.vote = voteOf(vote)
  if (election.finalizing) out.cancelTimer('finalize')
  election.finalizing = false
  election.finalized = false
}
