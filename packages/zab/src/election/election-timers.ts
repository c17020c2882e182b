import { isVoter } from '@quorate/core'
import type { Zab } from '../node.ts'
import type { Election } from '../state.ts'
import { trace } from '../trace.ts'
import { broadcastNotification } from './send-notification.ts'

/** Nothing better came within `finalizeWait`; `decideElection` draws the conclusion. FLEWaitNewNotmsg. */
export function onFinalizeTimeout(zab: Zab, election: Election): void {
  if (!election.finalizing) return
  trace(zab, 'FLEWaitNewNotmsg', 'FastLeaderElection.lookForLeader', { leader: zab.state.vote.leader })
  election.finalized = true
}

/** No result yet: sends the vote again, and waits twice as long as the last time. FLENotmsgTimeout. */
export function onNotificationTimeout(zab: Zab, election: Election): void {
  const { interval } = election
  const { min, max } = zab.options.notificationInterval
  trace(zab, 'FLENotmsgTimeout', 'FastLeaderElection.lookForLeader', { round: zab.state.round })
  broadcastNotification(zab)
  zab.out.setTimer('notification', interval, 1.5 * interval)
  // Voters tell each other of changes; an observer has to ask.
  election.interval = isVoter(zab.state.membership, zab.state.self) ? Math.min(2 * interval, max) : min
}
