import { LogImageBuilder, QuorateError, equalBytes } from '@quorate/core'
import type { Disk, LogImage, SnapshotMeta } from '@quorate/core'
import { LiveIndex } from './live-index.ts'
import type { LoggedOperation } from './log-operations.ts'
import { readOperation } from './log-operations.ts'
import { isTemporary, newSegment, readSegmentHeader, segmentName, segmentNumber } from './log-segment.ts'
import { SegmentScan } from './segment-scan.ts'
import type { Frame } from './segment-scan.ts'
import { SegmentTable } from './segment-table.ts'
import type { StoreIdentity } from './store-identity.ts'
import { corruptLog } from './storage-errors.ts'
import { judgeTail } from './torn-tail.ts'

/** What was found when a log was opened. */
export interface RecoveryReport {
  readonly segments: number
  /** Records read: one for each write to the disk since the oldest segment kept. */
  readonly records: number
  /** Entries alive. */
  readonly entries: number
  /** A last write that a crash had left unfinished, and that was cut off. It had not been acknowledged. */
  readonly cut: { readonly file: string; readonly offset: number; readonly bytes: number } | undefined
  /** Files that a crash had left behind and that were removed. */
  readonly removed: readonly string[]
}

/** A log as it was read. Nothing has been changed on the disk. */
export interface RecoveredLog {
  readonly image: LogImage
  readonly live: LiveIndex
  readonly table: SegmentTable
  /** The sequence of the last frame; 0 without any. */
  readonly sequence: number
  readonly oldest: number
  readonly report: RecoveryReport
}

/**
 * Reads a log. Checks every file before it believes any, and changes none.
 *
 * @throws QuorateError `WRONG_CLUSTER`, `NEWER_VERSION`, `CORRUPT_LOG`
 */
export function recoverLog(
  disk: Disk,
  identity: StoreIdentity,
  shown: (file: string) => string,
): RecoveredLog {
  return new Recovery(disk, identity, shown).run()
}

class Recovery {
  private readonly disk: Disk
  private readonly identity: StoreIdentity
  private readonly shown: (file: string) => string
  private readonly builder = new LogImageBuilder()
  private readonly live = new LiveIndex()
  private readonly table = new SegmentTable()
  private hardState: Uint8Array | undefined
  private incarnation = 0
  private oldest = 1
  private sequence = 0
  private records = 0
  /** The number that the last segment read says comes next; undefined if it is not sealed. */
  private sealedWith: number | undefined
  private cut: RecoveryReport['cut'] = undefined

  constructor(disk: Disk, identity: StoreIdentity, shown: (file: string) => string) {
    this.disk = disk
    this.identity = identity
    this.shown = shown
  }

  run(): RecoveredLog {
    const files = this.disk.list()
    const numbers = files
      .map(segmentNumber)
      .filter((number) => number !== undefined)
      .sort((a, b) => a - b)
    const headers = new Map(
      numbers.map((number) => [
        number,
        readSegmentHeader(this.disk, this.identity, number, this.shown(segmentName(number))),
      ]),
    )
    const first = numbers.findLast((number) => !headers.has(number - 1)) ?? 1
    const unused = this.readSegments(first, headers)
    if (this.oldest < first) throw this.missing(first - 1)
    const removed = [
      ...numbers.filter((number) => number < this.oldest || number === unused).map(segmentName),
      ...files.filter(isTemporary),
    ]
    this.table.dropBefore(this.oldest)
    return this.result(removed)
  }

  /** Reads segments from `first` on. The number of one that had been made but not begun, if there is one. */
  private readSegments(
    first: number,
    headers: ReadonlyMap<number, { length: number; seed: number }>,
  ): number | undefined {
    let number = first
    for (let header = headers.get(first); header !== undefined; header = headers.get(number)) {
      if (number > first && this.sealedWith === undefined) {
        this.checkUnused(number, header, headers.has(number + 1))
        return number
      }
      this.readSegment(number, header)
      number += 1
    }
    if (this.sealedWith !== undefined) throw this.missing(this.sealedWith)
    return undefined
  }

  private readSegment(number: number, header: { length: number; seed: number }): void {
    const name = segmentName(number)
    const isOldest = this.table.all.length === 0
    const segment = newSegment(number, header.length, header.seed, this.sequence + 1)
    const scan = new SegmentScan(this.disk, name, header.length, header.seed)
    this.table.add(segment)
    this.sealedWith = undefined
    for (let frame = scan.next(); frame !== undefined; frame = scan.next()) {
      if (isOldest && segment.offsets.length === 0) {
        segment.firstSequence = frame.sequence
        this.sequence = frame.sequence - 1
      }
      this.takeFrame(frame, scan.offset)
      if (this.sealedWith !== undefined) return
    }
    if (scan.problem !== undefined) this.cutOrRefuse(scan)
    if (isOldest && segment.offsets.length === 0 && number > 1) throw this.missing(number - 1)
  }

