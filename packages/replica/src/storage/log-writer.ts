import { ByteWriter } from '@quorate/core'
import type { Disk, DiskDone, DiskFile, SnapshotMeta, StorageOperation } from '@quorate/core'
import { type DiskStep, attempt, inOrder } from './disk-steps.ts'
import type { LiveIndex } from './live-index.ts'
import { beginFrame, finishFrame } from './log-frame.ts'
import { writeOperation } from './log-operations.ts'
import type { LoggedOperation } from './log-operations.ts'
import { encodeSegmentHeader, newSegment, segmentLimit, segmentName, temporaryName } from './log-segment.ts'
import type { RecoveredLog } from './log-recovery.ts'
import type { SegmentTable } from './segment-table.ts'
import { SpareSegment } from './spare-segment.ts'
import type { StoreIdentity } from './store-identity.ts'

/** Above this, the buffer in which frames are built is not kept. */
const keptBufferBytes = 8 << 20

/** What a writer counts. */
export interface WriterCounters {
  writes: number
  fsyncs: number
  bytes: number
}

/** A frame between its end and its sync's. */
interface FrameUnderWay {
  readonly offset: number
  readonly bytes: Uint8Array
  readonly written: DiskDone | undefined
  readonly ended: DiskDone
  /** Whoever asked for it. */
  readonly done: DiskDone
}

/**
 * The writing side of a log: frames, one at a time, into segments. It is told one thing at a time and reports when
 * that is done; it neither queues nor retries.
 */
export class LogWriter {
  readonly counters: WriterCounters = { writes: 0, fsyncs: 0, bytes: 0 }
  private readonly disk: Disk
  private readonly identity: StoreIdentity
  private readonly segmentBytes: number
  private readonly preallocate: boolean
  private readonly live: LiveIndex
  private readonly table: SegmentTable
  private sequence: number
  private oldest: number
  private hardState: Uint8Array | undefined
  private incarnation: number
  private file: DiskFile | undefined
  private spare: SpareSegment | undefined
  private writer = new ByteWriter(64 << 10)
  /** The frame that is being written. There is never another, so its steps need not be made anew for each. */
  private underWay: FrameUnderWay | undefined
  /** Where the active segment ended before it. */
  private grownFrom = 0
  private readonly writeFrame: DiskStep = (next) => {
    const { offset, bytes } = this.underWay!
    this.file!.write(offset, bytes, next)
  }
  private readonly frameWritten: DiskDone = (error) => {
    const { written, ended } = this.underWay!
    if (error !== undefined) return ended(error)
    written?.(undefined)
    attempt(this.syncFrame, ended)
  }
  private readonly syncFrame: DiskStep = (next) => this.file!.sync(next)
  private readonly afterWrite: DiskDone = (error) => {
    const { done } = this.underWay!
    if (error === undefined) {
      this.spareSegment().progress(this.table.active.end - this.grownFrom)
      this.removeUnneeded()
    }
    done(error)
  }

  constructor(
    disk: Disk,
    identity: StoreIdentity,
    log: RecoveredLog,
    options: { readonly segmentBytes: number; readonly preallocate: boolean },
  ) {
    this.disk = disk
    this.identity = identity
    this.segmentBytes = options.segmentBytes
    this.preallocate = options.preallocate
    this.live = log.live
    this.table = log.table
    this.sequence = log.sequence
    this.oldest = log.oldest
    this.hardState = log.image.hardState
    this.incarnation = log.image.incarnation
  }

  /** Is it time for another segment? */
  get isFull(): boolean {
    const active = this.table.active
    return active.offsets.length > 1 && active.end >= segmentLimit(active.number, this.segmentBytes)
  }

  /** Makes the recovered log fit to be written, and counts this opening, durably. */
  open(log: RecoveredLog, done: DiskDone): void {
    const { cut, removed } = log.report
    inOrder(
      [
        (next) => this.clean(removed, next),
        (next) => (log.table.all.length === 0 ? this.begin(1, this.fillSize(1), next) : this.reopen(next)),
        (next) => {
          if (cut === undefined) return next(undefined)
          this.file!.truncate(cut.offset)
          this.file!.sync(next)
        },
        (next) => this.rewriteLast(next),
        (next) => this.disk.syncDirectory(next),
        (next) => {
          this.incarnation += 1
          const isNew = this.table.active.offsets.length === 0
          this.writeNote(isNew ? this.checkpoint() : { type: 'opened', incarnation: this.incarnation }, next)
        },
      ],
      done,
    )
  }

  /**
   * Writes one frame with all of the given operations.
   *
   * @param written called when the bytes are with the operating system, before they are durable
   */
  write(batches: readonly (readonly StorageOperation[])[], written: DiskDone, done: DiskDone): void {
    const sequence = this.sequence + 1
    const base = this.live.base
    beginFrame(this.writer)
    for (const operations of batches) for (const operation of operations) this.take(operation, sequence)
    const active = this.table.active
    if (this.live.base !== base) {
      const oldest = this.table.oldestNeeded(this.live.baseIndex)
      if (oldest > this.oldest) writeOperation(this.writer, { type: 'oldest', segment: oldest })
      this.oldest = Math.max(oldest, this.oldest)
    }
    this.grownFrom = active.end
    this.finish(written, this.afterWrite, done)
  }

