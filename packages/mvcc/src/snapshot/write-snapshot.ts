import { writeBytes, writeInteger, type SnapshotSteps } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import type { KeyText } from '../store/key-text.ts'
import type { Store } from '../store/store.ts'
import { valueOf } from '../store/value-arena.ts'
import { isLive, versionAt, type KeyHistory, type Version } from '../store/version.ts'
import { endMark, keyMark, putMark, snapshotMagic, snapshotVersion, tombstoneMark } from './format.ts'

/** What a snapshot is taken of: the store's numbers then, and its keys then. Later versions are left out by revision. */
export interface FrozenStore {
  readonly revision: number
  readonly compactRevision: number
  readonly histories: Iterator<KeyHistory>
}

/** The store as it is now. Costs nothing. The store must hold its versions (`holdVersions`) until it is written. */
export function freeze(store: Store): FrozenStore {
  const { revision, compactRevision } = store
  return { revision, compactRevision, histories: store.index.frozenValues() }
}

/** Writes a snapshot, a version at a time. */
export function* writeSnapshot(writer: ByteWriter, frozen: FrozenStore): SnapshotSteps {
  const { revision, compactRevision, histories } = frozen
  for (const byte of snapshotMagic) writer.u8(byte)
  writer.u8(snapshotVersion).u64(revision)
  writeInteger(writer, compactRevision)
  let keys = 0
  for (let entry = histories.next(); entry.done !== true; entry = histories.next()) {
    const history = entry.value
    let version = readable(versionAt(history, revision), compactRevision)
    if (version === undefined) continue
    keys++
    writer.u8(keyMark)
    writeKey(writer, history.key)
    for (; version !== undefined; version = olderReadable(version, compactRevision)) {
      writeVersion(writer, version)
      yield
    }
    writer.u8(endMark)
  }
  writer.u8(endMark).u64(keys)
}

/** The version, unless a compaction dropped it: a tombstone below the compaction revision. */
function readable(version: Version | undefined, compactRevision: number): Version | undefined {
  if (version === undefined || isLive(version)) return version
  return version.modRevision < compactRevision ? undefined : version
}

function olderReadable(version: Version, compactRevision: number): Version | undefined {
  // The newest version up to the compaction revision is the last one that a read can reach.
  if (version.modRevision <= compactRevision) return undefined
  return readable(version.previous, compactRevision)
}

function writeKey(writer: ByteWriter, key: KeyText): void {
  writer.u32(key.length)
  for (let i = 0; i < key.length; i++) writer.u8(key.charCodeAt(i))
}

function writeVersion(writer: ByteWriter, version: Version): void {
  writer.u8(isLive(version) ? putMark : tombstoneMark)
  writer.u64(version.modRevision).u32(version.sub)
  if (!isLive(version)) return
  writer.u64(version.createRevision).u64(version.version)
  writeBytes(writer, valueOf(version))
}
