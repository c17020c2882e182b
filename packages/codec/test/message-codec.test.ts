import {
  type Entry,
  type Message,
  type MessageShapes,
  QuorateError,
  encodeEntries,
  encodeEntry,
  makeEntry,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageCodec } from '../src/index.ts'

const shapes: MessageShapes = {
  Empty: [],
  Vote: ['term', 'granted', 'hint'],
  Append: ['entries', 'term', 'nested', 'bytes'],
}

type Test = Message & Readonly<Record<string, unknown>>

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}

const bytes = fc.uint8Array({ maxLength: 30 })
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(undefined, null, true, false),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    bytes,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value

const entry: fc.Arbitrary<Entry> = fc
  .tuple(fc.maxSafeNat(), fc.maxSafeNat(), bytes, fc.boolean())
  .map(([index, epoch, data, hasRequest]) =>
    makeEntry(index, epoch, 7, 'command', hasRequest ? { replica: 1, sequence: index } : undefined, data),
  )

const message: fc.Arbitrary<Test> = fc.oneof(
  fc.constant({ type: 'Empty' }),
  fc.record(
    { type: fc.constant('Vote'), term: fc.maxSafeNat(), granted: fc.boolean(), hint: value },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      type: fc.constant('Append'),
      entries: fc.array(entry, { maxLength: 4 }),
      term: fc.maxSafeNat(),
      nested: value,
      bytes,
    },
    { noNullPrototype: true },
  ),
)

/** The message as it comes out: entries with the binary form that they were sent in. */
function received(sent: Test): Test {
  const entries = sent['entries'] as readonly Entry[] | undefined
  if (entries === undefined) return sent
  return { ...sent, entries: entries.map((each) => ({ ...each, encoded: encodeEntry(each) })) }
}

describe('messageCodec', () => {
  it('gives back the messages of a frame, with nested values, bytes and entries', () => {
    const codec = messageCodec<Test>(shapes)
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), fc.nat({ max: 255 }), (messages, kind) => {
        const frame = codec.encode(messages, kind)
        expect(frame[0]).toBe(kind)
        expect(codec.decode(frame)).toEqual(messages.map(received))
      }),
    )
  })

  it('keeps undefined fields: they are there, and undefined', () => {
    const codec = messageCodec<Test>(shapes)
    const [vote] = codec.decode(codec.encode([{ type: 'Vote', term: 1, granted: false, hint: undefined }], 0))
    expect(Object.keys(vote!)).toEqual(['type', 'term', 'granted', 'hint'])
  })

  it('keeps nothing between frames, and hands out frames that the next one leaves alone', () => {
    const [one, other] = [messageCodec<Test>(shapes), messageCodec<Test>(shapes)]
    const first = one.encode([{ type: 'Vote', term: 1, granted: true, hint: 'a' }], 1)
    const copy = first.slice()
    one.encode([{ type: 'Vote', term: 2, granted: false, hint: 'b' }], 1)
    expect(first).toEqual(copy)
    expect(other.decode(first)).toEqual([{ type: 'Vote', term: 1, granted: true, hint: 'a' }])
  })

  it('gives entries and bytes as views of the frame, the entries side by side', () => {
    const codec = messageCodec<Test>(shapes)
    const entries = [1, 2, 3].map((index) =>
      makeEntry(index, 1, 1, 'command', undefined, Uint8Array.of(index)),
    )
    encodeEntries(entries)
    const frame = codec.encode([{ type: 'Append', entries, term: 1, nested: 0, bytes: Uint8Array.of(9) }], 0)
    const [append] = codec.decode(frame)
    const views = append!['entries'] as Entry[]
    expect(
      [append!['bytes'], ...views.map(({ data }) => data)].map((each) => (each as Uint8Array).buffer),
    ).toEqual(Array.from({ length: 4 }, () => frame.buffer))
    for (let i = 1; i < views.length; i++) {
      const before = views[i - 1]!.encoded!
      expect(views[i]!.encoded!.byteOffset).toBe(before.byteOffset + before.length)
    }
  })

  it('gives plain bytes even of a Buffer', () => {
    const codec = messageCodec<Test>(shapes)
    const entries = [makeEntry(1, 1, 1, 'command', undefined, Uint8Array.of(1))]
    const frame = codec.encode([{ type: 'Append', entries, term: 1, nested: 0, bytes: Uint8Array.of(9) }], 0)
    const [append] = codec.decode(Buffer.from(frame))
    const [only] = append!['entries'] as Entry[]
    for (const view of [append!['bytes'] as Uint8Array, only!.data, only!.encoded!]) {
      expect(view.constructor).toBe(Uint8Array)
    }
  })

  it('carries an entry in the one form that it has, made once', () => {
    const codec = messageCodec<Test>(shapes)
    const one = makeEntry(1, 1, 1, 'command', undefined, Uint8Array.of(1))
    codec.encode([{ type: 'Append', entries: [one], term: 1, nested: 0, bytes: undefined }], 0)
    const { encoded } = one
    expect(encoded).toBeDefined()
    codec.encode([{ type: 'Append', entries: [one], term: 2, nested: 0, bytes: undefined }], 0)
    expect(one.encoded).toBe(encoded)
  })
})

