import { LogImageBuilder, majorityOf, makeEntry } from '@quorate/core'
import type { Entry, LogImage, SnapshotMeta, StorageOperation } from '@quorate/core'
import { openLogStore } from '../../src/storage/index.ts'
import type { DurableLogStore, LogStoreOptions, StoreIdentity } from '../../src/storage/index.ts'
import type { FaultyDisk } from './faulty-disk.ts'

export const identity: StoreIdentity = {
  cluster: 'test ✓',
  engine: 'raft',
  machine: { name: 'counter', version: 3 },
  node: 2,
}

/** Opens a store and completes its opening. Throws what the opening reports. */
export function open(
  disk: FaultyDisk,
  options: LogStoreOptions = {},
  own: StoreIdentity = identity,
): DurableLogStore {
  let result: DurableLogStore | undefined
  let failure: Error | undefined
  openLogStore(disk, own, options, (store, error) => {
    result = store
    failure = error
  })
  disk.run()
  if (failure !== undefined) throw failure
  if (result === undefined) throw new Error('the store was not opened')
  return result
}

/** Writes and completes it. */
export function write(disk: FaultyDisk, store: DurableLogStore, ...operations: StorageOperation[]): void {
  let failure: Error | undefined = new Error('not reported')
  store.write(operations, true, (error) => (failure = error))
  disk.run()
  if (failure !== undefined) throw failure
}

export function entry(index: number, epoch = 1, bytes = 20): Entry {
  const data = new Uint8Array(bytes).map((_, i) => (index * 31 + epoch * 7 + i) & 0xff)
  const request = index % 3 === 0 ? undefined : { replica: 1, sequence: index }
  return makeEntry(
    index,
    epoch,
    1_700_000_000_000 + index,
    index % 7 === 0 ? 'noop' : 'command',
    request,
    data,
  )
}

export function append(first: number, last: number, epoch = 1, bytes = 20): StorageOperation {
  const entries: Entry[] = []
  for (let index = first; index <= last; index++) entries.push(entry(index, epoch, bytes))
  return { type: 'append', entries }
}

export function hardState(...bytes: number[]): StorageOperation {
  return { type: 'setHardState', bytes: Uint8Array.from(bytes) }
}

export function meta(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3], [7]) }
}

/** An image in a form that compares by value and without caches. */
export function plain(image: LogImage): unknown {
  return {
    hardState: image.hardState === undefined ? undefined : [...image.hardState],
    base: image.base,
    entries: image.entries.map(plainEntry),
    ballots: [...image.ballots].sort(([a], [b]) => a - b),
  }
}

export function plainEntry(entry: Entry): unknown {
  return { ...entry, encoded: undefined, data: [...entry.data].join() }
}

/** What the reference says that those writes leave. */
export function reference(writes: readonly (readonly StorageOperation[])[]): unknown {
  const builder = new LogImageBuilder()
  for (const operations of writes) for (const operation of operations) builder.apply(operation)
  return plain(builder.image(1))
}

/** A random sequence of writes that an engine could make; `paxos` with accepts and holes, else a dense log. */
export function randomWrites(random: () => number, count: number, paxos: boolean): StorageOperation[][] {
  const builder = new LogImageBuilder()
  const upTo = (n: number): number => Math.floor(random() * n)
  let epoch = 1
  const next = (): StorageOperation => {
    const base = builder.baseIndex
    const last = builder.lastIndex
    const kind = random()
    if (random() < 0.1) epoch += 1
    if (kind < 0.5) {
      if (paxos) {
        const entries = [entry(base + 1 + upTo(last - base + 3), epoch, upTo(60))]
        while (random() < 0.4) entries.push(entry(entries.at(-1)!.index + 1 + upTo(3), epoch, upTo(60)))
        return { type: 'accept', ballot: { round: epoch, node: 1 + upTo(3) }, entries }
      }
      const first = random() < 0.8 ? last + 1 : base + 1 + upTo(last - base + 1)
      return append(first, first + upTo(5), epoch, upTo(60))
    }
    if (kind < 0.65) return hardState(epoch & 0xff, upTo(256), 0)
    if (kind < 0.72) return { type: 'truncateAfter', index: base + upTo(last - base + 1) }
    if (kind < 0.9) {
      // A log of slots may start anew anywhere, also in a hole or above all of them.
      const index = base + upTo(last - base + (paxos ? 4 : 1))
      return { type: 'compactTo', meta: meta(index, builder.entryAt(index)?.epoch ?? epoch) }
    }
    const index = 1 + upTo(last + 6)
    const known = builder.entryAt(index)?.epoch
    return { type: 'installSnapshot', meta: meta(index, random() < 0.6 ? (known ?? epoch) : epoch + 1) }
  }
  return Array.from({ length: count }, () => {
    const operations: StorageOperation[] = []
    for (let i = 1 + upTo(3); i > 0; i--) {
      const operation = next()
      builder.apply(operation)
      operations.push(operation)
    }
    return operations
  })
}

/** The code of what `run` throws; undefined if it throws nothing. */
export function errorCode(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
