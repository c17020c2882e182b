/** A 32-bit hash for digests and traces: MurmurHash3's mixing, fed word by word. Not for hostile input. */
export function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  k = Math.imul(k, 0x1b873593)
  let h = hash ^ k
  h = (h << 13) | (h >>> 19)
  return (Math.imul(h, 5) + 0xe6546b64) | 0
}

/** Ends a chain of {@link mix}; gives 0 to 2^32 - 1. */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Feeds a safe integer, both halves. */
export function mixInteger(hash: number, value: number): number {
  return mix(mix(hash, value | 0), Math.floor(value / 0x1_0000_0000) | 0)
}

/** Feeds bytes and their length. */
export function mixBytes(hash: number, bytes: Uint8Array): number {
  let h = hash
  const whole = bytes.length & ~3
  for (let i = 0; i < whole; i += 4) {
    h = mix(h, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
  }
  let tail = 0
  for (let i = whole; i < bytes.length; i++) tail = (tail << 8) | bytes[i]!
  return mix(mix(h, tail), bytes.length)
}

/** Feeds a string's UTF-16 units and its length. */
export function mixString(hash: number, text: string): number {
  let h = hash
  for (let i = 0; i < text.length; i++) h = mix(h, text.charCodeAt(i))
  return mix(h, text.length)
}