describe('bad frames', () => {
  const codec = messageCodec<Test>(shapes)
  const good = fc.array(message, { minLength: 1, maxLength: 3 }).map((messages) => codec.encode(messages, 1))

  it('are DECODE or NEWER_VERSION, whatever bits are flipped and wherever they are cut', () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 7 })), { minLength: 1, maxLength: 4 })
    const flipped = fc.tuple(good, flips).map(([frame, all]) => {
      for (const [at, bit] of all) frame[at % frame.length]! ^= 1 << bit
      return frame
    })
    const bad = fc.oneof(fc.uint8Array({ maxLength: 60 }), flipped)
    fc.assert(
      fc.property(bad, (frame) => {
        expect(['none', 'DECODE', 'NEWER_VERSION']).toContain(codeOf(() => codec.decode(frame)))
      }),
      { numRuns: 5000 },
    )
  })

  it('are refused at every shorter length, and with bytes behind them', () => {
    fc.assert(
      fc.property(good, (frame) => {
        for (let length = 0; length < frame.length; length++) {
          expect(codeOf(() => codec.decode(frame.subarray(0, length)))).toBe('DECODE')
        }
        expect(codeOf(() => codec.decode(Uint8Array.of(...frame, 0)))).toBe('DECODE')
      }),
      { numRuns: 30 },
    )
  })

  it('with another number of fields are refused', () => {
    const other = messageCodec<Test>({ ...shapes, Vote: ['term', 'granted'] })
    const fewer = other.encode([{ type: 'Vote', term: 1, granted: true }], 0)
    expect(() => codec.decode(fewer)).toThrow('Vote has 3 fields')
    const more = codec.encode([{ type: 'Vote', term: 1, granted: true, hint: 0 }], 0)
    expect(codeOf(() => other.decode(more))).toBe('DECODE')
  })

  it('of an unknown type are refused; to send one is a mistake of the program', () => {
    const wider = messageCodec<Test>({ ...shapes, Late: ['term'] })
    expect(() => codec.decode(wider.encode([{ type: 'Late', term: 1 }], 0))).toThrow(
      'unknown type of message',
    )
    expect(codeOf(() => codec.encode([{ type: 'Late', term: 1 }], 0))).toBe('USAGE')
    expect(codeOf(() => codec.encode([{ type: 'Vote', term: 1n, granted: true, hint: 0 }], 0))).toBe('USAGE')
  })

  it('of a newer layout are named so, one of version 0 is not one at all', () => {
    const frame = codec.encode([{ type: 'Empty' }], 0)
    frame[1] = 2
    expect(codeOf(() => codec.decode(frame))).toBe('NEWER_VERSION')
    frame[1] = 0
    expect(codeOf(() => codec.decode(frame))).toBe('DECODE')
  })

  it('do not keep the codec from the next good one, nor does a message that cannot be encoded', () => {
    codeOf(() => codec.encode([{ type: 'Empty' }, { type: 'Vote', term: 1n, granted: true, hint: 0 }], 0))
    expect(codec.decode(codec.encode([{ type: 'Empty' }], 0))).toEqual([{ type: 'Empty' }])
  })

  it('cannot come of more types than a byte has numbers for', () => {
    const types = (count: number): MessageShapes =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`T${i}`, []]))
    expect(codeOf(() => messageCodec(types(257)))).toBe('USAGE')
    const widest = messageCodec<Test>(types(256))
    expect(widest.decode(widest.encode([{ type: 'T255' }], 0))).toEqual([{ type: 'T255' }])
  })
})
