import {
  ChunkedReader,
  checkVersion,
  copyBytes,
  readBytes,
  readInt32,
  readOptional,
  readText,
} from '@quorate/codec'
import { noSession } from '../api/stat.ts'
import { compareZxid, type Zxid } from '../api/zxid.ts'
import { readSessionId, readZxid } from '../codecs/stat.ts'
import { isValidPath, reservedPaths } from '../tree/path.ts'
import { Progress } from '../tree/progress.ts'
import { withData, type RecordFields } from '../tree/record.ts'
import { ZnodeTree } from '../tree/tree.ts'
import { snapshotMagic, snapshotVersion } from './format.ts'

const what = 'a znode snapshot'

/** What a snapshot holds. */
export interface Restored {
  readonly tree: ZnodeTree
  readonly progress: Progress
}

/**
 * A new tree out of a snapshot.
 *
 * @throws QuorateError `DECODE` for anything that no tree can have written; `NEWER_VERSION` for a newer program's
 */
export function readSnapshot(chunks: Iterable<Uint8Array>): Restored {
  const reader = new ChunkedReader(chunks, what)
  for (const byte of snapshotMagic) if (reader.u8() !== byte) reader.fail('it does not begin like one')
  checkVersion(reader.u8(), snapshotVersion, what)
  const progress = new Progress()
  progress.zxid = readZxid(reader)
  progress.time = reader.u64()
  const tree = new ZnodeTree()
  const count = reader.u64()
  for (let i = 0; i < count; i++) readNode(reader, tree, progress)
  reader.end()
  checkTree(reader, tree)
  return { tree, progress }
}

function readNode(reader: ChunkedReader, tree: ZnodeTree, progress: Progress): void {
  const path = readText(reader)
  if (!isValidPath(path)) reader.fail('a node without a valid path')
  if (tree.node(path) !== undefined) reader.fail(`${path} twice`)
  const view = readOptional(reader, readBytes)
  const data = view === undefined ? null : copyBytes(view)
  const czxid = readZxid(reader)
  const mzxid = sameOr(czxid, readZxid(reader))
  const pzxid = sameOr(czxid, readZxid(reader))
  const ctime = reader.u64()
  const mtime = reader.u64()
  const version = readInt32(reader)
  const creates = readInt32(reader)
  const aversion = readInt32(reader)
  const ephemeralOwner = readSessionId(reader)
  const fields: RecordFields = {
    czxid,
    mzxid,
    pzxid,
    ctime,
    mtime,
    version,
    creates,
    aversion,
    ephemeralOwner,
  }
  checkFields(reader, fields, progress)
  tree.add(path, withData(path, fields, data, 0))
}

function checkFields(reader: ChunkedReader, fields: RecordFields, progress: Progress): void {
  for (const later of [fields.mzxid, fields.pzxid]) {
    if (compareZxid(later, fields.czxid) < 0) reader.fail('a node changed before it was created')
    if (compareZxid(later, progress.zxid) > 0) reader.fail('a node changed after the snapshot')
  }
  if (fields.mtime < fields.ctime || fields.mtime > progress.time) reader.fail('a time out of order')
}

function checkTree(reader: ChunkedReader, tree: ZnodeTree): void {
  for (const path of reservedPaths) if (tree.node(path) === undefined) reader.fail(`${path} is missing`)
  const orphan = tree.link()
  if (orphan !== undefined) reader.fail(`the parent of ${orphan} is missing`)
  const ephemeral = tree.find((node) => node.childCount > 0 && node.ephemeralOwner !== noSession)
  if (ephemeral !== undefined) reader.fail(`${ephemeral.path} is ephemeral and has children`)
}

/** The first if they are equal: most nodes then hold one zxid instead of three. */
function sameOr(first: Zxid, second: Zxid): Zxid {
  return compareZxid(first, second) === 0 ? first : second
}
