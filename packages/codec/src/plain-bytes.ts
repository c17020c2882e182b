/**
 * The same bytes as a plain `Uint8Array`, without copying. A Node `Buffer` is a subclass whose `slice` and `subarray`
 * behave differently and would reach the public API through every view that is cut from it.
 */
export function asPlainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A copy that owns its memory, whatever subclass `bytes` is: for state that outlives the frame it arrived in. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  // `slice` of the plain class is the fastest copy; `Buffer.slice` would be a view.
  return asPlainBytes(bytes).slice()
}
