import { type LogIndex, type SnapshotMeta, epochAt, forgetTo, lastIndex, startOfTail } from '@quorate/core'
import type { Zab } from '../node.ts'
import type { ZabState } from '../state.ts'
import { trace } from '../trace.ts'
import { saveHistory } from './history.ts'

/**
 * A snapshot is durable: forgets the log below it, but for a tail that lets learners which are a little behind catch
 * up by DIFF, and for what those being synchronized still need.
 */
export function onSnapshotBuilt(zab: Zab, meta: SnapshotMeta): void {
  const { state, options, out } = zab
  if (state.snapshot !== undefined && meta.index <= state.snapshot.index) return
  if (meta.index > state.commitIndex || epochAt(state.log, meta.index) !== meta.epoch) return
  state.snapshot = meta
  const { compactionTail, compactionTailBytes } = options
  const tail = startOfTail(state.log, meta.index, compactionTail, compactionTailBytes)
  const needed = neededAbove(state)
  if (needed < tail) trace(zab, 'log-kept-for-learner', 'not in the paper', { needed, tail })
  const target = Math.min(tail, needed, lastIndex(state.log))
  if (target <= state.log.base) return
  const epoch = epochAt(state.log, target)!
  saveHistory(zab)
  out.persist({ type: 'compactTo', meta: { index: target, epoch, membership: state.membership } }, false)
  forgetTo(state.log, target)
  trace(zab, 'log-compacted', 'not in the paper', { snapshot: meta.index, base: target })
}

/** The last index that no synchronization under way needs any more. */
function neededAbove({ leadership }: ZabState): LogIndex {
  let needed = Infinity
  for (const { phase, next } of leadership?.learners ?? []) {
    if (phase === 'SNAP' || phase === 'SYNC' || phase === 'NEWLEADER') needed = Math.min(needed, next - 1)
  }
  return needed
}
