import { ByteReader, ByteWriter } from '@quorate/core'
import type { Disk, SnapshotMeta } from '@quorate/core'
import { encodeFileHeader, readFileHeader } from './file-header.ts'
import type { FileKind } from './file-header.ts'
import { readMeta, writeMeta } from './log-operations.ts'
import { corruptSnapshot } from './storage-errors.ts'
import { checkIdentity, readIdentity, writeIdentity } from './store-identity.ts'
import type { StoreIdentity } from './store-identity.ts'

/**
 * A snapshot's file, little endian:
 *
 * | part | content |
 * |---|---|
 * | header | see `file-header.ts`; its body is the identity, the meta and the bytes of a full chunk u32 |
 * | chunks | length u32, CRC-32 u32, content; all are full but the last |
 * | trailer | 0 u32, CRC-32 of the whole content u32, bytes of the content u64, CRC-32 of these 16 bytes u32 |
 *
 * Checksums start from the header's, a chunk's from that plus its number: so a chunk counts in its own place only.
 * The file is written under a temporary name and gets its own only when it is whole and durable.
 */
export const chunkHeaderBytes = 8
export const trailerBytes = 20

/** Content of a full chunk. */
export const defaultChunkBytes: number = 64 << 10

const kind: FileKind = { magic: 0x50534e51, version: 1, oldest: 1, name: 'a snapshot file' }

const namePattern = /^snapshot\.(\d+)-(\d+)$/
const temporaryPattern = /^snapshot\.\d+-\d+\.partial-\d+$/

export function snapshotName(meta: SnapshotMeta): string {
  return `snapshot.${meta.index}-${meta.epoch}`
}

export function partialName(meta: SnapshotMeta, attempt: number): string {
  return `${snapshotName(meta)}.partial-${attempt}`
}

export function isSnapshotName(name: string): boolean {
  return namePattern.test(name)
}

export function isPartialName(name: string): boolean {
  return temporaryPattern.test(name)
}

/** The layout of one snapshot's file, from its header. */
export interface SnapshotLayout {
  readonly meta: SnapshotMeta
  readonly headerBytes: number
  readonly chunkBytes: number
  /** What checksums start from. */
  readonly seed: number
}

/** What a complete file's trailer says. */
export interface SnapshotTrailer {
  /** Bytes of content. */
  readonly size: number
  readonly crc: number
}

export function encodeSnapshotHeader(
  disk: Disk,
  identity: StoreIdentity,
  meta: SnapshotMeta,
  chunkBytes: number,
): { bytes: Uint8Array; crc: number } {
  const body = new ByteWriter()
  writeIdentity(body, identity)
  writeMeta(body, meta)
  return encodeFileHeader(disk, kind, body.u32(chunkBytes).written())
}

/** @throws QuorateError `WRONG_CLUSTER`, `NEWER_VERSION`, `CORRUPT_LOG` */
export function readSnapshotHeader(
  disk: Disk,
  identity: StoreIdentity,
  name: string,
  shown: string,
): SnapshotLayout {
  const header = readFileHeader(disk, name, shown, kind, corruptSnapshot)
  checkIdentity(shown, readIdentity(header.body), identity)
  const meta = readMeta(header.body)
  const chunkBytes = header.body.u32()
  if (snapshotName(meta) !== name)
    throw corruptSnapshot(shown, 0, `it is ${snapshotName(meta)} under another name`)
  return { meta, headerBytes: header.length, chunkBytes, seed: header.crc }
}

/** The seed of a chunk's checksum. */
export function chunkSeed(seed: number, chunk: number): number {
  return (seed + chunk) >>> 0
}

/** Where a chunk starts in the file. */
export function chunkOffset(layout: SnapshotLayout, chunk: number): number {
  return layout.headerBytes + chunk * (chunkHeaderBytes + layout.chunkBytes)
}

/** Bytes of a complete file with `size` bytes of content. */
export function snapshotFileBytes(layout: SnapshotLayout, size: number): number {
  const chunks = Math.ceil(size / layout.chunkBytes)
  return layout.headerBytes + chunks * chunkHeaderBytes + size + trailerBytes
}

export function encodeTrailer(disk: Disk, seed: number, trailer: SnapshotTrailer): Uint8Array {
  const writer = new ByteWriter(trailerBytes)
  writer.u32(0).u32(trailer.crc).u64(trailer.size)
  const crc = disk.crc32(writer.written(), seed)
  return writer.u32(crc).copy()
}

/** @throws QuorateError `CORRUPT_LOG` */
export function readTrailer(
  disk: Disk,
  layout: SnapshotLayout,
  name: string,
  shown: string,
): SnapshotTrailer {
  const fileBytes = disk.size(name)
  const offset = fileBytes - trailerBytes
  if (offset < layout.headerBytes) throw corruptSnapshot(shown, fileBytes, 'it ends early')
  const bytes = disk.read(name, offset, trailerBytes)
  const reader = new ByteReader(bytes, 'a snapshot trailer')
  const zero = reader.u32()
  const trailer = { crc: reader.u32(), size: 0 }
  const isIntact =
    zero === 0 && disk.crc32(bytes.subarray(0, 16), layout.seed) === new ByteReader(bytes, '', 16).u32()
  if (isIntact) trailer.size = reader.u64()
  if (!isIntact || snapshotFileBytes(layout, trailer.size) !== fileBytes) {
    throw corruptSnapshot(shown, offset, 'it does not end with the trailer that was written')
  }
  return trailer
}
