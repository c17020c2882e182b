import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter, compareBytes, crc32, equalBytes } from '../src/index.ts'
import { codeOf } from './support/code-of.ts'

const field = fc.oneof(
  fc.tuple(fc.constant('u8' as const), fc.nat({ max: 0xff })),
  fc.tuple(fc.constant('u32' as const), fc.nat({ max: 0xffff_ffff })),
  fc.tuple(fc.constant('u64' as const), fc.maxSafeNat()),
  fc.tuple(fc.constant('f64' as const), fc.double()),
  fc.tuple(fc.constant('raw' as const), fc.uint8Array({ maxLength: 300 })),
)
type Field = readonly ['u8' | 'u32' | 'u64' | 'f64', number] | readonly ['raw', Uint8Array]

function write(writer: ByteWriter, [type, value]: Field): void {
  if (type === 'raw') writer.raw(value)
  else writer[type](value)
}

function read(reader: ByteReader, [type, value]: Field): Field {
  return type === 'raw' ? [type, reader.raw(value.length)] : [type, reader[type]()]
}

const widths = { u8: 1, u32: 4, u64: 8, f64: 8 } as const

describe('ByteReader and ByteWriter', () => {
  it('give back what was written, whatever the first capacity', () => {
    fc.assert(
      fc.property(fc.array(field), fc.nat({ max: 20 }), (fields, capacity) => {
        const writer = new ByteWriter(capacity)
        for (const each of fields) write(writer, each)
        const bytes = writer.copy()
        expect(bytes.length).toBe(writer.length)
        const reader = new ByteReader(bytes, 'fields')
        for (const each of fields) expect(read(reader, each)).toEqual(each)
        reader.end()
        expect(reader.remaining).toBe(0)
      }),
    )
  })

  it('refuse to read beyond the end, and stay where they were', () => {
    for (const type of ['u8', 'u32', 'u64', 'f64'] as const) {
      for (let length = 0; length < widths[type]; length++) {
        const reader = new ByteReader(new Uint8Array(length), 'a field')
        expect(codeOf(() => reader[type]())).toBe('DECODE')
        expect(reader.position).toBe(0)
      }
    }
    const reader = new ByteReader(new Uint8Array(3), 'bytes')
    expect(codeOf(() => reader.raw(4))).toBe('DECODE')
    expect(codeOf(() => reader.raw(-1))).toBe('DECODE')
    expect(reader.raw(3)).toEqual(new Uint8Array(3))
    expect(reader.raw(0)).toEqual(new Uint8Array(0))
    expect(codeOf(() => new ByteReader(new Uint8Array(0), 'nothing', 1).u8())).toBe('DECODE')
  })

  it('keep to a view of a larger buffer', () => {
    const view = new Uint8Array(20).subarray(4, 8)
    view.set([1, 2, 3, 4])
    const reader = new ByteReader(view, 'a view')
    expect(reader.u32()).toBe(0x0403_0201)
    expect(codeOf(() => reader.u8())).toBe('DECODE')
  })

  it('say what is left over, and name what was read', () => {
    const reader = new ByteReader(new Uint8Array(3), 'a thing')
    reader.u8()
    expect(() => reader.end()).toThrow('cannot decode a thing: 2 bytes too many')
  })

  it.each([
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0], Number.MAX_SAFE_INTEGER],
    [[0, 0, 0, 0, 0, 0, 0x20, 0], 'DECODE'],
    [[1, 0, 0, 0, 0, 0, 0x20, 0], 'DECODE'],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'DECODE'],
    [[0, 0, 0, 0, 1, 0, 0, 0], 2 ** 32],
  ])('read the 8 bytes %j as %s', (bytes, expected) => {
    const reader = new ByteReader(Uint8Array.from(bytes), 'a number')
    if (typeof expected === 'number') expect(reader.u64()).toBe(expected)
    else expect(codeOf(() => reader.u64())).toBe(expected)
  })

  it('keep the buffer over a reset, and hand out copies that later writes leave alone', () => {
    const writer = new ByteWriter(8)
    writer.u32(7)
    const { buffer } = writer.written()
    const [copy, view] = [writer.copy(), writer.written()]
    writer.reset()
    writer.u32(9)
    expect(writer.written().buffer).toBe(buffer)
    expect([...copy]).toEqual([7, 0, 0, 0])
    expect([...view]).toEqual([9, 0, 0, 0])
  })

  it('give away what is small without a copy, what is large with one, and leave it alone', () => {
    const writer = new ByteWriter(64)
    const taken = [1, 2, 3].map((byte) => writer.u32(byte).raw(new Uint8Array(16).fill(byte)).take())
    expect(new Set(taken.slice(0, 2).map(({ buffer }) => buffer)).size).toBe(1)
    const large = writer.raw(new Uint8Array(5000).fill(4)).take()
    expect(large.buffer.byteLength).toBe(5000)
    expect(writer.length).toBe(0)
    writer.u32(9).setU32(0, 5)
    writer.rewind(2)
    expect([...writer.u8(6).take()]).toEqual([5, 0, 6])
    for (const [i, bytes] of taken.entries()) {
      expect([...bytes]).toEqual([i + 1, 0, 0, 0, ...new Uint8Array(16).fill(i + 1)])
    }
    expect(large.every((byte) => byte === 4)).toBe(true)
  })

  it('fill in a length that is known only afterwards', () => {
    const writer = new ByteWriter(4).u32(0).raw(Uint8Array.of(1, 2, 3))
    writer.setU32(0, 3)
    expect([...writer.copy()]).toEqual([3, 0, 0, 0, 1, 2, 3])
  })
})

describe('compareBytes', () => {
  const bytes = fc.uint8Array({ maxLength: 6 })

  it('orders as memcmp does, a prefix first', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
      }),
    )
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0)
    expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0)
  })
})

describe('crc32', () => {
  it('is the one of the textbooks', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array(0))).toBe(0)
  })

  it.skipIf(zlib.crc32 === undefined)('is that of zlib, in one piece and in several', () => {
    const bytes = fc.uint8Array({ maxLength: 600 })
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(crc32(a)).toBe(zlib.crc32(a))
        expect(crc32(b, crc32(a))).toBe(zlib.crc32(Buffer.concat([a, b])))
      }),
    )
  })
})
