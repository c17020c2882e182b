import type { Epoch, LogIndex } from '@quorate/core'

/**
 * Names an entry: the epoch of its proposer and its place. ZooKeeper's second half is a counter that starts over with
 * every epoch; here it is the log's dense index, which goes on across epochs because a new primary goes on from its
 * history. Both give the same order, and within one execution the same entries have the same order number.
 */
export interface Zxid {
  readonly epoch: Epoch
  readonly index: LogIndex
}

/** Below 0 if `a` comes before `b`. Zab (DSN 2011), section 3. */
export function compareZxid(a: Zxid, b: Zxid): number {
  return a.epoch === b.epoch ? a.index - b.index : a.epoch - b.epoch
}
