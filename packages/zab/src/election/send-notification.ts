import { type NodeId, votersOf } from '@quorate/core'
import type { Notification } from '../message.ts'
import type { Zab } from '../node.ts'
import { voteOf } from './vote.ts'

function notification({ state }: Zab): Notification {
  return { type: 'NOTIFICATION', state: state.state, round: state.round, ...voteOf(state.vote) }
}

/** Tells `to` this replica's vote. */
export function sendNotification(zab: Zab, to: NodeId): void {
  zab.out.sendNow(to, notification(zab))
}

/** Tells every voter within reach this replica's vote. FastLeaderElection.sendNotifications. */
export function broadcastNotification(zab: Zab): void {
  const { state } = zab
  for (const voter of votersOf(state.membership)) {
    if (voter !== state.self && state.links.has(voter)) sendNotification(zab, voter)
  }
}
