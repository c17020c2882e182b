import type { Codec } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as arbitrary from './support/arbitraries.ts'
import { bytes, codeOf, definition } from './support/harness.ts'

const { codecs } = definition
const kinds: readonly [string, Codec<unknown>, fc.Arbitrary<unknown>][] = [
  ['command', codecs.command, arbitrary.command],
  ['result', codecs.result, arbitrary.result],
  ['query', codecs.query, fc.oneof(arbitrary.range, fc.constant({ type: 'status' }))],
  ['answer', codecs.answer, arbitrary.answer],
  ['change', codecs.change, arbitrary.change],
]

describe.each(kinds)('the encoding of a %s', (_, codec, values) => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value)
      }),
    )
  })

  it('answers garbage with DECODE; what it reads, it writes the same', () => {
    const garbage = fc.tuple(fc.nat(8), fc.uint8Array({ maxLength: 60 }))
    fc.assert(
      fc.property(garbage, ([tag, rest]) => {
        const given = Uint8Array.of(1, tag, ...rest)
        const code = codeOf(() => expect([...codec.encode(codec.decode(given))]).toEqual([...given]))
        expect(['DECODE', 'none']).toContain(code)
      }),
      { numRuns: 2000 },
    )
  })

  it('answers every truncation, and a byte too many, with DECODE', () => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = codec.encode(value)
        for (let length = 0; length < encoded.length; length++) {
          expect(codeOf(() => codec.decode(encoded.subarray(0, length)))).toBe('DECODE')
        }
        expect(codeOf(() => codec.decode(Uint8Array.of(...encoded, 0)))).toBe('DECODE')
      }),
      { numRuns: 30 },
    )
  })

  it('names a newer version', () => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = codec.encode(value)
        encoded[0] = 2
        expect(codeOf(() => codec.decode(encoded))).toBe('NEWER_VERSION')
      }),
      { numRuns: 5 },
    )
  })
})

describe('commands', () => {
  it('take absent options as their defaults', () => {
    const put = { type: 'put', key: bytes('a'), value: bytes('b') } as const
    expect(codecs.command.decode(codecs.command.encode(put))).toEqual({ ...put, prevKv: false })
    const range = { type: 'range', key: bytes('a') } as const
    expect(codecs.query.decode(codecs.query.encode(range))).toEqual({
      ...range,
      rangeEnd: undefined,
      limit: 0,
      revision: 0,
      countOnly: false,
      keysOnly: false,
      order: 'ascend',
    })
    const emptyEnd = { type: 'deleteRange', key: bytes('a'), rangeEnd: new Uint8Array(0) } as const
    expect(codecs.command.decode(codecs.command.encode(emptyEnd))).toMatchObject({ rangeEnd: undefined })
  })
})
