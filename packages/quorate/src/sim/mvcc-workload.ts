import type { KvInput } from '@quorate/check'
import {
  type MvccAnswer,
  type MvccCommand,
  type MvccQuery,
  type MvccResult,
  compareAndSet,
} from '@quorate/mvcc'
import type { Random, Workload, WorkloadOperation, WorkloadRun, WorkloadTurn } from '@quorate/sim'
import { Values, bytesOf, textOf } from './values.ts'

/**
 * Puts, gets, deletes and compare-and-sets of a few keys, so that clients meet on them; now and then a compaction. The
 * history is one of check's model `kv`.
 */
export const mvccWorkload: Workload = {
  name: 'mvcc',
  start: (random) => new MvccRun(random),
}

class MvccRun implements WorkloadRun {
  private readonly keys: readonly string[]
  private readonly values: Values
  /** The value last written to each key by anyone: what a compare-and-set hopes to find. */
  private readonly hopes = new Map<string, string>()

  constructor(random: Random) {
    this.keys = Array.from({ length: random.integer(1, 8) }, (_, i) => `key${i + 1}`)
    this.values = new Values(random)
  }

  next({ serial, random }: WorkloadTurn): WorkloadOperation {
    const key = random.pick(this.keys)
    const choice = random.integer(0, 99)
    if (choice < 30) return get(key)
    if (choice < 40) return { ...get(key), mode: 'sequential' }
    if (choice < 70) return this.put(key, serial, random)
    if (choice < 90) return this.compareAndSet(key, serial, random)
    if (choice < 98) return deleteKey(key)
    return compact(Math.max(1, serial >> 1))
  }

  probe({ serial, random }: WorkloadTurn): WorkloadOperation {
    return this.put(this.keys[0]!, serial, random)
  }

  private put(key: string, serial: number, random: Random): WorkloadOperation {
    const { name, bytes } = this.values.make(serial, random)
    this.hopes.set(key, name)
    return write(
      { type: 'put', key: bytesOf(key), value: bytes },
      { op: 'put', key, value: name },
      () => undefined,
    )
  }

  private compareAndSet(key: string, serial: number, random: Random): WorkloadOperation {
    const hope = random.chance(0.9) ? this.hopes.get(key) : undefined
    const { name, bytes } = this.values.make(serial, random)
    this.hopes.set(key, name)
    const expected = hope === undefined ? undefined : this.values.bytesOf(hope)
    const command = compareAndSet({ key: bytesOf(key), expected, value: bytes })
    const input = { op: 'cas', key, from: hope ?? null, to: name } as const
    return write(command, input, (result) => (result.type === 'txn' ? result.succeeded : undefined))
  }
}

function get(key: string): WorkloadOperation {
  const query: MvccQuery = { type: 'range', key: bytesOf(key) }
  const output = (answer: unknown): unknown => {
    const range = answer as MvccAnswer
    const found = range.type === 'range' ? range.kvs[0] : undefined
    return found === undefined ? null : Values.nameOf(textOf(found.value))
  }
  return { kind: 'read', value: query, input: { op: 'get', key } satisfies KvInput, output }
}

function deleteKey(key: string): WorkloadOperation {
  return write({ type: 'deleteRange', key: bytesOf(key) }, { op: 'delete', key }, (result) =>
    result.type === 'deleteRange' ? result.deleted > 0 : undefined,
  )
}

/** Compaction changes nothing that a client without old revisions can see, so it is not in the history. */
function compact(revision: number): WorkloadOperation {
  return write({ type: 'compact', revision }, undefined, () => undefined)
}

function write(
  command: MvccCommand,
  input: KvInput | undefined,
  output: (result: MvccResult) => unknown,
): WorkloadOperation {
  return { kind: 'write', value: command, input, output: (result) => output(result as MvccResult) }
}
