import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fnvModulo } from '../../src/workload/fnv.ts'
import { Random } from '../../src/workload/random.ts'
import { ScrambledZipfian, Zipfian, ycsbTheta, zeta } from '../../src/workload/zipfian.ts'

/** FNV-1a in 64 bits as it is defined, and of that the absolute value as a signed number. */
function hash(value: number): bigint {
  let bits = 0xcbf29ce484222325n
  for (let i = 0n; i < 8n; i++) {
    bits ^= (BigInt(value) >> (8n * i)) & 0xffn
    bits = BigInt.asUintN(64, bits * 1099511628211n)
  }
  const signed = BigInt.asIntN(64, bits)
  return signed < 0n ? -signed : signed
}

/** Σ 1 / iᶿ by Euler and Maclaurin: the first thousand terms, an integral, and a correction. */
function zetaByIntegral(items: number, theta: number): number {
  const start = 1000
  const integral = (items ** (1 - theta) - start ** (1 - theta)) / (1 - theta)
  return zeta(start, theta) + integral + (items ** -theta - start ** -theta) / 2
}

/** Probability of a rank by Gray and others: the first two by Zipf's law, the others by an integral of it. */
function probability(rank: number, items: number, theta: number, sum: number): number {
  if (rank < 2) return 1 / (rank + 1) ** theta / sum
  const power = 1 - theta
  const share = ((rank + 1) ** power - rank ** power) / (items ** power - 2 ** power)
  return share * (1 - zeta(2, theta) / sum)
}

function count(draws: number, size: number, next: () => number): number[] {
  const counts = Array.from({ length: size }, () => 0)
  for (let i = 0; i < draws; i++) counts[next()]!++
  return counts
}

/** By how many standard deviations `actual` differs from what chance would make of `expected`. */
function deviations(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.sqrt(Math.max(expected, 5))
}

test('the hash in halves is the hash in 64 bits', () => {
  const property = fc.property(
    fc.oneof(fc.maxSafeNat(), fc.nat(1000)),
    fc.integer({ min: 1, max: 10_000_000 }),
    (value, modulus) => {
      expect(fnvModulo(value, modulus)).toBe(Number(hash(value) % BigInt(modulus)))
    },
  )
  fc.assert(property, { numRuns: 2000, seed: 1 })
})

test('zeta is what it is defined as, and the sum for ten billion items the one that YCSB uses', () => {
  expect(zeta(3, 1)).toBeCloseTo(1 + 1 / 2 + 1 / 3, 12)
  expect(zetaByIntegral(50_000, ycsbTheta)).toBeCloseTo(zeta(50_000, ycsbTheta), 6)
  expect(zetaByIntegral(10_000_000_000, ycsbTheta)).toBeCloseTo(26.46902820178302, 6)
})

describe('ranks', () => {
  const items = 1000
  const draws = 400_000

  test.for([0.5, 0.8, 0.99])('have the probabilities of the algorithm with θ = %f', (theta) => {
    const random = new Random(11)
    const zipfian = new Zipfian(items, theta)
    const counts = count(draws, items, () => zipfian.next(random))
    const sum = zeta(items, theta)
    for (const [rank, times] of counts.entries()) {
      expect(deviations(times, draws * probability(rank, items, theta, sum)), `rank ${rank}`).toBeLessThan(
        4.5,
      )
    }
  })

  test('follow Zipf’s law, as near as the algorithm comes to it', () => {
    const random = new Random(12)
    const zipfian = new Zipfian(items)
    const counts = count(draws, items, () => zipfian.next(random))
    const sum = zeta(items, ycsbTheta)
    const ratio = (from: number, to: number): number => {
      const actual = counts.slice(from, to).reduce((a, b) => a + b, 0)
      return actual / ((draws * (zeta(to, ycsbTheta) - zeta(from, ycsbTheta))) / sum)
    }
    expect(ratio(0, 1)).toBeCloseTo(1, 1)
    expect(ratio(1, 2)).toBeCloseTo(1, 1)
    const ranges = [
      [2, 3, 0.25],
      [9, 12, 0.1],
      [2, 10, 0.12],
      [10, 100, 0.06],
      [100, 1000, 0.06],
    ] as const
    for (const [from, to, tolerance] of ranges) {
      expect(Math.abs(ratio(from, to) - 1), `${from} … ${to}`).toBeLessThan(tolerance)
    }
  })

  test.for([1, 2, 3])('stay within %d items', (items) => {
    const random = new Random(5)
    const zipfian = new Zipfian(items)
    const counts = count(10_000, items, () => zipfian.next(random))
    expect(counts).toHaveLength(items)
    expect(Math.min(...counts)).toBeGreaterThan(0)
  })
})

test('keys are as popular as the ranks that are hashed to them', () => {
  const keys = 1000
  const draws = 400_000
  const random = new Random(3)
  const popularity = new ScrambledZipfian(keys)
  const counts = count(draws, keys, () => popularity.next(random))

  const likely = Array.from({ length: 20_000 }, (_, rank) =>
    probability(rank, 10_000_000_001, ycsbTheta, 26.46902820178302),
  )
  const others = 1 - likely.reduce((sum, share) => sum + share, 0)
  const expected = Array.from({ length: keys }, () => (draws * others) / keys)
  for (const [rank, share] of likely.entries()) expected[Number(hash(rank) % BigInt(keys))]! += draws * share
  for (const [key, times] of counts.entries()) {
    expect(deviations(times, expected[key]!), `key ${key}`).toBeLessThan(5)
  }

  const popular = expected.map((_, key) => key).toSorted((a, b) => expected[b]! - expected[a]!)
  const [first, second] = [popular[0]!, popular[1]!]
  expect(counts[first]! / draws).toBeGreaterThan(0.036)
  expect(counts[first]! / draws).toBeLessThan(0.042)
  // Popular keys are not each other's neighbours.
  expect(Math.abs(first - second)).toBeGreaterThan(1)
})
