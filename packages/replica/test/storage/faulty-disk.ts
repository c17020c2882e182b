import { crc32, equalBytes } from '@quorate/core'
import type { Disk, DiskDone, DiskFile } from '@quorate/core'

/** What a crash leaves of what was not synced. */
export interface CrashRule {
  /** How much of each unsynced write is kept, as ranges of it. */
  keep(write: { offset: number; length: number; isLast: boolean }): readonly (readonly [number, number])[]
  /** Does the file get the size that the lost parts gave it? They then read as zeros. */
  readonly keepSize: boolean
  /** How many of the directory changes that were not synced are kept, of `count`. */
  directory(count: number): number
}

export const loseAll: CrashRule = { keep: () => [], keepSize: false, directory: () => 0 }
export const keepAll: CrashRule = {
  keep: ({ length }) => [[0, length]],
  keepSize: true,
  directory: (count) => count,
}

interface Change {
  readonly offset: number
  readonly bytes: Uint8Array | undefined
}

class Content {
  durable: Uint8Array = new Uint8Array(0)
  visible: Uint8Array = new Uint8Array(0)
  /** Writes and truncations (without bytes) since the last sync. */
  changes: Change[] = []
}

type DirectoryChange = (names: Map<string, Content>) => void

/**
 * A disk in memory that forgets what was not synced when it crashes. Nothing completes before `run`, and from the
 * `limit`-th event on nothing happens any more: that is where it crashed.
 */
export class FaultyDisk implements Disk {
  names: Map<string, Content> = new Map()
  /** Events so far: writes, syncs, truncations and changes of the directory. */
  events = 0
  limit = Infinity
  /** Fails the event with that number; `failAll` also every later one. A failed sync forgets what it was to sync. */
  failAt = Infinity
  failAll = false
  /** Completes operations within the call that asks for them. */
  inline = false
  log: string[] = []
  private durableNames: Map<string, Content> = new Map()
  private directoryChanges: DirectoryChange[] = []
  private readonly queue: (() => void)[] = []

  list(): readonly string[] {
    return [...this.names.keys()].sort()
  }

  size(name: string): number {
    return this.content(name).visible.length
  }

  read(name: string, offset: number, length: number): Uint8Array {
    return this.content(name).visible.slice(offset, offset + length)
  }

  open(name: string): DiskFile {
    if (!this.names.has(name)) {
      const created = new Content()
      this.changeDirectory(`create ${name}`, (names) => names.set(name, created))
    }
    const content = this.names.get(name) ?? new Content()
    return {
      write: (offset, bytes, done) =>
        this.later(`write ${name} ${bytes.length}`, done, () => {
          const copy = bytes.slice()
          content.visible = overlay(content.visible, offset, copy)
          content.changes.push({ offset, bytes: copy })
        }),
      sync: (done) =>
        this.later(
          `sync ${name}`,
          done,
          () => {
            content.durable = surviving(content, keepAll).durable
            content.changes = []
          },
          () => (content.changes = []),
        ),
      truncate: (size) => {
        if (!this.event(`truncate ${name}`)) return
        content.visible = content.visible.slice(0, size)
        content.changes.push({ offset: size, bytes: undefined })
      },
      close: () => {},
    }
  }

  rename(from: string, to: string): void {
    this.changeDirectory(`rename ${from} ${to}`, (names) => {
      const content = names.get(from)
      if (content === undefined) return
      names.delete(from)
      names.set(to, content)
    })
  }

  remove(name: string): void {
    this.changeDirectory(`remove ${name}`, (names) => names.delete(name))
  }

  syncDirectory(done: DiskDone): void {
    this.later('syncDirectory', done, () => {
      this.durableNames = new Map(this.names)
      this.directoryChanges = []
    })
  }

  crc32(bytes: Uint8Array, seed?: number): number {
    return crc32(bytes, seed)
  }

