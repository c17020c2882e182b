import type { Random } from '../random/random.ts'
import type { DiskConditions } from './disk-conditions.ts'
import { FileBytes } from './file-bytes.ts'
import { type Harm, type HarmCause, healed } from './harm.ts'
import { type PendingWrite, type Piece, type StrayPlace, tear } from './pending-write.ts'

/** Puts a misdirected piece where the disk sends it. */
export type Misdirect = (from: SimInode, piece: Piece, stray: StrayPlace) => void

/** How much of a misdirected write lands somewhere else: its beginning. */
const strayBytes = 4096

/**
 * The content of a file, whatever it is called: as programs see it, what of it is on the disk, and the changes that are
 * on their way there.
 */
export class SimInode {
  /** Where the bytes on the disk are not those that were written, and were not written anew. */
  harms: Harm[] = []
  private seen = new FileBytes()
  /** What is on the disk. Undefined: what is seen, were it not for the changes that are not durable. */
  private ownPlatter: FileBytes | undefined
  /** Changes that are not durable, oldest first. */
  private pending: PendingWrite[] = []

  get size(): number {
    return this.seen.size
  }

  read(offset: number, length: number): Uint8Array {
    return this.seen.read(offset, length)
  }

  /** Changes the content; the change is not durable. */
  write(offset: number, bytes: Uint8Array, stray?: StrayPlace): PendingWrite {
    const { length } = bytes
    const isPlain = this.ownPlatter === undefined
    const change: PendingWrite = {
      offset,
      length,
      bytes: isPlain ? undefined : bytes.slice(),
      before: isPlain ? this.seen.before(offset, length) : undefined,
      completed: false,
      promised: false,
      isPiece: false,
      stray,
    }
    this.pending.push(change)
    this.seen.put(offset, bytes)
    return change
  }

  truncate(size: number): void {
    const { seen } = this
    this.pending.push({
      offset: size,
      length: undefined,
      bytes: undefined,
      before: this.ownPlatter === undefined ? seen.before(size, seen.size - size) : undefined,
      completed: true,
      promised: false,
      isPiece: false,
      stray: undefined,
    })
    seen.resize(size)
  }

  /** The newest change that a sync beginning now makes durable. */
  get lastCompleted(): PendingWrite | undefined {
    let count = 0
    while (this.pending[count]?.completed === true) count++
    return this.pending[count - 1]
  }

  /** The changes up to `last` are durable. */
  markDurable(last: PendingWrite | undefined, misdirect: Misdirect): void {
    if (this.pending.some(({ stray }) => stray !== undefined)) this.separate()
    for (const change of this.takeTo(last)) this.reach(change, misdirect)
  }

  /** A sync says that the changes up to `last` are durable. */
  promise(last: PendingWrite | undefined): void {
    if (last === undefined) return
    for (const change of this.pending) {
      change.promised = true
      if (change === last) return
    }
  }

  /**
   * A sync failed, and the operating system takes what it was to write for written: programs see it, later syncs have
   * nothing to do, and of it on the disk there is only what got there before the failure.
   */
  forget(last: PendingWrite | undefined, random: Random): void {
    this.separate()
    for (const change of this.takeTo(last)) {
      if (change.bytes === undefined) continue
      for (const piece of tear(random, change.offset, change.bytes))
        this.platter.put(piece.offset, piece.bytes)
      if (change.promised) this.harm('lost', change.offset, change.bytes.length)
    }
  }

  /** Is there something that a sync said was durable and is not, or something that will land somewhere else? */
  get isOwed(): boolean {
    return this.pending.some(({ promised, stray }) => promised || stray !== undefined)
  }

  /** The process is gone, but the operating system has what it wrote: the next sync of anyone makes it durable. */
  completeAll(): void {
    for (const change of this.pending) change.completed = true
  }

