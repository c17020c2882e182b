import { describe, expect, it } from 'vitest'
import { Random } from '../src/random/random.ts'
import { negativeLog } from '../src/random/negative-log.ts'

function draws(random: Random, count = 20): number[] {
  return Array.from({ length: count }, () => random.bits())
}

describe('Random', () => {
  it('draws the same numbers for the same seed, and others for another', () => {
    expect(draws(new Random(7))).toEqual(draws(new Random(7)))
    expect(draws(new Random(7))).not.toEqual(draws(new Random(8)))
    expect(draws(new Random(1))).not.toEqual(draws(new Random(1 + 2 ** 32)))
  })

  it('draws the numbers that it always drew: old seeds stay good', () => {
    expect(draws(new Random(417), 4)).toMatchInlineSnapshot(`
      [
        809917945,
        2440681676,
        777512117,
        4170605325,
      ]
    `)
    expect(draws(new Random(417).split('network'), 4)).toMatchInlineSnapshot(`
      [
        3350080885,
        2837189248,
        2164393621,
        3301521090,
      ]
    `)
  })

  it('splits into streams that do not depend on what was drawn before', () => {
    const fresh = new Random(7)
    const used = new Random(7)
    draws(used, 100)
    expect(draws(used.split('disk'))).toEqual(draws(fresh.split('disk')))
    expect(draws(fresh.split('disk'))).not.toEqual(draws(fresh.split('network')))
  })

  it('is even', () => {
    const random = new Random(3)
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 100_000; i++) buckets[random.integer(0, 9)]! += 1
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  it('has the mean and the tail of an exponential distribution', () => {
    const random = new Random(5)
    const values = Array.from({ length: 100_000 }, () => random.exponential(10))
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(10, 0)
    expect(values.filter((value) => value > 10).length / values.length).toBeCloseTo(Math.exp(-1), 2)
  })

  it('spreads magnitudes evenly between their bounds', () => {
    const random = new Random(9)
    const values = Array.from({ length: 10_000 }, () => random.magnitude(1, 100))
    expect(Math.min(...values)).toBe(1)
    expect(Math.max(...values)).toBeCloseTo(100, 6)
    expect(values.filter((value) => value < 10).length / values.length).toBeCloseTo(0.5, 1)
  })

  it('shuffles without losing anything', () => {
    expect(new Random(1).shuffle([1, 2, 3, 4, 5]).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
  })
})

describe('negativeLog', () => {
  it('is the logarithm', () => {
    for (const x of [1, 0.9, 0.5, 0.3, 1e-3, 1e-9, 2 ** -32])
      expect(negativeLog(x)).toBeCloseTo(-Math.log(x), 9)
  })
})
