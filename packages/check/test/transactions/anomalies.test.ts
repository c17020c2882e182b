import { describe, expect, test } from 'vitest'
import type { Consistency, Transaction } from '../../src/index.ts'
import { checkTransactions, consistencyNames, explainTransactions } from '../../src/index.ts'
import { oneByOne, txn } from './notation.ts'

function namesIn(transactions: readonly Transaction[]): readonly string[] {
  return Object.keys(checkTransactions(transactions).counts).sort()
}

const aborted = (steps: string): Transaction => txn(steps, { outcome: 'aborted' })
const unknown = (steps: string): Transaction => txn(steps, { outcome: 'unknown' })

/** An anomaly's name, a smallest history that has it and a close one that does not, and the weakest model it breaks. */
interface Case {
  readonly name: string
  readonly has: readonly Transaction[]
  readonly nearMiss: readonly Transaction[]
  readonly rulesOut: Consistency
}

const cases: readonly Case[] = [
  {
    name: 'G0',
    has: [txn('x+1 y+1'), txn('x+2 y+2'), txn('x=12 y=21')],
    nearMiss: [txn('x+1 y+1'), txn('x+2 y+2'), txn('x=12 y=12')],
    rulesOut: 'read-uncommitted',
  },
  {
    name: 'G1a',
    has: [aborted('x+1'), txn('x=1')],
    nearMiss: [unknown('x+1'), txn('x=1')],
    rulesOut: 'read-committed',
  },
  {
    name: 'G1b',
    has: [txn('x+1 x+2'), txn('x=1')],
    nearMiss: [txn('x+1 x+2'), txn('x=12')],
    rulesOut: 'read-committed',
  },
  {
    name: 'G1c',
    has: [txn('x+1 y=1'), txn('x+2 y+1'), txn('x=12')],
    nearMiss: [txn('x+1 y='), txn('x+2 y+1'), txn('x=12')],
    rulesOut: 'read-committed',
  },
  {
    name: 'G-single',
    has: [txn('x+1 y+1'), txn('x=1 y=')],
    nearMiss: [txn('x+1 y+1'), txn('x=1 y=1')],
    rulesOut: 'repeatable-read',
  },
  {
    name: 'G-nonadjacent',
    has: [txn('x+1'), txn('x=1 y='), txn('y+1'), txn('y=1 x=')],
    nearMiss: [txn('x+1'), txn('x=1 y='), txn('y+1'), txn('y=1 x=1')],
    rulesOut: 'repeatable-read',
  },
  {
    name: 'G2-item',
    has: [txn('x+1 y='), txn('y+1 x=')],
    nearMiss: [txn('x+1 y='), txn('y+1 x=1')],
    rulesOut: 'repeatable-read',
  },
  {
    name: 'internal',
    has: [txn('x=1 x+2 x=1'), txn('x+1')],
    nearMiss: [txn('x=1 x+2 x=12'), txn('x+1')],
    rulesOut: 'repeatable-read',
  },
  {
    name: 'future-read',
    has: [txn('x=1 x+1')],
    nearMiss: [txn('x+1 x=1')],
    rulesOut: 'read-committed',
  },
  {
    name: 'garbage-read',
    has: [txn('x=12'), txn('x+1')],
    nearMiss: [txn('x=12'), txn('x+1'), txn('x+2')],
    rulesOut: 'read-uncommitted',
  },
  {
    name: 'duplicate-elements',
    has: [txn('x=11'), txn('x+1')],
    nearMiss: [txn('x=1 y=1'), txn('x+1 y+1')],
    rulesOut: 'read-uncommitted',
  },
  {
    name: 'incompatible-order',
    has: [txn('x+1'), txn('x+2'), txn('x+3'), txn('x=12'), txn('x=132')],
    nearMiss: [txn('x+1'), txn('x+2'), txn('x+3'), txn('x=13'), txn('x=132')],
    rulesOut: 'read-committed',
  },
  {
    name: 'dirty-update',
    has: [aborted('x+1'), txn('x+2'), txn('x=12')],
    nearMiss: [unknown('x+1'), txn('x+2'), txn('x=12')],
    rulesOut: 'read-committed',
  },
  {
    name: 'lost-update',
    has: [txn('x='), txn('x= x+1'), txn('x= x+2')],
    nearMiss: [txn('x='), txn('x= x+1'), txn('x=1 x+2')],
    rulesOut: 'repeatable-read',
  },
]

