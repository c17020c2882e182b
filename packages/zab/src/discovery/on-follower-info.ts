import { type NodeId, isVoter } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import { sendNotification } from '../election/send-notification.ts'
import type { FollowerInfo, ObserverInfo } from '../message.ts'
import { type Zab, isMember } from '../node.ts'
import type { WaitingLearner } from '../state.ts'
import { ignore, trace } from '../trace.ts'
import { admitLearner, isNewConnection } from './admit-learner.ts'

/** Leader handles a learner's first message. Zab (DSN 2011), step l.1.1; ZooKeeper, LearnerHandler.run. */
export function onFollowerInfo(zab: Zab, from: NodeId, message: FollowerInfo | ObserverInfo): void {
  const { state } = zab
  const voter = isVoter(state.membership, from)
  if (!isMember(state, from)) return ignore(zab, from, message, 'not-a-member')
  if (voter !== (message.type === 'FOLLOWERINFO')) return ignore(zab, from, message, 'wrong-role')
  const { connection, acceptedEpoch } = message
  const info: WaitingLearner = { node: from, connection, acceptedEpoch }
  if (state.election !== undefined) {
    // This election may yet end with this replica as leader: the sender only knew first.
    trace(zab, 'learner-waits', 'not in the paper', { learner: from, connection })
    state.election.waiting = [...state.election.waiting.filter(({ node }) => node !== from), info]
    return
  }
  const { leadership } = state
  if (leadership === undefined) {
    sendNotification(zab, from) // it takes this replica for the leader; tell it what is so
    return ignore(zab, from, message, 'not-leading')
  }
  if (!isNewConnection(leadership, info)) return ignore(zab, from, message, 'other-connection')
  if (voter && leadership.epoch > 0 && acceptedEpoch > leadership.epoch) {
    // It promised a later epoch to a leader that came to nothing, and could not join this epoch for as long as it
    // lasts. ZooKeeper leaves it outside; here the next epoch, above its promise, takes everyone in.
    return becomeLooking(zab, 'later-epoch-promised')
  }
  admitLearner(zab, leadership, info)
}
