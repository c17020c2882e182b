import { type NodeId, isVoter } from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import type { Notification } from '../message.ts'
import { type Zab, isMember } from '../node.ts'
import type { Election } from '../state.ts'
import { ignore, trace } from '../trace.ts'
import { becomeLooking, ownVote } from './become-looking.ts'
import { broadcastNotification, sendNotification } from './send-notification.ts'
import { sameVote, supersedes, voteOf } from './vote.ts'
import type { Vote } from './vote.ts'

/**
 * Handles a vote. FastLeaderElection: WorkerReceiver.run (who is answered at once), then lookForLeader (what the vote
 * does).
 */
export function onNotification(zab: Zab, from: NodeId, message: Notification): void {
  const { state } = zab
  if (!isMember(state, from)) return ignore(zab, from, message, 'not-a-member')
  noticeLostConnection(zab, from, message)
  const { election } = state
  const asks = message.state === 'LOOKING'
  if (asks && election !== undefined) leaveWaiting(election, from)
  // Observers take no part in the voting: they ask voters, and join whom those have chosen.
  if (!isVoter(state.membership, state.self) && asks) return ignore(zab, from, message, 'undecided')
  if (election === undefined || !isVoter(state.membership, from)) {
    return asks ? sendNotification(zab, from) : ignore(zab, from, message, 'not-looking')
  }
  if (message.leader !== 0 && !isVoter(state.membership, message.leader)) {
    return ignore(zab, from, message, 'not-a-member')
  }
  if (asks) onLookingVote(zab, election, from, message)
  else onSettledVote(zab, election, from, message)
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
    if (known || (message.round !== state.round && isVoter(state.membership, from))) {
      dropLearner(zab, leadership, from, 'looking')
    }
  } else if (following !== undefined && following.leader === from) {
    if (message.state === 'LOOKING' && message.round > state.round) becomeLooking(zab, 'leader-is-looking')
    else if (following.phase === 'DISCOVERY' && isLearner(message)) becomeLooking(zab, 'leader-does-not-lead')
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
    sendNotification(zab, from) // so that it catches up
    return ignore(zab, from, message, 'older-round')
  }
  election.outside.delete(from)
  if (message.round > state.round) {
    trace(zab, 'round-caught-up', 'FastLeaderElection.lookForLeader', { from, round: message.round })
    state.round = message.round
    election.received.clear()
    const own = ownVote(zab)
    changeVote(zab, election, supersedes(message, own, unsafe) ? message : own, from)
    broadcastNotification(zab)
  } else if (supersedes(message, state.vote, unsafe)) {
    changeVote(zab, election, message, from)
    broadcastNotification(zab)
  }
  election.received.set(from, voteOf(message))
}

/** lookForLeader, cases FOLLOWING and LEADING: noted here, judged in `decideElection`. */
function onSettledVote(zab: Zab, election: Election, from: NodeId, message: Notification): void {
  if (message.round === zab.state.round) election.received.set(from, voteOf(message))
  else election.received.delete(from)
  election.outside.set(from, message)
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
