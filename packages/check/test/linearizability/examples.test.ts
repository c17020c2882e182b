import { describe, expect, test } from 'vitest'
import type { CasRegisterInput, KvInput, Model, Operation, Value } from '../../src/index.ts'
import {
  casRegister,
  checkLinearizability,
  checkWithWitness,
  exitCodeOf,
  explain,
  HistoryError,
  impossible,
  kv,
  register,
} from '../../src/index.ts'

type Times = readonly [call: number, end: number]

function op<Input>(
  client: number,
  input: Input,
  output: Value | undefined,
  [call, end]: Times,
): Operation<Input, Value> {
  return { client, input, output, call, return: end }
}

const read = { op: 'read' } as const
const write = (value: Value): CasRegisterInput => ({ op: 'write', value })
const cas = (from: Value, to: Value): CasRegisterInput => ({ op: 'cas', from, to })

function verdictOf(...operations: Operation<CasRegisterInput, Value>[]): string {
  return checkLinearizability(casRegister(), operations).verdict
}

describe('histories that are not linearizable', () => {
  test('a stale read', () => {
    expect(
      verdictOf(
        op(0, write(1), undefined, [0, 1]),
        op(0, write(2), undefined, [2, 3]),
        op(1, read, 1, [4, 5]),
      ),
    ).toBe('not linearizable')
  })

  test('a lost update', () => {
    const history: Operation<KvInput, Value>[] = [
      op(0, { op: 'append', key: 'x', value: 'a' }, undefined, [0, 3]),
      op(1, { op: 'append', key: 'x', value: 'b' }, undefined, [1, 4]),
      op(0, { op: 'get', key: 'x' }, 'b', [5, 6]),
    ]
    expect(checkLinearizability(kv(), history).verdict).toBe('not linearizable')
  })

  test('a duplicated cas', () => {
    expect(
      verdictOf(
        op(0, write(1), undefined, [0, 1]),
        op(0, cas(1, 2), true, [2, 5]),
        op(1, cas(1, 2), true, [3, 6]),
      ),
    ).toBe('not linearizable')
  })

  test('a read that goes back in time between two clients', () => {
    expect(
      verdictOf(op(0, write(1), undefined, [0, 9]), op(1, read, 1, [1, 2]), op(2, read, null, [3, 4])),
    ).toBe('not linearizable')
  })

  test('a cas that was refused though the register held its value all along', () => {
    expect(verdictOf(op(0, write(1), undefined, [0, 1]), op(1, cas(1, 2), false, [2, 3]))).toBe(
      'not linearizable',
    )
  })
})

describe('histories that are linearizable', () => {
  test('reads of both values while a write is under way', () => {
    expect(
      verdictOf(op(0, write(1), undefined, [0, 9]), op(1, read, null, [1, 2]), op(2, read, 1, [3, 4])),
    ).toBe('linearizable')
  })

  test('intervals that touch overlap', () => {
    expect(verdictOf(op(0, write(1), undefined, [0, 1]), op(1, read, null, [1, 2]))).toBe('linearizable')
  })

  test('a write that never answered may happen late', () => {
    const lost = op(0, write(1), undefined, [0, Infinity])
    expect(verdictOf(lost, op(1, read, null, [5, 6]), op(1, read, 1, [7, 8]))).toBe('linearizable')
    expect(verdictOf(lost, op(1, read, 1, [5, 6]), op(1, read, null, [7, 8]))).toBe('not linearizable')
  })

  test('a write that never answered may never happen, but not before its call', () => {
    expect(verdictOf(op(1, read, null, [1, 2]), op(0, write(1), undefined, [3, Infinity]))).toBe(
      'linearizable',
    )
    expect(verdictOf(op(1, read, 1, [1, 2]), op(0, write(1), undefined, [3, Infinity]))).toBe(
      'not linearizable',
    )
  })

  test('no operations', () => {
    expect(checkWithWitness(register(), [])).toMatchObject({
      verdict: 'linearizable',
      operations: 0,
      steps: 0,
    })
  })
})

