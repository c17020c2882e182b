import { ByteReader, ByteWriter, type Epoch, type NodeId, QuorateError } from '@quorate/core'

/** What Raft keeps on disk beside the log. Figure 2: `currentTerm` and `votedFor`. */
export interface HardState {
  readonly term: Epoch
  readonly votedFor: NodeId | undefined
}

/** Version of the encoding below: byte 0. Then 8 bytes of term and 4 of the vote, 0 for none; little endian. */
const version = 1

export function encodeHardState(state: HardState): Uint8Array {
  return new ByteWriter(16)
    .u8(version)
    .u64(state.term)
    .u32(state.votedFor ?? 0)
    .copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`; those of a later version one with `NEWER_VERSION`. */
export function decodeHardState(bytes: Uint8Array): HardState {
  const reader = new ByteReader(bytes, "Raft's hard state")
  const found = reader.u8()
  if (found > version) {
    throw new QuorateError('NEWER_VERSION', `Raft's hard state has version ${found}, known is ${version}`)
  }
  if (found < version) reader.fail(`unknown version ${found}`)
  const term = reader.u64()
  const votedFor = reader.u32()
  reader.end()
  return { term, votedFor: votedFor === 0 ? undefined : votedFor }
}
