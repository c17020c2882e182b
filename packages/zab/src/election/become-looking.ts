import { failHandover } from '../handover/answer-transfer.ts'
import { lastZxid } from '../history/history.ts'
import type { LookingReason } from '../marks.ts'
import type { Zab } from '../node.ts'
import { isSilent, mayStand } from '../reconfiguration/electors.ts'
import { shunFeeder } from '../relay/choose-feeder.ts'
import { dismissObservers } from '../relay/dismiss-observers.ts'
import { giveUpRequests } from '../requests/give-up-requests.ts'
import { trace } from '../trace.ts'
import { broadcastNotification, sendNotification } from './send-notification.ts'
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
  if (!mayStand(state, state.self) || isDiskStalled(zab)) return noVote
  const last = lastZxid(zab)
  return { leader: state.self, epoch: state.currentEpoch, zxidEpoch: last.epoch, zxidIndex: last.index }
}

/**
 * Leaves leader or leadership and starts an election round. FastLeaderElection.lookForLeader, its beginning; Zab (DSN
 * 2011), section 5, "phase 0". History and epochs stay as they are; a synchronization under way leaves no trace. After a
 * hand-over the first vote is for the one `designated`.
 */
export function becomeLooking(zab: Zab, reason: LookingReason, designated?: Vote): void {
  const { state, options, out } = zab
  if (state.state === 'LEADING') traceShutdown(zab, 'LeaderShutdown', reason)
  else if (state.state !== 'LOOKING') traceShutdown(zab, 'FollowerShutdown', reason)
  trace(zab, `looking.${reason}`, 'FastLeaderElection.lookForLeader', { round: state.round + 1 })
  giveUpRequests(zab)
  shunFeeder(state, reason)
  const relay = state.following?.relay
  const learners = state.leadership?.learners ?? []
  state.leadership = undefined
  state.following = undefined
  state.state = 'LOOKING'
  if (state.handover?.sent === false) failHandover(zab, 'leadership-lost', reason)
  state.round += 1
  state.vote = designated ?? ownVote(zab)
  const { min, max } = options.notificationInterval
  state.election = {
    received: new Map(),
    outside: new Map(),
    designated,
    waiting: [],
    finalizing: false,
    finalized: false,
    interval: Math.min(2 * min, max),
    tellDue: false,
  }
  out.cancelTimer('finalize')
  if (isSilent(state)) {
    out.cancelTimer('notification')
    for (const { node } of learners) if (state.links.has(node)) sendNotification(zab, node) // it does not lead any more
  } else {
    out.setTimer('notification', min, 1.5 * min)
    if (!refusals.includes(reason)) broadcastNotification(zab)
  }
  dismissObservers(zab, relay)
}

function traceShutdown(zab: Zab, name: 'LeaderShutdown' | 'FollowerShutdown', reason: LookingReason): void {
  trace(zab, name, 'Zab (DSN 2011), section 4: "goes back to election"', {
    reason,
    leader: zab.state.following?.leader ?? zab.state.self,
  })
}