  /** Loses what was not durable, or some of it; gives how many changes were lost or torn. */
  crash(
    random: Random,
    { crashLoss, survival, tear: tearing }: DiskConditions,
    misdirect: Misdirect,
  ): { lost: number; torn: number } {
    this.separate()
    const changes = this.pending
    this.pending = []
    const result = { lost: 0, torn: 0 }
    for (let i = 0; i < changes.length; i++) {
      const change = changes[i]!
      const survives = random.chance(survival)
      const torn = change.bytes !== undefined && !change.isPiece && random.chance(tearing)
      if (torn && (crashLoss === 'any' || !survives)) {
        result.torn += 1
        for (const { offset, bytes } of tear(random, change.offset, change.bytes!)) this.store(offset, bytes)
      } else if (survives) {
        this.reach(change, misdirect)
      } else {
        result.lost += 1
      }
      if (!survives || torn) this.harmPromised(change)
      if (crashLoss === 'prefix' && !survives) {
        result.lost += changes.length - 1 - i
        for (const later of changes.slice(i + 1)) this.harmPromised(later)
        break
      }
    }
    return result
  }

  /** What programs see is what is on the disk. Of a crash, when all files have had theirs. */
  reload(): void {
    this.seen = this.platter
    this.ownPlatter = undefined
  }

  /** What is on the disk at a place; the last place that is in use. */
  durableAt(offset: number): number {
    return this.platter.at(offset)
  }

  get durableSize(): number {
    return this.platter.size
  }

  get lastDurable(): number {
    return this.platter.lastUsed
  }

  /**
   * Something changes the bytes on the disk behind everybody's back. Programs see it at the next read, or after a
   * restart of the machine if its memory still holds writes of the file.
   */
  spoil(cause: HarmCause, offset: number, bytes: Uint8Array): void {
    this.platter.put(offset, bytes)
    if (this.pending.length === 0 && this.seen.size >= offset + bytes.length) this.seen.put(offset, bytes)
    this.harm(cause, offset, bytes.length)
  }

  harm(cause: HarmCause, offset: number, length: number): void {
    this.harms.push({ cause, offset, length })
  }

  private get platter(): FileBytes {
    return this.separate()
  }

  /** From now on the disk's content is kept beside what is seen: it is about to be something else than the changes say. */
  private separate(): FileBytes {
    if (this.ownPlatter !== undefined) return this.ownPlatter
    const platter = new FileBytes()
    platter.copyFrom(this.seen)
    for (const change of this.pending.toReversed()) {
      if (change.length !== undefined) change.bytes = platter.read(change.offset, change.length)
      platter.undo(change.offset, change.before!)
    }
    return (this.ownPlatter = platter)
  }

  /** Takes out the changes up to `last`. */
  private takeTo(last: PendingWrite | undefined): PendingWrite[] {
    if (last === undefined) return []
    if (last !== this.pending.at(-1)) return this.pending.splice(0, this.pending.indexOf(last) + 1)
    const all = this.pending
    this.pending = []
    return all
  }

  /** A change reaches the disk. */
  private reach({ offset, length, bytes, stray }: PendingWrite, misdirect: Misdirect): void {
    if (length === undefined) return this.cut(offset)
    // Where the disk's content is not kept by itself, it is enough that the change is not pending any more.
    if (bytes === undefined) return this.heal(offset, offset + length)
    if (stray === undefined) return this.store(offset, bytes)
    const count = Math.min(length, strayBytes)
    this.store(offset + count, bytes.subarray(count))
    this.harm('astray', offset, count)
    misdirect(this, { offset, bytes: bytes.subarray(0, count) }, stray)
  }

  private store(offset: number, bytes: Uint8Array): void {
    this.platter.put(offset, bytes)
    this.heal(offset, offset + bytes.length)
  }

  private cut(size: number): void {
    this.ownPlatter?.resize(size)
    this.heal(size, Infinity)
  }

  /** What was written anew is harmed no more. */
  private heal(from: number, to: number): void {
    if (this.harms.length > 0) this.harms = healed(this.harms, from, to)
  }

  private harmPromised({ promised, offset, length }: PendingWrite): void {
    if (promised) this.harm('lost', offset, length ?? 1)
  }
}