  private takeFrame(frame: Frame, end: number): void {
    const segment = this.table.active
    if (frame.sequence !== this.sequence + 1) {
      throw this.corrupt(
        segment.name,
        frame.offset,
        `record ${frame.sequence} follows record ${this.sequence}`,
      )
    }
    this.sequence = frame.sequence
    this.records += 1
    const isFirst = segment.offsets.length === 0
    this.table.noteFrame(frame.offset, end)
    try {
      while (frame.reader.remaining > 0) {
        const operation = readOperation(frame.reader)
        if (isFirst !== (operation.type === 'checkpoint'))
          frame.reader.fail('a segment starts with its checkpoint')
        this.takeOperation(operation, frame)
      }
    } catch (error) {
      if (!(error instanceof QuorateError) || error.code !== 'DECODE') throw error
      throw this.corrupt(segment.name, frame.offset, `its checksum is right, but ${error.message}`)
    }
  }

  private takeOperation(operation: LoggedOperation, frame: Frame): void {
    switch (operation.type) {
      case 'checkpoint':
        return this.takeCheckpoint(operation, frame)
      case 'opened':
        this.incarnation = operation.incarnation
        return
      case 'oldest':
        this.oldest = operation.segment
        return
      case 'sealed':
        this.sealedWith = operation.next
        return
      case 'dropTo':
        this.live.apply(operation, frame.sequence)
        return this.builder.apply({ type: 'installSnapshot', meta: operation.meta })
      case 'append':
      case 'accept':
        for (const entry of operation.entries) {
          entry.encoded = undefined
          this.noteIndex(entry.index)
        }
        break
      case 'setHardState':
        this.hardState = operation.bytes
        break
      case 'compactTo':
      case 'truncateAfter':
        break
    }
    this.live.apply(operation, frame.sequence)
    this.builder.apply(operation)
  }

  private noteIndex(index: number): void {
    const segment = this.table.active
    if (index > segment.maxIndex) segment.maxIndex = index
  }

  /** The oldest segment's checkpoint is where everything starts; a later one must say what is known already. */
  private takeCheckpoint(checkpoint: LoggedOperation & { type: 'checkpoint' }, frame: Frame): void {
    this.incarnation = checkpoint.incarnation
    this.oldest = checkpoint.oldest
    if (this.records > 1) {
      const isSame =
        sameMeta(checkpoint.base, this.live.base) && sameBytes(checkpoint.hardState, this.hardState)
      if (isSame) return
      frame.reader.fail('the segment starts from another state than the one before it ended with')
    }
    this.hardState = checkpoint.hardState
    this.live.startAt(checkpoint.base)
    if (checkpoint.hardState !== undefined) {
      this.builder.apply({ type: 'setHardState', bytes: checkpoint.hardState })
    }
    if (checkpoint.base !== undefined) this.builder.apply({ type: 'installSnapshot', meta: checkpoint.base })
  }

  /** Only the last segment may end badly, and only in the way in which a crash leaves it. */
  private cutOrRefuse(scan: SegmentScan): void {
    const { name, seed } = this.table.active
    const verdict = judgeTail(this.disk, name, scan.offset, seed, this.sequence + 1)
    if (verdict !== undefined) throw this.corrupt(name, scan.offset, verdict)
    this.cut = { file: name, offset: scan.offset, bytes: this.disk.size(name) - scan.offset }
  }

  /** Segment `number` comes after one that is not sealed, so nothing can have been written to it. */
  private checkUnused(number: number, header: { length: number; seed: number }, followed: boolean): void {
    const before = this.table.active
    const scan = new SegmentScan(this.disk, segmentName(number), header.length, header.seed)
    if (!followed && scan.next() === undefined && scan.problem === undefined) return
    throw this.corrupt(
      before.name,
      before.end,
      `records are missing at its end, segment ${number} goes on after them`,
    )
  }

  private result(removed: string[]): RecoveredLog {
    const image = this.builder.image(this.incarnation)
    return {
      image,
      live: this.live,
      table: this.table,
      sequence: this.sequence,
      oldest: this.oldest,
      report: {
        segments: this.table.all.length,
        records: this.records,
        entries: image.entries.length,
        cut: this.cut,
        removed,
      },
    }
  }

  private corrupt(name: string, offset: number, problem: string): QuorateError {
    return corruptLog(this.shown(name), offset, problem)
  }

  private missing(number: number): QuorateError {
    return corruptLog(this.shown(segmentName(number)), 0, 'the file is missing')
  }
}

function sameMeta(a: SnapshotMeta | undefined, b: SnapshotMeta | undefined): boolean {
  return a?.index === b?.index && a?.epoch === b?.epoch
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b)
}
