/**
 * A snapshot of the tree, numbers little endian:
 *
 * ```
 * 'QZNT'  version u8  zxid  time u64  number of nodes u64
 * for each node, in no particular order:
 *   path (length u32, UTF-8)
 *   0 | 1 data (length u32, bytes)
 *   czxid  mzxid  pzxid  ctime u64  mtime u64
 *   version i32  creates i32  aversion i32  ephemeralOwner (length u32, text)
 * ```
 *
 * A zxid is its epoch and its counter, u64 each. The children of a node are those whose paths say so.
 */
export const snapshotMagic: readonly number[] = [0x51, 0x5a, 0x4e, 0x54]
export const snapshotVersion = 1
