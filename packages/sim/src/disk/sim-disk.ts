import { type Disk, type DiskDone, finish, mix } from '@quorate/core'
import type { Random } from '../random/random.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { EventOwner } from '../time/sim-event.ts'
import { type DiskConditions, calmDisk } from './disk-conditions.ts'
import { Directory } from './directory.ts'
import { type DiskOperation, DiskTrouble } from './disk-trouble.ts'
import { MountedDisk } from './mounted-disk.ts'
import { tear } from './pending-write.ts'
import { type RotArea, drawRot, drawStray } from './spoil.ts'
import type { Misdirect, SimInode } from './sim-inode.ts'

/**
 * What a disk does that it should not.
 * - `disk-error`, `write-error`, `read-error`: a sync, write or read fails.
 * - `disk-full`: a write fails for want of space.
 * - `lost-sync`: a sync succeeds and does nothing.
 * - `misdirected-write`: a write reaches the disk somewhere else.
 */
export type DiskMisdeed =
  | 'disk-error'
  | 'write-error'
  | 'read-error'
  | 'disk-full'
  | 'lost-sync'
  | 'misdirected-write'

/** Who watches a disk. */
export interface DiskWatcher {
  /** A sync began, and will take so many milliseconds. */
  syncing(duration: number): void
  happened(misdeed: DiskMisdeed): void
}

/** What a {@link SimDisk} is made of. */
export interface SimDiskOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  /** @default {@link calmDisk} */
  readonly conditions?: DiskConditions
  readonly watcher?: DiskWatcher
}

/**
 * One machine's disk, which outlives its processes. What was written and not synced is lost at a crash, in whole or in
 * part; so are files made, renamed and removed since the directory was synced, from some such change on. What is wrong
 * with it besides is its {@link SimDisk.trouble}; what has already been done to what it holds, its harms.
 *
 * A process opens it with {@link SimDisk.mount}: what it asked for dies with it.
 */
export class SimDisk {
  readonly conditions: DiskConditions
  readonly trouble: DiskTrouble
  /** Has something failed since the last process began? Whatever stopped then had a reason to. */
  hasFailed = false
  /**
   * May something be missing of which a reader cannot tell that it ever was there? Said until it was looked into,
   * because who opens a log may write over the gap. (A flipped bit can always be told.)
   */
  mayHaveForgotten = false
  private readonly directory = new Directory()
  private readonly scheduler: Scheduler
  private readonly random: Random
  private readonly watcher: DiskWatcher | undefined
  private readonly misdirect: Misdirect

  constructor({ scheduler, random, conditions, watcher }: SimDiskOptions) {
    this.scheduler = scheduler
    this.random = random
    this.conditions = conditions ?? calmDisk
    this.watcher = watcher
    this.trouble = new DiskTrouble(scheduler)
    this.misdirect = (from, piece, stray) => {
      const others = [...this.directory.inodes].filter((inode) => inode !== from)
      const place = drawStray(random, from, others, piece, stray)
      place?.inode.spoil('overwritten', place.offset, place.bytes)
      this.watcher?.happened('misdirected-write')
    }
  }

  /** The disk as one life of a process sees it. */
  mount(owner: EventOwner): Disk {
    this.hasFailed = false
    if (this.isForgetful) this.mayHaveForgotten = true
    return new MountedDisk(this, this.directory, owner)
  }

  /** The process is gone, the machine stays: what was written is still on its way to the disk. */
  kill(): void {
    for (const inode of this.directory.inodes) inode.completeAll()
  }

  /** The machine crashed. Gives how many writes were lost and torn. */
  crash(): { lost: number; torn: number } {
    this.directory.crash(this.random)
    const total = { lost: 0, torn: 0 }
    const { inodes } = this.directory
    for (const inode of inodes) {
      const { lost, torn } = inode.crash(this.random, this.conditions, this.misdirect)
      total.lost += lost
      total.torn += torn
    }
    for (const inode of inodes) inode.reload()
    return total
  }

  /** Nothing completes for `duration` milliseconds. */
  stall(duration: number): void {
    this.trouble.stall(duration)
  }

  /**
   * The next operation of that kind fails. `forgets`, of a sync: the operating system takes what it was to write for
   * written, so that a later sync does not write it either.
   */
  failNext(operation: DiskOperation = 'sync', forgets = false): void {
    this.trouble.failNext(operation, forgets)
  }

  /** Flips a bit of what is durable; false if there is nothing of that kind. */
  rot(random: Random, area: RotArea): boolean {
    const place = drawRot(random, area, this.directory)
    place?.inode.spoil('rot', place.offset, place.bytes)
    return place !== undefined
  }

  /** Troubles end, and what was ordered and has not happened will not. What was harmed stays so. */
  mend(): void {
    this.trouble.mend()
  }

