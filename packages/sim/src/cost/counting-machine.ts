import {
  type AnyMachineDefinition,
  ByteReader,
  ByteWriter,
  type Codec,
  QuorateError,
  type SnapshotSource,
  type StateMachine,
  concatenate,
} from '@quorate/core'

const noBytes = new Uint8Array(0)

const empty: Codec<undefined> = {
  encode: () => noBytes,
  decode(bytes) {
    if (bytes.length > 0) throw new QuorateError('DECODE', 'more than nothing')
    return undefined
  },
}

/** Its commands are bytes that mean nothing. It counts them. */
export const countingMachine: AnyMachineDefinition = {
  name: 'counting',
  version: 1,
  codecs: {
    command: { encode: (bytes: Uint8Array) => bytes, decode: (bytes: Uint8Array) => bytes },
    result: empty,
    query: empty,
    answer: empty,
    change: empty,
  },
  create: () => new CountingMachine(),
}

class CountingMachine implements StateMachine<Uint8Array, undefined, undefined, undefined, never> {
  private count = 0

  apply(): undefined {
    this.count += 1
  }

  query(): undefined {}

  snapshot(): SnapshotSource {
    const pieces = [new ByteWriter(8).u64(this.count).take()]
    return { next: () => pieces.pop(), close: () => {} }
  }

  restore(chunks: Iterable<Uint8Array>): void {
    const reader = new ByteReader(concatenate([...chunks]), 'a count')
    this.count = reader.u64()
    reader.end()
  }

  digest(): number {
    return this.count >>> 0
  }
}
