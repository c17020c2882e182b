import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkSessions } from '../../src/index.ts'
import { bruteForce } from './brute-force.ts'
import type { Randomness } from './random-sessions.ts'
import { randomSessions } from './random-sessions.ts'

const runs = 1500

/** Compares with the definition, and sees to it that both verdicts occurred, and `unknown` seldom. */
function compare(zxids: Randomness['zxids'], mostUnknown: number): void {
  const seen = { holds: 0, violated: 0, unknown: 0 }
  const property = fc.property(randomSessions({ most: 6, mistakes: true, zxids }), (operations) => {
    const { verdict } = checkSessions(operations)
    if (verdict === 'unknown') return void seen.unknown++
    const truth = bruteForce(operations)
    expect(verdict).toBe(truth ? 'session-consistent' : 'not session-consistent')
    seen[truth ? 'holds' : 'violated']++
  })
  fc.assert(property, { numRuns: runs, seed: 21 })
  expect(seen.holds).toBeGreaterThan(runs / 20)
  expect(seen.violated).toBeGreaterThan(runs / 50)
  expect(seen.unknown).toBeLessThanOrEqual(mostUnknown)
}

describe('the verdict is that of the definition', () => {
  test('with all zxids', () => compare('all', 0))
  test('with none', () => compare('none', runs / 10))
  test('with some', () => compare('some', runs / 10))
})

describe('a service that lags and makes no mistakes is session-consistent', () => {
  test('by its zxids', () => {
    const correct = randomSessions({ most: 60, mistakes: false, zxids: 'all' })
    const property = fc.property(correct, (operations) => {
      expect(checkSessions(operations)).toMatchObject({ verdict: 'session-consistent', counts: {} })
    })
    fc.assert(property, { numRuns: 300, seed: 22 })
  })

  test('and not called anything else by its values', () => {
    let decided = 0
    const correct = randomSessions({
      most: 40,
      mistakes: false,
      zxids: 'none',
      kinds: ['read', 'write', 'sync'],
    })
    const property = fc.property(correct, (operations) => {
      const { verdict } = checkSessions(operations)
      expect(verdict).not.toBe('not session-consistent')
      if (verdict === 'session-consistent') decided++
    })
    fc.assert(property, { numRuns: 300, seed: 23 })
    expect(decided).toBeGreaterThan(200)
  })
})
