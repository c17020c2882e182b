import type { Random } from '../random/random.ts'
import type { Overwritten } from './file-bytes.ts'

/** Where a misdirected write lands: somewhere else in its file, or in another one. */
export type StrayPlace = 'same' | 'other'

/** A change of a file's content that is not durable yet. */
export interface PendingWrite {
  readonly offset: number
  /** Bytes written. Undefined: the file is cut or extended to `offset` bytes. */
  readonly length: number | undefined
  /** What was written; undefined while it can be told by `before`. */
  bytes: Uint8Array | undefined
  /** What it took the place of. */
  readonly before: Overwritten | undefined
  /** The operating system has it: a sync that begins from now on makes it durable. */
  completed: boolean
  /** A sync said that it is durable. It was a lie. */
  promised: boolean
  /** What is left of a failed write: of a sector, all that ever gets to the disk. It is torn no further. */
  isPiece: boolean
  /** The disk will put it there, in place of where it belongs. */
  readonly stray: StrayPlace | undefined
}

/** A piece of a write that reached the disk. */
export interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

const sectorBytes = 512

/**
 * What a crash may leave of a write: its beginning up to some byte, its beginning in whole sectors, or any of its
 * sectors. Disks write sectors whole, but in any order; files end anywhere.
 */
export function tear(random: Random, offset: number, bytes: Uint8Array): Piece[] {
  switch (random.integer(0, 2)) {
    case 0:
      return [{ offset, bytes: bytes.subarray(0, random.integer(0, bytes.length)) }]
    case 1: {
      const sectors = sectorsOf(offset, bytes)
      return sectors.slice(0, random.integer(0, sectors.length))
    }
    default:
      return sectorsOf(offset, bytes).filter(() => random.chance(0.5))
  }
}

/** The write, cut at the borders of the file's sectors. */
function sectorsOf(offset: number, bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + sectorBytes - ((offset + at) % sectorBytes))
    pieces.push({ offset: offset + at, bytes: bytes.subarray(at, end) })
    at = end
  }
  return pieces
}
