import { ByteReader } from '@quorate/core'
import type { Disk, SnapshotMeta, SnapshotReader } from '@quorate/core'
import { chunkHeaderBytes, chunkOffset, chunkSeed, readTrailer } from './snapshot-file.ts'
import type { SnapshotLayout, SnapshotTrailer } from './snapshot-file.ts'
import { corruptSnapshot, storageFailed } from './storage-errors.ts'

/** Reads a complete snapshot's file, checking every chunk. */
export class SnapshotFileReader implements SnapshotReader {
  readonly meta: SnapshotMeta
  readonly size: number
  private readonly disk: Disk
  private readonly name: string
  private readonly shown: string
  private readonly layout: SnapshotLayout
  private readonly trailer: SnapshotTrailer
  private readonly closed: () => void
  private isClosed = false
  /** The chunk read last: pieces are often smaller than chunks. */
  private cached: { readonly number: number; readonly content: Uint8Array } | undefined

  /** @throws QuorateError `CORRUPT_LOG` if the file is not complete */
  constructor(disk: Disk, name: string, shown: string, layout: SnapshotLayout, closed: () => void) {
    this.disk = disk
    this.name = name
    this.shown = shown
    this.layout = layout
    this.meta = layout.meta
    this.trailer = readTrailer(disk, layout, name, shown)
    this.size = this.trailer.size
    this.closed = closed
  }

  read(offset: number, length: number, done: (piece: Uint8Array, error: Error | undefined) => void): void {
    let piece: Uint8Array
    try {
      piece = this.piece(offset, Math.min(length, this.size - offset))
    } catch (error) {
      return done(new Uint8Array(0), storageFailed(this.shown, 'read', error))
    }
    done(piece, undefined)
  }

  /**
   * The whole content, chunk by chunk.
   *
   * @throws QuorateError `CORRUPT_LOG`
   */
  *chunks(): Generator<Uint8Array, void, undefined> {
    let crc = this.layout.seed
    for (let number = 0; number * this.layout.chunkBytes < this.size; number++) {
      const content = this.chunk(number)
      crc = this.disk.crc32(content, crc)
      yield content
    }
    if (crc !== this.trailer.crc) throw corruptSnapshot(this.shown, 0, 'its content fails its checksum')
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.cached = undefined
    this.closed()
  }

  private piece(offset: number, length: number): Uint8Array {
    if (length <= 0) return new Uint8Array(0)
    const { chunkBytes } = this.layout
    const first = Math.floor(offset / chunkBytes)
    const last = Math.floor((offset + length - 1) / chunkBytes)
    const start = offset - first * chunkBytes
    if (first === last) return this.chunk(first).subarray(start, start + length)
    const piece = new Uint8Array(length)
    for (let number = first, filled = 0; number <= last; number++) {
      const content = this.chunk(number)
      const from = number === first ? start : 0
      const part = content.subarray(from, Math.min(content.length, from + length - filled))
      piece.set(part, filled)
      filled += part.length
    }
    return piece
  }

  /** A chunk's content. */
  private chunk(number: number): Uint8Array {
    if (this.cached?.number === number) return this.cached.content
    const { chunkBytes, seed } = this.layout
    const expected = Math.min(chunkBytes, this.size - number * chunkBytes)
    const offset = chunkOffset(this.layout, number)
    const bytes = this.disk.read(this.name, offset, chunkHeaderBytes + expected)
    const content = bytes.subarray(chunkHeaderBytes)
    if (bytes.length < chunkHeaderBytes + expected) throw corruptSnapshot(this.shown, offset, 'it ends early')
    const reader = new ByteReader(bytes, 'a snapshot chunk')
    const isIntact =
      reader.u32() === expected && reader.u32() === this.disk.crc32(content, chunkSeed(seed, number))
    if (!isIntact) throw corruptSnapshot(this.shown, offset, `chunk ${number} fails its checksum`)
    this.cached = { number, content }
    return content
  }
}
