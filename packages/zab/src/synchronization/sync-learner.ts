import { type LogIndex, assert, lastIndex } from '@quorate/core'
import type { Zab } from '../node.ts'
import type { Learner, Serving } from '../state.ts'
import { trace } from '../trace.ts'
import { chooseSync } from './choose-sync.ts'

/**
 * May the learner be synchronized? Observers get only what is committed, so they wait until the leader is established;
 * and one that has more of this epoch than is known to be committed here, until that is.
 */
export function maySynchronize({ state }: Zab, serving: Serving, learner: Learner): boolean {
  if (learner.phase !== 'PROMISED') return false
  if (learner.voter) return serving.phase !== 'DISCOVERY'
  const isAhead = learner.lastEpoch === serving.epoch && learner.lastIndex > state.commitIndex
  return serving.phase === 'BROADCAST' && !isAhead
}

/**
 * Chooses what a learner needs and starts to send it. Zab (DSN 2011), step l.2.1; ZooKeeper, LearnerHandler.syncFollower
 * and Leader.startForwarding: from here on `next` walks over the sync content and every later proposal without a gap,
 * so nothing can come between the choice and the forwarding.
 */
export function syncLearner(zab: Zab, learner: Learner): void {
  const { state, out } = zab
  const choice = chooseSync(state.log, learner.lastIndex, learner.runs)
  const { connection, node } = learner
  const epoch = state.currentEpoch
  trace(zab, `LeaderSyncFollower.${choice.mode}`, 'Zab1.0, phase 2; Zab (DSN 2011), step l.2.1', {
    learner: node,
    last: learner.lastIndex,
    ...choice,
  })
  learner.runs = []
  if (choice.mode === 'SNAP') {
    assert(state.snapshot !== undefined, 'a log that has forgotten entries has a snapshot', {
      base: state.log.base,
    })
    learner.phase = 'SNAP'
    learner.next = state.snapshot.index + 1
    out.snapshot({ type: 'send', to: node, message: { type: 'SNAP', connection, epoch } })
    return
  }
  const { mode, index, indexEpoch } = choice
  out.sendNow(node, { type: mode, connection, epoch, index, indexEpoch })
  startForwarding(zab, learner, index)
}

/** From now on the learner gets everything above `index`. NEWLEADER comes after what there is at this moment. */
export function startForwarding({ state, options }: Zab, learner: Learner, index: LogIndex): void {
  learner.phase = 'SYNC'
  learner.next = index + 1
  learner.target = Math.max(index, learner.voter ? lastIndex(state.log) : state.commitIndex)
  if (options.unsafe.newLeaderBeforeContent) learner.target = index
}
