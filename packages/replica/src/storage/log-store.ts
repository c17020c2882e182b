import { QuorateError, silentLogger } from '@quorate/core'
import type {
  Disk,
  Entry,
  LogImage,
  LogIndex,
  LogStore,
  LogStoreCounters,
  Logger,
  SnapshotStore,
  StorageOperation,
  WriteDone,
} from '@quorate/core'
import { LogReader } from './log-reader.ts'
import { recoverLog } from './log-recovery.ts'
import type { RecoveredLog, RecoveryReport } from './log-recovery.ts'
import { LogWriter } from './log-writer.ts'
import { checkStoresAgree } from './storage-check.ts'
import { releasableImage } from './releasable-image.ts'
import { ReportQueue } from './report-queue.ts'
import { storageFailed } from './storage-errors.ts'
import type { StoreIdentity } from './store-identity.ts'

/** How a log store is kept. */
export interface LogStoreOptions {
  /** How far a file is filled before the next one is begun, bytes. A single write may go beyond. Default: 64 MiB. */
  readonly segmentBytes?: number
  /** Fill files with zeros ahead of time, so that syncs are cheaper? Default: true. */
  readonly preallocate?: boolean
  /**
   * The snapshots that belong to this log. If they cannot (see `checkStoresAgree`), opening is refused before anything
   * is changed.
   */
  readonly snapshots?: SnapshotStore
  /**
   * Runs what it is given soon, but not at once: an environment's `endOfTurn`. Where time is virtual, it must be that
   * time. Default: a microtask.
   */
  readonly later?: (run: () => void) => void
  /** Where the files are, for messages: the directory's path. */
  readonly location?: string
  readonly logger?: Logger
}

/** A log store over a disk. */
export interface DurableLogStore extends LogStore {
  /**
   * What the store held when it was opened. Its entries and ballots are let go of at the first write, so read them
   * before that; `incarnation`, `hardState` and `base` stay.
   */
  readonly image: LogImage
  /** What was found when it was opened. */
  readonly recovery: RecoveryReport
}

const defaultSegmentBytes = 64 << 20

function microtask(run: () => void): void {
  void Promise.resolve().then(run)
}

/**
 * Opens the log in a directory, or begins one in an empty directory. Reading it is synchronous; `done` follows when
 * the count of openings is durable. Until every check has passed, nothing on the disk is changed.
 *
 * What the store promises (see `LogStore`) and how:
 * - One write and one sync at a time, for everything that was asked for meanwhile; reported in the order of the calls.
 * - `sync: false` only reports earlier: when the bytes are with the operating system. They are synced all the same
 *   before anything is written behind them.
 * - After a failed write or sync it reports the same error for that and every later write: what the disk then holds
 *   is not known, so neither is retried.
 *
 * Errors: `WRONG_CLUSTER`, `NEWER_VERSION`, `CORRUPT_LOG`, `STORAGE`, each in one line that says what, where and what
 * to do.
 */
export function openLogStore(
  disk: Disk,
  identity: StoreIdentity,
  options: LogStoreOptions,
  done: (store: DurableLogStore | undefined, error: QuorateError | undefined) => void,
): void {
  const { location } = options
  const shown = shownIn(location)
  const whole = location === undefined ? 'the log' : `the log in ${location}`
  let log: RecoveredLog
  try {
    log = recoverLog(disk, identity, shown)
    if (options.snapshots !== undefined)
      checkStoresAgree(log.image, options.snapshots, location ?? 'the directory')
  } catch (error) {
    return done(undefined, storageFailed(whole, 'read', error))
  }
  const { cut, removed } = log.report
  if (cut !== undefined) {
    options.logger?.warn(
      { ...cut, file: shown(cut.file) },
      'cut off a write that a crash had left unfinished',
    )
  }
  if (removed.length > 0)
    (options.logger ?? silentLogger).debug({ removed }, 'removing files that are not needed')
  const writer = new LogWriter(disk, identity, log, {
    segmentBytes: options.segmentBytes ?? defaultSegmentBytes,
    preallocate: options.preallocate ?? true,
  })
  writer.open(log, (error) => {
    if (error === undefined)
      return done(
        new FileLogStore(
          log,
          writer,
          new LogReader(disk, log.live, log.table, shown),
          whole,
          options.later ?? microtask,
        ),
        undefined,
      )
    writer.close()
    done(undefined, storageFailed(whole, 'open', error))
  })
}

/** How files are called in messages. A function of its own: the store keeps it, and must not keep with it what was read. */
function shownIn(location: string | undefined): (file: string) => string {
  return (file) => (location === undefined ? file : `${location}/${file}`)
}

