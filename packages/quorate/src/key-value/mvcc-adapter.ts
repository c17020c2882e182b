import type { Codec } from '@quorate/core'
import {
  type MvccAnswer,
  type MvccCommand,
  type MvccQuery,
  type MvccResult,
  compareAndSet,
  mvcc,
} from '@quorate/mvcc'
import type { WorkloadOperation } from '../workload/operation.ts'
import type { CallOutcome, CallRequest, KeyValueAdapter, KeyValueCall } from './key-value-adapter.ts'
import { UnexpectedResult } from './unexpected-result.ts'

const utf8 = new TextDecoder()

/** Every operation is one command or query. */
export function mvccAdapter(): KeyValueAdapter {
  const machine = mvcc()
  const { command, query, result, answer } = machine.codecs
  return {
    machine,
    call: (operation) => {
      if (operation.op === 'get') return new MvccRead(operation.key, query, answer)
      if (operation.op === 'cas' && operation.expected === undefined) {
        const read = new MvccRead(operation.key, query, answer)
        const write = (expected: string | null): MvccWrite =>
          new MvccWrite(commandOf({ ...operation, expected }), command, result)
        return new ReadThenCompareAndSet(read, write)
      }
      return new MvccWrite(commandOf(operation), command, result)
    },
  }
}

function commandOf(operation: Exclude<WorkloadOperation, { op: 'get' }>): MvccCommand {
  const key = Buffer.from(operation.key)
  switch (operation.op) {
    case 'put':
      return { type: 'put', key, value: Buffer.from(operation.value) }
    case 'delete':
      return { type: 'deleteRange', key }
    case 'cas': {
      const expected = typeof operation.expected === 'string' ? Buffer.from(operation.expected) : undefined
      return compareAndSet({ key, expected, value: Buffer.from(operation.value) })
    }
  }
}

class MvccWrite implements KeyValueCall {
  private readonly command: MvccCommand
  private readonly encoder: Codec<MvccCommand>
  private readonly decoder: Codec<MvccResult>

  constructor(command: MvccCommand, encoder: Codec<MvccCommand>, decoder: Codec<MvccResult>) {
    this.command = command
    this.encoder = encoder
    this.decoder = decoder
  }

  first(): CallRequest {
    return { type: 'propose', bytes: this.encoder.encode(this.command) }
  }

  next(response: Uint8Array, index: number): CallOutcome {
    const result = this.decoder.decode(response)
    if (result.type === 'error') throw new UnexpectedResult(this.command.type, result)
    return { type: 'outcome', value: undefined, succeeded: result.type !== 'txn' || result.succeeded, index }
  }
}

class MvccRead implements KeyValueCall {
  private readonly key: string
  private readonly encoder: Codec<MvccQuery>
  private readonly decoder: Codec<MvccAnswer>

  constructor(key: string, encoder: Codec<MvccQuery>, decoder: Codec<MvccAnswer>) {
    this.key = key
    this.encoder = encoder
    this.decoder = decoder
  }

  first(): CallRequest {
    return { type: 'read', bytes: this.encoder.encode({ type: 'range', key: Buffer.from(this.key) }) }
  }

  next(response: Uint8Array, index: number): CallOutcome {
    const answer = this.decoder.decode(response)
    if (answer.type !== 'range') throw new UnexpectedResult('range', answer)
    const kv = answer.kvs[0]
    return { type: 'outcome', value: kv === undefined ? null : utf8.decode(kv.value), succeeded: true, index }
  }
}

/** A cas that compares with whatever it read first. */
class ReadThenCompareAndSet implements KeyValueCall {
  private readonly read: MvccRead
  private readonly writeIf: (expected: string | null) => MvccWrite
  private write: MvccWrite | undefined
  private expected: string | null = null

  constructor(read: MvccRead, writeIf: (expected: string | null) => MvccWrite) {
    this.read = read
    this.writeIf = writeIf
  }

  first(): CallRequest {
    this.write = undefined
    return this.read.first()
  }

  next(response: Uint8Array, index: number): CallRequest | CallOutcome {
    if (this.write !== undefined) return { ...this.write.next(response, index), expected: this.expected }
    this.expected = this.read.next(response, index).value ?? null
    this.write = this.writeIf(this.expected)
    return this.write.first()
  }
}
