import { QuorateError } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asPlainBytes, copyBytes, utf8Decode, utf8Encode } from '../src/index.ts'

describe('utf8', () => {
  it('agrees with the platform, short and long, byte order marks included', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }))
    fc.assert(
      fc.property(text, (given) => {
        expect([...utf8Encode(given)]).toEqual([...Buffer.from(given)])
        expect(utf8Decode(utf8Encode(given))).toBe(given)
      }),
    )
    expect(utf8Decode(utf8Encode(`\u{feff}x`))).toBe(`\u{feff}x`)
    expect(utf8Decode(utf8Encode(`\u{feff}${'x'.repeat(100)}`))).toBe(`\u{feff}${'x'.repeat(100)}`)
  })

  it('refuses what is not UTF-8, an encoded surrogate and an overlong form included', () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      expect(() => utf8Decode(Uint8Array.from(bytes), 'a path')).toThrow(QuorateError)
    }
  })
})

describe('asPlainBytes and copyBytes', () => {
  it('see a Buffer as a plain array, as a view and as a copy', () => {
    const buffer = Buffer.from([1, 2, 3, 4]).subarray(1, 3)
    const view = asPlainBytes(buffer)
    const copy = copyBytes(buffer)
    buffer[0] = 9
    expect([...view]).toEqual([9, 3])
    expect([...copy]).toEqual([2, 3])
    expect([view.constructor, copy.constructor]).toEqual([Uint8Array, Uint8Array])
    expect(copy.buffer.byteLength).toBe(2)
  })
})
