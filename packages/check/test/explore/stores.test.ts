import { encodeCanonical } from '@quorate/core'
import { Random } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { DepthList } from '../../src/explore/store/depth-list.ts'
import { Fingerprint } from '../../src/explore/store/fingerprint.ts'
import { PairMap } from '../../src/explore/store/pair-map.ts'
import { ParentList } from '../../src/explore/store/parent-list.ts'
import { PlainDigest } from '../../src/explore/store/plain-digest.ts'
import { createStateQueue } from '../../src/explore/store/state-queue.ts'
import { VisitedSet } from '../../src/explore/store/visited-set.ts'

describe('Fingerprint', () => {
  it('tells short lists of small numbers apart as well as chance would', () => {
    const print = new Fingerprint()
    const [highs, lows, both] = [new Set<number>(), new Set<number>(), new Set<string>()]
    const side = 56
    const count = side ** 3
    for (let i = 0; i < count; i++) {
      print
        .begin()
        .word(i % side)
        .word(Math.floor(i / side) % side)
        .word(Math.floor(i / side ** 2))
        .end()
      highs.add(print.high)
      lows.add(print.low)
      both.add(`${print.high},${print.low}`)
    }
    const expected = (count * count) / 2 ** 33
    expect(both.size).toBe(count)
    for (const half of [highs, lows])
      expect(Math.abs(count - half.size - expected)).toBeLessThan(5 * Math.sqrt(expected))
  })

  it('depends on order, number and every bit of the words', () => {
    const of = (...words: number[]): string => {
      const print = new Fingerprint().begin()
      for (const word of words) print.word(word)
      const { high, low } = print.end()
      return `${high},${low}`
    }
    const lists = [[], [0], [0, 0], [1, 2], [2, 1], [-1], [1 << 31], [1 << 31, 1 << 31], [0, 1 << 31]]
    expect(new Set(lists.map((list) => of(...list))).size).toBe(lists.length)
  })

  it('tells texts, bytes, large numbers and plain values apart, and equal ones not', () => {
    const of = (feed: (print: Fingerprint) => unknown): string => {
      const print = new Fingerprint().begin()
      feed(print)
      const { high, low } = print.end()
      return `${high},${low}`
    }
    const prints = [
      of((p) => p.text('ab').text('c')),
      of((p) => p.text('a').text('bc')),
      of((p) => p.bytes(Uint8Array.of(1, 2, 3, 4, 5))),
      of((p) => p.bytes(Uint8Array.of(1, 2, 3, 4)).bytes(Uint8Array.of(5))),
      of((p) => p.integer(2 ** 40 + 1)),
      of((p) => p.integer(2 ** 41 + 1)),
      of((p) => p.plain({ a: 1 })),
    ]
    expect(new Set(prints).size).toBe(prints.length)
    expect(of((p) => p.plain({ a: 1, b: [2] }))).toBe(of((p) => p.plain({ b: [2], a: 1 })))
  })
})

describe('VisitedSet', () => {
  it('agrees with a Map, where halves and places collide too', () => {
    const set = new VisitedSet()
    const known = new Map<string, number>()
    const random = new Random(1)
    for (let i = 0; i < 40_000; i++) {
      const high = random.integer(-200, 200) << 21
      const low = (random.integer(0, 40) * 0x06_00_00_01) | 0
      const key = `${high},${low}`
      const number = known.get(key)
      const expected = number === undefined ? known.size : -1 - number
      if (set.add(high, low) !== expected) expect.fail(`${key} is not number ${expected}`)
      if (number === undefined) known.set(key, known.size)
    }
    expect(set.size).toBe(known.size)
    for (const [key, number] of known) {
      if (`${set.highAt(number)},${set.lowAt(number)}` !== key) expect.fail(`number ${number} is not ${key}`)
    }
  })

  it('takes 12 to 15 bytes a state, at every size', () => {
    const set = new VisitedSet()
    const print = new Fingerprint()
    for (let i = 0; i < 400_000; i++) {
      const { high, low } = print.begin().word(i).end()
      set.add(high, low)
      if (i < 50_000 || i % 1_000 !== 0) continue
      expect(set.bytes / set.size).toBeGreaterThan(12)
      expect(set.bytes / set.size).toBeLessThan(15.5)
    }
  })
})

it('ParentList gives back each parent, in two bits a state', () => {
  const list = new ParentList()
  const random = new Random(2)
  const parents: number[] = []
  const found = (parent: number): void => {
    parents.push(parent)
    list.addChild()
  }
  for (let i = 0; i < 3; i++) found(-1)
  list.endParent()
  for (let parent = 0; parent < 60_000 && parent < parents.length; parent++) {
    for (let n = random.integer(0, 3); n > 0; n--) found(parent)
    list.endParent()
  }
  for (let child = 0; child < parents.length; child += 37) expect(list.parentOf(child)).toBe(parents[child])
  expect(list.bytes).toBeLessThan(parents.length / 4 + 8192)
})

