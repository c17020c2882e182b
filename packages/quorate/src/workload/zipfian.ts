import { fnvModulo } from './fnv.ts'
import type { Random } from './random.ts'

/** YCSB's skew: of 1,000 keys the most popular one gets about one request in 25. */
export const ycsbTheta = 0.99

/** Items that YCSB draws from before it scatters them over the keys, and Σ 1 / iᶿ over them for θ = 0.99. */
const scatteredItems = 10_000_000_001
const scatteredZeta = 26.46902820178302

/** Σ 1 / iᶿ for i = 1 … `items`: what a rank's weight 1 / iᶿ is divided by to get its probability. */
export function zeta(items: number, theta: number): number {
  let sum = 0
  for (let i = 1; i <= items; i++) sum += 1 / i ** theta
  return sum
}

/**
 * Ranks 0 … `items` − 1 where rank i has a probability proportional to 1 / (i + 1)ᶿ, in constant time for each draw.
 *
 * The algorithm is that of Gray and others, *Quickly Generating Billion-Record Synthetic Databases* (SIGMOD 1994),
 * which YCSB uses too: exact for the first two ranks, from the integral of 1 / xᶿ for the others. That makes the third
 * a fifth too likely, the tenth a twentieth, and so on: kept, so that the load is the one that others measure with.
 */
export class Zipfian {
  private readonly items: number
  private readonly zeta: number
  private readonly firstTwo: number
  private readonly alpha: number
  private readonly eta: number

  /** @param sum Σ 1 / iᶿ over all items, where it is known; computing it takes a step for each item. */
  constructor(items: number, theta: number = ycsbTheta, sum: number = zeta(items, theta)) {
    this.items = items
    this.zeta = sum
    this.firstTwo = zeta(2, theta)
    this.alpha = 1 / (1 - theta)
    this.eta = (1 - (2 / items) ** (1 - theta)) / (1 - this.firstTwo / sum)
  }

  next(random: Random): number {
    const u = random.fraction()
    const weight = u * this.zeta
    if (weight < 1) return 0
    if (weight < this.firstTwo) return 1
    const rank = Math.floor(this.items * (this.eta * u - this.eta + 1) ** this.alpha)
    // Rounding may reach the end of the range; with one or two items this formula has nothing to say.
    return Math.min(rank, this.items - 1)
  }
}

/**
 * Which of `keys` keys is asked for: YCSB's ScrambledZipfianGenerator. A rank drawn from ten billion by Zipf's law
 * (θ = 0.99) is hashed to a key. So the popular keys are scattered over the key space instead of being neighbours, and
 * which ones are popular does not depend on the seed.
 */
export class ScrambledZipfian {
  private readonly ranks = new Zipfian(scatteredItems, ycsbTheta, scatteredZeta)
  private readonly keys: number

  constructor(keys: number) {
    this.keys = keys
  }

  /** 0 … `keys` − 1 */
  next(random: Random): number {
    return fnvModulo(this.ranks.next(random), this.keys)
  }
}
