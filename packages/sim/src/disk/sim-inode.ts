import type { Random } from '../random/random.ts'
import type { DiskConditions } from './disk-conditions.ts'
import { type PendingWrite, tear } from './pending-write.ts'

const nothing = new Uint8Array(0)

/**
 * The content of a file, whatever it is called: as programs see it, and what is needed to take back those changes that
 * are not durable yet.
 */
export class SimInode {
  size = 0
  private buffer: Uint8Array = nothing
  /** Changes that are not durable, oldest first. */
  private pending: PendingWrite[] = []

  read(offset: number, length: number): Uint8Array {
    return this.buffer.slice(offset, Math.min(this.size, offset + length))
  }

  /** Changes the content; the change is not durable. */
  write(offset: number, bytes: Uint8Array): PendingWrite {
    const old = this.buffer.slice(offset, Math.min(this.size, offset + bytes.length))
    const change = { offset, bytes: bytes.slice(), oldSize: this.size, old, completed: false }
    this.pending.push(change)
    this.put(offset, bytes)
    return change
  }

  truncate(size: number): void {
    const old = this.buffer.slice(size, this.size)
    this.pending.push({ offset: size, bytes: undefined, oldSize: this.size, old, completed: true })
    this.resize(size)
  }

  /** How many changes, from the oldest on, a sync that begins now makes durable. */
  get completed(): number {
    let count = 0
    while (this.pending[count]?.completed === true) count++
    return count
  }

  /** The changes up to `last` are durable. */
  markDurable(last: PendingWrite | undefined): void {
    if (last === undefined) return
    this.pending.splice(0, this.pending.indexOf(last) + 1)
  }

  /** The newest change that a sync beginning now makes durable. */
  get lastCompleted(): PendingWrite | undefined {
    return this.pending[this.completed - 1]
  }

  /** The process is gone, but the operating system has what it wrote: the next sync of anyone makes it durable. */
  completeAll(): void {
    for (const change of this.pending) change.completed = true
  }

  /** Loses what was not durable, or some of it; gives how many changes were lost or torn. */
  crash(
    random: Random,
    { crashLoss, survival, tear: tearing }: DiskConditions,
  ): { lost: number; torn: number } {
    const changes = this.pending
    this.pending = []
    for (const change of changes.toReversed()) this.revert(change)
    const result = { lost: 0, torn: 0 }
    for (let i = 0; i < changes.length; i++) {
      const change = changes[i]!
      const survives = random.chance(survival)
      const torn = change.bytes !== undefined && random.chance(tearing)
      if (torn && (crashLoss === 'any' || !survives)) {
        result.torn += 1
        for (const piece of tear(random, change.offset, change.bytes!)) this.put(piece.offset, piece.bytes)
      } else if (survives) {
        this.redo(change)
      } else {
        result.lost += 1
      }
      if (crashLoss === 'prefix' && !survives) {
        result.lost += changes.length - 1 - i
        break
      }
    }
    return result
  }

  private redo({ offset, bytes }: PendingWrite): void {
    if (bytes === undefined) this.resize(offset)
    else this.put(offset, bytes)
  }

  private revert({ offset, bytes, oldSize, old }: PendingWrite): void {
    if (bytes === undefined) {
      this.resize(oldSize)
      this.put(offset, old)
    } else {
      this.put(offset, old)
      this.resize(oldSize)
    }
  }

  private put(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (offset + bytes.length > this.size) this.resize(offset + bytes.length)
    this.buffer.set(bytes, offset)
  }

  /** What a file gains is zero. */
  private resize(size: number): void {
    if (size > this.buffer.length) {
      const grown = new Uint8Array(Math.max(size, this.buffer.length * 2))
      grown.set(this.buffer.subarray(0, this.size))
      this.buffer = grown
    } else if (size < this.size) {
      this.buffer.fill(0, size, this.size)
    }
    this.size = size
  }
}
