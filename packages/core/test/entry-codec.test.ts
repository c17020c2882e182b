import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteReader,
  ByteWriter,
  type Entry,
  blankEntry,
  encodeEntries,
  encodeEntry,
  encodedLength,
  entryHeaderBytes,
  makeEntry,
  readEntry,
  writeEntries,
  writeEntry,
} from '../src/index.ts'
import { entry, nearly } from './support/arbitrary.ts'
import { codeOf } from './support/code-of.ts'

function readAll(bytes: Uint8Array): Entry[] {
  const reader = new ByteReader(bytes, 'entries')
  const entries: Entry[] = []
  while (reader.remaining > 0) entries.push(readEntry(reader))
  return entries
}

/** A writer that notes the pieces it is given. */
class PieceWriter extends ByteWriter {
  readonly pieces: Uint8Array[] = []

  override raw(bytes: Uint8Array): this {
    this.pieces.push(bytes)
    return super.raw(bytes)
  }
}

function withoutCache(entry: Entry): unknown {
  return { ...entry, encoded: undefined }
}

function fresh(index: number, data: Uint8Array = Uint8Array.of(index)): Entry {
  return makeEntry(index, 1, 0, 'command', undefined, data)
}

describe('a blank entry', () => {
  it('is a command’s place, epoch and time; other entries stay whole', () => {
    const command = makeEntry(7, 3, 99, 'command', { replica: 1, sequence: 5 }, Uint8Array.of(1, 2))
    expect(blankEntry(command)).toEqual(makeEntry(7, 3, 99, 'blank', undefined, new Uint8Array(0)))
    const membership = makeEntry(8, 3, 99, 'membership', undefined, Uint8Array.of(1))
    expect(blankEntry(membership)).toBe(membership)
  })
})

describe('the binary form of an entry', () => {
  it('is read back as the same entry, with views of the bytes read', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const bytes = encodeEntry(one)
        const [read] = readAll(bytes)
        expect(withoutCache(read!)).toEqual(withoutCache(one))
        expect(read!.encoded).toEqual(bytes)
        expect([read!.data.buffer, read!.encoded!.buffer]).toEqual([bytes.buffer, bytes.buffer])
        expect(bytes.length).toBe(encodedLength(one))
      }),
    )
  })

  it('is as documented, byte by byte', () => {
    const one = makeEntry(0x0102, 3, 2 ** 32 + 4, 'noop', { replica: 5, sequence: 6 }, Uint8Array.of(0xaa))
    const parts = [
      [38, 0, 0, 0, 1],
      [2, 1, 0, 0, 0, 0, 0, 0],
      [3, 0, 0, 0, 0, 0, 0, 0],
      [4, 0, 0, 0, 1, 0, 0, 0],
      [5, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
      [0xaa],
    ]
    expect([...encodeEntry(one)]).toEqual(parts.flat())
    expect(entryHeaderBytes).toBe(41)
  })

  it('is made once and kept', () => {
    const one = fresh(1)
    expect(encodeEntry(one)).toBe(encodeEntry(one))
    const writer = new ByteWriter()
    writeEntry(writer, one)
    expect(writer.copy()).toEqual(encodeEntry(one))
  })

  it('is the same whichever function makes it', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const copies = entries.map((one) => ({ ...one }))
        encodeEntries(copies)
        expect(copies.map((one) => one.encoded)).toEqual(entries.map(encodeEntry))
        expect(copies.map(withoutCache)).toEqual(entries.map(withoutCache))
      }),
    )
  })
})

describe('readEntry', () => {
  it('refuses whatever is not an entry with DECODE', () => {
    fc.assert(
      fc.property(nearly(entry.map((one) => encodeEntry(one).slice())), (bytes) => {
        const code = codeOf(() => readAll(bytes))
        expect(['none', 'DECODE']).toContain(code)
        if (code !== 'none') return
        for (const one of readAll(bytes)) {
          expect(withoutCache(readAll(encodeEntry({ ...one, encoded: undefined }))[0]!)).toEqual(
            withoutCache(one),
          )
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses every shortening', () => {
    const bytes = encodeEntry(makeEntry(1, 2, 3, 'command', { replica: 1, sequence: 9 }, new Uint8Array(5)))
    for (let length = 1; length < bytes.length; length++) {
      expect(codeOf(() => readAll(bytes.subarray(0, length)))).toBe('DECODE')
    }
  })

  it.each([
    ['an unknown kind', 4, 4],
    ['a length below that of the header', 0, entryHeaderBytes - 5],
    ['an index above 2^53', 4 + 1 + 7, 1],
  ])('refuses %s', (_, at, value) => {
    const bytes = encodeEntry(fresh(1, new Uint8Array(0))).slice()
    bytes[at] = value
    expect(codeOf(() => readEntry(new ByteReader(bytes, 'an entry')))).toBe('DECODE')
  })
})

describe('encodeEntries', () => {
  it('puts them all into one buffer, and lets the origin of their data go', () => {
    const origin = new Uint8Array(1000)
    const entries = [1, 2, 3].map((i) => fresh(i, origin.subarray(i * 10, i * 10 + 4)))
    encodeEntries(entries)
    const buffers = new Set(entries.flatMap((one) => [one.encoded!.buffer, one.data.buffer]))
    expect(buffers.size).toBe(1)
    expect(buffers.has(origin.buffer)).toBe(false)
    const places = entries.map((one) => one.encoded!.byteOffset)
    expect(places.map((place) => place - places[0]!)).toEqual([0, 45, 90])
  })

  it('leaves those that are encoded alone', () => {
    const [received] = readAll(encodeEntry(fresh(1)))
    const before = { ...received! }
    const own = fresh(2)
    encodeEntries([received!, own])
    expect(received!.encoded).toBe(before.encoded)
    expect(received!.data).toBe(before.data)
    expect(own.encoded!.length).toBe(encodedLength(own))
    const { encoded } = own
    encodeEntries([received!, own])
    expect(own.encoded).toBe(encoded)
  })
})

describe('writeEntries', () => {
  it('writes what writeEntry would, one after the other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(entry, { maxLength: 4 }), { maxLength: 4 }),
        fc.boolean(),
        (groups, turned) => {
          for (const group of groups) encodeEntries(group)
          const entries = turned ? groups.flat().toReversed() : groups.flat()
          const writer = new ByteWriter()
          writeEntries(writer, entries)
          expect(writer.copy()).toEqual(Uint8Array.from(entries.flatMap((one) => [...encodeEntry(one)])))
        },
      ),
    )
  })

  it('copies neighbours in one piece, and no others', () => {
    const left = [fresh(1), fresh(2)]
    const right = [fresh(3), fresh(4)]
    encodeEntries(left)
    encodeEntries(right)
    const piecesOf = (entries: readonly Entry[]): number => {
      const writer = new PieceWriter()
      writeEntries(writer, entries)
      return writer.pieces.length
    }
    expect(piecesOf([...left, ...right])).toBe(1)
    expect(piecesOf([...right, ...left])).toBe(2)
    expect(piecesOf([left[1]!, left[0]!])).toBe(2)
    expect(piecesOf(readAll(Uint8Array.from(left.flatMap((one) => [...encodeEntry(one)]))))).toBe(1)
    expect(piecesOf([])).toBe(0)
  })
})
