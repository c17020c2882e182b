import {
  type Entry,
  type LogImage,
  LogImageBuilder,
  type LogIndex,
  type LogStore,
  type LogStoreCounters,
  type StorageOperation,
  type WriteDone,
} from '@quorate/core'

/** A log that lives as long as the process: for tests, examples and the browser. */
export class MemoryLogStore implements LogStore {
  readonly image: LogImage
  readonly counters: LogStoreCounters & { writes: number } = { writes: 0, fsyncs: 0, bytes: 0 }
  private readonly builder = new LogImageBuilder()
  private readonly defer: (run: () => void) => void

  /** `defer` calls its argument soon, but not at once: an environment's `endOfTurn`. */
  constructor(defer: (run: () => void) => void) {
    this.defer = defer
    this.image = this.builder.image(1)
  }

  write(operations: readonly StorageOperation[], _sync: boolean, done: WriteDone): void {
    for (const operation of operations) this.builder.apply(operation)
    this.counters.writes += 1
    this.defer(() => done(undefined))
  }

  read(from: LogIndex, to: LogIndex, done: (entries: readonly Entry[], error: undefined) => void): void {
    const entries: Entry[] = []
    for (let index = from; index <= to; index++) {
      const entry = this.builder.entryAt(index)
      if (entry === undefined) break
      entries.push(entry)
    }
    this.defer(() => done(entries, undefined))
  }

  async close(): Promise<void> {}
}
