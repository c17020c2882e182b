import type { NodeId } from '@quorate/core'
import { becomeFollowing } from '../discovery/become-following.ts'
import { becomeLooking } from '../election/become-looking.ts'
import { sendNotification } from '../election/send-notification.ts'
import type { Join } from '../message.ts'
import type { Zab } from '../node.ts'
import { ignore, trace } from '../trace.ts'
import { isElector } from './electors.ts'

/**
 * An established leader asks this replica to connect: it is to become a member, or is one and does not know, or does not
 * know whom to ask. Not in ZooKeeper, whose newcomers are told of some servers by whoever starts them. Who stands in
 * elections asks the sender, and judges what it hears; who does not has nothing to lose, and follows.
 */
export function onJoin(zab: Zab, from: NodeId, message: Join): void {
  const { state } = zab
  if (message.epoch < state.currentEpoch) return ignore(zab, from, message, 'stale-join')
  const { following } = state
  // One that is fed by a follower must come to the leader if it is to vote, and need not if it is not.
  const isFed = following !== undefined && following.leader !== following.elected
  const isServed = isFed && !message.votes && following.epoch === message.epoch
  const isElsewhere = isFed || state.state === 'OBSERVING'
  if (isElsewhere && following!.leader !== from && !isServed) becomeLooking(zab, 'asked-to-join')
  // It has connected to the same replica, when that led another epoch, and has not been told that it stopped.
  const isStale = state.state === 'OBSERVING' && following!.phase === 'DISCOVERY'
  if (isStale && message.epoch > state.vote.epoch) becomeLooking(zab, 'asked-to-join')
  if (state.election === undefined) return ignore(zab, from, message, 'not-looking')
  if (isElector(state, state.self)) return sendNotification(zab, from)
  trace(zab, 'joins', 'ZooKeeper, reconfig', { leader: from })
  becomeFollowing(zab, { leader: from, epoch: message.epoch, zxidEpoch: 0, zxidIndex: 0 }, from)
}
