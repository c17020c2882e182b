import { ByteReader, ByteWriter, type Epoch, type NodeId, QuorateError } from '@quorate/core'

/** What Raft keeps on disk beside the log. Figure 2: `currentTerm` and `votedFor`. */
export interface HardState {
  readonly term: Epoch
  readonly votedFor: NodeId | undefined
  /** The log leaves commands out, as a witness's does. */
  readonly blank?: true
}

/**
 * Versions of the encoding below: byte 0. Then 8 bytes of term and 4 of the vote, 0 for none; little endian. The second
 * says that the log is blank.
 */
const version = 1
const blankVersion = 2

export function encodeHardState({ term, votedFor, blank }: HardState): Uint8Array {
  return new ByteWriter(16)
    .u8(blank === true ? blankVersion : version)
    .u64(term)
    .u32(votedFor ?? 0)
    .copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`; those of a later version one with `NEWER_VERSION`. */
export function decodeHardState(bytes: Uint8Array): HardState {
  const reader = new ByteReader(bytes, "Raft's hard state")
  const found = reader.u8()
  if (found > blankVersion) {
    throw new QuorateError(
      'NEWER_VERSION',
      `Raft's hard state has version ${found}, known is ${blankVersion}`,
    )
  }
  if (found < version) reader.fail(`unknown version ${found}`)
  const term = reader.u64()
  const votedFor = reader.u32()
  reader.end()
  const state = { term, votedFor: votedFor === 0 ? undefined : votedFor }
  return found === blankVersion ? { ...state, blank: true } : state
}
