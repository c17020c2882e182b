import { isVoter } from '@quorate/core'
import { lastZxid } from '../history/history.ts'
import type { LookingReason } from '../marks.ts'
import type { Zab } from '../node.ts'
import { giveUpRequests } from '../requests/give-up-requests.ts'
import { trace } from '../trace.ts'
import { broadcastNotification } from './send-notification.ts'
import { type Vote, noVote } from './vote.ts'

/** A leader that was refused for one of these is likely to be met again: these wait for the first timer. */
const refusals: readonly LookingReason[] = [
  'epoch-below-promise',
  'history-mismatch',
  'below-commit',
  'proposal-not-next',
  'commit-not-held',
]

/** Is this replica without its disk: has a persist failed, or been under way for too long? */
export function isDiskStalled({ state, options }: Zab): boolean {
  return state.failed || state.disk.ticks >= options.stallLimit
}

/** The vote that a replica enters an election with: for itself, if it can lead. */
export function ownVote(zab: Zab): Vote {
  const { state } = zab
  if (!isVoter(state.membership, state.self) || isDiskStalled(zab)) return noVote
  const last = lastZxid(zab)
  return { leader: state.self, epoch: state.currentEpoch, zxidEpoch: last.epoch, zxidIndex: last.index }
}

/**
 * Leaves leader or leadership and starts an election round. FastLeaderElection.lookForLeader, its beginning; Zab (DSN
 * 2011), section 5, "phase 0". History and epochs stay as they are; a synchronization under way leaves no trace.
 */
export function becomeLooking(zab: Zab, reason: LookingReason): void {
  const { state, options, out } = zab
  if (state.state === 'LEADING') traceShutdown(zab, 'LeaderShutdown', reason)
  else if (state.state !== 'LOOKING') traceShutdown(zab, 'FollowerShutdown', reason)
  trace(zab, `looking.${reason}`, 'FastLeaderElection.lookForLeader', { round: state.round + 1 })
  giveUpRequests(zab)
  state.leadership = undefined
  state.following = undefined
  state.state = 'LOOKING'
  state.round += 1
  state.vote = ownVote(zab)
  const { min, max } = options.notificationInterval
  state.election = {
    received: new Map(),
    outside: new Map(),
    waiting: [],
    finalizing: false,
    finalized: false,
    interval: Math.min(2 * min, max),
  }
  out.cancelTimer('finalize')
  out.setTimer('notification', min, 1.5 * min)
  if (!refusals.includes(reason)) broadcastNotification(zab)
}

function traceShutdown(zab: Zab, name: 'LeaderShutdown' | 'FollowerShutdown', reason: LookingReason): void {
  trace(zab, name, 'Zab (DSN 2011), section 4: "goes back to election"', {
    reason,
    leader: zab.state.following?.leader ?? zab.state.self,
  })
}
