import { epochInLog } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import type { Notification } from '../message.ts'
import type { Zab } from '../node.ts'
import { trace } from '../trace.ts'
import { isSilent, mayStand, takeHint } from './electors.ts'
import { membershipTold } from './told-membership.ts'

/**
 * A replica hears of another's membership. It may then know whom else to ask, and that its own last one is committed. It
 * never counts votes by it: what counts comes with the history. (ZooKeeper adopts it: FastLeaderElection,
 * WorkerReceiver.run, processReconfig.)
 */
export function hearMembership(zab: Zab, { config }: Notification): void {
  const { state } = zab
  const { index, epoch, settled } = config
  // The same zxid is the same entry, behind the same history.
  if (settled && index > state.settledIndex && epochInLog(state.log, index) === epoch) {
    state.settledIndex = index
  }
  const wasSilent = isSilent(state)
  const membership = membershipTold(config)
  if (membership !== undefined && takeHint(state, { index, epoch, membership })) {
    trace(zab, 'later-membership-told', 'FastLeaderElection, WorkerReceiver.run', { index, epoch })
    if (wasSilent && state.election !== undefined && !isSilent(state)) {
      const { min } = zab.options.notificationInterval
      zab.out.setTimer('notification', min, 1.5 * min)
    }
  }
  const { leader } = state.vote
  const isOut = state.election !== undefined && leader !== 0 && !mayStand(state, leader)
  if (isOut) becomeLooking(zab, 'candidate-not-in-membership')
}
