/**
 * A snapshot of the store, numbers little endian:
 *
 * ```
 * 'QMVC'  version u8  revision u64  compactRevision i64
 * for each key that has a readable version, in key order:
 *   1  key (length u32, bytes)
 *   for each readable version, the newest first:
 *     put:       1  modRevision u64  sub u32  createRevision u64  version u64  value (length u32, bytes)
 *     tombstone: 2  modRevision u64  sub u32
 *   0
 * 0  number of keys u64
 * ```
 *
 * Readable are a key's versions above the compaction revision, and the last one up to it unless that is a tombstone
 * below it (etcd keeps one exactly at it, for watches that begin there).
 */
export const snapshotMagic: readonly number[] = [0x51, 0x4d, 0x56, 0x43]
export const snapshotVersion = 1
export const endMark = 0
export const keyMark = 1
export const putMark = 1
export const tombstoneMark = 2
