import type { KeyValue } from './key-value.ts'

/** One change of one key: what a watch is told. All changes of a transaction have its revision, in its order. */
export interface MvccChange {
  readonly type: 'put' | 'delete'
  readonly revision: number
  /** The key as it is now. After a delete: only `key` and `modRevision` say something, as in etcd. */
  readonly kv: KeyValue
  /** The key as it was, if it existed. */
  readonly prev: KeyValue | undefined
}
