import { describe, expect, test } from 'vitest'
import { createSource, workloads } from '../../src/workload/create-source.ts'
import type { OperationSource, WorkloadOperation } from '../../src/workload/operation.ts'

const take = (source: OperationSource, count: number, client = 0): WorkloadOperation[] =>
  Array.from({ length: count }, () => source.next(client))

const valuesOf = (operations: readonly WorkloadOperation[]): string[] =>
  operations.flatMap((operation) => ('value' in operation ? [operation.value] : []))

describe.for(workloads)('workload $name', ({ name, reads }) => {
  test('has its proportion of reads', () => {
    const operations = take(createSource(name, { seed: 1 }), 20_000)
    const share = operations.filter(({ op }) => op === 'get').length / operations.length
    expect(Math.abs(share - reads)).toBeLessThan(0.01)
    expect(operations.every(({ op }) => op === 'get' || op === 'put')).toBe(true)
  })

  test('asks for preloaded keys only, all of one length', () => {
    const source = createSource(name, { seed: 1, keys: 50 })
    const preloaded = [...source.preload()].map(({ key }) => key)
    expect(new Set(preloaded).size).toBe(50)
    expect(new Set(preloaded.map((key) => key.length)).size).toBe(1)
    expect(preloaded[0]).toBe('user000000000000')
    for (const { key } of take(source, 1000)) expect(preloaded).toContain(key)
  })

  test('gives each client the same operations for the same seed, whoever else asks', () => {
    const [one, other] = [createSource(name, { seed: 9 }), createSource(name, { seed: 9 })]
    const alone = take(one, 50, 2)
    const among = Array.from({ length: 50 }, () => [other.next(0), other.next(2), other.next(1)][1])
    expect(among).toEqual(alone)
    expect(take(createSource(name, { seed: 10 }), 50, 2)).not.toEqual(alone)
    expect(take(one, 50, 1)).not.toEqual(alone)
  })
})

test('preloads a thousand keys, unless told otherwise', () => {
  expect([...createSource('ycsb-a', { seed: 1 }).preload()]).toHaveLength(1000)
  expect([...createSource('ycsb-a', { seed: 1, keys: 7 }).preload()]).toHaveLength(7)
})

test.for([16, 17, 256, 5000])('values have %d bytes and are never repeated', (valueBytes) => {
  const source = createSource('write', { seed: 1, valueBytes, keys: 30 })
  const operations = Array.from({ length: 60 }, (_, client) => take(source, 300, client)).flat()
  const values = valuesOf([...source.preload(), ...operations])
  expect(values).toHaveLength(60 * 300 + 30)
  expect(new Set(values).size).toBe(values.length)
  expect(new Set(values.map((value) => Buffer.byteLength(value)))).toEqual(new Set([valueBytes]))
})

test('a value says who wrote it', () => {
  const source = createSource('write', { seed: 1, valueBytes: 16 })
  expect(valuesOf(take(source, 2, 12)).map((value) => value.slice(0, 5))).toEqual(['c12.1', 'c12.2'])
  expect([...source.preload()][7]!.value.slice(0, 2)).toBe('p7')
})

test.for([
  ['wirte', 'unknown workload "wirte"; known: ycsb-a, ycsb-b, ycsb-c and write; did you mean write?'],
  ['WRITE', 'unknown workload "WRITE"; known: ycsb-a, ycsb-b, ycsb-c and write; did you mean write?'],
  ['e', 'unknown workload "e"; known: ycsb-a, ycsb-b, ycsb-c and write'],
  ['scan', 'unknown workload "scan"; known: ycsb-a, ycsb-b, ycsb-c and write'],
])('%s is refused', ([name, message]) => {
  expect(() => createSource(name!, { seed: 1 })).toThrow(expect.objectContaining({ code: 'USAGE', message }))
})

test.for([
  [{ keys: 0 }, 'keys must be an integer of 1 to 10,000,000, not 0'],
  [{ keys: 1.5 }, 'keys must be an integer of 1 to 10,000,000, not 1.5'],
  [{ valueBytes: 15 }, 'value-bytes must be an integer of 16 to 1,048,576, not 15'],
  [{ valueBytes: NaN }, 'value-bytes must be an integer of 16 to 1,048,576, not NaN'],
  [{ seed: 0.5 }, 'seed must be an integer of -9,007,199,254,740,991 to 9,007,199,254,740,991, not 0.5'],
] as const)('%o is refused', ([options, message]) => {
  const create = (): unknown => createSource('ycsb-a', { seed: 1, ...options })
  expect(create).toThrow(expect.objectContaining({ code: 'USAGE', message }))
})
