import { QuorateError } from '@quorate/core'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { structuredCodec, type StructuredCodecOptions } from '../src/index.ts'

interface Put {
  readonly type: 'put'
  readonly key: string
  readonly value: Uint8Array
}
interface Batch {
  readonly type: 'batch'
  readonly at: number
  readonly items: readonly Put[]
}

const structures = [
  ['type', 'key', 'value'],
  ['type', 'at', 'items'],
]
const options: StructuredCodecOptions<Put | Batch> = { name: 'test message', version: 3, structures }
const make = () => structuredCodec<Put | Batch>(options)

const put: fc.Arbitrary<Put> = fc.record(
  {
    type: fc.constant('put' as const),
    key: fc.string({ unit: 'grapheme', maxLength: 200 }),
    value: fc.uint8Array({ maxLength: 400 }),
  },
  { noNullPrototype: true },
)
const batch: fc.Arbitrary<Batch> = fc.record(
  { type: fc.constant('batch' as const), at: fc.maxSafeInteger(), items: fc.array(put) },
  { noNullPrototype: true },
)
const message = fc.oneof(put, batch)

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}

describe('structuredCodec', () => {
  it('gives back what it was given', () => {
    const codec = make()
    fc.assert(
      fc.property(message, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value)
      }),
    )
  })

  it('keeps no state: two instances decode each other in any order', () => {
    const order = fc.array(fc.tuple(message, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(order, fc.array(fc.nat()), (steps, shuffle) => {
        const [left, right] = [make(), make()]
        const encoded = steps.map(([value, byLeft]) => (byLeft ? left : right).encode(value))
        const places = steps.map((_, index) => index)
        places.sort((a, b) => (shuffle[a] ?? a) - (shuffle[b] ?? b))
        for (const place of places) {
          const [value, , byLeft] = steps[place]!
          expect((byLeft ? left : right).decode(encoded[place]!)).toEqual(value)
          expect(make().decode(encoded[place]!)).toEqual(value)
        }
      }),
    )
  })

  it('writes its version, then the record by its place in the list', () => {
    const bytes = make().encode({ type: 'put', key: '', value: new Uint8Array(0) })
    expect(bytes[0]).toBe(3)
    expect(bytes[1]).toBe(0x40)
  })

  it('gives bytes that later calls do not change and that hold no memory of others', () => {
    const codec = make()
    const first = codec.encode({ type: 'put', key: 'first', value: Uint8Array.of(1) })
    const before = [...first]
    for (let i = 0; i < 100; i++)
      codec.encode({ type: 'put', key: 'x'.repeat(i), value: new Uint8Array(100) })
    expect([...first]).toEqual(before)
    expect(first.constructor).toBe(Uint8Array)
    expect(first.buffer.byteLength).toBe(first.length)
  })

  it('decodes a Buffer to plain Uint8Arrays that are views of it', () => {
    const bytes = Buffer.from(make().encode({ type: 'put', key: 'k', value: Uint8Array.of(1, 2, 3) }))
    const decoded = make().decode(bytes) as Put
    expect(decoded.value.constructor).toBe(Uint8Array)
    expect(decoded.value.buffer).toBe(bytes.buffer)
    expect(Object.keys(bytes)).toEqual(Object.keys(Buffer.alloc(bytes.length)))
  })

  it('refuses a newer version by name, and version 0 and no bytes as garbage', () => {
    const bytes = make().encode({ type: 'put', key: 'k', value: new Uint8Array(1) })
    const changed = (version: number) => Uint8Array.of(version, ...bytes.subarray(1))
    expect(codeOf(() => make().decode(changed(4)))).toBe('NEWER_VERSION')
    expect(codeOf(() => make().decode(changed(0)))).toBe('DECODE')
    expect(codeOf(() => make().decode(new Uint8Array(0)))).toBe('DECODE')
  })

  it('reads what an older version with a shorter list wrote', () => {
    const older = structuredCodec<Put>({ name: 'old', version: 1, structures: structures.slice(0, 1) })
    const value = { type: 'put', key: 'k', value: Uint8Array.of(9) } as const
    expect(make().decode(older.encode(value))).toEqual(value)
  })

  it('refuses a faulty list', () => {
    const broken = [[['a'], ['a']], [['a', 'a']], [['__proto__']]]
    for (const list of broken) {
      expect(codeOf(() => structuredCodec({ name: 'x', version: 1, structures: list }))).toBe('USAGE')
    }
    expect(codeOf(() => structuredCodec({ name: 'x', version: 0, structures }))).toBe('USAGE')
    expect(codeOf(() => structuredCodec({ name: 'x', version: 256, structures }))).toBe('USAGE')
  })

  it('uses two-byte ids beyond 32 structures', () => {
    const many = Array.from({ length: 200 }, (_, i) => [`a${i}`, `b${i}`])
    const codecs = [0, 1].map(() => structuredCodec<unknown>({ name: 'many', version: 1, structures: many }))
    for (let i = 199; i >= 0; i--) {
      const value = { [`a${i}`]: i, [`b${i}`]: { [`a${199 - i}`]: 'x', [`b${199 - i}`]: [] } }
      expect(codecs[i % 2]!.decode(codecs[(i + 1) % 2]!.encode(value))).toEqual(value)
    }
  })
})

