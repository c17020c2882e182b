/** Turns values of one type into bytes and back. `decode` throws a `QuorateError` with code `DECODE` on bad bytes. */
export interface Codec<T> {
  encode(value: T): Uint8Array
  /** May return views into `bytes`; the caller must not change them afterwards. */
  decode(bytes: Uint8Array): T
}
