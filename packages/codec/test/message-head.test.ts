import { ByteReader, ByteWriter } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structuredCodec } from '../src/index.ts'
import { readHead, writeHead } from '../src/message-head.ts'

/** What a head is by definition. */
const general = structuredCodec<unknown[]>({ name: 'a head', version: 1, structures: [], unlisted: 'map' })

const edges = [
  0,
  0x3f,
  0x40,
  0x7f,
  0x80,
  0xff,
  0x100,
  0xffff,
  0x1_0000,
  0xffff_ffff,
  0x1_0000_0000,
  2 ** 53 - 1,
]
const value = fc.oneof(
  fc.boolean(),
  fc.constantFrom(...edges, ...edges.map((edge) => -edge - 1), 1.5, Number.NaN, null, undefined),
  fc.maxSafeInteger(),
  fc.string({ maxLength: 5 }),
)
const simple = fc.oneof(
  fc.boolean(),
  fc.nat({ max: 0x180 }),
  fc.nat({ max: 0xffff_ffff }),
  fc.constantFrom(...edges),
)
const values = fc.oneof(fc.array(simple, { maxLength: 20 }), fc.array(value))

function encode(list: readonly unknown[]): Uint8Array {
  const fields = list.map((_, i) => `f${i}`)
  const message = Object.fromEntries(list.map((each, i) => [`f${i}`, each]))
  const writer = new ByteWriter(4)
  writer.u8(7)
  writeHead(writer, message, fields)
  return writer.copy().subarray(1)
}

function decode(bytes: Uint8Array, count: number): unknown[] | undefined {
  const message: Record<string, unknown> = {}
  const fields = Array.from({ length: count }, (_, i) => `f${i}`)
  const reader = new ByteReader(bytes, 'a head')
  const isRead = readHead(reader, message, fields)
  reader.end()
  return isRead ? fields.map((field) => message[field]) : undefined
}

describe("a message's head", () => {
  it('is the bytes that the general codec makes, with their length before them', () => {
    fc.assert(
      fc.property(values, (list) => {
        const bytes = encode(list)
        const expected = general.encode(list)
        expect(new ByteReader(bytes, 'a length').u32()).toBe(expected.length)
        expect(bytes.subarray(4)).toEqual(expected)
      }),
    )
  })

  it('is read as the general codec reads it, whatever it is', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -1, max: 1 }), (list, difference) => {
        const count = Math.max(0, list.length + difference)
        const expected = count === list.length ? general.decode(general.encode(list)) : undefined
        expect(decode(encode(list), count)).toEqual(expected)
      }),
    )
  })

  it('of bad bytes is refused or read as the general codec would', () => {
    const bytes = fc.array(
      fc.constantFrom(0, 1, 5, 0x7f, 0x91, 0x92, 0xc1, 0xc2, 0xc3, 0xcc, 0xcd, 0xce, 0xcf, 0xff),
    )
    fc.assert(
      fc.property(bytes, (rest) => {
        const body = Uint8Array.of(1, 0x92, ...rest)
        const read = (action: () => unknown): unknown => {
          try {
            return action()
          } catch {
            return 'refused'
          }
        }
        const framed = new ByteWriter().u32(body.length).raw(body).copy()
        const expected = read(() => general.decode(body))
        expect(read(() => decode(framed, 2))).toEqual(expected)
      }),
      { numRuns: 3000 },
    )
  })
})
