import { assert, finish, mix, mixInteger, mixString } from '@quorate/core'
import { negativeLog } from './negative-log.ts'

/**
 * A stream of pseudo-random numbers: xoshiro128**, from a seed. A stream can be split into named streams, which
 * depend on the seed and their names alone, not on what was drawn before: so that a change in what one part of a
 * simulation draws does not disturb the others.
 *
 * Everything is made of 32-bit integers and the four basic operations, so all platforms draw the same numbers.
 */
export class Random {
  private readonly key: number
  private a = 0
  private b = 0
  private c = 0
  private d = 0

  constructor(seed: number) {
    assert(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a safe integer, not negative', { seed })
    const low = finish(mix(0x9e3779b9, seed | 0))
    this.key = finish(mix(low, Math.floor(seed / 0x1_0000_0000)))
    this.begin(this.key)
  }

  /** The stream of that name. Equal names of one stream give equal streams. */
  split(name: string): Random {
    return new Random(this.seedOf(name))
  }

  /** Begins anew, as the stream of that number: what is drawn from now on depends on it, and not on earlier draws. */
  restart(number: number): void {
    this.begin(finish(mixInteger(this.key, number)))
  }

  /** 32 random bits, 0 to 2^32 - 1. Every other draw is made of these. */
  bits(): number {
    const product = Math.imul(this.b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const t = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= t
    this.d = (this.d << 11) | (this.d >>> 21)
    return result
  }

  /** Evenly distributed in [0, 1). */
  fraction(): number {
    return this.bits() / 0x1_0000_0000
  }

  /** Evenly distributed in [min, max). */
  between(min: number, max: number): number {
    return min + this.fraction() * (max - min)
  }

  /** Evenly distributed whole number, `min` and `max` included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1))
  }

  /** True with that probability. */
  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability
  }

  /** Exponentially distributed with that mean: delays, and pauses between events without memory. */
  exponential(mean: number): number {
    return mean * negativeLog((this.bits() + 1) / 0x1_0000_0000)
  }

  /** Between `min` and `max`, every order of magnitude as likely as the other: for rates and durations. */
  magnitude(min: number, max: number): number {
    const steps = 16
    let value = min
    const factor = rootOf(max / min, steps)
    for (let i = this.integer(0, steps); i > 0; i--) value *= factor
    return value
  }

  /** The seed of the stream of that name. */
  protected seedOf(name: string): number {
    return finish(mixString(this.key, name)) * 0x10_0000 + (finish(mixString(~this.key, name)) >>> 12)
  }

  private begin(key: number): void {
    this.a = finish(key + 1)
    this.b = finish(mix(key, 2))
    this.c = finish(mix(key, 3))
    this.d = finish(mix(key, 4)) | 1 // never all zero
  }

  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'there is something to pick from')
    return items[this.integer(0, items.length - 1)]!
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(0, i)
      const item = result[i]!
      result[i] = result[j]!
      result[j] = item
    }
    return result
  }
}

/** The `2^k`-th root of `value`, by square roots, which are exact on all platforms; `steps` is a power of two. */
function rootOf(value: number, steps: number): number {
  let root = value
  for (let i = steps; i > 1; i /= 2) root = Math.sqrt(root)
  return root
}
