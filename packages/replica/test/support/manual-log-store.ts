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

interface ManualWrite {
  readonly operations: readonly StorageOperation[]
  readonly sync: boolean
  readonly done: WriteDone
}

/** A log whose writes complete when, and in the order in which, they are told to. */
export class ManualLogStore implements LogStore {
  image: LogImage
  readonly counters: LogStoreCounters = { writes: 0, fsyncs: 0, bytes: 0 }
  /** Writes that have not completed, by the order in which they were asked for. */
  readonly writes: (ManualWrite | undefined)[] = []
  readonly reads: {
    from: LogIndex
    to: LogIndex
    done: (entries: readonly Entry[], error?: Error) => void
  }[] = []
  isClosed = false
  private readonly note: (event: string) => void

  /** `note` is told of every write; `before`: what the log holds when it is opened. */
  constructor(note: (event: string) => void = () => {}, before: readonly StorageOperation[] = []) {
    const builder = new LogImageBuilder()
    for (const operation of before) builder.apply(operation)
    this.image = builder.image(1)
    this.note = note
  }

  write(operations: readonly StorageOperation[], sync: boolean, done: WriteDone): void {
    this.note(`write ${operations.map(({ type }) => type).join()}`)
    this.writes.push({ operations, sync, done })
  }

  read(
    from: LogIndex,
    to: LogIndex,
    done: (entries: readonly Entry[], error: Error | undefined) => void,
  ): void {
    this.note(`read ${from}-${to}`)
    this.reads.push({ from, to, done: (entries, error) => done(entries, error) })
  }

  /** The write at that place in the order completes. */
  complete(place: number, error?: Error): void {
    const write = this.writes[place]
    if (write === undefined) throw new Error(`there is no write ${place} under way`)
    this.writes[place] = undefined
    write.done(error)
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}
