import type { Entry, LogImage, LogIndex, LogStore, LogStoreCounters, StorageOperation } from '@quorate/core'
import type { StoredLog } from '../invariants/stored-log.ts'

/** The same log store, whose writes and reports are entered in the books. */
export class LogStoreProbe implements LogStore {
  private readonly store: LogStore
  private readonly stored: StoredLog

  constructor(store: LogStore, stored: StoredLog) {
    this.store = store
    this.stored = stored
  }

  get image(): LogImage {
    return this.store.image
  }

  get counters(): LogStoreCounters {
    return this.store.counters
  }

  write(
    operations: readonly StorageOperation[],
    sync: boolean,
    done: (error: Error | undefined) => void,
  ): void {
    const write = this.stored.write(operations)
    this.store.write(operations, sync, (error) => {
      if (error === undefined && sync) this.stored.acknowledged(write)
      done(error)
    })
  }

  read(
    from: LogIndex,
    to: LogIndex,
    done: (entries: readonly Entry[], error: Error | undefined) => void,
  ): void {
    this.store.read(from, to, done)
  }

  close(): Promise<void> {
    return this.store.close()
  }
}
