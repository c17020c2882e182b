import type { Disk, DiskDone, DiskFile } from '@quorate/core'
import { attempt, inOrder } from './disk-steps.ts'
import { temporaryName } from './log-segment.ts'

/** Zeros written and synced at a time: enough to be cheap for each byte, little enough not to hold up the log's syncs. */
const chunkBytes = 1 << 20
const zeros: Uint8Array = new Uint8Array(chunkBytes)

/** Zeros written ahead for each byte that the log grows: the next segment is ready when this one is half full. */
const pace = 2

/**
 * The file that will be the next segment, filled with zeros ahead of time under a temporary name. A sync of bytes that
 * replace others need not change the file system's own data: it takes about half the time and two thirds of the
 * processor's (measured; see packages/runtime/README.md). All of this is a convenience: if it fails, the segment is
 * made afresh when it is needed.
 */
export class SpareSegment {
  private readonly disk: Disk
  private readonly header: Uint8Array
  private readonly name: string
  /** How far to fill it with zeros. */
  private readonly size: number
  private file: DiskFile | undefined
  private filled = 0
  private credit = 0
  private isBusy = false
  private isBroken = false
  /** Called when the step under way ends. */
  private whenIdle: (() => void) | undefined

  constructor(disk: Disk, number: number, header: Uint8Array, size: number) {
    this.disk = disk
    this.name = temporaryName(number)
    this.header = header
    this.size = size
  }

  /** Notes that the log grew by so many bytes, and goes on filling at that pace. */
  progress(bytes: number): void {
    this.credit += bytes * pace
    if (this.credit < chunkBytes || this.isBusy || this.isBroken || this.filled >= this.size) return
    this.credit -= chunkBytes
    this.goOn()
  }

  private goOn(): void {
    this.isBusy = true
    attempt(
      (next) => this.fill(next),
      (error) => {
        this.isBusy = false
        this.isBroken = error !== undefined
        this.whenIdle?.()
      },
    )
  }

  /** Makes the file durable with its header and what zeros it has, at least `size` bytes of them, and lets go of it. */
  take(size: number, done: DiskDone): void {
    if (this.isBusy) {
      this.whenIdle = () => this.take(size, done)
      return
    }
    this.whenIdle = undefined
    if (this.isBroken) this.discard()
    this.isBroken = false
    if (this.file === undefined || this.filled < size) {
      attempt(
        (next) => this.fill(next),
        (error) => (error === undefined ? this.take(size, done) : done(error)),
      )
      return
    }
    this.file.close()
    this.file = undefined
    done(undefined)
  }

  /** Removes the file. */
  discard(): void {
    try {
      this.file?.close()
      if (this.filled > 0) this.disk.remove(this.name)
    } catch {
      // It is removed when the store is next opened.
    }
    this.file = undefined
    this.filled = 0
  }

  /** Writes the header, if it is not there yet, and the next zeros, and syncs both. */
  private fill(done: DiskDone): void {
    const file = (this.file ??= this.disk.open(this.name))
    const isNew = this.filled === 0
    const from = Math.max(this.filled, this.header.length)
    const count = Math.max(0, Math.min(this.size - from, chunkBytes))
    this.filled = from + count
    inOrder(
      [
        (next) => (isNew ? file.write(0, this.header, next) : next(undefined)),
        (next) => (count > 0 ? file.write(from, zeros.subarray(0, count), next) : next(undefined)),
        (next) => file.sync(next),
      ],
      done,
    )
  }
}
