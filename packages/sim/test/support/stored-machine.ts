import {
  type Entry,
  type QuorateError,
  type SnapshotMeta,
  type SnapshotStore,
  type StorageOperation,
  majorityOf,
  makeEntry,
} from '@quorate/core'
import {
  type DurableLogStore,
  type LogStoreOptions,
  type StoreIdentity,
  openLogStore,
  openSnapshotStore,
} from '@quorate/replica'
import type { DiskConditions } from '../../src/disk/disk-conditions.ts'
import { StoredLog, type StoredVerdict } from '../../src/invariants/stored-log.ts'
import { DiskMachine } from './disk-machine.ts'

const identity: StoreIdentity = {
  cluster: 'test',
  engine: 'raft',
  machine: { name: 'm', version: 1 },
  node: 1,
}

export function entry(index: number, epoch = 1): Entry {
  const data = new Uint8Array(40).map((_, i) => (index * 31 + epoch * 7 + i) & 0xff)
  return makeEntry(index, epoch, 1000 + index, 'command', { replica: 1, sequence: index }, data)
}

export function append(first: number, last = first, epoch = 1): StorageOperation {
  return {
    type: 'append',
    entries: Array.from({ length: last - first + 1 }, (_, i) => entry(first + i, epoch)),
  }
}

export function vote(...bytes: number[]): StorageOperation {
  return { type: 'setHardState', bytes: Uint8Array.from(bytes) }
}

export function meta(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3]) }
}

/** A machine with the real stores on its disk, and the books of what they were told. */
export class StoredMachine extends DiskMachine {
  readonly stored = new StoredLog(() => this.disk.isAtRisk)
  log!: DurableLogStore
  snapshots!: SnapshotStore
  private readonly options: LogStoreOptions

  constructor(options: LogStoreOptions = {}, conditions: Partial<DiskConditions> = {}, seed = 1) {
    super(conditions, seed)
    this.options = { segmentBytes: 2048, preallocate: false, ...options }
  }

  /** Opens both stores; gives what the log's books say, or the error's code. */
  open(): string {
    const { stored, disk, mounted } = this
    let outcome: StoredVerdict | QuorateError | undefined
    openSnapshotStore(mounted, identity, { chunkBytes: 64 }, (snapshots, error) => {
      if (snapshots === undefined) return (outcome = error)
      const later = (run: () => void): void => void this.scheduler.after(0, 'turn', this.owner, run)
      return openLogStore(mounted, identity, { ...this.options, snapshots, later }, (log, problem) => {
        if (log === undefined) return (outcome = problem)
        this.log = log
        this.snapshots = snapshots
        outcome = stored.opened(log.image)
        if (outcome === 'intact') disk.mayHaveForgotten = false
        return outcome
      })
    })
    this.run()
    return typeof outcome === 'string' ? outcome : (outcome?.code ?? 'nothing')
  }

  /** Writes and lets time pass; gives the error, if it failed. */
  write(...operations: StorageOperation[]): Error | undefined {
    let outcome: Error | undefined = new Error('no answer')
    const number = this.stored.write(operations)
    this.log.write(operations, true, (error) => {
      outcome = error
      if (error === undefined) this.stored.acknowledged(number)
    })
    this.run()
    return outcome
  }

  /** Writes a snapshot; gives the error, if it failed. */
  writeSnapshot(of: SnapshotMeta, content: Uint8Array): Error | undefined {
    let outcome: Error | undefined = new Error('no answer')
    const writer = this.snapshots.create(of)
    writer.write(content, (problem) => {
      if (problem !== undefined) return (outcome = problem)
      return writer.commit((error) => (outcome = error))
    })
    this.run()
    return outcome
  }

  get lastIndex(): number {
    return this.log.image.entries.at(-1)?.index ?? this.log.image.base?.index ?? 0
  }
}
