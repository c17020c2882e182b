import { ByteWriter } from '@quorate/core'
import type { Disk } from '@quorate/core'
import { encodeFileHeader, readFileHeader } from './file-header.ts'
import type { FileKind } from './file-header.ts'
import { checkIdentity, readIdentity, writeIdentity } from './store-identity.ts'
import type { StoreIdentity } from './store-identity.ts'
import { corruptLog } from './storage-errors.ts'

/**
 * A segment: one file of the log. After the header (see `file-header.ts`; its body is the identity and the segment's
 * number u64) come frames, the first of them a checkpoint; then zeros, if space was allotted ahead. Segments are
 * numbered from 1. All but the newest, the active one, end with a frame that says `sealed`.
 */
export interface Segment {
  readonly number: number
  readonly name: string
  /** What the checksums of its frames start from. */
  readonly seed: number
  /** The sequence of its first frame. */
  firstSequence: number
  /** Where each of its frames starts. */
  readonly offsets: number[]
  /** Where its last frame ends: where the next one goes. */
  end: number
  /** The highest index of any entry written to it, alive or not; 0 without entries. */
  maxIndex: number
}

/** A segment without frames. `end` is where its header ends. */
export function newSegment(number: number, end: number, seed: number, firstSequence: number): Segment {
  return { number, name: segmentName(number), seed, firstSequence, offsets: [], end, maxIndex: 0 }
}

const kind: FileKind = { magic: 0x474f4c51, version: 2, oldest: 2, name: 'a log file' }

/** Segments grow from small to full size, so that a small store stays small and one that runs long rolls over seldom. */
const firstSegmentBytes = 1 << 20
const growth = 4

/** How far segment `number` is filled before the next one is begun. */
export function segmentLimit(number: number, segmentBytes: number): number {
  return Math.min(segmentBytes, firstSegmentBytes * growth ** Math.min(number - 1, 16))
}

const namePattern = /^log-(\d{16})$/
const temporaryPattern = /^log-\d{16}\.new$/

export function segmentName(number: number): string {
  return `log-${String(number).padStart(16, '0')}`
}

/** What a segment is called until its header is durable. */
export function temporaryName(number: number): string {
  return `${segmentName(number)}.new`
}

/** The number of the segment with that name; undefined if it is another kind of file. */
export function segmentNumber(name: string): number | undefined {
  const match = namePattern.exec(name)
  return match === null ? undefined : Number(match[1])
}

export function isTemporary(name: string): boolean {
  return temporaryPattern.test(name)
}

/** The header of segment `number`, and the seed of its frames' checksums. */
export function encodeSegmentHeader(
  disk: Disk,
  identity: StoreIdentity,
  number: number,
): { bytes: Uint8Array; crc: number } {
  const body = new ByteWriter()
  writeIdentity(body, identity)
  return encodeFileHeader(disk, kind, body.u64(number).written())
}

/**
 * Checks the header of segment `number`.
 *
 * @returns where its frames start, and the seed of their checksums
 * @throws QuorateError `CORRUPT_LOG`, `NEWER_VERSION`, `WRONG_CLUSTER`
 */
export function readSegmentHeader(
  disk: Disk,
  identity: StoreIdentity,
  number: number,
  shown: string,
): { length: number; seed: number } {
  const header = readFileHeader(disk, segmentName(number), shown, kind, corruptLog)
  checkIdentity(shown, readIdentity(header.body), identity)
  const stored = header.body.u64()
  if (stored !== number) throw corruptLog(shown, 0, `it is segment ${stored} under another name`)
  return { length: header.length, seed: header.crc }
}
