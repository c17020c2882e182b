import { QuorateError } from '@quorate/core'
import type { Disk, Logger, SnapshotMeta, SnapshotReader, SnapshotStore, SnapshotWriter } from '@quorate/core'
import {
  defaultChunkBytes,
  isPartialName,
  isSnapshotName,
  partialName,
  readSnapshotHeader,
  snapshotName,
} from './snapshot-file.ts'
import type { SnapshotLayout } from './snapshot-file.ts'
import { SnapshotFileReader } from './snapshot-reader.ts'
import { SnapshotFileWriter } from './snapshot-writer.ts'
import { storageFailed } from './storage-errors.ts'
import type { StoreIdentity } from './store-identity.ts'

/** How a snapshot store is kept. */
export interface SnapshotStoreOptions {
  /** Content of one checksummed chunk, bytes. Files keep the size that they were written with. Default: 64 KiB. */
  readonly chunkBytes?: number
  /** Where the files are, for messages: the directory's path. */
  readonly location?: string
  readonly logger?: Logger
}

/**
 * Opens the snapshots in a directory, which may be the log's. Leftovers of unfinished ones are removed, after every
 * check has passed. Errors: `WRONG_CLUSTER`, `NEWER_VERSION`, `CORRUPT_LOG` (a header is damaged; damaged content is
 * found when it is read), `STORAGE`.
 */
export function openSnapshotStore(
  disk: Disk,
  identity: StoreIdentity,
  options: SnapshotStoreOptions,
  done: (store: SnapshotStore | undefined, error: QuorateError | undefined) => void,
): void {
  const shown = (file: string): string =>
    options.location === undefined ? file : `${options.location}/${file}`
  const whole = options.location === undefined ? 'the snapshots' : `the snapshots in ${options.location}`
  const fail = (error: unknown): void => done(undefined, storageFailed(whole, 'open', error))
  let store: FileSnapshotStore
  try {
    const names = disk.list()
    const found = names
      .filter(isSnapshotName)
      .map((name) => readSnapshotHeader(disk, identity, name, shown(name)))
    const leftovers = names.filter(isPartialName)
    for (const name of leftovers) disk.remove(name)
    if (leftovers.length > 0) options.logger?.info({ leftovers }, 'removed unfinished snapshots')
    store = new FileSnapshotStore(disk, identity, options.chunkBytes ?? defaultChunkBytes, shown, found)
  } catch (error) {
    return fail(error)
  }
  // A crash of the process alone may have left a snapshot visible whose name is not durable yet.
  disk.syncDirectory((error) => (error === undefined ? done(store, undefined) : fail(error)))
}

class FileSnapshotStore implements SnapshotStore {
  private readonly disk: Disk
  private readonly identity: StoreIdentity
  private readonly chunkBytes: number
  private readonly shown: (file: string) => string
  private metas: readonly SnapshotMeta[]
  private attempts = 0
  /** Readers of each file: it is not removed under them. */
  private readonly readers = new Map<string, number>()
  private readonly doomed = new Set<string>()
  private readonly writers = new Set<SnapshotFileWriter>()
  private isClosed = false

  constructor(
    disk: Disk,
    identity: StoreIdentity,
    chunkBytes: number,
    shown: (file: string) => string,
    found: readonly SnapshotLayout[],
  ) {
    this.disk = disk
    this.identity = identity
    this.chunkBytes = chunkBytes
    this.shown = shown
    this.metas = found.map((layout) => layout.meta).sort(byAge)
  }

  get list(): readonly SnapshotMeta[] {
    return this.metas
  }

  create(meta: SnapshotMeta): SnapshotWriter {
    this.attempts += 1
    const writer: SnapshotFileWriter = new SnapshotFileWriter(meta, {
      disk: this.disk,
      identity: this.identity,
      chunkBytes: this.chunkBytes,
      temporary: partialName(meta, this.attempts),
      shown: this.shown,
      isInUse: () => (this.readers.get(snapshotName(meta)) ?? 0) > 0,
      committed: () => {
        this.writers.delete(writer)
        this.doomed.delete(snapshotName(meta))
        this.metas = [...this.metas.filter((each) => byAge(each, meta) !== 0), meta].sort(byAge)
      },
    })
    this.writers.add(writer)
    return writer
  }

  open(
    meta: SnapshotMeta,
    done: (reader: SnapshotReader | undefined, error: Error | undefined) => void,
  ): void {
    let reader: SnapshotFileReader
    try {
      reader = this.reader(meta)
    } catch (error) {
      return done(undefined, storageFailed(this.shown(snapshotName(meta)), 'open', error))
    }
    done(reader, undefined)
  }

  *load(meta: SnapshotMeta): Generator<Uint8Array, void, undefined> {
    let reader: SnapshotFileReader | undefined
    try {
      reader = this.reader(meta)
      yield* reader.chunks()
    } catch (error) {
      throw storageFailed(this.shown(snapshotName(meta)), 'read', error)
    } finally {
      reader?.close()
    }
  }

  prune(meta: SnapshotMeta): void {
    const old = this.metas.filter((each) => each.index < meta.index)
    this.metas = this.metas.filter((each) => each.index >= meta.index)
    for (const name of old.map(snapshotName)) {
      this.doomed.add(name)
      this.removeIfDoomed(name)
    }
  }

  close(): Promise<void> {
    this.isClosed = true
    for (const writer of this.writers) writer.abort()
    this.writers.clear()
    return Promise.resolve()
  }

  private reader(meta: SnapshotMeta): SnapshotFileReader {
    if (this.isClosed) throw new QuorateError('STOPPED', 'the snapshot store is closed')
    const name = snapshotName(meta)
    const layout = readSnapshotHeader(this.disk, this.identity, name, this.shown(name))
    const reader = new SnapshotFileReader(this.disk, name, this.shown(name), layout, () => {
      this.readers.set(name, this.readers.get(name)! - 1)
      this.removeIfDoomed(name)
    })
    this.readers.set(name, (this.readers.get(name) ?? 0) + 1)
    return reader
  }

  private removeIfDoomed(name: string): void {
    if (!this.doomed.has(name) || (this.readers.get(name) ?? 0) > 0) return
    this.doomed.delete(name)
    try {
      this.disk.remove(name)
    } catch {
      // It takes up space until it is next pruned; nothing depends on its being gone.
    }
  }
}

/** Orders snapshots by what they hold. */
function byAge(a: SnapshotMeta, b: SnapshotMeta): number {
  return a.index - b.index || a.epoch - b.epoch
}
