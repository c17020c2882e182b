import type { LogIndex } from '../ids.ts'
import type { Entry } from '../log/entry.ts'
import type { LogImage, StorageOperation } from '../log/storage-operation.ts'

/** What a write came to. `error` undefined: it is durable. */
export type WriteDone = (error: Error | undefined) => void

/**
 * An open log store: one replica's durable log and hard state.
 *
 * Contract, checked by the suite in `conformance`:
 * - A write takes effect whole or not at all, and writes take effect in the order of the calls: after a crash the store
 *   holds what some prefix of the writes left, and that prefix contains every write whose `done` was called.
 * - With `sync` false, `done` may be called before the write is durable.
 * - `done` may be called in any order and at any time after `write` has returned, never during it.
 * - Nothing is read back while it runs but by `read`; the engine keeps what it needs in memory.
 */
export interface LogStore {
  /** What the store held when it was opened. The holder may let go of it after reading it once. */
  readonly image: LogImage
  write(operations: readonly StorageOperation[], sync: boolean, done: WriteDone): void
  /** The entries `from … to` that are in the store, dense from the first; fewer or none if compacted. */
  read(
    from: LogIndex,
    to: LogIndex,
    done: (entries: readonly Entry[], error: Error | undefined) => void,
  ): void
  /** Counts since the opening, for metrics. */
  readonly counters: LogStoreCounters
  /** Lets go of the files. Writes under way complete first. */
  close(): Promise<void>
}

export interface LogStoreCounters {
  readonly writes: number
  readonly fsyncs: number
  readonly bytes: number
}
