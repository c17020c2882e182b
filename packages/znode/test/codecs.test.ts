import type { Codec } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as arbitrary from './support/arbitraries.ts'
import { codeOf, context, definition, Subject } from './support/harness.ts'

const { codecs } = definition
const kinds: readonly [string, Codec<unknown>, fc.Arbitrary<unknown>][] = [
  ['command', codecs.command, arbitrary.command],
  ['result', codecs.result, arbitrary.result],
  ['query', codecs.query, arbitrary.query],
  ['answer', codecs.answer, arbitrary.answer],
  ['change', codecs.change, arbitrary.change],
]
const tags = fc.constantFrom(1, 2, 3, 4, 5, 8, 13, 14, 200, 201)

describe.each(kinds)('the encoding of a %s', (_, codec, values) => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value)
      }),
    )
  })

  it('answers garbage with DECODE; what it reads, it writes the same', () => {
    const garbage = fc.tuple(fc.oneof(tags, fc.nat(255)), fc.uint8Array({ maxLength: 60 }))
    fc.assert(
      fc.property(garbage, ([tag, rest]) => {
        const given = Uint8Array.of(1, tag, ...rest)
        const code = codeOf(() => expect([...codec.encode(codec.decode(given))]).toEqual([...given]))
        expect(['DECODE', 'none']).toContain(code)
      }),
      { numRuns: 2000 },
    )
  })

  it('answers flipped bytes with DECODE or a value, and every truncation and byte too many with DECODE', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat(255), (value, at, byte) => {
        const encoded = codec.encode(value)
        for (let length = 0; length < encoded.length; length++) {
          expect(codeOf(() => codec.decode(encoded.subarray(0, length)))).toBe('DECODE')
        }
        expect(codeOf(() => codec.decode(Uint8Array.of(...encoded, 0)))).toBe('DECODE')
        encoded[1 + (at % (encoded.length - 1))] = byte
        expect(['DECODE', 'none']).toContain(codeOf(() => codec.decode(encoded)))
      }),
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
  it('that decode but make no sense are refused with a result', () => {
    const subject = new Subject()
    const odd = {
      type: 'create',
      path: '\u{feff}/\0\u{1f600}//',
      data: null,
      mode: 'PERSISTENT_SEQUENTIAL',
    } as const
    expect(subject.applyEncoded(odd, context(1, -5))).toMatchObject({ error: 'BADARGUMENTS' })
  })

  it('do not let a check stand alone, as ZooKeeper 3.8 does', () => {
    const inside = codecs.command.encode({
      type: 'multi',
      operations: [{ type: 'check', path: '/a', version: 0 }],
    })
    expect(codeOf(() => codecs.command.decode(inside))).toBe('none')
    expect(codeOf(() => codecs.command.decode(Uint8Array.of(1, ...inside.subarray(6))))).toBe('DECODE')
  })

  it('refuse a version that does not fit 32 bits where they are encoded', () => {
    expect(codeOf(() => codecs.command.encode({ type: 'delete', path: '/a', version: 2 ** 31 }))).toBe(
      'USAGE',
    )
  })
})
