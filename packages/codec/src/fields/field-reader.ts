/**
 * What reads fields: core's `ByteReader` over one piece of bytes, or a `ChunkedReader` over a stream of them. Every
 * read that runs past the end, and `fail`, throws a `QuorateError` with code `DECODE`.
 */
export interface FieldReader {
  u8(): number
  u32(): number
  /** A safe integer, not negative. */
  u64(): number
  f64(): number
  /** A view of the next `length` bytes: copy what must outlive the input. */
  raw(length: number): Uint8Array
  fail(problem: string): never
}
