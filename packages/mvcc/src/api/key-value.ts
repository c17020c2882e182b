/** A key with its value, as of one revision. Bytes in here belong to the store: read them, do not change them. */
export interface KeyValue {
  readonly key: Uint8Array
  /** The revision of the put that created the key, since it last did not exist. */
  readonly createRevision: number
  /** The revision of the last put (of a delete change: of the delete). */
  readonly modRevision: number
  /** How many puts since the key last did not exist: 1 after the first. 0 in a delete change. */
  readonly version: number
  readonly value: Uint8Array
}