test('the failing key, the order found and the operation without a place are reported', () => {
  const history: Operation<KvInput, Value>[] = [
    op(0, { op: 'put', key: 'good', value: 1 }, undefined, [0, 1]),
    op(0, { op: 'put', key: 'bad', value: 1 }, undefined, [2, 3]),
    op(0, { op: 'get', key: 'good' }, 1, [4, 5]),
    op(1, { op: 'get', key: 'bad' }, null, [6, 7]),
  ]
  const result = checkLinearizability(kv(), history)
  expect(result).toMatchObject({ verdict: 'not linearizable', partitions: 2, operations: 4 })
  expect(result.longest).toEqual({
    key: 'bad',
    operations: 2,
    order: [history[1]],
    blocked: history[3],
    state: 1,
  })
  expect(explain(kv(), result)).toEqual([
    `not linearizable: 4 operations on 2 keys, ${result.steps} steps`,
    'key "bad": the longest order found has 1 of 2 operations:',
    '  client 0  put 1  (from 2 to 3)',
    'then the key holds 1, and no place was found for',
    '  client 1  get: nothing  (from 6 to 7)',
  ])
})

describe('budget', () => {
  // Twelve concurrent writes and a read of none of them: every subset of the writes has to be tried.
  const hard = Array.from({ length: 12 }, (_, client) =>
    op<CasRegisterInput>(client, write(client), undefined, [0, 9]),
  )
  hard.push(op(12, read, 99, [10, 11]))

  test('a search that it ends is unknown, and says so', () => {
    const result = checkLinearizability(casRegister(), hard, { steps: 1000 })
    expect(result).toMatchObject({ verdict: 'unknown', limit: 'steps', steps: 1000 })
    expect(explain(casRegister(), result)[1]).toBe(
      'the search ran out of steps; a larger budget may decide it',
    )
  })

  test('with enough of it the verdict is there, after the same steps every time', () => {
    const result = checkLinearizability(casRegister(), hard)
    expect(result.verdict).toBe('not linearizable')
    expect(checkLinearizability(casRegister(), hard, { steps: result.steps + 1 })).toEqual(result)
  })

  test('one hard key does not hide that another is wrong', () => {
    const keyed = hard.map((one) => ({ ...one, input: { ...one.input, key: 'hard' } }))
    const wrong = op(0, { ...read, key: 'easy' }, 1, [20, 21])
    const history = [...keyed, wrong]
    const searched = checkLinearizability(casRegister(), history, { steps: 100 })
    expect(searched).toMatchObject({ verdict: 'not linearizable', longest: { key: 'easy' } })
    const refuted = checkWithWitness(casRegister(), history, { steps: 0 })
    expect(refuted).toMatchObject({ verdict: 'not linearizable', contradiction: { key: 'easy' } })
  })
})

describe('witness', () => {
  type Recorded = Operation<CasRegisterInput, Value>
  const at = (operation: Recorded, index: number, isRead = false): Recorded => {
    return { ...operation, witness: { index, read: isRead } }
  }

  test('a truthful order is a proof, without a search', () => {
    const history: Recorded[] = [
      at(op(0, write(1), undefined, [0, 9]), 2),
      at(op(1, write(2), undefined, [0, 9]), 1),
      at(op(2, read, 2, [0, 9]), 1, true),
      at(op(3, read, 1, [0, 9]), 2, true),
    ]
    expect(checkWithWitness(casRegister(), history)).toMatchObject({
      verdict: 'linearizable',
      witnessed: 1,
      steps: 4,
    })
  })

  test('an order against real time proves nothing: here another one does', () => {
    const history: Recorded[] = [
      at(op(0, write(1), undefined, [0, 1]), 2),
      at(op(1, write(2), undefined, [2, 3]), 1),
    ]
    expect(checkWithWitness(casRegister(), history)).toMatchObject({ verdict: 'linearizable', witnessed: 0 })
  })

  test('an effect of a write that never answered is explained by it', () => {
    const history: Recorded[] = [
      at(op(0, write(1), undefined, [0, 1]), 1),
      op(1, write(2), undefined, [0, Infinity]),
      at(op(2, read, 1, [2, 3]), 1, true),
      at(op(2, read, 2, [4, 5]), 2, true),
    ]
    expect(checkWithWitness(casRegister(), history)).toMatchObject({ verdict: 'linearizable', witnessed: 1 })
  })
})