describe('an anomaly is found where it is, and not beside', () => {
  test.each(cases)('$name', ({ name, has, nearMiss, rulesOut }) => {
    const result = checkTransactions(has)
    expect(Object.keys(result.counts)).toContain(name)
    expect(result.violated[0]).toBe(rulesOut)
    expect(result.verdict).toBe('not strict-serializable')
    expect(namesIn(nearMiss)).toEqual([])
  })
})

describe('cycles that need the order of a client, or real time', () => {
  const alone = (transaction: Transaction): Transaction => ({ ...transaction, client: 7 })

  test('a client that misses its own append: G-single-process', () => {
    const has = oneByOne(alone(txn('x+1')), alone(txn('x=')))
    expect(namesIn(has)).toEqual(['G-single-process'])
    expect(checkTransactions(has).violated).toEqual([
      'strong-session-snapshot-isolation',
      'strong-snapshot-isolation',
      'strong-session-serializable',
      'strict-serializable',
    ])
    expect(checkTransactions(has, { consistency: 'serializable' }).verdict).toBe('serializable')
  })

  test('a stale read by another client: G-single-realtime', () => {
    const has = oneByOne(txn('x+1'), txn('x='))
    expect(namesIn(has)).toEqual(['G-single-realtime'])
    expect(checkTransactions(has).violated).toEqual(['strong-snapshot-isolation', 'strict-serializable'])
    const nearMiss = has.map((one) => ({ ...one, call: 0 }))
    expect(namesIn(nearMiss)).toEqual([])
  })

  test('intervals are closed: one that returns as another is called is concurrent with it', () => {
    const touching = oneByOne(txn('x+1'), txn('x=')).map((one, at) => ({ ...one, call: 5 * at }))
    expect(namesIn(touching)).toEqual([])
  })

  test('writes against the order of a client, and against time: G0-process, G0-realtime', () => {
    const writes = [txn('x+1'), txn('x+2'), txn('x=21')]
    expect(namesIn(oneByOne(...writes.map(alone)))).toEqual(['G0-process'])
    expect(namesIn(oneByOne(...writes))).toEqual(['G0-realtime'])
  })

  test('reads of what its client did only later: G1c-process, G1c-realtime', () => {
    const reads = [txn('x=1 y+1'), alone(txn('y=1')), alone(txn('x+1'))]
    expect(namesIn(oneByOne(...reads))).toEqual(['G1c-process'])
    expect(namesIn(oneByOne(txn('x=1'), txn('x+1')))).toEqual(['G1c-realtime'])
  })

  test('write skew in which one had returned: real time takes the place of an rw edge', () => {
    const [first, second] = [txn('x+1 y='), txn('y+1 x=')]
    expect(namesIn([first, second])).toEqual(['G2-item'])
    expect(namesIn(oneByOne(first, second))).toEqual(['G-single-realtime', 'G2-item'])
  })

  test('two rw edges with real time between them: G-nonadjacent-realtime', () => {
    const has = [
      txn('x=', { call: 20, return: 30 }),
      txn('x+1', { call: 20, return: 22 }),
      txn('y=', { call: 40, return: 50 }),
      txn('y+1', { call: 0, return: 19 }),
    ]
    // The last returned before the first was called, so a read of y that misses it is stale already.
    expect(namesIn(has)).toEqual(['G-single-realtime'])
    const wr = [
      txn('x= z=1', { call: 0, return: 9 }),
      txn('x+1', { call: 0, return: 2, client: 1 }),
      txn('z=', { call: 3, return: 9, client: 1 }),
      txn('z+1', { call: 0, return: 9 }),
    ]
    expect(namesIn(wr)).toEqual(['G-nonadjacent-process'])
  })

  test('what never answered has not returned before anything', () => {
    const pending = { ...unknown('x+1'), call: 0 }
    expect(namesIn([pending, txn('x=', { call: 9 }), txn('x=1', { call: 9 })])).toEqual([])
  })
})

