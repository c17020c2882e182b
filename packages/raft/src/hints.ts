import { type Epoch, epochAt, lastIndex, type LogIndex, type MemoryLog } from '@quorate/core'

/**
 * The last index up to `limit` whose term is at most `term`; the log's base if there is none above it. Terms never
 * fall along a log, so nothing behind it can match an entry of `term` or less.
 */
export function lastIndexOfTerm(log: MemoryLog, limit: LogIndex, term: Epoch): LogIndex {
  let low = log.base
  let high = Math.max(low, Math.min(limit, lastIndex(log)))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (epochAt(log, middle)! <= term) low = middle
    else high = middle - 1
  }
  return low
}
