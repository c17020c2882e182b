import {
  type AnyMachineDefinition,
  type ApplyContext,
  type ChangeSink,
  QuorateError,
  type SnapshotSource,
  type StateMachine,
} from '@quorate/core'

/** A command that the machine throws at. */
export const fatalCommand = 255
/** A query that the machine throws at. */
export const fatalQuery = 'throw'

/** A machine that keeps every byte it was given, and reports each as a change. Its snapshots are cut small. */
export class ListMachine implements StateMachine<number, number, unknown, string, number> {
  values: number[] = []
  readonly contexts: ApplyContext[] = []
  restores = 0
  snapshotsOpen = 0
  snapshotsClosed = 0
  /** Bytes of a piece. */
  pieceBytes = 2
  /** The snapshot's `next` throws at this piece. */
  failAt = Infinity

  apply(command: number, at: ApplyContext, changes: ChangeSink<number>): number {
    if (command === fatalCommand) throw new Error('the machine broke')
    this.values.push(command)
    this.contexts.push({ ...at })
    changes.push(command)
    return this.values.length
  }

  query(query: unknown): string {
    if (query === fatalQuery) throw new Error('the query broke')
    return this.values.join()
  }

  snapshot(): SnapshotSource {
    const bytes = Uint8Array.from(this.values)
    let offset = 0
    let pieces = 0
    this.snapshotsOpen += 1
    return {
      next: () => {
        if (pieces++ >= this.failAt) throw new Error('the snapshot broke')
        if (offset >= bytes.length) return undefined
        offset += this.pieceBytes
        return bytes.subarray(offset - this.pieceBytes, offset)
      },
      close: () => {
        this.snapshotsOpen -= 1
        this.snapshotsClosed += 1
      },
    }
  }

  restore(chunks: Iterable<Uint8Array>): void {
    this.values = [...chunks].flatMap((chunk) => [...chunk])
    this.restores += 1
  }

  digest(): number {
    return this.values.reduce((sum, value) => (sum * 31 + value) | 0, 7)
  }
}

const unused = {
  encode: (): Uint8Array => new Uint8Array(0),
  decode: (): never => {
    throw new QuorateError('DECODE', 'not used')
  },
}

/** A definition whose machine is handed to `created`. */
export function listMachine(created: (machine: ListMachine) => void): AnyMachineDefinition {
  return {
    name: 'list',
    version: 1,
    codecs: {
      command: {
        encode: (value: number) => Uint8Array.of(value),
        decode(bytes: Uint8Array) {
          if (bytes.length !== 1) throw new QuorateError('DECODE', 'a command is one byte')
          return bytes[0]!
        },
      },
      result: unused,
      query: unused,
      answer: unused,
      change: unused,
    },
    create() {
      const machine = new ListMachine()
      created(machine)
      return machine
    },
  }
}
