import type { NodeId } from '@quorate/core'
import { onAck } from './broadcast/on-ack.ts'
import { onCommit } from './broadcast/on-commit.ts'
import { onInform } from './broadcast/on-inform.ts'
import { onProposal } from './broadcast/on-proposal.ts'
import { onRequest } from './broadcast/propose.ts'
import { onAckEpoch } from './discovery/on-ack-epoch.ts'
import { onFollowerInfo } from './discovery/on-follower-info.ts'
import { onLeaderInfo } from './discovery/on-leader-info.ts'
import { becomeLooking } from './election/become-looking.ts'
import { onNotification } from './election/on-notification.ts'
import { onHandover } from './handover/on-handover.ts'
import { currentLearner } from './liveness/current-learner.ts'
import { onPing, onPong } from './liveness/ping.ts'
import type { ConnectedMessage, LeaderMessage, ZabMessage } from './message.ts'
import type { Zab } from './node.ts'
import { receiveAsFeeder } from './relay/receive-as-feeder.ts'
import { onRelayedReject, onRelayedRequest } from './relay/relay-requests.ts'
import { onJoin } from './reconfiguration/on-join.ts'
import { onReject } from './requests/on-reject.ts'
import { onForwardedRead, onReadIndex } from './requests/read.ts'
import { isWellFormed } from './shapes.ts'
import { onNewLeader } from './synchronization/on-new-leader.ts'
import { onReceived } from './synchronization/on-received.ts'
import { onDiffOrTrunc } from './synchronization/on-sync-message.ts'
import { onUpToDate } from './synchronization/on-up-to-date.ts'
import { ignore } from './trace.ts'

/** Gives a message to its handler, if it belongs to what is going on. `time` stamps what is proposed. */
export function receive(zab: Zab, from: NodeId, message: ZabMessage, time: number): void {
  if (!isWellFormed(message)) return ignore(zab, from, message, 'malformed')
  if (message.type === 'NOTIFICATION') onNotification(zab, from, message)
  else if (message.type === 'JOIN') onJoin(zab, from, message)
  else if (message.type === 'FOLLOWERINFO' || message.type === 'OBSERVERINFO')
    onFollowerInfo(zab, from, message)
  else if (isFromLearner(message)) receiveAsLeader(zab, from, message, time)
  else receiveAsLearner(zab, from, message)
}

const fromLearners: ReadonlySet<string> = new Set<ConnectedMessage['type']>([
  'ACKEPOCH',
  'RECEIVED',
  'ACK',
  'PONG',
  'REQUEST',
  'RELAYREQUEST',
  'READ',
])

function isFromLearner(message: ConnectedMessage | LeaderMessage): message is ConnectedMessage {
  return fromLearners.has(message.type)
}

/** A message on a learner's connection. It is the learner's current one, or the message comes too late. */
function receiveAsLeader(zab: Zab, from: NodeId, message: ConnectedMessage, time: number): void {
  const { leadership } = zab.state
  if (leadership === undefined) return receiveAsFeeder(zab, from, message)
  const learner = currentLearner(zab, leadership, from, message)
  if (learner === undefined) return
  switch (message.type) {
    case 'ACKEPOCH':
      return onAckEpoch(zab, leadership, learner, message)
    case 'RECEIVED':
      return onReceived(zab, leadership, learner, message)
    case 'ACK':
      return onAck(zab, leadership, learner, message)
    case 'PONG':
      return onPong(zab, leadership, learner, message)
    case 'REQUEST':
      return onRequest(zab, leadership, learner, message, time)
    case 'RELAYREQUEST':
      return onRelayedRequest(zab, leadership, learner, message, time)
    case 'READ':
      return onForwardedRead(zab, leadership, learner, message)
  }
}

/** A message on this replica's connection to its leader. */
function receiveAsLearner(zab: Zab, from: NodeId, message: LeaderMessage): void {
  const { following } = zab.state
  if (following === undefined || following.leader !== from) return ignore(zab, from, message, 'not-my-leader')
  if (following.connection !== message.connection) return ignore(zab, from, message, 'other-connection')
  const { epoch } = following
  if ('epoch' in message && epoch > 0 && message.epoch !== epoch)
    return ignore(zab, from, message, 'other-epoch')
  following.silent = 0
  switch (message.type) {
    case 'LEADERINFO':
      return onLeaderInfo(zab, following, message)
    case 'DIFF':
    case 'TRUNC':
      return onDiffOrTrunc(zab, following, message)
    case 'SNAP':
      return ignore(zab, from, message, 'not-asked-for') // it only comes with its snapshot
    case 'PROPOSAL':
      return onProposal(zab, following, message)
    case 'INFORM':
      return onInform(zab, following, message)
    case 'NEWLEADER':
      return onNewLeader(zab, following, message)
    case 'UPTODATE':
      return onUpToDate(zab, following, message)
    case 'COMMIT':
      return onCommit(zab, following, message)
    case 'PING':
      return onPing(zab, following, message)
    case 'REJECT':
      return onReject(zab, following, message)
    case 'RELAYREJECT':
      return onRelayedReject(zab, following, message)
    case 'REFUSE':
      return becomeLooking(zab, 'leader-does-not-lead')
    case 'READINDEX':
      return onReadIndex(zab, following, message)
    case 'HANDOVER':
      return onHandover(zab, following, message)
  }
}
