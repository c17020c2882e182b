/** Reads one key or a range of keys, now or at an older revision. */
export interface RangeQuery {
  readonly type: 'range'
  /** Not empty. */
  readonly key: Uint8Array
  /**
   * Absent or empty: the key alone. One zero byte: all keys from `key` on. Otherwise: all keys from `key` up to this
   * one, which is not in the range.
   */
  readonly rangeEnd?: Uint8Array | undefined
  /** At most so many keys. Default, and for 0 or less: no limit. */
  readonly limit?: number | undefined
  /** The revision to read at. Default, and for 0 or less: the current one. */
  readonly revision?: number | undefined
  /** Counts only. */
  readonly countOnly?: boolean | undefined
  /** Leaves the values out (they are empty). */
  readonly keysOnly?: boolean | undefined
  /** The order of the keys. Default: `ascend`. */
  readonly order?: 'ascend' | 'descend' | undefined
}

/** Asks for the store's own numbers. */
export interface StatusQuery {
  readonly type: 'status'
}

export type MvccQuery = RangeQuery | StatusQuery
