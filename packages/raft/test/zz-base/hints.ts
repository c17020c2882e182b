import { type Epoch, lastIndex, type LogIndex } from '@quorate/core'
import { termAt } from './disk-log.ts'
import type { RaftState } from './state.ts'

/**
 * The last index up to `limit` whose term is at most `term`; the base of the whole log if there is none above it. Terms
 * never fall along a log, so nothing behind it can match an entry of `term` or less.
 */
export function lastIndexOfTerm(state: RaftState, limit: LogIndex, term: Epoch): LogIndex {
  let low = state.disk.base
  let high = Math.max(low, Math.min(limit, lastIndex(state.log)))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (termAt(state, middle)! <= term) low = middle
    else high = middle - 1
  }
  return low
}
