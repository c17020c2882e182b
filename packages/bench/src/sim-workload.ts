import type { MvccCommand } from '@quorate/mvcc'
import type { Random, Workload, WorkloadOperation, WorkloadRun, WorkloadTurn } from '@quorate/sim'

/** How many keys there are. */
export const keyCount = 1000
/** Bytes of a value. */
export const valueBytes = 64
/** Every so many operations old revisions are given up, as etcd does by itself. */
export const compactionEvery = 1000

/** Puts of new values to keys drawn evenly; nothing but writes, which cost most. */
export const putWorkload: Workload = {
  name: 'puts',
  start: () => new PutRun(),
}

class PutRun implements WorkloadRun {
  private readonly keys = Array.from({ length: keyCount }, (_, i) => bytesOf(`key${i}`))

  next({ serial, random }: WorkloadTurn): WorkloadOperation {
    if (serial % compactionEvery === 0) return compact(serial - compactionEvery / 2)
    return this.put(serial, random)
  }

  probe({ serial, random }: WorkloadTurn): WorkloadOperation {
    return this.put(serial, random)
  }

  private put(serial: number, random: Random): WorkloadOperation {
    const key = random.integer(0, keyCount - 1)
    const value = new Uint8Array(valueBytes)
    for (let i = 0; i < 4; i++) value[i] = serial >>> (8 * i)
    const input = { op: 'put', key, value: serial } as const
    return write({ type: 'put', key: this.keys[key]!, value }, input)
  }
}

/** What clients without old revisions cannot see is not in the history. */
function compact(revision: number): WorkloadOperation {
  return write({ type: 'compact', revision }, undefined)
}

function write(value: MvccCommand, input: unknown): WorkloadOperation {
  return { kind: 'write', value, input, output: nothing }
}

function nothing(): void {}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