interface QueuedWrite {
  readonly operations: readonly StorageOperation[]
  readonly sync: boolean
  readonly done: WriteDone
}

class FileLogStore implements DurableLogStore {
  readonly recovery: RecoveryReport
  readonly counters: LogStoreCounters
  private readonly writer: LogWriter
  private readonly reader: LogReader
  /** What to call it in messages. */
  private readonly whole: string
  private readonly released: ReturnType<typeof releasableImage>
  private queue: QueuedWrite[] = []
  private isBusy = false
  private isClosed = false
  /** Why the store is of no more use. */
  private failure: Error | undefined
  private readonly reports: ReportQueue
  /** Writes asked for, and those of them that came to an end. */
  private asked = 0
  private settled = 0
  /** What waits for every write that was asked for before it. Run between two frames, in order. */
  private waiting: { readonly after: number; readonly run: () => void }[] = []

  constructor(
    log: RecoveredLog,
    writer: LogWriter,
    reader: LogReader,
    whole: string,
    later: (run: () => void) => void,
  ) {
    this.reports = new ReportQueue(later)
    this.recovery = log.report
    this.released = releasableImage({ ...log.image, incarnation: log.image.incarnation + 1 })
    this.writer = writer
    this.counters = writer.counters
    this.reader = reader
    this.whole = whole
  }

  get image(): LogImage {
    return this.released.image
  }

  write(operations: readonly StorageOperation[], sync: boolean, done: WriteDone): void {
    this.reports.during(() => {
      this.released.release()
      const refusal = this.isClosed ? stopped() : this.failure
      if (refusal !== undefined) return this.reports.add(done, refusal)
      this.asked += 1
      this.queue.push({ operations, sync, done })
      this.flush()
    })
  }

  read(
    from: LogIndex,
    to: LogIndex,
    done: (entries: readonly Entry[], error: Error | undefined) => void,
  ): void {
    this.afterWrites(() => {
      const refusal = this.isClosed ? stopped() : this.failure
      if (refusal !== undefined) return done([], refusal)
      let entries: readonly Entry[]
      try {
        entries = this.reader.read(from, to)
      } catch (error) {
        return done([], storageFailed(this.whole, 'read', error))
      }
      done(entries, undefined)
    })
  }

  close(): Promise<void> {
    const wasClosed = this.isClosed
    this.isClosed = true
    return new Promise((resolve) => {
      this.afterWrites(() => {
        if (!wasClosed) this.writer.close()
        resolve()
      })
    })
  }

  /** Runs at once if nothing is under way, else after every write that was asked for before it. */
  private afterWrites(run: () => void): void {
    if (this.isBusy) this.waiting.push({ after: this.asked, run })
    else run()
  }

  /** Starts what is queued, unless something is under way: its end will. */
  private flush(): void {
    if (this.isBusy || this.queue.length === 0) return
    this.isBusy = true
    if (!this.writer.isFull) return this.writeQueue()
    this.writer.rollOver((error) => (error === undefined ? this.writeQueue() : this.fail(error, [])))
  }

  private writeQueue(): void {
    const group = this.queue
    this.queue = []
    // All are reported at once to keep their order, so early only if none of them has to be durable.
    const early = group.every((each) => !each.sync)
    this.writer.write(
      group.map((each) => each.operations),
      () => {
        if (early) this.succeed(group)
      },
      (error) => {
        if (error !== undefined) return this.fail(error, early ? [] : group)
        this.isBusy = false
        this.settled += group.length
        this.runWaiting()
        // The disk goes on before anyone is told: what they do about it takes a while.
        this.flush()
        if (!early) this.succeed(group)
      },
    )
  }

  private runWaiting(): void {
    while (!this.isBusy && this.waiting.length > 0 && this.waiting[0]!.after <= this.settled) {
      this.waiting.shift()!.run()
    }
  }

  private succeed(group: readonly QueuedWrite[]): void {
    for (const { done } of group) this.reports.add(done, undefined)
    this.reports.run()
  }

  private fail(cause: Error, group: readonly QueuedWrite[]): void {
    const failure = storageFailed(this.whole, 'write', cause)
    this.failure = failure
    this.isBusy = false
    const failed = [...group, ...this.queue]
    this.queue = []
    for (const { done } of failed) this.reports.add(done, failure)
    this.reports.run()
    this.settled = this.asked
    this.runWaiting()
  }
}

function stopped(): QuorateError {
  return new QuorateError('STOPPED', 'the log store is closed')
}
