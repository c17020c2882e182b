import { decodeMembership, encodeEntries, encodeMembership, readEntry, writeEntries } from '@quorate/core'
import type { ByteReader, ByteWriter, Entry, SnapshotMeta, StorageOperation } from '@quorate/core'

/**
 * The payload of a frame is a list of operations, each a tag byte and its fields, little endian. Entries are in their
 * one binary form, `meta` is index u64, epoch u64, length u32 and the membership's binary form.
 *
 * | tag | operation | fields |
 * |---|---|---|
 * | 1 | append | count u32, entries |
 * | 2 | accept | ballot round u64, ballot node u32, count u32, entries: each to its own slot |
 * | 3 | truncateAfter | index u64 |
 * | 4 | setHardState | length u32, bytes |
 * | 5 | the log is dropped and starts anew after a snapshot | meta |
 * | 6 | entries up to a snapshot are forgotten | meta |
 * | 7 | the store was opened | incarnation u64 |
 * | 8 | segments before this one are not needed any more | segment u64 |
 * | 9 | checkpoint, the first of every segment | incarnation u64, oldest segment u64, hard state (flag u8, length u32, bytes), base (flag u8, meta) |
 * | 10 | the segment ends here, and the next one exists | segment u64 |
 *
 * Tag 2 was laid out for one slot at first; it was changed within version 2 of the format, because no engine had written it.
 *
 * `installSnapshot` is written as what it came to: 5 if it dropped the log, 6 if the log had the snapshot's entry. A
 * reader that no longer has that entry, because its segment is gone, could not tell.
 */
const tags = {
  append: 1,
  accept: 2,
  truncateAfter: 3,
  setHardState: 4,
  dropTo: 5,
  forgetTo: 6,
  opened: 7,
  oldest: 8,
  checkpoint: 9,
  sealed: 10,
} as const

/** The state with which a segment starts, apart from the entries. */
export interface Checkpoint {
  readonly type: 'checkpoint'
  readonly incarnation: number
  /** The number of the oldest segment that is still needed. */
  readonly oldest: number
  readonly hardState: Uint8Array | undefined
  readonly base: SnapshotMeta | undefined
}

/** What a frame holds: a store's operations, with `installSnapshot` resolved, and the store's own notes. */
export type LoggedOperation =
  | Exclude<StorageOperation, { type: 'installSnapshot' }>
  | { readonly type: 'dropTo'; readonly meta: SnapshotMeta }
  | { readonly type: 'opened'; readonly incarnation: number }
  | { readonly type: 'oldest'; readonly segment: number }
  | Checkpoint
  | { readonly type: 'sealed'; readonly next: number }

/** Writes one operation. */
export function writeOperation(writer: ByteWriter, operation: LoggedOperation): void {
  switch (operation.type) {
    case 'append':
      writer.u8(tags.append).u32(operation.entries.length)
      encodeEntries(operation.entries)
      writeEntries(writer, operation.entries)
      return
    case 'accept':
      writer.u8(tags.accept).u64(operation.ballot.round).u32(operation.ballot.node)
      writer.u32(operation.entries.length)
      encodeEntries(operation.entries)
      writeEntries(writer, operation.entries)
      return
    case 'truncateAfter':
      writer.u8(tags.truncateAfter).u64(operation.index)
      return
    case 'setHardState':
      writer.u8(tags.setHardState)
      return writeBytes(writer, operation.bytes)
    case 'dropTo':
      writer.u8(tags.dropTo)
      return writeMeta(writer, operation.meta)
    case 'compactTo':
      writer.u8(tags.forgetTo)
      return writeMeta(writer, operation.meta)
    case 'opened':
      writer.u8(tags.opened).u64(operation.incarnation)
      return
    case 'oldest':
      writer.u8(tags.oldest).u64(operation.segment)
      return
    case 'checkpoint':
      writer.u8(tags.checkpoint).u64(operation.incarnation).u64(operation.oldest)
      writer.u8(operation.hardState === undefined ? 0 : 1)
      if (operation.hardState !== undefined) writeBytes(writer, operation.hardState)
      writer.u8(operation.base === undefined ? 0 : 1)
      if (operation.base !== undefined) writeMeta(writer, operation.base)
      return
    case 'sealed':
      writer.u8(tags.sealed).u64(operation.next)
  }
}

/** Reads one operation. Entries are views of the reader's bytes. Bad bytes are a `QuorateError` with code `DECODE`. */
export function readOperation(reader: ByteReader): LoggedOperation {
  const tag = reader.u8()
  switch (tag) {
    case tags.append:
      return { type: 'append', entries: readEntries(reader) }
    case tags.accept: {
      const ballot = { round: reader.u64(), node: reader.u32() }
      return { type: 'accept', ballot, entries: readEntries(reader) }
    }
    case tags.truncateAfter:
      return { type: 'truncateAfter', index: reader.u64() }
    case tags.setHardState:
      return { type: 'setHardState', bytes: readBytes(reader) }
    case tags.dropTo:
      return { type: 'dropTo', meta: readMeta(reader) }
    case tags.forgetTo:
      return { type: 'compactTo', meta: readMeta(reader) }
    case tags.opened:
      return { type: 'opened', incarnation: reader.u64() }
    case tags.oldest:
      return { type: 'oldest', segment: reader.u64() }
    case tags.checkpoint:
      return {
        type: 'checkpoint',
        incarnation: reader.u64(),
        oldest: reader.u64(),
        hardState: reader.u8() === 1 ? readBytes(reader) : undefined,
        base: reader.u8() === 1 ? readMeta(reader) : undefined,
      }
    case tags.sealed:
      return { type: 'sealed', next: reader.u64() }
    default:
      return reader.fail(`unknown operation ${tag}`)
  }
}

function readEntries(reader: ByteReader): Entry[] {
  const count = reader.u32()
  const entries: Entry[] = []
  for (let i = 0; i < count; i++) entries.push(readEntry(reader))
  return entries
}

function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.u32(bytes.length).raw(bytes)
}

/** A copy, because such bytes outlive the chunk that they were read in. */
function readBytes(reader: ByteReader): Uint8Array {
  return reader.raw(reader.u32()).slice()
}

/** Writes a snapshot's description: index u64, epoch u64, length u32, the membership's binary form. */
export function writeMeta(writer: ByteWriter, meta: SnapshotMeta): void {
  writer.u64(meta.index).u64(meta.epoch)
  writeBytes(writer, encodeMembership(meta.membership))
}

/** Bad bytes are a `QuorateError` with code `DECODE`. */
export function readMeta(reader: ByteReader): SnapshotMeta {
  return { index: reader.u64(), epoch: reader.u64(), membership: decodeMembership(readBytes(reader)) }
}
