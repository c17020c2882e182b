import { writeBytes, writeInt32, writeOptional, writeText, type SnapshotSteps } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import type { Zxid } from '../api/zxid.ts'
import { writeZxid } from '../codecs/stat.ts'
import type { FrozenNode, FrozenTree } from '../tree/frozen-tree.ts'
import { snapshotMagic, snapshotVersion } from './format.ts'

/** Writes a snapshot, a node at a time. */
export function* writeSnapshot(
  writer: ByteWriter,
  tree: FrozenTree,
  zxid: Zxid,
  time: number,
): SnapshotSteps {
  for (const byte of snapshotMagic) writer.u8(byte)
  writer.u8(snapshotVersion)
  writeZxid(writer, zxid)
  writer.u64(time).u64(tree.size)
  for (const node of tree.walk()) {
    writeNode(writer, node)
    yield
  }
}

function writeNode(writer: ByteWriter, { path, record }: FrozenNode): void {
  writeText(writer, path)
  writeOptional(writer, record.data ?? undefined, writeBytes)
  writeZxid(writer, record.czxid)
  writeZxid(writer, record.mzxid)
  writeZxid(writer, record.pzxid)
  writer.u64(record.ctime).u64(record.mtime)
  writeInt32(writer, record.version)
  writeInt32(writer, record.creates)
  writeInt32(writer, record.aversion)
  writeText(writer, record.ephemeralOwner)
}
