import { type Disk, type DiskDone, type DiskFile, assert, crc32 } from '@quorate/core'
import type { EventOwner } from '../time/sim-event.ts'
import type { Directory } from './directory.ts'
import type { SimDisk } from './sim-disk.ts'
import type { SimInode } from './sim-inode.ts'

/** A disk as one life of a process sees it. */
export class MountedDisk implements Disk {
  private readonly disk: SimDisk
  private readonly directory: Directory
  private readonly owner: EventOwner

  constructor(disk: SimDisk, directory: Directory, owner: EventOwner) {
    this.disk = disk
    this.directory = directory
    this.owner = owner
  }

  list(): readonly string[] {
    return this.directory.names
  }

  size(name: string): number {
    return this.find(name).size
  }

  read(name: string, offset: number, length: number): Uint8Array {
    this.disk.beforeRead()
    return this.find(name).read(offset, length)
  }

  open(name: string): DiskFile {
    if (this.directory.get(name) === undefined) this.directory.create(name)
    return new OpenFile(this.disk, this.owner, this.find(name))
  }

  rename(from: string, to: string): void {
    this.directory.rename(from, to, this.find(from))
  }

  remove(name: string): void {
    assert(this.directory.get(name) !== undefined, 'a file that is removed is there', { name })
    this.directory.remove(name)
  }

  syncDirectory(done: DiskDone): void {
    this.disk.syncDirectory(this.owner, done)
  }

  crc32(bytes: Uint8Array, seed?: number): number {
    return crc32(bytes, seed)
  }

  private find(name: string): SimInode {
    const inode = this.directory.get(name)
    if (inode === undefined) throw new Error(`ENOENT: no such file: ${name}`)
    return inode
  }
}

/** A file open for writing. */
class OpenFile implements DiskFile {
  private readonly disk: SimDisk
  private readonly owner: EventOwner
  private readonly inode: SimInode
  /** When the last operation completes: what comes later does not overtake it. */
  private busyUntil = 0

  constructor(disk: SimDisk, owner: EventOwner, inode: SimInode) {
    this.disk = disk
    this.owner = owner
    this.inode = inode
  }

  write(offset: number, bytes: Uint8Array, done: DiskDone): void {
    const time = this.disk.write(this.owner, this.inode, offset, bytes, this.busyUntil, done)
    // A write that takes no time may be done, and followed by a sync, by now.
    this.busyUntil = Math.max(this.busyUntil, time)
  }

  sync(done: DiskDone): void {
    this.busyUntil = this.disk.sync(this.owner, this.inode, this.busyUntil, done)
  }

  truncate(size: number): void {
    this.inode.truncate(size)
  }

  close(): void {}
}
