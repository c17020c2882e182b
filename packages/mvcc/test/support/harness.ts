import { QuorateError, type ApplyContext, type SnapshotSource } from '@quorate/core'
import {
  mvcc,
  type KeyValue,
  type MvccAnswer,
  type MvccChange,
  type MvccCommand,
  type MvccQuery,
  type MvccResult,
  type RangeAnswer,
} from '../../src/index.ts'

export const definition = mvcc()

const at: ApplyContext = { index: 1, epoch: 1, time: 0, request: undefined }
const text = new TextDecoder('latin1')

export function bytes(given: string): Uint8Array {
  return Uint8Array.from(given, (unit) => unit.charCodeAt(0))
}

/** A machine with the changes of its last command. */
export class Subject {
  readonly machine = definition.create()
  changes: MvccChange[] = []

  apply(command: MvccCommand): MvccResult {
    this.changes = []
    return this.machine.apply(command, at, this.changes)
  }

  /** The command through its encoding, as a replica does it. */
  applyEncoded(command: MvccCommand): MvccResult {
    return this.apply(definition.codecs.command.decode(definition.codecs.command.encode(command)))
  }

  query(query: MvccQuery): MvccAnswer {
    return this.machine.query(query)
  }

  put(key: string, value: string): MvccResult {
    return this.apply({ type: 'put', key: bytes(key), value: bytes(value) })
  }

  delete(key: string, rangeEnd?: string): MvccResult {
    return this.apply({
      type: 'deleteRange',
      key: bytes(key),
      rangeEnd: rangeEnd === undefined ? undefined : bytes(rangeEnd),
    })
  }

  compact(revision: number): MvccResult {
    return this.apply({ type: 'compact', revision })
  }

  range(
    key: string,
    rangeEnd?: string,
    more: Partial<Omit<MvccQuery & { type: 'range' }, 'type' | 'key'>> = {},
  ): RangeAnswer {
    const answer = this.query({
      type: 'range',
      key: bytes(key),
      rangeEnd: rangeEnd === undefined ? undefined : bytes(rangeEnd),
      ...more,
    })
    if (answer.type !== 'range') throw new Error(`not a range: ${answer.type}`)
    return answer
  }

  /** Everything at a revision, for short: "key=value key=value". */
  all(revision = 0): string {
    return shown(this.range('\0', '\0', { revision }).kvs)
  }
}

export function shown(kvs: readonly KeyValue[]): string {
  return kvs.map((kv) => `${text.decode(kv.key)}=${text.decode(kv.value)}`).join(' ')
}

export function drain(source: SnapshotSource): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let piece = source.next(); piece !== undefined; piece = source.next()) pieces.push(piece)
  source.close()
  return pieces
}

export function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}
