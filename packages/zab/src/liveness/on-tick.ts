import { becomeLooking, isDiskStalled } from '../election/become-looking.ts'
import { countHandover, handOver } from '../handover/hand-over.ts'
import type { Zab } from '../node.ts'
import { learnerTickFactor } from '../options.ts'
import { tickReconfiguration } from '../reconfiguration/tick-reconfiguration.ts'
import { letObserversGo } from '../relay/serve-observers.ts'
import type { Following, Leadership, Learner, Serving } from '../state.ts'
import { trace } from '../trace.ts'
import { dropLearner } from './drop-learner.ts'
import { isSynchronized } from './learners.ts'

/** Sets the next tick: a leader's are even, others' are spread. */
export function setTick({ state, options, out }: Zab): void {
  out.setTimer(
    'tick',
    options.tick,
    state.state === 'LEADING' ? options.tick : options.tick * learnerTickFactor,
  )
}

/** A tick passes. ZooKeeper: Leader.lead's loop and ping; socket timeouts at the learner. */
export function onTick(zab: Zab): void {
  const { state } = zab
  watchDisk(zab)
  countHandover(zab)
  if (state.leadership !== undefined) tickLeader(zab, state.leadership)
  else if (state.following !== undefined) tickLearner(zab, state.following)
  setTick(zab)
}

/** Counts for how long the oldest persist has been under way. A leader without its disk must not go on pinging. */
function watchDisk(zab: Zab): void {
  const { state } = zab
  const oldest = state.durability.outstanding[0]?.sequence ?? 0
  const same = oldest > 0 && oldest === state.disk.oldest
  state.disk = { oldest, ticks: same ? state.disk.ticks + 1 : 0 }
  if (state.disk.ticks !== zab.options.stallLimit) return
  trace(zab, 'disk-stalled', 'not in the paper', { persist: oldest, ticks: state.disk.ticks })
  if (zab.options.unsafe.ignoreStalledDisk) return
  // What it has proposed is committed, if at all, by the others' disks: to hand over it needs none.
  if (state.leadership?.phase === 'BROADCAST') handOver(zab, state.leadership, undefined, 'disk-stalled')
  else if (state.state === 'LEADING' || state.vote.leader === state.self) becomeLooking(zab, 'disk-stalled')
}

/** A persist has completed. A replica that stood in no election because of it stands again. */
export function onDiskProgress(zab: Zab): void {
  const { state } = zab
  if (state.disk.ticks === 0) return
  const stalled = isDiskStalled(zab)
  state.disk = { oldest: 0, ticks: 0 }
  if (!stalled) return
  trace(zab, 'disk-recovered', 'not in the paper', {})
  if (state.state === 'LOOKING') becomeLooking(zab, 'disk-recovered')
}

function tickLeader(zab: Zab, leadership: Leadership): void {
  const { state } = zab
  tickLearners(zab, leadership, leadership.readRound)
  if (state.leadership !== leadership) return
  if (leadership.phase === 'BROADCAST') return tickReconfiguration(zab, leadership)
  // A snapshot takes as long as it takes (ZOOKEEPER-2678); the host says if it fails.
  const snapUnderWay = leadership.learners.some((learner) => learner.voter && learner.phase === 'SNAP')
  if (snapUnderWay && !zab.options.unsafe.absoluteInitLimit) return
  leadership.patience -= 1
  if (leadership.patience <= 0) return becomeLooking(zab, 'no-progress')
  const waited = zab.options.initLimit - leadership.patience
  const isDoubted = leadership.phase === 'DISCOVERY' && leadership.hasDoubters
  if (isDoubted && waited >= zab.options.epochLimit) becomeLooking(zab, 'voter-is-looking')
}

/** Pings those who are served, and counts their silence. */
function tickLearners(zab: Zab, serving: Serving, round: number): void {
  const { state, out } = zab
  serving.ticks += 1
  for (let i = serving.learners.length - 1; i >= 0; i--) {
    const learner = serving.learners[i]!
    learner.silent += 1
    if (learner.silent > limitOf(zab, learner)) {
      out.resetLink(learner.node) // so that it knows, if it is there after all
      dropLearner(zab, serving, learner.node, 'silence')
      if (state.state === 'LOOKING') return // it was one too many
      continue
    }
    if (learner.phase === 'CONNECTED') continue // it does not know the epoch yet
    const { node, connection } = learner
    out.sendNow(node, { type: 'PING', connection, epoch: serving.epoch, round })
  }
}

function limitOf({ options }: Zab, learner: Learner): number {
  return isSynchronized(learner) ? options.syncLimit : options.initLimit
}

function tickLearner(zab: Zab, following: Following): void {
  const { syncLimit, initLimit } = zab.options
  following.silent += 1
  if (following.silent > (following.phase === 'BROADCAST' ? syncLimit : initLimit))
    return becomeLooking(zab, 'silence')
  const { relay } = following
  if (relay === undefined) return
  tickLearners(zab, relay, 0)
  letObserversGo(zab, relay)
}
