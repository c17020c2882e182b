import {
  type LogIndex,
  type SnapshotMeta,
  compactLogTo,
  epochInLog,
  lastIndex,
  startOfTail,
} from '@quorate/core'
import type { Zab } from '../node.ts'
import type { ZabState } from '../state.ts'
import { membershipAtIndex, rebaseMemberships } from '../reconfiguration/memberships.ts'
import { trace } from '../trace.ts'
import { saveHistory } from './history.ts'

/**
 * A snapshot is durable: forgets the log below it, but for a tail that lets learners which are a little behind catch
 * up by DIFF, and for what those being synchronized still need.
 */
export function onSnapshotBuilt(zab: Zab, meta: SnapshotMeta): void {
  const { state, options, out } = zab
  if (state.snapshot !== undefined && meta.index <= state.snapshot.index) return
  if (meta.index > state.commitIndex || epochInLog(state.log, meta.index) !== meta.epoch) return
  state.snapshot = meta
  const { compactionTail, compactionTailBytes } = options
  const tail = startOfTail(state.log, meta.index, compactionTail, compactionTailBytes)
  const needed = neededAbove(state)
  if (needed < tail) trace(zab, 'log-kept-for-learner', 'not in the paper', { needed, tail })
  const target = Math.min(tail, needed, lastIndex(state.log))
  if (target <= state.log.storedBase) return
  const epoch = epochInLog(state.log, target)!
  saveHistory(zab)
  const base = { index: target, epoch, membership: membershipAtIndex(state.memberships, target) }
  out.persist({ type: 'compactTo', meta: base }, false)
  rebaseMemberships(zab, base)
  compactLogTo(state.log, target)
  trace(zab, 'log-compacted', 'not in the paper', { snapshot: meta.index, base: target })
}

/** The last index that no synchronization under way needs any more. */
function neededAbove({ leadership, following }: ZabState): LogIndex {
  let needed = Infinity
  const serving = leadership ?? following?.relay
  for (const { phase, next } of serving?.learners ?? []) {
    if (phase === 'SNAP' || phase === 'SYNC' || phase === 'NEWLEADER') needed = Math.min(needed, next - 1)
  }
  return needed
}
