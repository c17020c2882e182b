import { type LogIndex, entryAt, lastIndex, quorumIndex, sliceEntries } from '@quorate/core'
import { findLearner, isSynchronized } from '../liveness/learners.ts'
import { type Zab, isPersisted } from '../node.ts'
import type { Leadership, Learner } from '../state.ts'
import { trace } from '../trace.ts'

/**
 * Commits what a quorum has acknowledged in this epoch, the leader's own disk being one voter. Zab (DSN 2011), step
 * l.3.2. Acknowledgements are cumulative, so commits are in order by themselves.
 */
export function advanceCommit(zab: Zab, leadership: Leadership): void {
  const { state } = zab
  if (leadership.phase !== 'BROADCAST' || state.commitIndex === lastIndex(state.log)) return
  const own = ownIndex(zab, leadership)
  const acked = (voter: number): LogIndex => {
    if (voter === state.self) return own
    const learner = findLearner(leadership, voter)
    return learner === undefined ? 0 : ackedIndex(zab, learner)
  }
  const index = Math.min(quorumIndex(state.membership.quorums, acked), lastIndex(state.log))
  for (let i = state.commitIndex + 1; i <= index; i++) {
    const entry = entryAt(state.log, i)!
    if (entry.epoch === leadership.epoch) leadership.uncommittedBytes -= entry.data.length
  }
  state.commitIndex = Math.max(state.commitIndex, index)
}

/** What the leader's own disk holds of its history. */
function ownIndex({ state, options }: Zab, leadership: Leadership): LogIndex {
  if (options.unsafe.ackBeforeDurable) return lastIndex(state.log)
  return isPersisted(state, leadership.adoptionPersist) ? state.durability.durableIndex : 0
}

/** How far a learner's history is this leader's, durably. */
function ackedIndex({ options }: Zab, learner: Learner): LogIndex {
  if (isSynchronized(learner)) return learner.acked
  return options.unsafe.countEpochAcks ? learner.lastIndex : 0
}

/** Hands out what is committed, to be applied. Zab (DSN 2011): abdeliver. */
export function applyCommitted(zab: Zab): void {
  const { state, out } = zab
  if (state.applied === state.commitIndex) return
  out.apply(sliceEntries(state.log, state.applied + 1, state.commitIndex, Infinity))
  state.applied = state.commitIndex
  const leads = state.leadership !== undefined
  trace(
    zab,
    leads ? 'LeaderProcessACK' : 'FollowerProcessCOMMIT',
    leads ? 'Zab (DSN 2011), step l.3.2' : 'Zab (DSN 2011), step f.3.2',
    { committed: state.commitIndex },
  )
}