describe('operations without witness are fitted in, and never believed', () => {
  type Recorded = Operation<KvInput, Value>
  const append = (client: number, value: string, times: Times): Recorded =>
    op(client, { op: 'append', key: 'x', value }, undefined, times)
  const get = (output: Value, times: Times, index?: number): Recorded => ({
    ...op<KvInput>(9, { op: 'get', key: 'x' }, output, times),
    ...(index !== undefined && { witness: { index, read: true } }),
  })
  const put = (value: Value, times: Times, index?: number): Recorded => ({
    ...op<KvInput>(8, { op: 'put', key: 'x', value }, undefined, times),
    ...(index !== undefined && { witness: { index } }),
  })

  test.each<[string, number, Recorded[]]>([
    ['seen', 1, [append(0, 'a', [0, 9]), get('a', [2, 3], 1)]],
    ['hidden by the next write', 1, [put('a', [0, 9]), put('b', [1, 2], 1), get('b', [10, 11], 1)]],
    [
      'hidden by one write, or seen after it',
      1,
      [put('a', [0, 9]), put('b', [1, 2], 1), get('a', [3, 4], 2)],
    ],
    ['last', 1, [put('b', [1, 2], 1), get('b', [3, 4], 1), put('a', [5, 6])]],
    ['where real time leaves no choice', 1, [put('a', [0, 1]), get('a', [2, 3], 1)]],
    ['two, each hidden', 1, [put('a', [0, 9]), put('b', [0, 9]), put('c', [1, 2], 1), put('d', [3, 4], 2)]],
  ])('%s', (_, witnessed, history) => {
    expect(checkWithWitness(kv(), history)).toMatchObject({ verdict: 'linearizable', witnessed })
  })

  test.each<[string, Recorded[]]>([
    ['seen twice', [append(0, 'a', [0, Infinity]), get('a', [2, 3], 1), get('aa', [4, 5], 2)]],
    ['seen twice, though it answered', [append(0, 'a', [0, 9]), get('a', [2, 3], 1), get('aa', [4, 5], 2)]],
    [
      'hidden and then seen too late',
      [put('a', [0, 3]), put('b', [1, 2], 1), get('b', [4, 5], 1), get('a', [6, 7], 2)],
    ],
    ['seen before its call', [get('a', [0, 1], 1), put('a', [2, Infinity])]],
    ['an append that no write hides', [append(0, 'a', [0, 1]), append(1, 'b', [2, 3]), get('b', [4, 5], 1)]],
    [
      'seen before what never answered was called',
      [put('b', [5, Infinity]), get('b', [0, 9], 1), get('b', [1, 3]), get('b', [0, 9], 1)],
    ],
  ])('not linearizable: %s', (_, history) => {
    expect(checkWithWitness(kv(), history).verdict).toBe('not linearizable')
  })
})

test('a search that has been in too many different states says so', () => {
  /** A set of numbers, as bits: any order of additions leads through another one. */
  const adding: Model<number, number, Value> = {
    name: 'set',
    initial: () => 0,
    step: (set, bit, output) => (output === false ? impossible : set | (1 << bit)),
    equal: (a, b) => a === b,
    hash: (set) => set,
  }
  const adds = Array.from({ length: 21 }, (_, bit) => op(bit, bit, true, [0, 9]))
  const result = checkLinearizability(adding, [...adds, op(99, 0, false, [10, 11])])
  expect(result).toMatchObject({ verdict: 'unknown', limit: 'memory' })
  expect(explain(adding, result)[1]).toBe(
    'the search ran out of memory; a shorter history, of fewer clients, may be decided',
  )
})

test('a long history of one register may be in any number of states', () => {
  const history = Array.from({ length: 600_000 }, (_, i) =>
    op<CasRegisterInput>(0, write(i), undefined, [2 * i, 2 * i + 1]),
  )
  expect(checkLinearizability(casRegister(), history).verdict).toBe('linearizable')
})

test('an operation that returns before its call is an error', () => {
  const backwards = [op(3, write(1), undefined, [5, 4])]
  expect(() => checkLinearizability(casRegister(), backwards)).toThrow(HistoryError)
  expect(() => checkWithWitness(casRegister(), backwards)).toThrow(
    'an operation of client 3 is called at 5 and returns at 4; expected a finite call, and a return that is not before it',
  )
  for (const call of [-Infinity, Infinity, Number.NaN]) {
    expect(() =>
      checkLinearizability(casRegister(), [op<CasRegisterInput>(3, read, 1, [call, Infinity])]),
    ).toThrow(HistoryError)
  }
})

test('exit codes', () => {
  expect((['linearizable', 'not linearizable', 'unknown'] as const).map(exitCodeOf)).toEqual([0, 1, 2])
})

test('a history of a hundred thousand operations by one client is searched without trouble', () => {
  const history = Array.from({ length: 100_000 }, (_, i) => {
    return i % 2 === 0
      ? op<CasRegisterInput>(0, write(i), undefined, [2 * i, 2 * i + 1])
      : op<CasRegisterInput>(0, read, i - 1, [2 * i, 2 * i + 1])
  })
  expect(checkLinearizability(casRegister(), history).verdict).toBe('linearizable')
})
