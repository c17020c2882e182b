import { encodeCanonical } from '@quorate/core'

/** The golden ratio and two primes of xxHash32: odd, and with bits well spread. */
const goldenRatio = 0x9e3779b9
const firstPrime = 0x85ebca77
const secondPrime = 0xc2b2ae3d

/**
 * Makes a 64-bit fingerprint of a sequence of 32-bit integers, as two halves. For given words, each step is a bijection
 * of the 64 bits of state, so that sequences of equal length collide no more often than chance has it. Reusable. Not
 * for hostile input.
 */
export class Fingerprint {
  /** The upper half, a signed 32-bit integer. Valid after `end`. */
  high = 0
  low = 0
  private count = 0

  begin(): this {
    this.high = goldenRatio | 0
    this.low = firstPrime | 0
    this.count = 0
    return this
  }

  /** Feeds an integer of 32 bits. */
  word(word: number): this {
    let high = Math.imul(this.high ^ word, firstPrime)
    high ^= high >>> 15
    let low = Math.imul((this.low + word) | 0, secondPrime)
    low = ((low << 13) | (low >>> 19)) + high
    this.high = high
    this.low = low | 0
    this.count += 1
    return this
  }

  /** Feeds a safe integer that may have more than 32 bits. */
  integer(value: number): this {
    return this.word(value | 0).word(Math.floor(value / 0x1_0000_0000) | 0)
  }

  text(text: string): this {
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i))
    return this.word(text.length)
  }

  bytes(bytes: Uint8Array): this {
    const whole = bytes.length & ~3
    for (let i = 0; i < whole; i += 4) {
      this.word(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    }
    let tail = 0
    for (let i = whole; i < bytes.length; i++) tail = (tail << 8) | bytes[i]!
    return this.word(tail).word(bytes.length)
  }

  /** Feeds plain data by its canonical encoding: easy, and slower than feeding words. */
  plain(value: unknown): this {
    return this.bytes(encodeCanonical(value))
  }

  /** Mixes to the end; after this `high` and `low` are the fingerprint. */
  end(): this {
    this.word(this.count)
    const high = avalanche(this.high ^ Math.imul(this.low, secondPrime))
    const low = avalanche(this.low ^ Math.imul(high, firstPrime))
    this.high = high
    this.low = low
    return this
  }
}

/** MurmurHash3's finalizer: each bit of the input changes each of the output half of the time. */
function avalanche(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
