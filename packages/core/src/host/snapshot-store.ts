import type { SnapshotMeta } from '../log/storage-operation.ts'

/** A snapshot being written. Pieces go in order; nothing is visible before `commit`. */
export interface SnapshotWriter {
  /** Bytes taken so far: where a broken transfer goes on. */
  readonly offset: number
  /** Takes a piece. `done` may be called at once or later; wait for it before the next piece. */
  write(piece: Uint8Array, done: (error: Error | undefined) => void): void
  /** Makes the snapshot durable and visible, whole or not at all. */
  commit(done: (error: Error | undefined) => void): void
  /** Forgets what was written. */
  abort(): void
}

/** A stored snapshot being read. */
export interface SnapshotReader {
  readonly meta: SnapshotMeta
  /** Bytes in all. */
  readonly size: number
  /** Up to `length` bytes from `offset`; checked against the stored checksum, so an error here means corruption. */
  read(offset: number, length: number, done: (piece: Uint8Array, error: Error | undefined) => void): void
  close(): void
}

/**
 * An open snapshot store: complete snapshots of one replica's machine, by index. It keeps at least the newest.
 */
export interface SnapshotStore {
  /** Complete snapshots, oldest first. */
  readonly list: readonly SnapshotMeta[]
  create(meta: SnapshotMeta): SnapshotWriter
  open(meta: SnapshotMeta, done: (reader: SnapshotReader | undefined, error: Error | undefined) => void): void
  /** The chunks of a snapshot, read at once: for restoring at the start. Throws a `QuorateError` if it is corrupt. */
  load(meta: SnapshotMeta): Iterable<Uint8Array>
  /** Forgets every snapshot older than `meta`. */
  prune(meta: SnapshotMeta): void
  close(): Promise<void>
}
