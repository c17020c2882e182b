import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LatencyHistogram } from '../../src/measure/latency-histogram.ts'

/** From a nanosecond to twenty minutes, each power of two as likely. */
const latency = fc
  .tuple(fc.integer({ min: -19, max: 20 }), fc.double({ min: 1, max: 2, noNaN: true }))
  .map(([power, part]) => part * 2 ** power)
const latencies = fc.array(latency, { minLength: 1, maxLength: 300 })

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}

/** Nearest rank: the least value that `percent` of all do not exceed. */
function exactPercentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil((percent / 100) * values.length)) - 1]!
}

test('percentiles are within 0.4 % of the exact ones', () => {
  const percents = fc.constantFrom(0, 1, 25, 50, 90, 99, 99.9, 100)
  const property = fc.property(latencies, percents, (values, percent) => {
    const exact = exactPercentile(values, percent)
    expect(Math.abs(histogramOf(values).percentile(percent) / exact - 1)).toBeLessThanOrEqual(1 / 256)
  })
  fc.assert(property, { numRuns: 2000, seed: 2 })
})

test('count, mean, least and greatest are exact', () => {
  const property = fc.property(latencies, (values) => {
    const histogram = histogramOf(values)
    expect(histogram.count).toBe(values.length)
    expect(histogram.min).toBe(Math.min(...values))
    expect(histogram.max).toBe(Math.max(...values))
    expect(histogram.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6)
  })
  fc.assert(property, { seed: 3 })
})

test('merging two is recording into one', () => {
  const property = fc.property(latencies, latencies, (some, others) => {
    const merged = histogramOf(some)
    merged.merge(histogramOf(others))
    const whole = histogramOf([...some, ...others])
    expect(merged.toBuckets()).toEqual(whole.toBuckets())
    expect([merged.count, merged.min, merged.max]).toEqual([whole.count, whole.min, whole.max])
    for (const percent of [10, 50, 99]) expect(merged.percentile(percent)).toBe(whole.percentile(percent))
  })
  fc.assert(property, { seed: 4 })
})

test('coarse buckets count exactly what is below their bounds', () => {
  const property = fc.property(latencies, (values) => {
    const buckets = histogramOf(values).toBuckets()
    let seen = 0
    let previous = 0
    for (const { upToMs, count } of buckets) {
      seen += count
      expect(seen).toBe(values.filter((value) => value < upToMs).length)
      expect(upToMs).toBeGreaterThan(previous)
      if (previous > 0) expect(upToMs / previous).toBeLessThan(1.126)
      previous = upToMs
    }
    expect(seen).toBe(values.length)
    expect(buckets[0]!.count).toBeGreaterThan(0)
    expect(buckets.at(-1)!.count).toBeGreaterThan(0)
  })
  fc.assert(property, { seed: 5 })
})

describe('at the edges', () => {
  test('an empty one has no figures', () => {
    const { count, mean, min, max } = new LatencyHistogram()
    expect([count, mean, min, max]).toEqual([0, NaN, NaN, NaN])
    expect(new LatencyHistogram().percentile(50)).toBeNaN()
    expect(new LatencyHistogram().toBuckets()).toEqual([])
  })

  test('nothing, less than nothing, too little and too much are counted', () => {
    const histogram = histogramOf([0, -3, 1e-9, 1e12, Infinity])
    expect(histogram.count).toBe(5)
    expect(histogram.min).toBe(0)
    expect(histogram.percentile(40)).toBeLessThan(1e-6)
    expect(histogram.percentile(80)).toBeGreaterThan(60 * 60 * 1000)
    expect(histogram.percentile(100)).toBe(Infinity)
  })

  test('what is no number is refused, not taken for fast', () => {
    const histogram = new LatencyHistogram()
    expect(() => histogram.record(NaN)).toThrow(RangeError)
    expect(histogram.count).toBe(0)
  })

  test('equal latencies give that latency', () => {
    const histogram = histogramOf([3.7, 3.7, 3.7])
    expect([0, 50, 99, 100].map((percent) => histogram.percentile(percent))).toEqual([3.7, 3.7, 3.7, 3.7])
  })
})
