/** What an operation on a disk came to. `error` undefined: it succeeded. */
export type DiskDone = (error: Error | undefined) => void

/** A file open for writing. Calls on one file take effect in their order. */
export interface DiskFile {
  /** Writes `bytes` at `offset`, extending the file as needed. Takes the bytes over until `done`. Not durable before a `sync`. */
  write(offset: number, bytes: Uint8Array, done: DiskDone): void
  /** Makes every write whose `done` was called durable, and the file's size with it. */
  sync(done: DiskDone): void
  /** Cuts the file to `size`. Durable with the next `sync`. For recovery. */
  truncate(size: number): void
  close(): void
}

/**
 * A directory of files: the only way in which the host's stores touch a disk. `runtime` has one for Node; `sim` has a
 * virtual one that loses what was not synced. Names are plain, without separators. Reads are synchronous: they happen
 * when a replica starts and when old entries are asked for. Every method without `done` throws on failure.
 */
export interface Disk {
  list(): readonly string[]
  size(name: string): number
  /** `length` bytes at `offset`; fewer at the end of the file. */
  read(name: string, offset: number, length: number): Uint8Array
  /** Opens for writing; creates the file if it is not there. */
  open(name: string): DiskFile
  rename(from: string, to: string): void
  remove(name: string): void
  /** Makes creations, renames and removals durable. */
  syncDirectory(done: DiskDone): void
  /** CRC-32/IEEE, as fast as the platform has it. */
  crc32(bytes: Uint8Array, seed?: number): number
}