describe('structuredCodec and shapes that are not in the list', () => {
  const general = () => structuredCodec<unknown>({ name: 'general', version: 1, structures, unlisted: 'map' })

  it('refuses them at any depth by default', () => {
    const codec = structuredCodec<unknown>(options as StructuredCodecOptions<unknown>)
    for (const value of [
      { a: 1 },
      { key: 'k', type: 'put', value: 1 },
      [{ type: 'batch', at: 1, items: [{}] }],
    ]) {
      expect(codeOf(() => codec.encode(value))).toBe('USAGE')
    }
    // ... and is not confused by it.
    expect(codec.decode(codec.encode({ type: 'put', key: 'k', value: 1 }))).toEqual({
      type: 'put',
      key: 'k',
      value: 1,
    })
  })

  it('writes them as maps on request, as statelessly', () => {
    const codec = general()
    const key = fc.string({ maxLength: 12 }).filter((text) => text !== '__proto__')
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }).map((value) => value + 0),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
    )
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree'), { noNullPrototype: true }),
        message,
      ),
    })).tree
    fc.assert(
      fc.property(value, (given) => {
        const bytes = codec.encode(given)
        expect(general().decode(bytes)).toEqual(given)
        expect(codec.decode(bytes)).toEqual(given)
      }),
    )
  })

  it('refuses what would come back as something else', () => {
    let nested: unknown = 1
    for (let i = 0; i < 70; i++) nested = [nested]
    const values = [
      5n,
      [2n ** 63n],
      new Date(0),
      new Map([[1, 2]]),
      Symbol('s'),
      `\u{feff}${'x'.repeat(100)}`,
      nested,
      JSON.parse('{"__proto__": 1}'),
    ]
    for (const value of values) expect(codeOf(() => general().encode(value))).toBe('USAGE')
  })
})

describe('structuredCodec and bad bytes', () => {
  const codec = make()
  const outcome = (bytes: Uint8Array) => codeOf(() => codec.decode(bytes))

  it('answers garbage with DECODE or a value, never another exception', () => {
    const garbage = fc.uint8Array({ maxLength: 60 })
    fc.assert(
      fc.property(garbage, (bytes) => {
        expect(['DECODE', 'none']).toContain(outcome(Uint8Array.of(3, ...bytes)))
      }),
      { numRuns: 2000 },
    )
  })

  it('answers every truncation with DECODE', () => {
    const bytes = codec.encode({
      type: 'batch',
      at: 2 ** 40,
      items: [{ type: 'put', key: 'a longer key with ünïcode', value: new Uint8Array(300) }],
    })
    for (let length = 0; length < bytes.length; length++)
      expect(outcome(bytes.subarray(0, length))).toBe('DECODE')
    expect(outcome(Uint8Array.of(...bytes, 0))).toBe('DECODE')
  })

  it('stays the same after flipped bytes', () => {
    const value = { type: 'put', key: 'key', value: Uint8Array.of(1, 2, 3, 4) } as const
    const bytes = codec.encode(value)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = bytes.slice()
        changed[at] = byte
        expect(['DECODE', 'NEWER_VERSION', 'none']).toContain(outcome(changed))
        expect(codec.decode(bytes)).toEqual(value)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses an inline record definition, which would replace a structure of the list', () => {
    const foreign = new Packr({ maxSharedStructures: 0 }).pack({ evil: 1, a: 2, b: 3 })
    const redefining = Uint8Array.of(3, 0xd4, 0x72, 0x40, 0x91, 0xa4, 101, 118, 105, 108, 1)
    expect(outcome(Uint8Array.of(3, ...foreign))).toBe('DECODE')
    expect(outcome(redefining)).toBe('DECODE')
    expect(codec.decode(codec.encode({ type: 'put', key: 'k', value: new Uint8Array(0) }))).toEqual({
      type: 'put',
      key: 'k',
      value: new Uint8Array(0),
    })
  })

  it('refuses extensions, unknown structures, huge counts, deep nests and numbers beyond 2^53', () => {
    const bad: number[][] = [
      [0xd6, 0xff, 0, 0, 0, 0], // a date
      [0xd4, 0x78, 0, 0x92, 0xa1, 97, 0xa0], // a regular expression
      [0x42], // structure 2 of 2
      [0xdd, 0xff, 0xff, 0xff, 0xff], // an array of 2^32 - 1
      [0xdf, 0xff, 0xff, 0xff, 0xff],
      [0xc6, 0xff, 0xff, 0xff, 0xff],
      [0x81, 1, 1], // a map with a number as key
      [0xc1],
      [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0],
      [0xd3, 0xff, 0xdf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      Array.from({ length: 100_000 }, () => 0x91),
    ]
    for (const bytes of bad) expect(outcome(Uint8Array.of(3, ...bytes))).toBe('DECODE')
    expect(outcome(Uint8Array.of(3, 0xcf, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toBe('none')
  })

  it('asks `accepts` about what was decoded', () => {
    const isPut = (value: unknown): value is Put => (value as Partial<Put> | null)?.type === 'put'
    const choosy = structuredCodec<Put>({ name: 'put', version: 3, structures, accepts: isPut })
    const value = { type: 'put', key: 'k', value: new Uint8Array(0) } as const
    expect(choosy.decode(codec.encode(value))).toEqual(value)
    expect(codeOf(() => choosy.decode(codec.encode({ type: 'batch', at: 0, items: [] })))).toBe('DECODE')
    expect(codeOf(() => choosy.decode(Uint8Array.of(3, 0xc0)))).toBe('DECODE')
  })
})
