import { ByteReader } from '@quorate/core'
import type { Disk, Entry, LogIndex } from '@quorate/core'
import type { LiveIndex } from './live-index.ts'
import { frameHeaderBytes, readFrameHeader } from './log-frame.ts'
import { readOperation } from './log-operations.ts'
import type { FramePlace, SegmentTable } from './segment-table.ts'
import { corruptLog } from './storage-errors.ts'

/** Small frames that lie together are read together. */
const chunkBytes = 256 << 10

/** Reads entries back from the segments, checking the frames that hold them once more. */
export class LogReader {
  private readonly disk: Disk
  private readonly live: LiveIndex
  private readonly table: SegmentTable
  private readonly shown: (file: string) => string

  constructor(disk: Disk, live: LiveIndex, table: SegmentTable, shown: (file: string) => string) {
    this.disk = disk
    this.live = live
    this.table = table
    this.shown = shown
  }

  /**
   * The entries `from … to`, as far as they are there without a hole.
   *
   * @throws QuorateError `CORRUPT_LOG`
   */
  read(from: LogIndex, to: LogIndex): Entry[] {
    const entries: Entry[] = []
    const end = Math.min(to, this.live.lastIndex)
    let chunk: { bytes: Uint8Array; place: FramePlace } | undefined
    let index = from
    for (let frame = this.live.frameOf(index); index <= end && frame !== undefined;) {
      const place = this.table.place(frame)
      if (chunk === undefined || !holds(chunk, place)) chunk = { bytes: this.readChunk(place), place }
      const held = this.decode(chunk.bytes.subarray(place.offset - chunk.place.offset), place)
      const here = frame
      for (; index <= end && (frame = this.live.frameOf(index)) === here; index++) {
        const entry = held.get(index)
        if (entry === undefined) throw this.corrupt(place, `entry ${index} is not in the record that held it`)
        entries.push(entry)
      }
    }
    return entries
  }

  private readChunk(place: FramePlace): Uint8Array {
    const { segment, offset, length } = place
    const count = Math.min(segment.end - offset, Math.max(length, chunkBytes))
    return this.disk.read(segment.name, offset, count)
  }

  /** The entries of the frame that `bytes` start with; of several with one index the last. */
  private decode(bytes: Uint8Array, place: FramePlace): Map<LogIndex, Entry> {
    const header = readFrameHeader(this.disk, bytes, 0, place.segment.seed)
    const body = bytes.subarray(frameHeaderBytes, place.length)
    if (
      header?.bodyBytes !== place.length - frameHeaderBytes ||
      body.length !== header.bodyBytes ||
      this.disk.crc32(body, place.segment.seed) !== header.bodyCrc
    ) {
      throw this.corrupt(place, 'a record has changed since it was written')
    }
    const entries = new Map<LogIndex, Entry>()
    const reader = new ByteReader(body.subarray(0, -1), 'a log record')
    while (reader.remaining > 0) {
      const operation = readOperation(reader)
      if (operation.type !== 'append' && operation.type !== 'accept') continue
      for (const entry of operation.entries) entries.set(entry.index, entry)
    }
    return entries
  }

  private corrupt(place: FramePlace, problem: string): Error {
    return corruptLog(this.shown(place.segment.name), place.offset, problem)
  }
}

function holds(chunk: { bytes: Uint8Array; place: FramePlace }, place: FramePlace): boolean {
  const end = chunk.place.offset + chunk.bytes.length
  return (
    place.segment === chunk.place.segment &&
    place.offset >= chunk.place.offset &&
    place.offset + place.length <= end
  )
}
