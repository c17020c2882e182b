import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Consistency, Transaction, Value } from '../../src/index.ts'
import { checkTransactions } from '../../src/index.ts'
import { bruteForce } from './brute-force.ts'
import { oneByOne } from './notation.ts'
import type { Randomness } from './random-transactions.ts'
import { randomTransactions } from './random-transactions.ts'

const runs = 1500
const fates: Randomness['fates'] = [
  'committed',
  'committed',
  'committed',
  'unknown, done',
  'unknown, not done',
  'aborted',
]

/** Compares with the definition, and sees to it that both verdicts occurred. */
function compare(consistency: Consistency, most: number, allowUnknown: boolean): void {
  const seen = { holds: 0, violated: 0, unknown: 0 }
  const property = fc.property(
    randomTransactions({ most, keys: ['x', 'y'], stale: 2, lag: 2, fates }),
    (transactions: Transaction[]) => {
      const { verdict } = checkTransactions(transactions, { consistency })
      if (verdict === 'unknown') return void seen.unknown++
      const truth = bruteForce(transactions, consistency)
      expect(verdict).toBe(truth ? consistency : `not ${consistency}`)
      seen[truth ? 'holds' : 'violated']++
    },
  )
  fc.assert(property, { numRuns: runs, seed: 11 })
  expect(seen.holds).toBeGreaterThan(runs / 20)
  expect(seen.violated).toBeGreaterThan(runs / 20)
  expect(seen.unknown).toBeLessThanOrEqual(allowUnknown ? runs / 20 : 0)
}

describe('the verdict is that of the definition', () => {
  test('serializable', () => compare('serializable', 5, false))
  test('strong-session-serializable', () => compare('strong-session-serializable', 5, false))
  test('strict-serializable', () => compare('strict-serializable', 5, false))
  test('snapshot-isolation', () => compare('snapshot-isolation', 4, true))
  test('strong-session-snapshot-isolation', () => compare('strong-session-snapshot-isolation', 4, true))
  test('strong-snapshot-isolation', () => compare('strong-snapshot-isolation', 4, true))
})

test('every serial run is strict-serializable, and has all weaker consistency', () => {
  const serial = randomTransactions({ most: 60, keys: ['x', 'y', 'z'], stale: 0, lag: 0, fates })
  const property = fc.property(serial, (transactions) => {
    const result = checkTransactions(transactions)
    expect(result).toMatchObject({ verdict: 'strict-serializable', anomalies: [], violated: [] })
  })
  fc.assert(property, { numRuns: 300, seed: 12 })
})

describe('a serial run with one mistake in it is not strict-serializable', () => {
  const serial = randomTransactions({
    most: 40,
    keys: ['x', 'y', 'z'],
    stale: 0,
    lag: 0,
    fates: ['committed'],
  }).map((transactions) => oneByOne(...transactions))

  /** Changes the last read of which something can be taken; `undefined` when there is none. */
  function mutate(
    transactions: readonly Transaction[],
    change: (elements: readonly Value[]) => readonly Value[],
  ): readonly Transaction[] | undefined {
    const at = transactions.findLastIndex(({ operations: [first] }) => {
      return first?.f === 'read' && (first.elements?.length ?? 0) > 1
    })
    const [first, ...others] = transactions[at]?.operations ?? []
    if (first?.f !== 'read') return undefined
    const wrong = { ...first, elements: change(first.elements ?? []) }
    return transactions.with(at, { ...transactions[at]!, operations: [wrong, ...others] })
  }

  test.each<[string, RegExp, (elements: readonly Value[]) => readonly Value[]]>([
    ['a read that misses the last element', /G-single/, (elements) => elements.slice(0, -1)],
    ['a read that misses all', /G-single/, () => []],
    ['an element twice', /duplicate-elements/, (elements) => [...elements, elements[0]!]],
    ['an element of nobody', /garbage-read/, (elements) => [...elements, -1]],
    ['two elements in another order', /./, (elements) => elements.toReversed()],
  ])('%s', (_, name, change) => {
    let mutated = 0
    const property = fc.property(serial, (transactions) => {
      const wrong = mutate(transactions, change)
      if (wrong === undefined) return
      mutated++
      const { verdict, counts } = checkTransactions(wrong)
      expect(verdict).toBe('not strict-serializable')
      expect(Object.keys(counts).join()).toMatch(name)
    })
    fc.assert(property, { numRuns: 200, seed: 13 })
    expect(mutated).toBeGreaterThan(50)
  })
})
