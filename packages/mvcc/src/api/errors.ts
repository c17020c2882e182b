/**
 * Why a command or query was refused. It then changed nothing. etcd's texts for these codes:
 *
 * | code | etcd |
 * |---|---|
 * | `EMPTY_KEY` | key is not provided |
 * | `DUPLICATE_KEY` | duplicate key given in txn request |
 * | `COMPACTED` | mvcc: required revision has been compacted |
 * | `FUTURE_REVISION` | mvcc: required revision is a future revision |
 */
export type MvccErrorCode = 'EMPTY_KEY' | 'DUPLICATE_KEY' | 'COMPACTED' | 'FUTURE_REVISION'

/** A refusal: a result or answer like any other. */
export interface MvccError {
  readonly type: 'error'
  readonly code: MvccErrorCode
  /** The store's current revision. */
  readonly revision: number
  /** The revision of the last compaction, -1 if there was none: reads below it are refused. */
  readonly compactRevision: number
}
