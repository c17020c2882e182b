import { ByteReader } from '@quorate/core'
import type { Disk } from '@quorate/core'
import { frameHeaderBytes, isZero, minFrameBytes, readFrameHeader } from './log-frame.ts'
import type { FrameHeader } from './log-frame.ts'

/** An intact frame: its payload is what `reader` has left. */
export interface Frame {
  readonly offset: number
  readonly sequence: number
  readonly reader: ByteReader
}

/** How much is read at once. Entries are views of such pieces, which live as long as one of their entries does. */
const chunkBytes = 4 << 20

/**
 * Reads the frames of a segment one after the other, checking each.
 *
 * ```ts
 * for (let frame = scan.next(); frame !== undefined; frame = scan.next()) …
 * if (scan.problem !== undefined) …   // something at scan.offset is neither a frame nor the end
 * ```
 */
export class SegmentScan {
  /** Where the next frame starts, or what is no frame. */
  offset: number
  /** Set when what lies at `offset` is neither an intact frame nor the end of what was written. */
  problem: string | undefined = undefined
  private readonly disk: Disk
  private readonly name: string
  private readonly seed: number
  private readonly size: number
  private chunk: Uint8Array = new Uint8Array(0)
  private chunkOffset = 0

  constructor(disk: Disk, name: string, offset: number, seed: number) {
    this.disk = disk
    this.name = name
    this.seed = seed
    this.offset = offset
    this.size = disk.size(name)
  }

  /** The next frame; undefined at the end and at a problem. */
  next(): Frame | undefined {
    if (this.problem !== undefined || this.offset >= this.size) return undefined
    let at = this.fill(minFrameBytes)
    const header = readFrameHeader(this.disk, this.chunk, at, this.seed)
    if (header === undefined) {
      if (!this.isEnd()) this.problem = 'no intact record starts here'
      return undefined
    }
    const length = frameHeaderBytes + header.bodyBytes
    if (length > this.size - this.offset) {
      this.problem = `the file ends within a record of ${length} bytes`
      return undefined
    }
    at = this.fill(length)
    return this.check(header, at)
  }

  private check(header: FrameHeader, at: number): Frame | undefined {
    const start = at + frameHeaderBytes
    const body = this.chunk.subarray(start, start + header.bodyBytes)
    if (this.disk.crc32(body, this.seed) !== header.bodyCrc) {
      this.problem = `a record of ${frameHeaderBytes + header.bodyBytes} bytes fails its checksum`
      return undefined
    }
    const frame = {
      offset: this.offset,
      sequence: header.sequence,
      reader: new ByteReader(body.subarray(0, -1), 'a log record'),
    }
    this.offset += frameHeaderBytes + header.bodyBytes
    return frame
  }

  /** Makes the chunk hold `count` bytes from `offset`, as far as the file goes. Where they start in it. */
  private fill(count: number): number {
    const at = this.offset - this.chunkOffset
    if (at + Math.min(count, this.size - this.offset) <= this.chunk.length) return at
    this.chunk = this.disk.read(this.name, this.offset, Math.max(count, chunkBytes))
    this.chunkOffset = this.offset
    return 0
  }

  /** Is there nothing but zeros from `offset` on: space that was allotted and not used? */
  private isEnd(): boolean {
    for (let offset = this.offset; offset < this.size;) {
      const at = offset - this.chunkOffset
      const piece =
        at < this.chunk.length ? this.chunk.subarray(at) : this.disk.read(this.name, offset, chunkBytes)
      if (!isZero(piece, 0, piece.length)) return false
      offset += piece.length
    }
    return true
  }
}
