import type { NodeId } from '@quorate/core'
import { connectToLeader } from './discovery/become-following.ts'
import { becomeLooking } from './election/become-looking.ts'
import { sendNotification } from './election/send-notification.ts'
import { dropLearner } from './liveness/drop-learner.ts'
import { findLearner } from './liveness/learners.ts'
import type { Zab } from './node.ts'
import { askable, isSilent } from './reconfiguration/electors.ts'

/** A session with `peer` began. */
export function onPeerUp(zab: Zab, peer: NodeId): void {
  const { state } = zab
  if (peer === state.self) return
  if (state.links.has(peer)) onPeerDown(zab, peer) // whoever says so, the old session is over
  state.links.add(peer)
  if (state.election !== undefined && !isSilent(state) && askable(state).includes(peer)) {
    return sendNotification(zab, peer)
  }
  if (state.following?.leader === peer) connectToLeader(zab)
}

/** The session with `peer` is over, and with it every connection on it: the first sign of a failure. */
export function onPeerDown(zab: Zab, peer: NodeId): void {
  const { state } = zab
  const { election, following, leadership } = state
  state.links.delete(peer)
  if (following?.leader === peer) return becomeLooking(zab, 'link-lost')
  if (following?.relay !== undefined) dropLearner(zab, following.relay, peer, 'link-lost')
  if (leadership !== undefined) {
    const counted = leadership.phase !== 'BROADCAST' || findLearner(leadership, peer) !== undefined
    if (counted) dropLearner(zab, leadership, peer, 'link-lost')
  }
  if (election === undefined) return
  election.received.delete(peer)
  election.outside.delete(peer)
  election.waiting = election.waiting.filter(({ node }) => node !== peer)
  if (state.vote.leader === peer) becomeLooking(zab, 'candidate-lost')
}
