import type { Random } from '../random/random.ts'
import type { Directory } from './directory.ts'
import type { Piece, StrayPlace } from './pending-write.ts'
import type { SimInode } from './sim-inode.ts'

/**
 * Where a bit flips: anywhere in the log's files; where the newest of them begins, which is where the hard state is
 * written again; in what was written last; or in a snapshot.
 */
export type RotArea = 'log' | 'log-start' | 'log-end' | 'snapshot'

export const rotAreas: readonly RotArea[] = ['log', 'log-start', 'log-end', 'snapshot']

/** Bytes to be put somewhere behind everybody's back. */
export interface SpoiledPlace {
  readonly inode: SimInode
  readonly offset: number
  readonly bytes: Uint8Array
}

const sectorBytes = 512
/** A segment's header and first records. */
const startBytes = 256
/** About a record. */
const endBytes = 64

const logPattern = /^log-\d+$/
const snapshotPattern = /^snapshot\.\d+-\d+$/

/** Chooses the bit that flips; undefined if there is nothing of that kind. */
export function drawRot(random: Random, area: RotArea, directory: Directory): SpoiledPlace | undefined {
  const pattern = area === 'snapshot' ? snapshotPattern : logPattern
  const files = directory.names
    .filter((name) => pattern.test(name))
    .map((name) => directory.get(name)!)
    .filter((inode) => inode.lastDurable >= 0)
  if (files.length === 0) return undefined
  const inode = area === 'log' || area === 'snapshot' ? random.pick(files) : files.at(-1)!
  const last = inode.lastDurable
  const from = area === 'log-end' ? Math.max(0, last - endBytes) : 0
  const to = area === 'log-start' ? Math.min(last, startBytes) : last
  const offset = random.integer(from, to)
  const flipped = inode.durableAt(offset) ^ (1 << random.integer(0, 7))
  return { inode, offset, bytes: Uint8Array.of(flipped) }
}

/**
 * Chooses where a misdirected piece lands: within a file that is there, as far from a sector's border as where it
 * belongs. Undefined: it lands where nobody looks.
 */
export function drawStray(
  random: Random,
  from: SimInode,
  others: readonly SimInode[],
  { offset, bytes }: Piece,
  stray: StrayPlace,
): SpoiledPlace | undefined {
  const victims = stray === 'same' ? [from] : others.filter(({ durableSize }) => durableSize > 0)
  if (victims.length === 0) return undefined
  const inode = random.pick(victims)
  const within = offset % sectorBytes
  const sectors = Math.floor((inode.durableSize - 1 - within) / sectorBytes)
  if (sectors < 0) return undefined
  const place = random.integer(0, sectors) * sectorBytes + within
  if (inode === from && place === offset) return undefined
  return { inode, offset: place, bytes: bytes.subarray(0, inode.durableSize - place) }
}
