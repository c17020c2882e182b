import fs from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { QuorateError } from '@quorate/core'
import type { Disk, DiskDone, DiskFile } from '@quorate/core'
import { lockDirectory } from './directory-lock.ts'
import type { DirectoryLock } from './directory-lock.ts'
import { makeDirectory } from './make-directory.ts'
import { NodeFile } from './node-file.ts'

/** A directory on a real disk, locked against other processes until it is closed. */
export interface NodeDisk extends Disk {
  /** The directory's absolute path. */
  readonly directory: string
  /** Unlocks the directory. Close what is open in it first. */
  close(): void
}

/**
 * Opens a directory as a `Disk`, makes it if it is not there, and locks it.
 *
 * @throws QuorateError `STORAGE` if it cannot be made or written, or another process has it open
 */
export function nodeDisk(directory: string): NodeDisk {
  const absolute = path.resolve(directory)
  let directoryFd: number
  try {
    makeDirectory(absolute)
    fs.accessSync(absolute, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK)
    directoryFd = fs.openSync(absolute, 'r')
  } catch (error) {
    throw unusable(absolute, error)
  }
  try {
    return new DirectoryDisk(absolute, directoryFd, lockDirectory(absolute))
  } catch (error) {
    fs.closeSync(directoryFd)
    throw error instanceof QuorateError ? error : unusable(absolute, error)
  }
}

function unusable(directory: string, cause: unknown): QuorateError {
  return new QuorateError(
    'STORAGE',
    `cannot use the data directory ${directory}: ${(cause as Error).message}. Check its path and permissions, or ` +
      `choose another directory`,
    { cause, details: { directory } },
  )
}

class DirectoryDisk implements NodeDisk {
  readonly directory: string
  private readonly directoryFd: number
  private readonly lock: DirectoryLock
  private isClosed = false

  constructor(directory: string, directoryFd: number, lock: DirectoryLock) {
    this.directory = directory
    this.directoryFd = directoryFd
    this.lock = lock
  }

  list(): readonly string[] {
    return fs.readdirSync(this.directory)
  }

  size(name: string): number {
    return fs.statSync(this.path(name)).size
  }

  /** The bytes have a buffer of their own: views of them stay with the entries that they hold. */
  read(name: string, offset: number, length: number): Uint8Array {
    const fd = fs.openSync(this.path(name), 'r')
    try {
      const wanted = Math.max(0, Math.min(length, fs.fstatSync(fd).size - offset))
      const bytes = new Uint8Array(wanted)
      let filled = 0
      while (filled < wanted) {
        const count = fs.readSync(fd, bytes, filled, wanted - filled, offset + filled)
        if (count === 0) return bytes.subarray(0, filled)
        filled += count
      }
      return bytes
    } finally {
      fs.closeSync(fd)
    }
  }

  open(name: string): DiskFile {
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT
    return new NodeFile(fs.openSync(this.path(name), flags, 0o644))
  }

  rename(from: string, to: string): void {
    fs.renameSync(this.path(from), this.path(to))
  }

  remove(name: string): void {
    fs.unlinkSync(this.path(name))
  }

  syncDirectory(done: DiskDone): void {
    fs.fsync(this.directoryFd, (error) => done(error ?? undefined))
  }

  crc32(bytes: Uint8Array, seed = 0): number {
    return crc32(bytes, seed)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.lock.release()
    fs.closeSync(this.directoryFd)
  }

  private path(name: string): string {
    return path.join(this.directory, name)
  }
}
