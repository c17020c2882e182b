import type { MvccError } from './errors.ts'
import type { KeyValue } from './key-value.ts'

/** The answer to a range. */
export interface RangeAnswer {
  readonly type: 'range'
  /** The store's current revision, also for a read at an older one. Within a transaction: of its changes so far. */
  readonly revision: number
  readonly kvs: readonly KeyValue[]
  /** Did `limit` leave any out? */
  readonly more: boolean
  /** All keys in the range, whatever `limit` is. */
  readonly count: number
}

/** The store's own numbers. */
export interface StatusAnswer {
  readonly type: 'status'
  /** The current revision: 1 in an empty store. */
  readonly revision: number
  /** The revision of the last compaction, -1 if there was none. */
  readonly compactRevision: number
  /** How many keys exist. */
  readonly keys: number
}

export type MvccAnswer = RangeAnswer | StatusAnswer | MvccError

/** A put's result. */
export interface PutResult {
  readonly type: 'put'
  readonly revision: number
  /** The key as it was, if that was asked for and it existed. */
  readonly prevKv: KeyValue | undefined
}

/** A delete's result. */
export interface DeleteRangeResult {
  readonly type: 'deleteRange'
  /** The revision of the delete; the current one if there was nothing to delete. */
  readonly revision: number
  readonly deleted: number
  /** The deleted keys as they were, in key order; empty unless asked for. */
  readonly prevKvs: readonly KeyValue[]
}

/** What one step of a transaction gave. */
export type TxnResponse = PutResult | DeleteRangeResult | RangeAnswer

/** A transaction's result. */
export interface TxnResult {
  readonly type: 'txn'
  /** The revision of its changes; the current one if it made none. */
  readonly revision: number
  /** Did all compares hold? */
  readonly succeeded: boolean
  /** Of the branch that ran, in order. */
  readonly responses: readonly TxnResponse[]
}

/** A compaction's result. */
export interface CompactResult {
  readonly type: 'compact'
  readonly revision: number
}

export type MvccResult = PutResult | DeleteRangeResult | TxnResult | CompactResult | MvccError
