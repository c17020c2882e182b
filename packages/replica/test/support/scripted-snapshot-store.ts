import type { SnapshotMeta, SnapshotReader, SnapshotStore, SnapshotWriter } from '@quorate/core'
import { MemorySnapshotStore } from '../../src/index.ts'

type Done = (error: Error | undefined) => void

/** A snapshot store in memory that can be slow, or fail. */
export class ScriptedSnapshotStore implements SnapshotStore {
  readonly memory = new MemorySnapshotStore()
  /** Operations that wait to be completed; none if it is not slow. */
  readonly waiting: (() => void)[] = []
  isSlow = false
  /** What the next operation of that kind fails with. */
  readonly failures = new Map<'open' | 'read' | 'write' | 'commit', Error>()
  readersOpen = 0
  writersAborted = 0
  created = 0

  get list(): readonly SnapshotMeta[] {
    return this.memory.list
  }

  create(meta: SnapshotMeta): SnapshotWriter {
    this.created += 1
    const writer = this.memory.create(meta)
    let isAborted = false
    return {
      get offset() {
        return writer.offset
      },
      write: (piece, done) =>
        this.later('write', done, (end) => (isAborted ? end(undefined) : writer.write(piece, end))),
      commit: (done) =>
        this.later('commit', done, (end) => (isAborted ? end(undefined) : writer.commit(end))),
      abort: () => {
        isAborted = true
        this.writersAborted += 1
        writer.abort()
      },
    }
  }

  open(
    meta: SnapshotMeta,
    done: (reader: SnapshotReader | undefined, error: Error | undefined) => void,
  ): void {
    const opened = (error: Error | undefined): void => {
      if (error !== undefined) return done(undefined, error)
      this.memory.open(meta, (reader, problem) => done(reader && this.watched(reader), problem))
    }
    this.later('open', opened, (end) => end(undefined))
  }

  load(meta: SnapshotMeta): Iterable<Uint8Array> {
    return this.memory.load(meta)
  }

  prune(meta: SnapshotMeta): void {
    this.memory.prune(meta)
  }

  async close(): Promise<void> {}

  /** Puts a whole snapshot in. */
  put(meta: SnapshotMeta, bytes: Uint8Array): this {
    const writer = this.memory.create(meta)
    writer.write(bytes, () => {})
    writer.commit(() => {})
    return this
  }

  /** The content of a stored snapshot. */
  bytesOf(meta: SnapshotMeta): Uint8Array {
    const [bytes] = [...this.memory.load(meta)]
    return bytes ?? new Uint8Array(0)
  }

  /** Completes the oldest operation that waits. */
  complete(): void {
    this.waiting.shift()?.()
  }

  private watched(reader: SnapshotReader): SnapshotReader {
    this.readersOpen += 1
    return {
      meta: reader.meta,
      size: reader.size,
      read: (offset, length, done) => {
        let piece = new Uint8Array(0)
        this.later(
          'read',
          (error) => done(piece, error),
          (end) => reader.read(offset, length, (bytes, error) => ((piece = bytes.slice()), end(error))),
        )
      },
      close: () => {
        this.readersOpen -= 1
        reader.close()
      },
    }
  }

  private later(kind: 'open' | 'read' | 'write' | 'commit', done: Done, run: (end: Done) => void): void {
    const failure = this.failures.get(kind)
    this.failures.delete(kind)
    const complete = (): void => (failure === undefined ? run(done) : done(failure))
    if (this.isSlow) this.waiting.push(complete)
    else complete()
  }
}
