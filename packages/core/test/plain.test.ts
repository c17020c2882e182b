import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  InvariantViolation,
  clonePlain,
  encodeCanonical,
  encodeEntry,
  equalBytes,
  finish,
  majorityOf,
  makeEntry,
  mix,
  mixBytes,
  mixInteger,
  mixString,
} from '../src/index.ts'

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, false, 0, 1, -1, '', '0', 'a'),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.uint8Array({ maxLength: 3 }),
)

/** Plain data as a description, so that it can be built twice, in two orders. */
type Shape =
  | { readonly type: 'leaf'; readonly value: unknown }
  | { readonly type: 'array'; readonly items: readonly Shape[] }
  | { readonly type: 'object' | 'map' | 'numbers'; readonly items: readonly (readonly [string, Shape])[] }
  | { readonly type: 'set'; readonly members: readonly string[] }

const keys = fc.string({ maxLength: 3 }).filter((key) => key !== 'encoded' && key !== '__proto__')

const shape: fc.Arbitrary<Shape> = fc.letrec<{ shape: Shape; branch: Shape }>((tie) => {
  const items = fc.uniqueArray(fc.tuple(keys, tie('shape')), { maxLength: 4, selector: ([key]) => key })
  return {
    shape: fc.oneof(
      { maxDepth: 3 },
      leaf.map((value): Shape => ({ type: 'leaf', value })),
      tie('branch'),
    ),
    branch: fc.oneof(
      fc.array(tie('shape'), { maxLength: 4 }).map((list): Shape => ({ type: 'array', items: list })),
      fc
        .tuple(fc.constantFrom('object' as const, 'map' as const, 'numbers' as const), items)
        .map(([type, list]): Shape => ({ type, items: list })),
      fc.uniqueArray(keys, { maxLength: 4 }).map((members): Shape => ({ type: 'set', members })),
    ),
  }
}).shape

/** The value that `from` describes; `turned`: keys, entries and members are added in the opposite order. */
function build(from: Shape, turned: boolean): unknown {
  const order = <T>(list: readonly T[]): readonly T[] => (turned ? list.toReversed() : list)
  switch (from.type) {
    case 'leaf':
      return from.value
    case 'array':
      return from.items.map((item) => build(item, turned))
    case 'set':
      return new Set(order(from.members))
    case 'object':
      return Object.fromEntries(order(from.items).map(([key, item]) => [key, build(item, turned)]))
    case 'map':
      return new Map(order(from.items).map(([key, item]) => [key, build(item, turned)]))
    case 'numbers':
      return new Map(
        order(from.items).map(([key, item]) => [key.length * 7 + key.charCodeAt(0), build(item, turned)]),
      )
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return equalBytes(encodeCanonical(a), encodeCanonical(b))
}

/** What is equal but for the order in which it was made, said with JSON: the reference for small values. */
function named(value: unknown): unknown {
  if (value === undefined) return ['undefined']
  if (value instanceof Uint8Array) return ['bytes', ...value]
  if (Array.isArray(value)) return ['array', ...value.map(named)]
  if (value instanceof Set) return ['set', ...[...(value as Set<string>)].map((key) => ['', key]).sort(byKey)]
  if (value instanceof Map) {
    return ['map', ...[...value].map(([key, item]) => [typeof key, key, named(item)]).sort(byKey)]
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, item]) => item !== undefined)
    return ['object', ...fields.map(([key, item]) => ['', key, named(item)]).sort(byKey)]
  }
  return [typeof value, String(value as string | number | boolean | null)]
}

function byKey(a: readonly unknown[], b: readonly unknown[]): number {
  return (a[1] as string) < (b[1] as string) ? -1 : 1
}