describe('snapshot isolation', () => {
  test('allows every cycle that has two rw edges in a row', () => {
    const skew = [txn('x+1 y='), txn('y+1 x=')]
    expect(checkTransactions(skew, { consistency: 'snapshot-isolation' }).verdict).toBe('snapshot-isolation')
    const chain = [txn('x=5 y='), txn('y+1 z='), txn('z+2 t+3'), txn('t=3 u='), txn('u+4 x+5')]
    expect(namesIn(chain)).toEqual(['G2-item'])
    expect(checkTransactions(chain, { consistency: 'snapshot-isolation' }).verdict).toBe('snapshot-isolation')
    expect(checkTransactions(chain, { consistency: 'serializable' }).verdict).toBe('not serializable')
  })

  test('leaves the order of appends that nobody read open, unless it can matter', () => {
    const free = [txn('y+1'), txn('y= y+2'), txn('z=')]
    expect(checkTransactions(free, { consistency: 'snapshot-isolation' }).verdict).toBe('snapshot-isolation')
    // 1 and 3 are both appended to z, and either order of them makes the last read of y too old.
    const bound = [
      txn('z+1', { call: 0, return: 5 }),
      txn('y+2 z= z+3', { call: 2, return: 7 }),
      txn('y=', { call: 6, return: 9 }),
    ]
    const open = checkTransactions(bound, { consistency: 'strong-snapshot-isolation' })
    expect(open).toMatchObject({ verdict: 'unknown', undecided: expect.stringMatching(/nobody read/) })
    expect(explainTransactions(open)[1]).toMatch(/^not decided: whether there is an order/)
    expect(checkTransactions(bound).verdict).toBe('not strict-serializable')
  })
})

describe('large components', () => {
  test('5,000 transactions of which each reads what the next appends, and the last what the first', () => {
    const ring = Array.from({ length: 5000 }, (_, at): Transaction => {
      const key = (number: number): string => `k${number % 5000}`
      return {
        ...txn(''),
        client: at,
        operations: [
          { f: 'read', key: key(at + 1), elements: [] },
          { f: 'append', key: key(at), element: at },
        ],
      }
    })
    const result = checkTransactions(ring)
    expect(result.counts).toEqual({ 'G2-item': 1 })
    const [anomaly] = result.anomalies
    expect(anomaly !== undefined && 'cycle' in anomaly && anomaly.cycle.length).toBe(5000)
  })

  test('1,000 that each miss all others are one component, of which a shortest cycle is shown', () => {
    const blind = Array.from({ length: 1000 }, (_, at): Transaction => ({
      ...txn(''),
      client: at,
      operations: [
        { f: 'read', key: 'x', elements: [] },
        { f: 'append', key: 'x', element: at },
      ],
    }))
    const result = checkTransactions(blind)
    expect(result.counts).toEqual({ 'lost-update': 1, 'G2-item': 1 })
    const cycle = result.anomalies.find((anomaly) => 'cycle' in anomaly)
    expect(cycle !== undefined && 'cycle' in cycle && cycle.cycle.length).toBe(2)
  })
})

test('the models are in the order of what they allow', () => {
  expect(consistencyNames).toHaveLength(9)
  const worst = checkTransactions([txn('x+1 y+1'), txn('x+2 y+2'), txn('x=12 y=21')])
  expect(worst.violated).toEqual(consistencyNames)
})

test('an empty history has every consistency', () => {
  for (const consistency of consistencyNames) {
    expect(checkTransactions([], { consistency }).verdict).toBe(consistency)
  }
})

test('an element appended twice to one key cannot be judged', () => {
  const twice = [txn('x+1', { line: 3 }), txn('x+1', { line: 8, outcome: 'aborted' })]
  expect(() => checkTransactions(twice)).toThrow(
    'line 8: 1 is appended to x twice (first in line 3); expected elements that are appended to a key once',
  )
})

test('times that cannot be', () => {
  const times = [
    [5, 4],
    [Number.NaN, 5],
    [-Infinity, 5],
    [1, Number.NaN],
  ] as const
  for (const [call, end] of times) {
    expect(() => checkTransactions([txn('x+1', { client: 7, call, return: end, line: 2 })])).toThrow(
      `line 2: an operation of client 7 is called at ${call} and returns at ${end}; expected a finite call`,
    )
  }
})

test('a consistency that there is not', () => {
  expect(() => checkTransactions([], { consistency: 'eventual' as Consistency })).toThrow(
    'there is no consistency eventual; expected read-uncommitted',
  )
})
