import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CasRegisterInput, KvInput, Model, Operation, Value } from '../../src/index.ts'
import {
  casRegister,
  checkLinearizability,
  checkWithWitness,
  explain,
  kv,
  register,
} from '../../src/index.ts'
import { decideByValues } from '../../src/values/value-decision.ts'
import { bruteForce } from '../linearizability/brute-force.ts'
import type { Ingredients } from './value-histories.ts'
import { valueHistories } from './value-histories.ts'

type Input = CasRegisterInput | KvInput
type History = Operation<Input, Value>[]

const runs = 3000

/** Every random history comes without witness, for one register or key. */
function forAll(ingredients: Ingredients, numRuns: number, property: (history: History) => void): void {
  fc.assert(fc.property(valueHistories(ingredients), property), { numRuns, seed: 11 })
}

function modelOf(kinds: Ingredients['kinds']): Model<Value, Input, Value> {
  return (kinds.includes('get') ? kv() : casRegister()) as Model<Value, Input, Value>
}

const registerKinds = ['read', 'read', 'write'] as const
const casKinds = ['read', 'read', 'write', 'cas'] as const
const kvKinds = ['get', 'get', 'put', 'delete', 'cas'] as const

describe('the values never decide against the definition', () => {
  test.each([
    ['register', registerKinds],
    ['cas-register', casKinds],
    ['kv', kvKinds],
    ['kv without deletes', ['get', 'put', 'cas']],
    ['kv with appends', ['get', 'put', 'append']],
  ] as const)('%s', (_, kinds) => {
    const counts = { linearizable: 0, 'not linearizable': 0, unknown: 0 }
    const model = modelOf(kinds)
    forAll({ kinds, muddled: true, most: 6 }, runs, (history) => {
      const truth = bruteForce(history)
      const { verdict } = decideByValues(model, history)
      counts[verdict]++
      expect([truth, 'unknown']).toContain(verdict)
      expect(checkWithWitness(model, history).verdict).toBe(truth)
    })
    expect(counts.linearizable).toBeGreaterThan(runs / 50)
    expect(counts['not linearizable']).toBeGreaterThan(runs / 50)
  })
})

describe('where no value is written twice and every cas was done, the values decide', () => {
  test.each([
    ['register', registerKinds],
    ['cas-register', casKinds],
    ['cas-register, mostly cas', ['read', 'cas', 'cas']],
    ['kv', ['get', 'get', 'put', 'cas']],
  ] as const)('%s', (_, kinds) => {
    const model = modelOf(kinds)
    forAll({ kinds, muddled: false, most: 6 }, runs, (history) => {
      expect(decideByValues(model, history).verdict).toBe(bruteForce(history))
    })
  })

  test.each([
    ['register', registerKinds],
    ['cas-register', casKinds],
  ] as const)('%s, on longer histories', (_, kinds) => {
    const model = modelOf(kinds)
    forAll({ kinds, muddled: false, most: 16 }, runs, (history) => {
      expect(decideByValues(model, history).verdict).toBe(checkLinearizability(model, history).verdict)
    })
  })
})

test('on longer histories with all sorts of operations the values agree with the search', () => {
  const model = modelOf(kvKinds)
  forAll({ kinds: kvKinds, muddled: true, most: 16 }, 2 * runs, (history) => {
    const { verdict } = decideByValues(model, history)
    expect([checkLinearizability(model, history).verdict, 'unknown']).toContain(verdict)
  })
})

test('a model without access is left to the search', () => {
  const bare = register()
  delete bare.access
  expect(decideByValues(bare, [])).toEqual({ verdict: 'unknown', steps: 0 })
})

describe('a hot key with 512 concurrent clients', () => {
  const history = hotKey(13_000, 512)
  const stale = history.map((one, at) => (at === 12_000 ? withStaleRead(one) : one))

  test('is proved linearizable without a witness or a search', () => {
    const result = checkWithWitness(kv(), history)
    expect(result).toMatchObject({ verdict: 'linearizable', witnessed: 0, deduced: 1 })
    expect(result.steps).toBe(3 * history.length)
  })

  test('with one stale read is refuted without a search', () => {
    const result = checkWithWitness(kv(), stale)
    expect(result.verdict).toBe('not linearizable')
    expect(result.steps).toBe(2 * history.length)
    expect(result.contradiction?.argument[0]).toBe(stale[12_000])
  })

  /** Any two puts overlap others; half are gets. Operation `i` takes effect at moment `1000 i`. */
  function hotKey(size: number, clients: number): Operation<KvInput, Value>[] {
    let state: Value = null
    return Array.from({ length: size }, (_, i) => {
      const slack = (salt: number): number => ((i * 7919 + salt) % clients) * 900
      const isGet = (i * 31) % 97 < 48
      if (!isGet) state = `v${i}`
      const input: KvInput = isGet ? { op: 'get', key: 'hot' } : { op: 'put', key: 'hot', value: `v${i}` }
      const times = { call: 1000 * i - slack(17), return: 1000 * i + slack(4001) }
      return { client: i % clients, input, output: isGet ? state : undefined, ...times }
    })
  }

  function withStaleRead(one: Operation<KvInput, Value>): Operation<KvInput, Value> {
    const written = history.slice(0, 9_000).findLast(({ input }) => input.op === 'put')
    return {
      ...one,
      input: { op: 'get', key: 'hot' },
      output: written?.input.op === 'put' ? written.input.value : null,
    }
  }
})