describe('the canonical form', () => {
  it('does not depend on the order in which keys, entries and members were added', () => {
    fc.assert(
      fc.property(shape, (one) => {
        const numbers = JSON.stringify(one).includes('"numbers"')
        // Of two keys that are the same number the last one stays: which one that is depends on the order.
        if (!numbers) expect(isSame(build(one, false), build(one, true))).toBe(true)
        expect(isSame(build(one, false), clonePlain(build(one, false)))).toBe(true)
      }),
    )
  })

  it('is the same for numbers as keys', () => {
    const of = (...keysOfMap: number[]): unknown => new Map(keysOfMap.map((key) => [key, key * 2]))
    expect(isSame(of(10, 9, -1), of(-1, 10, 9))).toBe(true)
    expect(isSame(new Set([10, 9]), new Set([9, 10]))).toBe(true)
  })

  it('keeps different values apart', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const [one, other] = [build(a, false), build(b, false)]
        const equal = JSON.stringify(named(one)) === JSON.stringify(named(other))
        expect(isSame(one, other)).toBe(equal)
      }),
      { numRuns: 3000 },
    )
  })

  it.each<[unknown, unknown]>([
    [0, false],
    [null, undefined],
    ['', null],
    ['1', 1],
    [[], {}],
    [{}, new Map()],
    [[], new Set()],
    [new Uint8Array(0), ''],
    [
      [1, 2],
      [[1], 2],
    ],
    [['ab'], ['a', 'b']],
    [{ a: { b: 1 } }, { a: {}, b: 1 }],
    [[undefined], []],
    [NaN, 0],
    ['\ud800', '\ufffd'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(isSame(a, b)).toBe(false)
  })

  it('leaves caches and fields that are undefined out, and takes -0 for 0', () => {
    expect(isSame({ a: 1, encoded: Uint8Array.of(1) }, { a: 1 })).toBe(true)
    expect(isSame({ a: 1, b: undefined }, { a: 1 })).toBe(true)
    expect(isSame({ at: -0 }, { at: 0 })).toBe(true)
    const entry = makeEntry(1, 1, 1, 'noop', undefined, new Uint8Array(2))
    const before = encodeCanonical([entry])
    encodeEntry(entry)
    expect(encodeCanonical([entry])).toEqual(before)
  })

  it('is of plain data alone', () => {
    for (const value of [
      1n,
      () => 1,
      Symbol('x'),
      new Map<unknown, unknown>([
        [1, 1],
        ['1', 1],
      ]),
    ]) {
      expect(() => encodeCanonical({ value })).toThrow(InvariantViolation)
    }
  })
})

describe('clonePlain', () => {
  it('copies everything that can change', () => {
    const state = {
      list: [{ at: 1 }],
      map: new Map([[1, { votes: [1] }]]),
      set: new Set([1]),
      nothing: undefined,
    }
    const copy = clonePlain(state)
    expect(copy).toEqual(state)
    expect(Object.keys(copy)).toEqual(Object.keys(state))
    copy.list[0]!.at = 2
    copy.list.push({ at: 3 })
    copy.map.get(1)!.votes.push(2)
    copy.map.set(2, { votes: [] })
    copy.set.add(2)
    expect(state).toEqual({
      list: [{ at: 1 }],
      map: new Map([[1, { votes: [1] }]]),
      set: new Set([1]),
      nothing: undefined,
    })
  })

  it('shares entries and bytes, which never change', () => {
    const entry = makeEntry(1, 1, 1, 'command', undefined, new Uint8Array(3))
    const bytes = Uint8Array.of(1)
    const copy = clonePlain({ log: [entry], bytes, membership: majorityOf([1]) })
    expect(copy.log[0]).toBe(entry)
    expect(copy.bytes).toBe(bytes)
    expect(copy.membership).toEqual(majorityOf([1]))
  })
})

describe('the hash', () => {
  it('mixes and finishes as MurmurHash3 does', () => {
    const word = (text: string): number =>
      new DataView(new TextEncoder().encode(text).buffer).getInt32(0, true)
    // Published values of MurmurHash3_x86_32: the length goes in before the end.
    expect(finish(0)).toBe(0)
    expect(finish(1)).toBe(0x514e28b7)
    expect(finish(mix(0, word('test')) ^ 4)).toBe(0xba6bd213)
    expect(finish(mix(0x9747b28c | 0, word('test')) ^ 4)).toBe(0x704b81dc)
  })

  it('gives 0 to 2^32 - 1, and tells values, lengths and places apart', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
        const [one, other] = [finish(mixBytes(0, a)), finish(mixBytes(0, b))]
        expect(one).toBeGreaterThanOrEqual(0)
        expect(one).toBeLessThan(2 ** 32)
        expect(one === other).toBe(equalBytes(a, b))
      }),
    )
    const zeros = Array.from({ length: 9 }, (_, length) => finish(mixBytes(0, new Uint8Array(length))))
    expect(new Set(zeros).size).toBe(9)
    expect(finish(mixString(0, 'ab'))).not.toBe(finish(mixString(mixString(0, 'a'), 'b')))
    expect(finish(mixString(0, 'a\u0100'))).not.toBe(finish(mixString(0, 'a\u0000')))
  })

  it('takes in all of an integer', () => {
    const hashes = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, -(2 ** 52)].map((value) =>
      finish(mixInteger(0, value)),
    )
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
