import { equalBytes, QuorateError, type ByteWriter } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ChunkedReader,
  chunkedSource,
  readBytes,
  snapshotChunkBytes,
  writeBytes,
  type SnapshotSteps,
} from '../src/index.ts'

function* writeAll(writer: ByteWriter, records: readonly Uint8Array[]): SnapshotSteps {
  for (const record of records) {
    writeBytes(writer, record)
    yield
  }
}

function piecesOf(records: readonly Uint8Array[]): Uint8Array[] {
  let released = 0
  const source = chunkedSource(
    (writer) => writeAll(writer, records),
    () => released++,
  )
  const pieces: Uint8Array[] = []
  for (let piece = source.next(); piece !== undefined; piece = source.next()) pieces.push(piece)
  expect(released).toBe(1)
  source.close()
  expect(released).toBe(1)
  expect(source.next()).toBeUndefined()
  return pieces
}

/** The same bytes, cut elsewhere. */
function recut(pieces: readonly Uint8Array[], sizes: readonly number[]): Uint8Array[] {
  const whole = Buffer.concat(pieces)
  const cut: Uint8Array[] = []
  let at = 0
  for (let i = 0; at < whole.length; i++) {
    const size = sizes.length === 0 ? whole.length : sizes[i % sizes.length]!
    cut.push(whole.subarray(at, at + size))
    at += size
  }
  return cut
}

const sizesOfPieces = fc
  .array(fc.integer({ min: 0, max: 40 }), { maxLength: 10 })
  .map((sizes) => [...sizes, 7])

describe('chunkedSource', () => {
  it('cuts pieces of the chunk size, whatever the size of a record', () => {
    const records = [1, 300, 100_000, 3 * snapshotChunkBytes + 17, 5, 200_000, 200_000].map((n, i) =>
      new Uint8Array(n).fill(i),
    )
    const pieces = piecesOf(records)
    for (const piece of pieces.slice(0, -1)) expect(piece.length).toBe(snapshotChunkBytes)
    expect(pieces.at(-1)!.length).toBeLessThanOrEqual(snapshotChunkBytes)
    const reader = new ChunkedReader(pieces, 'records')
    for (const record of records) expect(equalBytes(readBytes(reader), record)).toBe(true)
    reader.end()
  })

  it('encodes no further than the piece that is asked for', () => {
    let written = 0
    const source = chunkedSource(
      function* (writer) {
        for (;;) {
          writer.raw(new Uint8Array(1000))
          written++
          yield
        }
      },
      () => {},
    )
    for (let i = 0; i < 10; i++) source.next()
    expect(written * 1000).toBeLessThan(11 * snapshotChunkBytes)
    source.close()
    expect(source.next()).toBeUndefined()
  })

  it('gives pieces of the caller’s own', () => {
    const pieces = piecesOf([
      new Uint8Array(snapshotChunkBytes).fill(1),
      new Uint8Array(snapshotChunkBytes).fill(2),
    ])
    expect(pieces[0]!.at(-1)).toBe(1)
    expect(pieces[0]!.buffer).not.toBe(pieces[1]!.buffer)
  })
})

describe('ChunkedReader', () => {
  it('reads the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), sizesOfPieces, (records, sizes) => {
        const reader = new ChunkedReader(recut(piecesOf(records), sizes), 'records')
        for (const record of records) expect([...readBytes(reader)]).toEqual([...record])
        reader.end()
      }),
    )
  })

  it('reads numbers across cuts', () => {
    const bytes = Uint8Array.of(1, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f)
    const reader = new ChunkedReader(recut([bytes], [3]), 'numbers')
    expect([reader.u8(), reader.u32(), reader.u64(), reader.f64()]).toEqual([1, 2, 3, 1])
    reader.end()
  })

  it('answers an early end, a length that lies and bytes too many with DECODE', () => {
    const failure = (action: () => unknown) => {
      try {
        action()
      } catch (error) {
        return error instanceof QuorateError && error.code
      }
      return 'none'
    }
    const over = (...bytes: number[]) => new ChunkedReader(recut([Uint8Array.of(...bytes)], [2]), 'test')
    expect(failure(() => over().u8())).toBe('DECODE')
    expect(failure(() => over(1, 2, 3).u32())).toBe('DECODE')
    expect(failure(() => readBytes(over(255, 255, 255, 255, 1)))).toBe('DECODE')
    expect(failure(() => over(1).end())).toBe('DECODE')
    const ended = over(1, 2, 3)
    ended.u8()
    expect(failure(() => ended.end())).toBe('DECODE')
  })
})