  /** Is what it holds not what was written, or could it be so after a crash? */
  get isAtRisk(): boolean {
    return (
      this.trouble.isHarmful ||
      this.mayHaveForgotten ||
      this.directory.isOwed ||
      this.isHarmed ||
      [...this.directory.inodes].some(({ isOwed }) => isOwed)
    )
  }

  /** Is what it holds not what was written? */
  get isHarmed(): boolean {
    return this.directory.isHarmed || [...this.directory.inodes].some(({ harms }) => harms.length > 0)
  }

  private get isForgetful(): boolean {
    const isMissing = ({ harms }: SimInode): boolean => harms.some(({ cause }) => cause !== 'rot')
    return this.directory.isHarmed || [...this.directory.inodes].some(isMissing)
  }

  /** Called by mounted disks: a read that may fail. */
  beforeRead(): void {
    if (this.trouble.takeFailure('read') === undefined) return
    this.happened('read-error')
    throw new Error('EIO: input/output error')
  }

  /** Called by mounted disks. Gives the time at which the write completes, which is not before `earliest`. */
  write(
    owner: EventOwner,
    inode: SimInode,
    offset: number,
    bytes: Uint8Array,
    earliest: number,
    done: DiskDone,
  ): number {
    const failure = this.writeFailure(offset + bytes.length > inode.size)
    if (failure !== undefined) {
      const { error, leavesSome } = failure
      const pieces = leavesSome ? tear(this.random, offset, bytes) : []
      for (const piece of pieces) {
        const change = inode.write(piece.offset, piece.bytes)
        change.completed = true
        change.isPiece = true
      }
      return this.complete(owner, this.conditions.writeDelay, earliest, 0, () => done(error))
    }
    const change = inode.write(offset, bytes, this.trouble.takeStray())
    const { now } = this.scheduler
    if (this.conditions.writeDelay === 0 && earliest <= now && !this.trouble.isStalled) {
      change.completed = true
      done(undefined)
      return now
    }
    const payload = finish(mix(mix(0, offset), bytes.length))
    return this.complete(owner, this.conditions.writeDelay, earliest, payload, () => {
      change.completed = true
      done(undefined)
    })
  }

  /** Called by mounted disks: makes every change of the directory so far durable, after a while. */
  syncDirectory(owner: EventOwner, done: DiskDone): void {
    const isLie = this.trouble.isLying
    const sync = this.directory.sync()
    this.complete(owner, this.syncDelay(), 0, sync.count, () => {
      if (isLie) this.watcher?.happened('lost-sync')
      sync.done(isLie)
      done(undefined)
    })
  }

  /** Called by mounted disks. Gives the time at which the sync completes, which is not before `earliest`. */
  sync(owner: EventOwner, inode: SimInode, earliest: number, done: DiskDone): number {
    const last = inode.lastCompleted
    const failure = this.trouble.takeFailure('sync')
    const isLie = this.trouble.isLying
    const run = (): void => {
      if (failure !== undefined) {
        this.happened('disk-error')
        if (failure.forgets) inode.forget(last, this.random)
        return done(new Error('EIO: input/output error'))
      }
      if (isLie) {
        this.watcher?.happened('lost-sync')
        inode.promise(last)
      } else {
        inode.markDurable(last, this.misdirect)
      }
      done(undefined)
    }
    const time = this.complete(owner, this.syncDelay(), earliest, last?.offset ?? 0, run)
    this.watcher?.syncing((time - this.scheduler.now) / 1000)
    return time
  }

  /** Why a write fails, if it does. `leavesSome`: a part of it may be there. */
  private writeFailure(
    isGrowing: boolean,
  ): { readonly error: Error; readonly leavesSome: boolean } | undefined {
    if (this.trouble.takeFailure('write') !== undefined) {
      this.happened('write-error')
      return { error: new Error('EIO: input/output error'), leavesSome: true }
    }
    if (!isGrowing || !this.trouble.isFull) return undefined
    this.happened('disk-full')
    return { error: new Error('ENOSPC: no space left on device'), leavesSome: false }
  }

  private happened(misdeed: DiskMisdeed): void {
    this.hasFailed = true
    this.watcher?.happened(misdeed)
  }

  /** Schedules a completion; gives its time. */
  private complete(
    owner: EventOwner,
    delay: number,
    earliest: number,
    payload: number,
    run: () => void,
  ): number {
    const { stalledUntil, slowness } = this.trouble
    const time = this.scheduler.now + Math.ceil(delay * slowness * 1000)
    return this.scheduler.at(Math.max(time, earliest, stalledUntil), 'disk', owner, run, payload).time
  }

  private syncDelay(): number {
    const { minSync, meanSync } = this.conditions
    return minSync + this.random.exponential(meanSync - minSync)
  }
}
