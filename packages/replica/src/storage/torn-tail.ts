import type { Disk } from '@quorate/core'
import {
  countZeroSectors,
  frameHeaderBytes,
  headerIsCut,
  isZero,
  minFrameBytes,
  readFrameHeader,
} from './log-frame.ts'
import type { FrameHeader } from './log-frame.ts'

/**
 * Tells a torn tail, which a crash leaves behind and which is cut off, from damage, which is fatal.
 *
 * The bytes from `offset` to the end of the last segment do not start with an intact frame. Because a frame is written
 * only when the one before it is durable, a crash leaves at most one frame that is not whole, with nothing behind it,
 * and what it lacks is missing: the file ends early, a sector that was written is zero, or its end is. Anything else is
 * damage to something that was durable, and acknowledged.
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
    : judgeWithHeader(bytes, offset, header)
}

function judgeWithHeader(bytes: Uint8Array, offset: number, header: FrameHeader): string | undefined {
  const length = frameHeaderBytes + header.bodyBytes
  if (length > bytes.length) return undefined
  if (!isZero(bytes, length, bytes.length)) {
    return `a record of ${length} bytes fails its checksum, and more was written behind it`
  }
  const zeroSectors = countZeroSectors(bytes, 0, length, offset)
  if (zeroSectors > header.zeroSectors || bytes[length - 1] === 0) return undefined
  return `the last record, ${length} bytes, is complete but fails its checksum`
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