describe('a contradiction is told in words', () => {
  const op = (input: CasRegisterInput, output: Value | undefined, call: number, end: number) => ({
    client: call,
    input,
    output,
    call,
    return: end,
  })
  const write = (value: Value, call: number, end: number) => op({ op: 'write', value }, undefined, call, end)
  const read = (value: Value, call: number, end: number) => op({ op: 'read' }, value, call, end)
  const cas = (from: Value, to: Value, call: number, end: number, done?: boolean) =>
    op({ op: 'cas', from, to }, done, call, end)

  test.each<[string, Operation<CasRegisterInput, Value>[], string[]]>([
    [
      'a value that nobody wrote',
      [write(1, 0, 1), read(2, 2, 3)],
      ['  client 2  read: 2  (from 2 to 3)', 'saw a value that nobody wrote'],
    ],
    [
      'a value from the future',
      [read(1, 0, 1), write(1, 2, 3)],
      [
        '  client 0  read: 1  (from 0 to 1)',
        'saw a value that was not there yet, for it had returned before the call of',
        '  client 2  write 1  (from 2 to 3)',
      ],
    ],
    [
      'a stale read',
      [write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)],
      [
        '  client 4  read: 1  (from 4 to 5)',
        'saw the value of',
        '  client 0  write 1  (from 0 to 1)',
        'which had been overwritten, before the first was called, by',
        '  client 2  write 2  (from 2 to 3)',
      ],
    ],
    [
      'a stale read of a value written twice',
      [write(1, 0, 3), write(1, 1, 2), write(2, 4, 5), read(1, 6, 7)],
      [
        '  client 6  read: 1  (from 6 to 7)',
        'saw a value whose last possible write was',
        '  client 0  write 1  (from 0 to 3)',
        'which had been overwritten, before the first was called, by',
        '  client 4  write 2  (from 4 to 5)',
      ],
    ],
    [
      'a read of the start, after a read of a write under way',
      [write(1, 0, 9), read(1, 1, 2), read(null, 3, 4)],
      [
        'from',
        '  the start',
        'until',
        '  client 3  read: nothing  (from 3 to 4)',
        'the value stayed the same; there is no place between them for',
        '  client 1  read: 1  (from 1 to 2)',
      ],
    ],
    [
      'two values that were each there for all of a time',
      [write(1, 0, 9), write(2, 0, 9), read(1, 1, 2), read(2, 3, 4), read(1, 5, 6), read(2, 7, 8)],
      [
        'from',
        '  client 1  read: 1  (from 1 to 2)',
        'until',
        '  client 5  read: 1  (from 5 to 6)',
        'the value stayed the same; there is no place between them for',
        '  client 7  read: 2  (from 7 to 8)',
        'and',
        '  client 3  read: 2  (from 3 to 4)',
        'which belong together as well',
      ],
    ],
    [
      'a duplicated cas',
      [write(1, 0, 1), cas(1, 2, 2, 5, true), cas(1, 3, 3, 6, true)],
      [
        '  client 2  cas 1 to 2: done  (from 2 to 5)',
        'and',
        '  client 3  cas 1 to 3: done  (from 3 to 6)',
        'both replaced a value that was written only once, by',
        '  client 0  write 1  (from 0 to 1)',
      ],
    ],
    [
      'a stale cas that changed nothing',
      [write(1, 0, 1), write(2, 2, 3), cas(1, 1, 4, 5, true)],
      [
        '  client 4  cas 1 to 1: done  (from 4 to 5)',
        'saw the value of',
        '  client 0  write 1  (from 0 to 1)',
        'which had been overwritten, before the first was called, by',
        '  client 2  write 2  (from 2 to 3)',
      ],
    ],
    [
      'a refused cas',
      [write(1, 0, 1), cas(1, 2, 2, 3, false), read(1, 4, 5)],
      [
        '  client 2  cas 1 to 2: refused  (from 2 to 3)',
        'missed the value that was there from',
        '  client 0  write 1  (from 0 to 1)',
        'until',
        '  client 4  read: 1  (from 4 to 5)',
      ],
    ],
    [
      'a refused cas, before another was done',
      [write(1, 0, 1), cas(1, 2, 2, 3, false), cas(1, 3, 4, 5, true)],
      [
        '  client 2  cas 1 to 2: refused  (from 2 to 3)',
        'missed the value that was there from',
        '  client 0  write 1  (from 0 to 1)',
        'until',
        '  client 4  cas 1 to 3: done  (from 4 to 5)',
      ],
    ],
    [
      'a read of what a cas had replaced',
      [write(1, 0, 1), cas(1, 2, 2, 9), read(2, 3, 4), read(1, 5, 6)],
      [
        '  client 5  read: 1  (from 5 to 6)',
        'was called after the return of',
        '  client 3  read: 2  (from 3 to 4)',
        'though its value was replaced first, by',
        '  client 2  cas 1 to 2: unknown  (from 2 to 9)',
      ],
    ],
    [
      'a write that a cas saw before its call',
      [write(1, 0, 9), cas(1, 2, 2, 3, true), read(1, 4, 5)],
      [
        '  client 4  read: 1  (from 4 to 5)',
        'was called after the return of what replaced the value',
        '  client 2  cas 1 to 2: done  (from 2 to 3)',
      ],
    ],
    [
      'cas in a circle',
      [cas(1, 2, 0, 9, true), cas(2, 1, 1, 8, true)],
      [
        '  client 0  cas 1 to 2: done  (from 0 to 9)',
        '  client 1  cas 2 to 1: done  (from 1 to 8)',
        'replaced what one another wrote: none can have been first',
      ],
    ],
    [
      'a write between values that only cas changed',
      [write(1, 0, 1), cas(1, 2, 2, 20, true), write(3, 4, 5), read(2, 6, 7)],
      [
        'from',
        '  client 0  write 1  (from 0 to 1)',
        'until',
        '  client 6  read: 2  (from 6 to 7)',
        'only cas changed the value; there is no place between them for',
        '  client 4  write 3  (from 4 to 5)',
      ],
    ],
  ])('%s', (_, history, words) => {
    const model = casRegister()
    const result = checkWithWitness(model, history)
    expect(result.verdict).toBe('not linearizable')
    expect(explain(model, result).slice(1)).toEqual(['the history contradicts itself:', ...words])
    expect(bruteForce(history)).toBe('not linearizable')
  })

  test.each<[string, Operation<CasRegisterInput, Value>[]]>([
    ['the write', [write(1, 0, 2), cas(1, 2, 2, 3, false), read(1, 4, 5)]],
    ['the last read', [write(1, 0, 1), cas(1, 2, 2, 4, false), read(1, 4, 5), write(3, 4, 6)]],
    ['another cas', [write(1, 0, 1), cas(1, 2, 2, 4, false), cas(1, 3, 4, 5, true)]],
  ])('but not of a refused cas that touches %s', (_, history) => {
    expect(decideByValues(casRegister(), history).verdict).toBe('unknown')
    expect(bruteForce(history)).toBe('linearizable')
  })

  test('but not of what never answered, which may never have happened', () => {
    const never = cas(5, 6, 2, Infinity, true)
    const seen = [write(1, 0, 1), never, read(1, 4, 5)]
    expect(decideByValues(casRegister(), seen)).toMatchObject({ verdict: 'linearizable' })
    const needed = [write(1, 0, 1), never, read(6, 4, 5)]
    expect(decideByValues(casRegister(), needed)).toMatchObject({
      verdict: 'not linearizable',
      argument: [never, 'saw a value that nobody wrote'],
    })
  })

  test('with its key, after the others were decided', () => {
    const good: KvInput = { op: 'put', key: 'good', value: 1 }
    const bad: KvInput = { op: 'get', key: 'bad' }
    const history: Operation<KvInput, Value>[] = [
      { client: 0, input: good, output: undefined, call: 0, return: 1 },
      { client: 1, input: bad, output: 1, call: 0, return: 1 },
    ]
    const result = checkWithWitness(kv(), history)
    expect(explain(kv(), result)).toEqual([
      `not linearizable: 2 operations on 2 keys, ${result.steps} steps`,
      'key "bad" contradicts itself:',
      '  client 1  get: 1  (from 0 to 1)',
      'saw a value that nobody wrote',
    ])
  })
})