  /** Begins another segment. It exists, durably, before this one says so; and this one says so before that is used. */
  rollOver(done: DiskDone): void {
    const number = this.table.active.number + 1
    inOrder(
      [
        (next) => this.spareSegment().take(0, next),
        (next) => this.name(number, next),
        (next) => this.writeNote({ type: 'sealed', next: number }, next),
        (next) => {
          this.file?.close()
          this.adopt(number)
          this.writeNote(this.checkpoint(), next)
        },
      ],
      done,
    )
  }

  close(): void {
    this.spare?.discard()
    this.file?.close()
    this.file = undefined
  }

  /** Adds an operation to the frame, and follows it. */
  private take(operation: StorageOperation, sequence: number): void {
    const resolved = this.resolve(operation)
    writeOperation(this.writer, resolved)
    this.live.apply(operation, sequence)
    const active = this.table.active
    if (operation.type === 'append' || operation.type === 'accept') {
      for (const { index } of operation.entries) if (index > active.maxIndex) active.maxIndex = index
    } else if (operation.type === 'setHardState') {
      this.hardState = operation.bytes
    }
  }

  private resolve(operation: StorageOperation): LoggedOperation {
    if (operation.type !== 'installSnapshot') return operation
    return { type: this.live.keepsOnInstall(operation.meta) ? 'compactTo' : 'dropTo', meta: operation.meta }
  }

  /** Writes a frame with one of the store's own notes. */
  private writeNote(note: LoggedOperation, done: DiskDone): void {
    beginFrame(this.writer)
    writeOperation(this.writer, note)
    this.finish(undefined, done, done)
  }

  /** Ends the frame, writes it behind the last one, and syncs. Then `ended` is called, which may be `done` itself. */
  private finish(written: DiskDone | undefined, ended: DiskDone, done: DiskDone): void {
    const { seed, end: offset } = this.table.active
    this.sequence += 1
    const bytes = finishFrame(this.disk, this.writer, seed, this.sequence, offset)
    if (bytes.length > keptBufferBytes) this.writer = new ByteWriter(64 << 10)
    this.table.noteFrame(offset, offset + bytes.length)
    this.counters.writes += 1
    this.counters.fsyncs += 1
    this.counters.bytes += bytes.length
    this.underWay = { offset, bytes, written, ended, done }
    attempt(this.writeFrame, this.frameWritten)
  }

  private checkpoint(): LoggedOperation {
    const base: SnapshotMeta | undefined = this.live.base
    const { incarnation, oldest, hardState } = this
    return { type: 'checkpoint', incarnation, oldest, hardState, base }
  }

  /** Makes the first segment. */
  private begin(number: number, size: number, done: DiskDone): void {
    inOrder(
      [
        (next) => this.newSpare(number).take(size, next),
        (next) => this.name(number, next),
        (next) => {
          this.adopt(number)
          next(undefined)
        },
      ],
      done,
    )
  }

  private reopen(done: DiskDone): void {
    this.file = this.disk.open(this.table.active.name)
    done(undefined)
  }

  /** Gives the finished spare file its name. */
  private name(number: number, done: DiskDone): void {
    this.spare = undefined
    this.disk.rename(temporaryName(number), segmentName(number))
    this.disk.syncDirectory(done)
  }

  /** Makes segment `number` the active one. */
  private adopt(number: number): void {
    const header = encodeSegmentHeader(this.disk, this.identity, number)
    this.table.add(newSegment(number, header.bytes.length, header.crc, this.sequence + 1))
    this.file = this.disk.open(segmentName(number))
  }

  private spareSegment(): SpareSegment {
    return (this.spare ??= this.newSpare(this.table.active.number + 1))
  }

  private newSpare(number: number): SpareSegment {
    const header = encodeSegmentHeader(this.disk, this.identity, number).bytes
    return new SpareSegment(this.disk, number, header, Math.max(this.fillSize(number), header.length))
  }

  private fillSize(number: number): number {
    return this.preallocate ? segmentLimit(number, this.segmentBytes) : 0
  }

  /** Removes files that a crash left. Whether that is durable does not matter: they would be removed again. */
  private clean(names: readonly string[], done: DiskDone): void {
    for (const name of names) this.disk.remove(name)
    done(undefined)
  }

  /**
   * Makes the last frame durable once more. After a crash of the process alone, or a sync that failed, it may be
   * visible and not durable, and yet a sync alone may find nothing to do; those before it are durable. What was read
   * must be, before anyone acts on it.
   */
  private rewriteLast(done: DiskDone): void {
    if (this.sequence === 0) return done(undefined)
    const { segment, offset, length } = this.table.place(this.sequence)
    const bytes = this.disk.read(segment.name, offset, length)
    const file = this.disk.open(segment.name)
    inOrder([(next) => file.write(offset, bytes, next), (next) => file.sync(next)], (error) => {
      file.close()
      done(error)
    })
  }

  /** Removes the segments that the log has durably said it does not need. */
  private removeUnneeded(): void {
    for (const name of this.table.dropBefore(this.oldest)) {
      try {
        this.disk.remove(name)
      } catch {
        // It takes up space until the store is next opened; the log itself is none the worse for it.
      }
    }
  }
}
