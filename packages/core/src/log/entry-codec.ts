import type { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { QuorateError } from '../errors.ts'
import type { Entry, EntryKind } from './entry.ts'

/**
 * The one binary form of an entry, in a log file and on a link, little endian:
 *
 * | bytes | field |
 * |---|---|
 * | 4 | length of all that follows |
 * | 1 | kind: 0 command, 1 no-op, 2 membership, 3 blank |
 * | 8 | index |
 * | 8 | epoch |
 * | 8 | time, milliseconds since 1970 |
 * | 4 | replica of the request, 0 if none waits |
 * | 8 | sequence of the request |
 * | rest | data |
 */
export const entryHeaderBytes = 41

const kinds: readonly EntryKind[] = ['command', 'noop', 'membership', 'blank']

/** Bytes of `entry`'s binary form. */
export function encodedLength(entry: Entry): number {
  return entryHeaderBytes + entry.data.length
}

/** Writes `entry`, from its `encoded` form if it has one. */
export function writeEntry(writer: ByteWriter, entry: Entry): void {
  if (entry.encoded !== undefined) {
    writer.raw(entry.encoded)
    return
  }
  writer.u32(entryHeaderBytes - 4 + entry.data.length)
  writer.u8(kinds.indexOf(entry.kind))
  writer.u64(entry.index).u64(entry.epoch).u64(entry.time)
  writer.u32(entry.request?.replica ?? 0).u64(entry.request?.sequence ?? 0)
  writer.raw(entry.data)
}

/** The binary form of `entry`, made on the first call and kept on the entry. */
export function encodeEntry(entry: Entry): Uint8Array {
  if (entry.encoded === undefined) {
    const writer = new ByteWriter(encodedLength(entry))
    writeEntry(writer, entry)
    entry.encoded = writer.written()
  }
  return entry.encoded
}

/** Where entries are encoded: the entries of many small turns lie in one buffer. Holds nothing between two calls. */
const shared = /* @__PURE__ */ new ByteWriter(16 * 1024)

/**
 * Encodes all of `entries` that are not encoded yet, side by side. Once a turn, before they are sent and logged.
 */
export function encodeEntries(entries: readonly Entry[]): void {
  shared.reset()
  for (const entry of entries) if (entry.encoded === undefined) writeEntry(shared, entry)
  if (shared.length === 0) return
  const { buffer, byteOffset } = shared.take()
  let start = byteOffset
  for (const entry of entries) {
    if (entry.encoded !== undefined) continue
    const { length } = entry.data
    entry.encoded = new Uint8Array(buffer, start, entryHeaderBytes + length)
    start += entryHeaderBytes
    // The origin's buffer, often a large one that the command is a small part of, can go.
    ;(entry as { data: Uint8Array }).data = new Uint8Array(buffer, start, length)
    start += length
  }
}

/** Writes all of `entries`; those that lie side by side in one buffer are copied together. */
export function writeEntries(writer: ByteWriter, entries: readonly Entry[]): void {
  let i = 0
  while (i < entries.length) {
    const first = encodeEntry(entries[i]!)
    let end = first.byteOffset + first.length
    let next = i + 1
    for (; next < entries.length; next++) {
      const encoded = encodeEntry(entries[next]!)
      if (encoded.buffer !== first.buffer || encoded.byteOffset !== end) break
      end += encoded.length
    }
    writer.raw(
      next === i + 1 ? first : new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset),
    )
    i = next
  }
}

/**
 * Reads one entry at the reader's position. Its `data` and `encoded` are views of the reader's bytes.
 * Bad bytes are a `QuorateError` with code `DECODE`.
 */
export function readEntry(reader: ByteReader): Entry {
  const start = reader.position
  const length = reader.u32()
  const kind = kinds[reader.u8()]
  if (kind === undefined || length < entryHeaderBytes - 4) {
    throw new QuorateError(
      'DECODE',
      `cannot decode a log entry at byte ${start}: bad kind or length ${length}`,
    )
  }
  const index = reader.u64()
  const epoch = reader.u64()
  const time = reader.u64()
  const replica = reader.u32()
  const sequence = reader.u64()
  const data = reader.raw(length - (entryHeaderBytes - 4))
  const encoded = new Uint8Array(data.buffer, data.byteOffset - entryHeaderBytes, length + 4)
  return {
    index,
    epoch,
    time,
    kind,
    request: replica === 0 ? undefined : { replica, sequence },
    data,
    encoded,
  }
}
