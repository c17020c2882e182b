import { ByteReader, crc32 } from '@quorate/core'
import type { ByteWriter, Disk } from '@quorate/core'

/**
 * A frame: one record of the log, and one write with one sync behind it. It holds everything that was to be written
 * at that time, and counts whole or not at all. Little endian:
 *
 * | bytes | field |
 * |---|---|
 * | 1 | mark |
 * | 4 | length of the payload and the end mark |
 * | 4 | CRC-32 of the payload and the end mark |
 * | 8 | sequence: 1 more than the frame's before, across segments |
 * | 4 | sectors of the frame that are all zero, because their content is |
 * | 4 | CRC-32 of the 21 bytes above |
 * | 1 | mark |
 * | rest | payload (see `log-operations.ts`) |
 * | 1 | end mark |
 *
 * Both checksums go on from the segment header's, so a frame counts in its own file only. A frame is written only
 * after the one before it is durable: so after a crash at most the last one is not whole, and what is missing of it
 * is missing in whole sectors, or at its end. Marks are not zero and the zero sectors are counted, so that "zero" can
 * tell what did not reach the disk from what was damaged there (see `judgeTail`). A mark at either end of the header,
 * with several bits set, keeps a single flipped bit from making either piece of a divided header zero.
 */
export const frameHeaderBytes = 26
/** Of the mark that ends a header. */
const markPosition = 25
const mark = 0xa7

/** What a disk writes whole or not at all. */
export const sectorBytes = 512

/** Bytes of the smallest frame. */
export const minFrameBytes: number = frameHeaderBytes + 1

/** A frame's header, found intact. */
export interface FrameHeader {
  /** Bytes of the payload and the end mark. */
  readonly bodyBytes: number
  readonly bodyCrc: number
  readonly sequence: number
  readonly zeroSectors: number
}

/** Makes room for a frame's header in an empty writer. The payload follows. */
export function beginFrame(writer: ByteWriter): void {
  writer.reset()
  writer.u8(mark).u64(0).u64(0).u64(0).u8(mark)
}

/**
 * Ends the frame that `writer` holds: its bytes as they go to `fileOffset`. They are the writer's, valid until its
 * next use.
 */
export function finishFrame(
  disk: Disk,
  writer: ByteWriter,
  seed: number,
  sequence: number,
  fileOffset: number,
): Uint8Array {
  const bytes = writer.u8(mark).written()
  const body = new Uint8Array(
    bytes.buffer,
    bytes.byteOffset + frameHeaderBytes,
    bytes.length - frameHeaderBytes,
  )
  writer.setU32(1, body.length)
  writer.setU32(5, disk.crc32(body, seed))
  writer.setU32(9, sequence >>> 0)
  writer.setU32(13, Math.floor(sequence / 0x1_0000_0000))
  writer.setU32(17, countZeroSectors(bytes, 0, bytes.length, fileOffset))
  writer.setU32(21, crc32(bytes, seed, 21)) // so few that a call of the platform's costs more
  return bytes
}

/** The frame header at `position`, or undefined if there is none that is intact. */
export function readFrameHeader(
  disk: Disk,
  bytes: Uint8Array,
  position: number,
  seed: number,
): FrameHeader | undefined {
  if (bytes.length - position < minFrameBytes) return undefined
  if (bytes[position] !== mark || bytes[position + markPosition] !== mark) return undefined
  const reader = new ByteReader(bytes, 'a frame', position + 1)
  const bodyBytes = reader.u32()
  const bodyCrc = reader.u32()
  const low = reader.u32()
  const sequence = reader.u32() * 0x1_0000_0000 + low
  const zeroSectors = reader.u32()
  if (bodyBytes === 0 || disk.crc32(bytes.subarray(position, position + 21), seed) !== reader.u32())
    return undefined
  return { bodyBytes, bodyCrc, sequence, zeroSectors }
}

/** Did the last byte of the frame header at `position` never reach the disk? */
export function headerIsCut(bytes: Uint8Array, position: number): boolean {
  return bytes[position + markPosition] === 0
}

/**
 * How many sectors of the frame at `start … end` are all zero, of those parts of sectors that belong to it.
 * `fileOffset` is where in the file the first of `bytes` lies.
 */
export function countZeroSectors(bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
  let count = 0
  let from = start
  while (from < end) {
    const to = Math.min(end, from + sectorBytes - ((fileOffset + from) % sectorBytes))
    if (isZero(bytes, from, to)) count += 1
    from = to
  }
  return count
}

/** Are the bytes `from … to` all zero? */
export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  let position = from
  while (position < to && bytes[position] === 0) position++
  return position === to
}
