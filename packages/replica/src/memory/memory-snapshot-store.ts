import {
  QuorateError,
  type SnapshotMeta,
  type SnapshotReader,
  type SnapshotStore,
  type SnapshotWriter,
  concatenate,
} from '@quorate/core'

interface Stored {
  readonly meta: SnapshotMeta
  readonly bytes: Uint8Array
}

/** Snapshots that live as long as the process. */
export class MemorySnapshotStore implements SnapshotStore {
  private snapshots: Stored[] = []

  get list(): readonly SnapshotMeta[] {
    return this.snapshots.map(({ meta }) => meta)
  }

  create(meta: SnapshotMeta): SnapshotWriter {
    const pieces: Uint8Array[] = []
    const add = (bytes: Uint8Array): void => this.add({ meta, bytes })
    return {
      get offset() {
        return pieces.reduce((sum, piece) => sum + piece.length, 0)
      },
      write(piece, done) {
        pieces.push(piece.slice())
        done(undefined)
      },
      commit(done) {
        add(concatenate(pieces))
        done(undefined)
      },
      abort() {
        pieces.length = 0
      },
    }
  }

  open(
    meta: SnapshotMeta,
    done: (reader: SnapshotReader | undefined, error: Error | undefined) => void,
  ): void {
    const stored = this.find(meta)
    if (stored === undefined) return done(undefined, missing(meta))
    const { bytes } = stored
    done(
      {
        meta,
        size: bytes.length,
        read: (offset, length, ready) => ready(bytes.subarray(offset, offset + length), undefined),
        close: () => {},
      },
      undefined,
    )
  }

  load(meta: SnapshotMeta): Iterable<Uint8Array> {
    const stored = this.find(meta)
    if (stored === undefined) throw missing(meta)
    return [stored.bytes]
  }

  prune(meta: SnapshotMeta): void {
    this.snapshots = this.snapshots.filter((stored) => stored.meta.index >= meta.index)
  }

  async close(): Promise<void> {}

  private add(stored: Stored): void {
    const others = this.snapshots.filter(({ meta }) => byAge(meta, stored.meta) !== 0)
    this.snapshots = [...others, stored].sort((a, b) => byAge(a.meta, b.meta))
  }

  private find(meta: SnapshotMeta): Stored | undefined {
    return this.snapshots.find((stored) => byAge(stored.meta, meta) === 0)
  }
}

/** Orders snapshots by what they hold. */
function byAge(a: SnapshotMeta, b: SnapshotMeta): number {
  return a.index - b.index || a.epoch - b.epoch
}

function missing(meta: SnapshotMeta): QuorateError {
  return new QuorateError('STORAGE', `there is no snapshot at index ${meta.index}`)
}
