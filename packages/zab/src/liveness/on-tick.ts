import { becomeLooking, isDiskStalled } from '../election/become-looking.ts'
import type { Zab } from '../node.ts'
import { learnerTickFactor } from '../options.ts'
import type { Following, Leadership, Learner } from '../state.ts'
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
  if (state.state === 'LEADING' || state.vote.leader === state.self) becomeLooking(zab, 'disk-stalled')
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
  const { state, out } = zab
  for (let i = leadership.learners.length - 1; i >= 0; i--) {
    const learner = leadership.learners[i]!
    learner.silent += 1
    if (learner.silent > limitOf(zab, learner)) {
      out.resetLink(learner.node) // so that it knows, if it is there after all
      dropLearner(zab, leadership, learner.node, 'silence')
      if (state.leadership !== leadership) return
      continue
    }
    if (learner.phase === 'CONNECTED') continue // it does not know the epoch yet
    const { node, connection } = learner
    out.sendNow(node, { type: 'PING', connection, epoch: leadership.epoch, round: leadership.readRound })
  }
  if (leadership.phase === 'BROADCAST') return
  // A snapshot takes as long as it takes (ZOOKEEPER-2678); the host says if it fails.
  if (leadership.learners.some((learner) => learner.voter && learner.phase === 'SNAP')) return
  leadership.patience -= 1
  if (leadership.patience <= 0) becomeLooking(zab, 'no-progress')
}

function limitOf({ options }: Zab, learner: Learner): number {
  return isSynchronized(learner) ? options.syncLimit : options.initLimit
}

function tickLearner(zab: Zab, following: Following): void {
  const { syncLimit, initLimit } = zab.options
  following.silent += 1
  if (following.silent > (following.phase === 'BROADCAST' ? syncLimit : initLimit))
    becomeLooking(zab, 'silence')
}
