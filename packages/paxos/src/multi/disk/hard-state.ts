import { type Ballot, ByteReader, ByteWriter, type LogIndex, QuorateError } from '@quorate/core'

/**
 * What Multi-Paxos keeps on disk beside the accepted values: an acceptor's `ballot_num` (Paxos Made Moderately Complex,
 * figure 4), and how far it knew the slots to be chosen. The latter is no promise: it only spares a replica that starts
 * again from asking for what it has.
 */
export interface HardState {
  readonly promised: Ballot
  readonly chosen: LogIndex
}

/** Version of the encoding below: byte 0. Then round (8), node (4) and chosen (8), little endian. */
const version = 1

export function encodeHardState({ promised, chosen }: HardState): Uint8Array {
  return new ByteWriter(21).u8(version).u64(promised.round).u32(promised.node).u64(chosen).copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`; those of a later version one with `NEWER_VERSION`. */
export function decodeHardState(bytes: Uint8Array): HardState {
  const reader = new ByteReader(bytes, "Multi-Paxos's hard state")
  const found = reader.u8()
  if (found > version) {
    const message = `Multi-Paxos's hard state has version ${found}, known is ${version}`
    throw new QuorateError('NEWER_VERSION', message)
  }
  if (found < version) reader.fail(`unknown version ${found}`)
  const state = { promised: { round: reader.u64(), node: reader.u32() }, chosen: reader.u64() }
  reader.end()
  return state
}