it('DepthList keeps a byte a state', () => {
  const list = new DepthList()
  for (let i = 0; i < 10_000; i++) list.set(i, i % 251)
  for (let i = 0; i < 10_000; i++) expect(list.get(i)).toBe(i % 251)
})

it('PairMap agrees with a Map', () => {
  const map = new PairMap()
  const known = new Map<string, number>()
  const random = new Random(3)
  for (let i = 0; i < 5_000; i++) {
    const [a, b] = [random.integer(0, 59), random.integer(0, 59)]
    expect(map.get(a, b)).toBe(known.get(`${a},${b}`))
    map.set(a, b, i)
    known.set(`${a},${b}`, i)
  }
  expect(map.size).toBe(known.size)
})

it.each(['packed', 'objects'])('a queue gives back what was put in, in order, %s', (kind) => {
  const packing = {
    pack: (state: readonly number[], put: (word: number) => void) => state.forEach((word) => put(word)),
    unpack: (words: Int32Array) => Array.from(words) as readonly number[],
  }
  const queue = createStateQueue<readonly number[]>(kind === 'packed' ? packing : undefined)
  const random = new Random(4)
  const waiting: { state: number[]; mark: number }[] = []
  for (let i = 0; i < 12_000; i++) {
    if (random.chance(0.55)) {
      const length = random.chance(0.0005) ? 20_000 : random.integer(0, 40)
      const state = Array.from({ length }, () => random.integer(-5, 1_000_000))
      waiting.push({ state, mark: i })
      queue.push(state, i)
    } else if (waiting.length > 0) {
      const { state, mark } = waiting.shift()!
      expect(queue.shift()).toEqual(state)
      expect(queue.mark).toBe(mark)
    }
    expect(queue.length).toBe(waiting.length)
  }
})

describe('PlainDigest', () => {
  it('is equal where the canonical encoding is, and different where it is not', () => {
    const digest = new PlainDigest()
    const random = new Random(5)
    const byEncoding = new Map<string, string>()
    const byDigest = new Map<string, string>()
    for (let i = 0; i < 6_000; i++) {
      const value = randomPlain(random, 3)
      const encoding = encodeCanonical(value).join()
      for (const same of [value, shuffled(random, value)]) {
        const found = digest.digest(same)
        expect(byEncoding.get(encoding) ?? found).toBe(found)
        expect(byDigest.get(found) ?? encoding).toBe(encoding)
        byEncoding.set(encoding, found)
        byDigest.set(found, encoding)
      }
    }
    expect(byEncoding.size).toBeGreaterThan(1_000)
  })
})

function randomPlain(random: Random, depth: number): unknown {
  const kinds = depth === 0 ? 6 : 10
  const some = <T>(make: () => T): T[] => Array.from({ length: random.integer(0, 3) }, make)
  const deeper = (): unknown => randomPlain(random, depth - 1)
  switch (random.integer(0, kinds - 1)) {
    case 0:
      return random.integer(0, 3)
    case 1:
      return random.integer(0, 2) * 2 ** 33 - 1
    case 2:
      return ['a', 'b', 'leader'][random.integer(0, 2)]
    case 3:
      return [undefined, null, true, false][random.integer(0, 3)]
    case 4:
      return Uint8Array.from(some(() => random.integer(0, 2)))
    case 5:
      return -random.integer(0, 3)
    case 6:
      return some(deeper)
    case 7:
      return new Map(some(() => [random.integer(0, 5), deeper()] as const))
    case 8:
      return new Set(some(() => random.integer(0, 5)))
    default:
      return Object.fromEntries(
        some(() => [['x', 'y', 'z', 'encoded'][random.integer(0, 3)]!, deeper()] as const),
      )
  }
}

/** The same with keys, entries and members in another order. */
function shuffled(random: Random, value: unknown): unknown {
  const mixed = <T>(items: Iterable<T>): T[] => [...items].sort(() => (random.chance(0.5) ? 1 : -1))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map((item) => shuffled(random, item))
  if (value instanceof Map) return new Map(mixed(value).map(([key, item]) => [key, shuffled(random, item)]))
  if (value instanceof Set) return new Set(mixed(value))
  return Object.fromEntries(mixed(Object.entries(value)).map(([key, item]) => [key, shuffled(random, item)]))
}
