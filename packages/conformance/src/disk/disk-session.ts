import type { Disk, DiskDone, DiskFile } from '@quorate/core'
import { check } from '../suite/failure.ts'
import { checkMeans } from '../suite/means.ts'
import { type Patience, within } from '../suite/patience.ts'
import type { DiskPlace, DiskSubject } from './subject.ts'

/** A disk while it is open. */
export class DiskSession {
  readonly disk: Disk
  readonly place: DiskPlace
  private readonly patience: Patience
  /** Files of the disk's own, such as a lock. */
  private readonly own: readonly string[]

  constructor(disk: Disk, place: DiskPlace, patience: Patience) {
    this.own = disk.list()
    this.disk = disk
    this.place = place
    this.patience = patience
  }

  /** Names of the files that were made here, sorted. */
  get files(): string[] {
    return this.disk
      .list()
      .filter((name) => !this.own.includes(name))
      .sort()
  }

  async write(file: DiskFile, offset: number, text: string): Promise<void> {
    await this.succeeds('write', (done) => file.write(offset, bytesOf(text), done))
  }

  async sync(file: DiskFile): Promise<void> {
    await this.succeeds('sync', (done) => file.sync(done))
  }

  async syncDirectory(): Promise<void> {
    await this.succeeds('syncDirectory', (done) => this.disk.syncDirectory(done))
  }

  /** A file with that content, closed; durable, if `sync`. */
  async put(name: string, text: string, sync = false): Promise<void> {
    const file = this.disk.open(name)
    await this.write(file, 0, text)
    if (sync) await this.sync(file)
    file.close()
    if (sync) await this.syncDirectory()
  }

  text(name: string): string {
    return textOf(this.disk.read(name, 0, this.disk.size(name)))
  }

  private async succeeds(what: string, start: (done: DiskDone) => void): Promise<void> {
    const ended = new Promise<Error | undefined>((resolve) => start(resolve))
    const error = await within(this.patience, `done of ${what}`, ended)
    check(error === undefined, () => `${what} failed: ${String(error)}`)
  }
}

/** Opens a directory. */
export async function openDisk(place: DiskPlace, patience: Patience): Promise<DiskSession> {
  return new DiskSession(await within(patience, 'open', Promise.resolve(place.open())), place, patience)
}

/** Runs `use` in an empty directory, open. */
export async function withDisk(
  subject: DiskSubject,
  use: (session: DiskSession) => Promise<void>,
  seed = 1,
): Promise<void> {
  const place = await subject.place(seed)
  try {
    checkMeans('place', place, subject.can, { crash: 'crash' })
    await use(await openDisk(place, subject.patience))
  } finally {
    await place.remove?.()
  }
}

/** One byte for each character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
