import { type NodeId, isVoter } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import { sendNotification } from '../election/send-notification.ts'
import type { FollowerInfo, ObserverInfo } from '../message.ts'
import type { Zab } from '../node.ts'
import { isElector } from '../reconfiguration/electors.ts'
import { isAdmissible, isOpenMember } from '../reconfiguration/memberships.ts'
import { admitObserver } from '../relay/admit-observer.ts'
import type { WaitingLearner } from '../state.ts'
import { ignore, trace } from '../trace.ts'
import { admitLearner, isNewConnection } from './admit-learner.ts'

/** Leader handles a learner's first message. Zab (DSN 2011), step l.1.1; ZooKeeper, LearnerHandler.run. */
export function onFollowerInfo(zab: Zab, from: NodeId, message: FollowerInfo | ObserverInfo): void {
  const { state } = zab
  const { leadership } = state
  const isKnown = leadership === undefined ? isOpenMember(state, from) : isAdmissible(state, leadership, from)
  if (!isKnown && !isElector(state, from)) return ignore(zab, from, message, 'not-a-member')
  // What it is is for the leader to say: the learner may not have come so far in the log.
  const voter = isVoter(state.membership, from)
  const { connection, acceptedEpoch } = message
  const info: WaitingLearner = { node: from, connection, acceptedEpoch }
  if (state.election !== undefined) {
    // This election may yet end with this replica as leader: the sender only knew first.
    trace(zab, 'learner-waits', 'not in the paper', { learner: from, connection })
    state.election.waiting = [...state.election.waiting.filter(({ node }) => node !== from), info]
    return
  }
  if (leadership === undefined) {
    if (message.type === 'OBSERVERINFO' && !voter) return admitObserver(zab, info)
    sendNotification(zab, from) // it takes this replica for the leader; tell it what is so
    return ignore(zab, from, message, 'not-leading')
  }
  if (!isNewConnection(leadership, info)) return ignore(zab, from, message, 'other-connection')
  const isNewcomer = !voter && leadership.change?.catchUp?.newcomers.includes(from) === true
  if ((voter || isNewcomer) && leadership.epoch > 0 && acceptedEpoch > leadership.epoch) {
    // It promised a later epoch to a leader that came to nothing, and could not join this epoch for as long as it
    // lasts. ZooKeeper leaves it outside; here the next epoch, above its promise, takes everyone in.
    if (isNewcomer) state.acceptedEpoch = acceptedEpoch // it will not be asked: the next epoch is to be above it all the same
    return becomeLooking(zab, 'later-epoch-promised')
  }
  admitLearner(zab, leadership, info)
}
