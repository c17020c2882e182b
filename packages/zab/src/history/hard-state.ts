import { ByteReader, ByteWriter, type Epoch, QuorateError } from '@quorate/core'

/** What a Zab replica must not forget besides its log: ZooKeeper's files `acceptedEpoch` and `currentEpoch`. */
export interface HardState {
  readonly acceptedEpoch: Epoch
  readonly currentEpoch: Epoch
}

const version = 1

/** One byte of version, 8 of acceptedEpoch, 8 of currentEpoch, little endian. */
export function encodeHardState(state: HardState): Uint8Array {
  return new ByteWriter(17).u8(version).u64(state.acceptedEpoch).u64(state.currentEpoch).copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`. */
export function decodeHardState(bytes: Uint8Array | undefined): HardState {
  if (bytes === undefined) return { acceptedEpoch: 0, currentEpoch: 0 }
  const reader = new ByteReader(bytes, "Zab's hard state")
  const found = reader.u8()
  if (found > version) {
    throw new QuorateError(
      'NEWER_VERSION',
      `Zab's hard state has version ${found}, this build reads up to ${version}`,
    )
  }
  const hardState = { acceptedEpoch: reader.u64(), currentEpoch: reader.u64() }
  reader.end()
  return hardState
}
