import type { NodeId } from '@quorate/core'
import type { Notification } from '../message.ts'
import type { Zab } from '../node.ts'
import { askable, isSilent } from '../reconfiguration/electors.ts'
import { toldMembership } from '../reconfiguration/told-membership.ts'
import { voteOf } from './vote.ts'

function notification(zab: Zab): Notification {
  const { state, round, vote } = zab.state
  return { type: 'NOTIFICATION', state, round, ...voteOf(vote), config: toldMembership(zab) }
}

/** Tells `to` this replica's vote. */
export function sendNotification(zab: Zab, to: NodeId): void {
  zab.out.sendNow(to, notification(zab))
}

/**
 * Tells of a vote that has changed, once a turn: votes that were better for a moment only are never heard of, and an
 * election takes messages of the order of the square of the voters, not of the cube. ZooKeeper's QuorumCnxManager keeps
 * for each peer only the last vote.
 */
export function tellVote(zab: Zab): void {
  const { election } = zab.state
  if (election === undefined || !election.tellDue) return
  election.tellDue = false
  broadcastNotification(zab)
}

/** Tells every voter within reach this replica's vote, of all memberships that may decide. FastLeaderElection.sendNotifications. */
export function broadcastNotification(zab: Zab): void {
  const { state } = zab
  if (isSilent(state)) return
  for (const voter of askable(state)) {
    if (voter !== state.self && state.links.has(voter)) sendNotification(zab, voter)
  }
}
