import type { Random, Workload, WorkloadOperation, WorkloadRun, WorkloadTurn } from '@quorate/sim'
import {
  type ZnodeAnswer,
  type ZnodeCommand,
  type ZnodeQuery,
  type ZnodeResult,
  anyVersion,
} from '@quorate/znode'
import { Values, textOf } from './values.ts'
import { type ZnodeInput, childName, describeList, describeNode } from './znode-model.ts'

/**
 * Creates, sets with and without a version, gets, deletes of a few znodes; sequential children, their deletion and
 * their list. The history is one of {@link znodeModel}.
 */
export const znodeWorkload: Workload = {
  name: 'znode',
  start: (random) => new ZnodeRun(random),
}

class ZnodeRun implements WorkloadRun {
  private readonly keys: readonly string[]
  private readonly values: Values

  constructor(random: Random) {
    this.keys = Array.from({ length: random.integer(1, 6) }, (_, i) => `node${i + 1}`)
    this.values = new Values(random)
  }

  next({ serial, random }: WorkloadTurn): WorkloadOperation {
    const key = random.pick(this.keys)
    const choice = random.integer(0, 99)
    const version = random.chance(0.5) ? anyVersion : random.integer(0, 5)
    if (choice < 20) return get(key)
    if (choice < 30) return { ...get(key), mode: 'sequential' }
    if (choice < 35) return list(key)
    if (choice < 40) return { ...list(key), mode: 'sequential' }
    if (choice < 55) return this.create(key, serial, random)
    if (choice < 75) return this.set(key, version, serial, random)
    if (choice < 82)
      return write({ type: 'delete', path: `/${key}`, version }, { op: 'delete', key, version })
    if (choice < 92) return add(key)
    return remove(key, childName(random.integer(0, 9)))
  }

  probe({ serial, random }: WorkloadTurn): WorkloadOperation {
    return this.create(this.keys[0]!, serial, random)
  }

  private create(key: string, serial: number, random: Random): WorkloadOperation {
    const { name, bytes } = this.values.make(serial, random)
    const command = { type: 'create', path: `/${key}`, data: bytes, mode: 'PERSISTENT' } as const
    return write(command, { op: 'create', key, value: name })
  }

  private set(key: string, version: number, serial: number, random: Random): WorkloadOperation {
    const { name, bytes } = this.values.make(serial, random)
    const command = { type: 'setData', path: `/${key}`, data: bytes, version } as const
    return write(command, { op: 'set', key, value: name, version })
  }
}

function add(key: string): WorkloadOperation {
  const command = { type: 'create', path: `/${key}/c-`, data: null, mode: 'PERSISTENT_SEQUENTIAL' } as const
  return write(command, { op: 'add', key })
}

function remove(key: string, child: string): WorkloadOperation {
  const command = { type: 'delete', path: `/${key}/${child}`, version: anyVersion } as const
  return write(command, { op: 'remove', key, child })
}

function get(key: string): WorkloadOperation {
  return read({ type: 'getData', path: `/${key}` }, { op: 'get', key })
}

function list(key: string): WorkloadOperation {
  return read({ type: 'getChildren', path: `/${key}` }, { op: 'list', key })
}

function write(command: ZnodeCommand, input: ZnodeInput): WorkloadOperation {
  const output = (result: unknown): string => describeResult(result as ZnodeResult, input)
  return { kind: 'write', value: command, input, output }
}

function read(query: ZnodeQuery, input: ZnodeInput): WorkloadOperation {
  return { kind: 'read', value: query, input, output: (answer) => describeAnswer(answer as ZnodeAnswer) }
}

function describeResult(result: ZnodeResult, { op }: ZnodeInput): string {
  if (result.type === 'error') return result.error
  if (result.type === 'setData') return `version ${result.stat.version}`
  if (result.type === 'create' && op === 'add') return result.path.slice(result.path.lastIndexOf('/') + 1)
  return 'done'
}

function describeAnswer(answer: ZnodeAnswer): string {
  if (answer.type === 'error') return answer.error
  if (answer.type === 'getChildren') return describeList(answer.children)
  if (answer.type !== 'getData') return answer.type
  return describeNode(Values.nameOf(textOf(answer.data ?? new Uint8Array(0))), answer.stat.version)
}
