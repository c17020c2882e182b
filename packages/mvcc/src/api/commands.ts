import type { Compare } from './compare.ts'
import type { RangeQuery } from './queries.ts'

/** Sets a key. A put of the value that is there already is a change like any other. */
export interface PutCommand {
  readonly type: 'put'
  /** Not empty. */
  readonly key: Uint8Array
  readonly value: Uint8Array
  /** Shall the result carry the key as it was before? */
  readonly prevKv?: boolean | undefined
}

/** Deletes one key, or all keys of a range (see {@link RangeQuery.rangeEnd}). */
export interface DeleteRangeCommand {
  readonly type: 'deleteRange'
  /** Not empty. */
  readonly key: Uint8Array
  readonly rangeEnd?: Uint8Array | undefined
  /** Shall the result carry the deleted keys as they were? */
  readonly prevKv?: boolean | undefined
}

/** One step of a transaction. It sees what the steps before it did. */
export type TxnOperation = PutCommand | DeleteRangeCommand | RangeQuery

/**
 * If all of `compare` hold, `success`, else `failure`: atomically, and all changes under one revision. Refused as a
 * whole if in one branch a key is put twice, or both put and deleted.
 */
export interface TxnCommand {
  readonly type: 'txn'
  readonly compare: readonly Compare[]
  readonly success: readonly TxnOperation[]
  readonly failure: readonly TxnOperation[]
}

/** Forgets what only revisions before `revision` need. Reads at `revision` itself stay possible. */
export interface CompactCommand {
  readonly type: 'compact'
  /** Above the last compaction's and not above the current revision. */
  readonly revision: number
}

export type MvccCommand = PutCommand | DeleteRangeCommand | TxnCommand | CompactCommand
