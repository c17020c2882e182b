import type { NodeId } from '@quorate/core'
import { onAck } from '../broadcast/on-ack.ts'
import { onAckEpoch } from '../discovery/on-ack-epoch.ts'
import { currentLearner } from '../liveness/current-learner.ts'
import type { ConnectedMessage } from '../message.ts'
import type { Zab } from '../node.ts'
import { onReceived } from '../synchronization/on-received.ts'
import { ignore } from '../trace.ts'
import { relayRead } from './relay-reads.ts'
import { relayRequest } from './relay-requests.ts'

/** A message of an observer that this follower feeds, or may have fed. */
export function receiveAsFeeder(zab: Zab, from: NodeId, message: ConnectedMessage): void {
  const { following } = zab.state
  if (following?.relay === undefined) return ignore(zab, from, message, 'not-leading')
  const { relay } = following
  const learner = currentLearner(zab, relay, from, message)
  if (learner === undefined) return
  switch (message.type) {
    case 'ACKEPOCH':
      return onAckEpoch(zab, relay, learner, message)
    case 'RECEIVED':
      return onReceived(zab, relay, learner, message)
    case 'ACK':
      return onAck(zab, relay, learner, message)
    case 'PONG':
      return // it is there: that has been noted
    case 'REQUEST':
      return relayRequest(zab, following, learner, message)
    case 'READ':
      return relayRead(zab, relay, learner, message)
    case 'RELAYREQUEST':
      return ignore(zab, from, message, 'wrong-role')
  }
}