  /** Completes everything that is under way, and what that leads to. */
  run(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) next()
  }

  /** Completes one operation. */
  step(): boolean {
    const next = this.queue.shift()
    next?.()
    return next !== undefined
  }

  get isIdle(): boolean {
    return this.queue.length === 0
  }

  /** The disk after a crash of the machine. */
  crash(rule: CrashRule): FaultyDisk {
    const survivor = new FaultyDisk()
    const names = new Map(this.durableNames)
    for (const change of this.directoryChanges.slice(0, rule.directory(this.directoryChanges.length)))
      change(names)
    const contents = new Map<Content, Content>()
    for (const [name, content] of names) {
      const kept = contents.get(content) ?? surviving(content, rule)
      contents.set(content, kept)
      survivor.names.set(name, kept)
    }
    survivor.durableNames = new Map(survivor.names)
    return survivor
  }

  /** The disk after a crash of the process alone: all is visible, though not all is durable. */
  kill(): FaultyDisk {
    const survivor = new FaultyDisk()
    survivor.names = new Map(this.names)
    survivor.durableNames = new Map(this.durableNames)
    survivor.directoryChanges = [...this.directoryChanges]
    return survivor
  }

  /** An independent copy of what is visible, all of it durable. */
  copy(): FaultyDisk {
    const copy = new FaultyDisk()
    for (const [name, content] of this.names) copy.put(name, content.visible.slice())
    return copy
  }

  /** Puts a durable file there. */
  put(name: string, bytes: Uint8Array): void {
    const content = new Content()
    content.visible = bytes
    content.durable = bytes.slice()
    this.names.set(name, content)
    this.durableNames.set(name, content)
  }

  /** Are the visible files the same, byte for byte? */
  holdsTheSameAs(other: FaultyDisk): boolean {
    const names = this.list()
    return (
      names.join() === other.list().join() &&
      names.every((name) => equalBytes(this.content(name).visible, other.content(name).visible))
    )
  }

  private content(name: string): Content {
    const content = this.names.get(name)
    if (content === undefined) throw new Error(`ENOENT: no such file, '${name}'`)
    return content
  }

  /** Counts an event. False: the disk has crashed by then. */
  private event(what: string): boolean {
    this.events += 1
    if (this.events > this.limit) return false
    this.log.push(what)
    if (this.events === this.failAt || (this.failAll && this.events > this.failAt))
      throw new Error(`EIO: ${what}`)
    return true
  }

  private changeDirectory(what: string, change: DirectoryChange): void {
    if (!this.event(what)) return
    change(this.names)
    this.directoryChanges.push(change)
  }

  private later(what: string, done: DiskDone, effect: () => void, onFailure?: () => void): void {
    const complete = (): void => {
      try {
        if (!this.event(what)) return
      } catch (error) {
        onFailure?.()
        return done(error as Error)
      }
      effect()
      done(undefined)
    }
    if (this.inline) complete()
    else this.queue.push(complete)
  }
}

/** `base` with the bytes at `offset`: itself if they fit. */
function overlay(base: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const end = offset + bytes.length
  if (end <= base.length) {
    base.set(bytes, offset)
    return base
  }
  const result = new Uint8Array(end)
  result.set(base)
  result.set(bytes, offset)
  return result
}

function surviving(content: Content, rule: CrashRule): Content {
  let bytes: Uint8Array = content.durable.slice()
  content.changes.forEach((change, i) => {
    if (change.bytes === undefined) {
      // A truncation survives like a write: in whole or not at all.
      if (rule.keep({ offset: change.offset, length: 1, isLast: false }).length > 0)
        bytes = bytes.slice(0, change.offset)
      return
    }
    const isLast = i === content.changes.length - 1
    const { length } = change.bytes
    if (rule.keepSize) bytes = overlay(bytes, change.offset + length, new Uint8Array(0))
    for (const [from, to] of rule.keep({ offset: change.offset, length, isLast })) {
      bytes = overlay(bytes, change.offset + from, change.bytes.subarray(from, to))
    }
  })
  const survivor = new Content()
  survivor.durable = bytes
  survivor.visible = bytes.slice()
  return survivor
}
