import { type Disk, type DiskDone, type DiskFile, assert, crc32, finish, mix } from '@quorate/core'
import type { Random } from '../random/random.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { EventOwner } from '../time/sim-event.ts'
import { type DiskConditions, calmDisk } from './disk-conditions.ts'
import { SimInode } from './sim-inode.ts'

type Directory = Map<string, SimInode>

/** A change of the directory that is not durable yet. */
type DirectoryChange = (directory: Directory) => void

/** Who watches a disk. */
export interface DiskWatcher {
  /** A sync began, and will take so many milliseconds. */
  syncing(duration: number): void
  /** A sync failed. */
  failed(): void
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
 * part; so are files made, renamed and removed since the directory was synced, from some such change on.
 *
 * A process opens it with {@link SimDisk.mount}: what it asked for dies with it.
 */
export class SimDisk {
  readonly conditions: DiskConditions
  private readonly scheduler: Scheduler
  private readonly random: Random
  private readonly watcher: DiskWatcher | undefined
  private directory: Directory = new Map()
  private durableDirectory: Directory = new Map()
  private directoryChanges: DirectoryChange[] = []
  /** Until then nothing completes, in microseconds. */
  private stalledUntil = 0
  private failures = 0
  /** Has a sync failed since the last process began? Whatever stopped then had a reason to. */
  hasFailed = false

  constructor({ scheduler, random, conditions, watcher }: SimDiskOptions) {
    this.scheduler = scheduler
    this.random = random
    this.conditions = conditions ?? calmDisk
    this.watcher = watcher
  }

  /** The disk as one life of a process sees it. */
  mount(owner: EventOwner): Disk {
    this.hasFailed = false
    return new MountedDisk(this, owner)
  }

  /** The process is gone, the machine stays: what was written is still on its way to the disk. */
  kill(): void {
    for (const inode of this.directory.values()) inode.completeAll()
  }

  /** The machine crashed. Gives how many writes were lost and torn. */
  crash(): { lost: number; torn: number } {
    const kept = this.random.integer(0, this.directoryChanges.length)
    for (const change of this.directoryChanges.slice(0, kept)) change(this.durableDirectory)
    this.directoryChanges = []
    this.directory = new Map(this.durableDirectory)
    const total = { lost: 0, torn: 0 }
    for (const inode of new Set(this.directory.values())) {
      const { lost, torn } = inode.crash(this.random, this.conditions)
      total.lost += lost
      total.torn += torn
    }
    return total
  }

  /** Nothing completes for `duration` milliseconds. */
  stall(duration: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, this.scheduler.now + Math.ceil(duration * 1000))
  }

  /** The next sync fails. */
  failNext(): void {
    this.failures += 1
  }

  /** Stalls and failures that were ordered and have not happened will not. */
  mend(): void {
    this.failures = 0
    this.stalledUntil = 0
  }

  /** Called by mounted disks. */
  find(name: string): SimInode {
    const inode = this.directory.get(name)
    if (inode === undefined) throw new Error(`ENOENT: no such file: ${name}`)
    return inode
  }

  has(name: string): boolean {
    return this.directory.has(name)
  }

  names(): readonly string[] {
    return [...this.directory.keys()].sort()
  }

  /** Changes the directory; the change is not durable. */
  change(change: DirectoryChange): void {
    change(this.directory)
    this.directoryChanges.push(change)
  }

  /** Makes every change of the directory so far durable, after a while. */
  syncDirectory(owner: EventOwner, done: DiskDone): void {
    const count = this.directoryChanges.length
    const last = this.directoryChanges[count - 1]
    this.complete(owner, this.syncDelay(), 0, count, () => {
      const synced = last === undefined ? 0 : this.directoryChanges.indexOf(last) + 1
      for (const change of this.directoryChanges.splice(0, synced)) change(this.durableDirectory)
      done(undefined)
    })
  }

  /** Starts a sync of `inode`; gives the time at which it completes, which is not before `earliest`. */
  sync(owner: EventOwner, inode: SimInode, earliest: number, done: DiskDone): number {
    const last = inode.lastCompleted
    const fails = this.failures > 0
    if (fails) this.failures -= 1
    const run = (): void => {
      if (fails) {
        this.hasFailed = true
        this.watcher?.failed()
        return done(new Error('EIO: input/output error'))
      }
      inode.markDurable(last)
      done(undefined)
    }
    const time = this.complete(owner, this.syncDelay(), earliest, last?.offset ?? 0, run)
    this.watcher?.syncing((time - this.scheduler.now) / 1000)
    return time
  }

  /** Schedules a completion; gives its time. */
  complete(owner: EventOwner, delay: number, earliest: number, payload: number, run: () => void): number {
    const time = this.scheduler.now + Math.ceil(delay * 1000)
    return this.scheduler.at(Math.max(time, earliest, this.stalledUntil), 'disk', owner, run, payload).time
  }

  private syncDelay(): number {
    const { minSync, meanSync } = this.conditions
    return minSync + this.random.exponential(meanSync - minSync)
  }
}

/** A disk as one life of a process sees it. */
class MountedDisk implements Disk {
  private readonly disk: SimDisk
  private readonly owner: EventOwner

  constructor(disk: SimDisk, owner: EventOwner) {
    this.disk = disk
    this.owner = owner
  }

  list(): readonly string[] {
    return this.disk.names()
  }

  size(name: string): number {
    return this.disk.find(name).size
  }

  read(name: string, offset: number, length: number): Uint8Array {
    return this.disk.find(name).read(offset, length)
  }

  open(name: string): DiskFile {
    if (!this.disk.has(name)) {
      const inode = new SimInode()
      this.disk.change((directory) => directory.set(name, inode))
    }
    return new OpenFile(this.disk, this.owner, name)
  }

  rename(from: string, to: string): void {
    const inode = this.disk.find(from)
    this.disk.change((directory) => {
      directory.delete(from)
      directory.set(to, inode)
    })
  }

  remove(name: string): void {
    assert(this.disk.has(name), 'a file that is removed is there', { name })
    this.disk.change((directory) => directory.delete(name))
  }

  syncDirectory(done: DiskDone): void {
    this.disk.syncDirectory(this.owner, done)
  }

  crc32(bytes: Uint8Array, seed?: number): number {
    return crc32(bytes, seed)
  }
}

/** A file open for writing. */
class OpenFile implements DiskFile {
  private readonly disk: SimDisk
  private readonly owner: EventOwner
  private readonly inode: SimInode
  /** When the last operation completes: what comes later does not overtake it. */
  private busyUntil = 0

  constructor(disk: SimDisk, owner: EventOwner, name: string) {
    this.disk = disk
    this.owner = owner
    this.inode = disk.find(name)
  }

  write(offset: number, bytes: Uint8Array, done: DiskDone): void {
    const change = this.inode.write(offset, bytes)
    const payload = finish(mix(mix(0, offset), bytes.length))
    this.busyUntil = this.disk.complete(
      this.owner,
      this.disk.conditions.writeDelay,
      this.busyUntil,
      payload,
      () => {
        change.completed = true
        done(undefined)
      },
    )
  }

  sync(done: DiskDone): void {
    this.busyUntil = this.disk.sync(this.owner, this.inode, this.busyUntil, done)
  }

  truncate(size: number): void {
    this.inode.truncate(size)
  }

  close(): void {}
}
