import { QuorateError, type Codec } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  binaryCodec,
  readBoolean,
  readBytes,
  readInt32,
  readInteger,
  readList,
  readOptional,
  readText,
  writeBoolean,
  writeBytes,
  writeInt32,
  writeInteger,
  writeList,
  writeOptional,
  writeText,
} from '../src/index.ts'

interface Everything {
  readonly flag: boolean
  readonly wide: number
  readonly narrow: number
  readonly text: string
  readonly bytes: Uint8Array
  readonly list: readonly string[]
  readonly maybe: number | undefined
}

const everything: Codec<Everything> = binaryCodec<Everything>({
  name: 'everything',
  version: 2,
  write(writer, value) {
    writeBoolean(writer, value.flag)
    writeInteger(writer, value.wide)
    writeInt32(writer, value.narrow)
    writeText(writer, value.text)
    writeBytes(writer, value.bytes)
    writeList(writer, value.list, writeText)
    writeOptional(writer, value.maybe, writeInteger)
  },
  read: (reader) => ({
    flag: readBoolean(reader),
    wide: readInteger(reader),
    narrow: readInt32(reader),
    text: readText(reader),
    bytes: readBytes(reader),
    list: readList(reader, readText),
    maybe: readOptional(reader, readInteger),
  }),
})

const text = fc.string({ unit: 'binary', maxLength: 100 })
const value: fc.Arbitrary<Everything> = fc.record({
  flag: fc.boolean(),
  wide: fc.oneof(fc.maxSafeInteger(), fc.integer()),
  narrow: fc.integer(),
  text,
  bytes: fc.uint8Array(),
  list: fc.array(text),
  maybe: fc.option(fc.maxSafeInteger(), { nil: undefined }),
})
const sample = {
  flag: true,
  wide: 1,
  narrow: 2,
  text: 't',
  bytes: new Uint8Array(3),
  list: ['x'],
  maybe: undefined,
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}

describe('binaryCodec', () => {
  it('gives back what it was given, any text and any safe integer included', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(everything.decode(everything.encode(given))).toEqual(given)
      }),
    )
  })

  it('is canonical: what decodes encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
        const bytes = Uint8Array.of(2, ...garbage)
        const code = codeOf(() => expect(everything.encode(everything.decode(bytes))).toEqual(bytes))
        expect(['none', 'DECODE']).toContain(code)
      }),
      { numRuns: 2000 },
    )
  })

  it('answers every truncation and every byte too many with DECODE', () => {
    const bytes = everything.encode({ ...sample, list: ['a', 'b'], maybe: 7 })
    for (let n = 0; n < bytes.length; n++)
      expect(codeOf(() => everything.decode(bytes.subarray(0, n)))).toBe('DECODE')
    expect(codeOf(() => everything.decode(Uint8Array.of(...bytes, 0)))).toBe('DECODE')
  })

  it('names a newer version', () => {
    expect(codeOf(() => everything.decode(Uint8Array.of(3)))).toBe('NEWER_VERSION')
    expect(codeOf(() => everything.decode(Uint8Array.of(0)))).toBe('DECODE')
  })

  it('tells the reader which older version it reads', () => {
    const seen: number[] = []
    const codec = binaryCodec<number>({
      name: 'number',
      version: 9,
      write: writeInteger,
      read: (reader, version) => {
        seen.push(version)
        return readInteger(reader)
      },
    })
    const bytes = codec.encode(5)
    bytes[0] = 4
    expect(codec.decode(bytes)).toBe(5)
    expect(seen).toEqual([4])
  })

  it('refuses numbers that do not fit', () => {
    for (const wide of [Number.NaN, 0.5, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(codeOf(() => everything.encode({ ...sample, wide }))).toBe('USAGE')
    }
    for (const narrow of [2 ** 31, -(2 ** 31) - 1, 0.5]) {
      expect(codeOf(() => everything.encode({ ...sample, narrow }))).toBe('USAGE')
    }
    // ... and works on after it.
    expect(everything.decode(everything.encode(sample))).toEqual(sample)
  })

  it('refuses text that is not UTF-8, truth that is not 0 or 1, numbers beyond 2^53 and counts that lie', () => {
    const bytes = everything.encode(sample)
    const at = (place: number, ...changed: number[]) => {
      const copy = bytes.slice()
      copy.set(changed, place)
      return codeOf(() => everything.decode(copy))
    }
    expect(at(1, 2)).toBe('DECODE')
    expect(at(8, 0x20)).toBe('DECODE')
    expect(at(18, 0xff)).toBe('DECODE')
    expect(at(26, 0xff, 0xff, 0xff, 0xff)).toBe('DECODE')
    expect(at(0, 2)).toBe('none')
  })

  it('gives the caller bytes of its own and plain views of its input', () => {
    const first = everything.encode(sample)
    const copy = first.slice()
    everything.encode({ ...sample, text: 'something else' })
    expect(first).toEqual(copy)
    const decoded = everything.decode(Buffer.from(first))
    expect(decoded.bytes.constructor).toBe(Uint8Array)
  })

  it('may encode with itself while it encodes', () => {
    interface Nested {
      readonly inner: Nested | undefined
    }
    const nested: Codec<Nested> = binaryCodec<Nested>({
      name: 'nested',
      version: 1,
      write: (writer, given) =>
        writeOptional(writer, given.inner, (out, inner) => writeBytes(out, nested.encode(inner))),
      read: (reader) => ({ inner: readOptional(reader, (input) => nested.decode(readBytes(input))) }),
    })
    const deep = { inner: { inner: { inner: undefined } } }
    expect(nested.decode(nested.encode(deep))).toEqual(deep)
  })
})
