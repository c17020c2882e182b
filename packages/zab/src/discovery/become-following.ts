import { type NodeId, assert, isVoter } from '@quorate/core'
import { sendNotification } from '../election/send-notification.ts'
import { type Vote, voteOf } from '../election/vote.ts'
import type { Zab } from '../node.ts'
import { admitObserver } from '../relay/admit-observer.ts'
import { trace } from '../trace.ts'

/** Connections of one incarnation; 2^21 incarnations of them fill a safe integer. */
const connectionsPerIncarnation = 2 ** 32

/**
 * Ends the election as a follower, or as an observer, which may be fed by another than the leader. Zab (DSN 2011),
 * section 5: FollowLeader.
 */
export function becomeFollowing(zab: Zab, vote: Vote, feeder: NodeId): void {
  const { state, out } = zab
  assert(state.election !== undefined && vote.leader !== state.self, 'a looking replica follows another', {
    state: state.state,
    leader: vote.leader,
  })
  const { waiting } = state.election
  state.election = undefined
  state.state = isVoter(state.membership, state.self) ? 'FOLLOWING' : 'OBSERVING'
  state.vote = voteOf(vote)
  state.connections += 1
  state.following = {
    leader: feeder,
    elected: vote.leader,
    connection: state.incarnation * connectionsPerIncarnation + state.connections,
    phase: 'DISCOVERY',
    epoch: 0,
    silent: 0,
    sync: undefined,
    end: 0,
    reportDue: false,
    ackDue: false,
    torn: undefined,
    sequences: [],
    commands: [],
    reads: [],
    readRound: 0,
    pendingReads: [],
    relay: undefined,
  }
  out.cancelTimer('finalize')
  out.cancelTimer('notification')
  trace(zab, 'FollowLeader', 'Zab (DSN 2011), section 4; Zab.tla', {
    leader: vote.leader,
    round: state.round,
  })
  for (const learner of waiting) {
    // They took this replica for the leader; or an observer, for one that may feed it.
    if (isVoter(state.membership, learner.node)) sendNotification(zab, learner.node)
    else admitObserver(zab, learner)
  }
  connectToLeader(zab)
}

/** Figure 3, step f.1.1 (CEPOCH). ConnectAndFollowerSendFOLLOWERINFO. */
export function connectToLeader(zab: Zab): void {
  const { state, out } = zab
  const following = state.following!
  if (!state.links.has(following.leader)) return // sent when the link comes up
  const type = state.state === 'FOLLOWING' ? 'FOLLOWERINFO' : 'OBSERVERINFO'
  const { connection, leader } = following
  out.sendNow(leader, { type, connection, acceptedEpoch: state.acceptedEpoch })
  trace(zab, 'ConnectAndFollowerSendFOLLOWERINFO', 'Zab1.0, phase 1; Zab (DSN 2011), step f.1.1', {
    leader,
    connection,
    acceptedEpoch: state.acceptedEpoch,
  })
}
