import { QuorateError, assert } from '@quorate/core'
import type { Disk, DiskDone, DiskFile, SnapshotMeta, SnapshotWriter } from '@quorate/core'
import { attempt, inOrder } from './disk-steps.ts'
import {
  chunkHeaderBytes,
  chunkSeed,
  encodeSnapshotHeader,
  encodeTrailer,
  snapshotName,
} from './snapshot-file.ts'
import { storageFailed } from './storage-errors.ts'
import type { StoreIdentity } from './store-identity.ts'

/** What a writer is given by its store. */
export interface SnapshotTarget {
  readonly disk: Disk
  readonly identity: StoreIdentity
  readonly chunkBytes: number
  /** The name to write under until the file is whole. */
  readonly temporary: string
  readonly shown: (file: string) => string
  /** Is a snapshot of the same state there and open? */
  readonly isInUse: (meta: SnapshotMeta) => boolean
  /** Called when the snapshot is durable and visible. */
  readonly committed: (meta: SnapshotMeta) => void
}

/** Writes a snapshot to a temporary file and gives it its name when it is durable. */
export class SnapshotFileWriter implements SnapshotWriter {
  private readonly meta: SnapshotMeta
  private readonly target: SnapshotTarget
  private readonly seed: number
  private readonly header: Uint8Array
  private file: DiskFile | undefined
  private isOpened = false
  private taken = 0
  private contentCrc: number
  /** Where in the file the next chunk goes. */
  private position: number
  private chunk: Uint8Array
  private filled = 0
  private chunkNumber = 0
  private state: 'writing' | 'busy' | 'ended' = 'writing'
  private failure: Error | undefined

  constructor(meta: SnapshotMeta, target: SnapshotTarget) {
    this.meta = meta
    this.target = target
    const header = encodeSnapshotHeader(target.disk, target.identity, meta, target.chunkBytes)
    this.header = header.bytes
    this.seed = header.crc
    this.contentCrc = header.crc
    this.position = header.bytes.length
    this.chunk = new Uint8Array(chunkHeaderBytes + target.chunkBytes)
  }

  get offset(): number {
    return this.taken
  }

  write(piece: Uint8Array, done: DiskDone): void {
    this.begin(done, (end) => {
      this.contentCrc = this.target.disk.crc32(piece, this.contentCrc)
      this.taken += piece.length
      inOrder([(next) => this.open(next), (next) => this.writeChunks(this.cut(piece), next)], end)
    })
  }

  commit(done: DiskDone): void {
    this.begin(done, (end) => {
      const last = this.filled > 0 ? [this.endChunk()] : []
      const trailer = encodeTrailer(this.target.disk, this.seed, { size: this.taken, crc: this.contentCrc })
      inOrder(
        [
          (next) => this.open(next),
          (next) => this.writeChunks([...last, trailer], next),
          (next) => this.file!.sync(next),
          (next) => this.publish(next),
        ],
        (error) => {
          if (error === undefined) {
            this.state = 'ended'
            this.failure = undefined
            this.target.committed(this.meta)
          }
          end(error)
        },
      )
    })
  }

  abort(): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.failure ??= new QuorateError('STOPPED', 'the snapshot was given up')
    this.discard()
  }

  /** Runs one operation: there is at most one, and after a failure none. */
  private begin(done: DiskDone, run: (end: DiskDone) => void): void {
    assert(this.state !== 'busy', 'the pieces of a snapshot are written one at a time')
    const refusal =
      this.state === 'ended'
        ? (this.failure ?? new QuorateError('STOPPED', 'the snapshot is complete'))
        : undefined
    if (refusal !== undefined) return done(refusal)
    this.state = 'busy'
    attempt(run, (error) => {
      if (this.state === 'busy') this.state = 'writing'
      if (error === undefined) return done(this.failure)
      const { shown, temporary } = this.target
      this.failure ??= storageFailed(shown(temporary), 'write', error)
      this.state = 'ended'
      this.discard()
      done(this.failure)
    })
  }

  private open(done: DiskDone): void {
    if (this.file !== undefined) return done(undefined)
    this.file = this.target.disk.open(this.target.temporary)
    this.isOpened = true
    this.file.write(0, this.header, done)
  }

  /** Adds a piece to the chunk being filled. The chunks that are full by that. */
  private cut(piece: Uint8Array): Uint8Array[] {
    const full: Uint8Array[] = []
    for (let from = 0; from < piece.length;) {
      const count = Math.min(piece.length - from, this.target.chunkBytes - this.filled)
      this.chunk.set(piece.subarray(from, from + count), chunkHeaderBytes + this.filled)
      this.filled += count
      from += count
      if (this.filled === this.target.chunkBytes) full.push(this.endChunk())
    }
    return full
  }

  /** Ends the chunk being filled, and begins another. */
  private endChunk(): Uint8Array {
    const bytes = this.chunk.subarray(0, chunkHeaderBytes + this.filled)
    const content = bytes.subarray(chunkHeaderBytes)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, content.length, true)
    view.setUint32(4, this.target.disk.crc32(content, chunkSeed(this.seed, this.chunkNumber)), true)
    this.chunk = new Uint8Array(chunkHeaderBytes + this.target.chunkBytes)
    this.filled = 0
    this.chunkNumber += 1
    return bytes
  }

  private writeChunks(chunks: readonly Uint8Array[], done: DiskDone): void {
    const file = this.file!
    inOrder(
      chunks.map((bytes) => (next) => {
        const position = this.position
        this.position += bytes.length
        file.write(position, bytes, next)
      }),
      done,
    )
  }

  /** Gives the durable file its name, durably; or drops it if the very same snapshot is there and being read. */
  private publish(done: DiskDone): void {
    const { disk, temporary, isInUse } = this.target
    this.closeFile()
    if (isInUse(this.meta)) {
      disk.remove(temporary)
      return done(undefined)
    }
    disk.rename(temporary, snapshotName(this.meta))
    disk.syncDirectory(done)
  }

  private closeFile(): void {
    this.file?.close()
    this.file = undefined
  }

  private discard(): void {
    try {
      this.closeFile()
      if (this.isOpened) this.target.disk.remove(this.target.temporary)
    } catch {
      // It is removed when the store is next opened.
    }
  }
}
