import type { Disk } from '@quorate/core'
import { isOneFlippedBit } from './flipped-bit.ts'
import {
  countZeroSectors,
  frameHeaderBytes,
  headerIsCut,
  isZero,
  minFrameBytes,
  readFrameHeader,
  sectorBytes,
} from './log-frame.ts'
import type { FrameHeader } from './log-frame.ts'

/**
 * Tells a torn tail, which a crash leaves behind and which is cut off, from damage, which is fatal.
 *
 * The bytes from `offset` to the end of the last segment do not start with an intact frame. Because a frame is written
 * only when the one before it is durable, a crash leaves at most one frame that is not whole, with nothing behind it,
 * and what it lacks is missing: the file ends early, a sector that was written is zero, or its end is. Anything else is
 * damage to something that was durable, and acknowledged. So is what a single flipped bit explains, even if a crash
 * could have left the same: to refuse costs one replica, to cut could cost what was promised.
 *
 * @returns undefined if the tail is torn, else what is wrong
 */
export function judgeTail(
  disk: Disk,
  name: string,
  offset: number,
  seed: number,
  sequence: number,
): string | undefined {
  const bytes = disk.read(name, offset, disk.size(name) - offset)
  if (bytes.length < minFrameBytes) return undefined
  const header = readFrameHeader(disk, bytes, 0, seed)
  return header === undefined
    ? judgeWithoutHeader(disk, bytes, offset, seed, sequence)
    : judgeWithHeader(disk, bytes, offset, seed, header)
}

function judgeWithHeader(
  disk: Disk,
  bytes: Uint8Array,
  offset: number,
  seed: number,
  header: FrameHeader,
): string | undefined {
  const length = frameHeaderBytes + header.bodyBytes
  if (length > bytes.length) return undefined
  if (!isZero(bytes, length, bytes.length)) {
    return `a record of ${length} bytes fails its checksum, and more was written behind it`
  }
  if (bytes[length - 1] === 0) return undefined
  const missing = countZeroSectors(bytes, 0, length, offset) - header.zeroSectors
  const mayBeTorn = missing > 1 || (missing === 1 && !hasLostOneBit(disk, bytes, offset, seed, header))
  return mayBeTorn ? undefined : `the last record, ${length} bytes, is complete but fails its checksum`
}

/** Is what seems to be a sector that was not written one that had a single bit set, and the bit has flipped? */
function hasLostOneBit(
  disk: Disk,
  bytes: Uint8Array,
  offset: number,
  seed: number,
  { bodyBytes, bodyCrc }: FrameHeader,
): boolean {
  const end = frameHeaderBytes + bodyBytes
  const body = bytes.subarray(frameHeaderBytes, end)
  return isOneFlippedBit(body, disk.crc32(body, seed) ^ bodyCrc, (position) => {
    const at = frameHeaderBytes + position
    const from = at - ((offset + at) % sectorBytes)
    return isZero(bytes, Math.max(0, from), Math.min(end, from + sectorBytes))
  })
}

/** Without its header nobody knows how long the frame was: so look for an intact one behind it. */
function judgeWithoutHeader(
  disk: Disk,
  bytes: Uint8Array,
  offset: number,
  seed: number,
  sequence: number,
): string | undefined {
  const zeroSectors = countZeroSectors(bytes, 0, frameHeaderBytes, offset)
  if (zeroSectors === 0 && !headerIsCut(bytes, 0)) return 'a record has a damaged header'
  for (let at = 1; at <= bytes.length - minFrameBytes; at++) {
    const later = readFrameHeader(disk, bytes, at, seed)
    if (later !== undefined && later.sequence >= sequence) {
      return `a record is damaged, and record ${later.sequence} was written behind it`
    }
  }
  return undefined
}
