import {
  type ZnodeAnswer,
  type ZnodeCommand,
  type ZnodeQuery,
  type ZnodeResult,
  anyVersion,
  znode,
} from '@quorate/znode'
import type { WorkloadOperation } from '../workload/operation.ts'
import type { CallOutcome, CallRequest, KeyValueAdapter, KeyValueCall } from './key-value-adapter.ts'
import { UnexpectedResult } from './unexpected-result.ts'

const machine = znode()
const { command, query, result, answer } = machine.codecs
const utf8 = new TextDecoder()

/**
 * A key is a node under the root. ZooKeeper's operations are not a key-value store's: to put is to set, or to create
 * where there is nothing to set; to compare and set is to read, and to set if the version is still the same. Both try
 * again when another client came between.
 */
export function znodeAdapter(): KeyValueAdapter {
  return { machine, call: callOf }
}

function callOf(operation: WorkloadOperation): KeyValueCall {
  const path = `/k-${encodeURIComponent(operation.key)}`
  switch (operation.op) {
    case 'get':
      return new Get(path)
    case 'put':
      return new Put(path, Buffer.from(operation.value))
    case 'delete':
      return new Delete(path)
    case 'cas':
      return new CompareAndSet(path, operation.expected, Buffer.from(operation.value))
  }
}

function propose(value: ZnodeCommand): CallRequest {
  return { type: 'propose', bytes: command.encode(value) }
}

function getData(path: string): CallRequest {
  return { type: 'read', bytes: query.encode({ type: 'getData', path } satisfies ZnodeQuery) }
}

function outcome(index: number, succeeded: boolean, value?: string | null): CallOutcome {
  return { type: 'outcome', value, succeeded, index }
}

function isError(given: ZnodeResult | ZnodeAnswer, error: string): boolean {
  return given.type === 'error' && given.error === error
}

/** The value that an answer to `getData` shows; null if there is no such node. */
function valueIn(given: ZnodeAnswer): string | null {
  if (given.type === 'getData') return given.data === null ? '' : utf8.decode(given.data)
  if (isError(given, 'NONODE')) return null
  throw new UnexpectedResult('getData', given)
}

class Get implements KeyValueCall {
  private readonly path: string

  constructor(path: string) {
    this.path = path
  }

  first(): CallRequest {
    return getData(this.path)
  }

  next(response: Uint8Array, index: number): CallOutcome {
    return outcome(index, true, valueIn(answer.decode(response)))
  }
}

class Put implements KeyValueCall {
  private readonly path: string
  private readonly data: Uint8Array

  constructor(path: string, data: Uint8Array) {
    this.path = path
    this.data = data
  }

  first(): CallRequest {
    return propose({ type: 'setData', path: this.path, data: this.data, version: anyVersion })
  }

  next(response: Uint8Array, index: number): CallRequest | CallOutcome {
    const given = result.decode(response)
    if (given.type === 'setData' || given.type === 'create') return outcome(index, true)
    if (isError(given, 'NONODE')) {
      return propose({ type: 'create', path: this.path, data: this.data, mode: 'PERSISTENT' })
    }
    if (isError(given, 'NODEEXISTS')) return this.first()
    throw new UnexpectedResult('put', given)
  }
}

class Delete implements KeyValueCall {
  private readonly path: string

  constructor(path: string) {
    this.path = path
  }

  first(): CallRequest {
    return propose({ type: 'delete', path: this.path, version: anyVersion })
  }

  next(response: Uint8Array, index: number): CallOutcome {
    const given = result.decode(response)
    if (given.type === 'delete' || isError(given, 'NONODE')) return outcome(index, true)
    throw new UnexpectedResult('delete', given)
  }
}

class CompareAndSet implements KeyValueCall {
  private readonly path: string
  private readonly expected: string | null | undefined
  private readonly data: Uint8Array
  private reading = true
  /** What the last read showed. */
  private seen: string | null = null

  constructor(path: string, expected: string | null | undefined, data: Uint8Array) {
    this.path = path
    this.expected = expected
    this.data = data
  }

  first(): CallRequest {
    this.reading = true
    return getData(this.path)
  }

  next(response: Uint8Array, index: number): CallRequest | CallOutcome {
    return this.reading ? this.afterRead(answer.decode(response), index) : this.afterWrite(response, index)
  }

  private afterRead(given: ZnodeAnswer, index: number): CallRequest | CallOutcome {
    this.seen = valueIn(given)
    const wanted = this.expected === undefined ? this.seen : this.expected
    if (wanted !== this.seen) return { ...outcome(index, false), expected: wanted }
    this.reading = false
    if (given.type !== 'getData') {
      return propose({ type: 'create', path: this.path, data: this.data, mode: 'PERSISTENT' })
    }
    return propose({ type: 'setData', path: this.path, data: this.data, version: given.stat.version })
  }

  private afterWrite(response: Uint8Array, index: number): CallRequest | CallOutcome {
    const given = result.decode(response)
    if (given.type === 'setData' || given.type === 'create')
      return { ...outcome(index, true), expected: this.seen }
    if (given.type === 'error') return this.first() // another client came between: what is there now?
    throw new UnexpectedResult('cas', given)
  }
}
