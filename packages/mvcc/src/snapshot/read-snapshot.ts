import { ChunkedReader, checkVersion, readBytes, readInteger } from '@quorate/codec'
import { firstRevision, neverCompacted, Store } from '../store/store.ts'
import { keyText, type KeyText } from '../store/key-text.ts'
import { isLive, KeyHistory, Version } from '../store/version.ts'
import { endMark, keyMark, putMark, snapshotMagic, snapshotVersion, tombstoneMark } from './format.ts'

const what = 'an mvcc snapshot'

/**
 * A new store out of a snapshot.
 *
 * @throws QuorateError `DECODE` for anything that no store can have written; `NEWER_VERSION` for a newer program's
 */
export function readSnapshot(chunks: Iterable<Uint8Array>): Store {
  const reader = new ChunkedReader(chunks, what)
  for (const byte of snapshotMagic) if (reader.u8() !== byte) reader.fail('it does not begin like one')
  checkVersion(reader.u8(), snapshotVersion, what)
  const store = new Store()
  store.revision = reader.u64()
  store.compactRevision = readInteger(reader)
  if (store.revision < firstRevision) reader.fail('there is no revision 0')
  if (store.compactRevision < neverCompacted || store.compactRevision > store.revision) {
    reader.fail(`compacted at ${store.compactRevision} of ${store.revision}`)
  }
  readKeys(reader, store)
  reader.end()
  return store
}

/** A version that will be garbage, or makes another so: these must be entered in order of revision. */
interface Ordered {
  readonly history: KeyHistory
  readonly version: Version
}

function readKeys(reader: ChunkedReader, store: Store): void {
  const ordered: Ordered[] = []
  let last: KeyText | undefined
  while (reader.u8() === keyMark) {
    const key = keyText(readBytes(reader))
    if (key.length === 0 || (last !== undefined && key <= last)) reader.fail('keys out of order')
    last = key
    const history = readHistory(reader, store, key)
    store.index.set(key, history)
    if (isLive(history.newest)) store.liveKeys++
    for (
      let version: Version | undefined = history.newest;
      version !== undefined;
      version = version.previous
    ) {
      if (version.previous === undefined && isLive(version)) store.account(history, version)
      else ordered.push({ history, version })
    }
  }
  if (reader.u64() !== store.index.size) reader.fail('keys are missing')
  ordered.sort((a, b) => a.version.modRevision - b.version.modRevision)
  for (const { history, version } of ordered) store.account(history, version)
}

function readHistory(reader: ChunkedReader, store: Store, key: KeyText): KeyHistory {
  let newest: Version | undefined
  let oldest: Version | undefined
  for (let mark = reader.u8(); mark !== endMark; mark = reader.u8()) {
    const version = readVersion(reader, store, key, mark)
    if (oldest === undefined) newest = version
    else oldest.previous = version
    if (oldest !== undefined) check(reader, store, oldest)
    oldest = version
  }
  if (newest === undefined || oldest === undefined) return reader.fail('a key without versions')
  if (newest.modRevision > store.revision) reader.fail('a change above the revision')
  check(reader, store, oldest)
  return new KeyHistory(key, newest)
}

function readVersion(reader: ChunkedReader, store: Store, key: KeyText, mark: number): Version {
  if (mark !== putMark && mark !== tombstoneMark) reader.fail(`a version of kind ${mark}`)
  const modRevision = reader.u64()
  const sub = reader.u32()
  if (mark === tombstoneMark) {
    return new Version(key, { modRevision, sub, createRevision: 0, version: 0, value: undefined }, undefined)
  }
  const createRevision = reader.u64()
  const version = reader.u64()
  if (version === 0) reader.fail('a put without a version')
  const value = readBytes(reader)
  const made = new Version(key, { modRevision, sub, createRevision, version, value }, undefined)
  store.values.keep(made, value)
  return made
}

/** Checks a version against the one before it, which is in place: the rules by which a store makes them. */
function check(reader: ChunkedReader, store: Store, version: Version): void {
  const { modRevision, createRevision, previous } = version
  const compacted = store.compactRevision
  if (modRevision <= firstRevision) reader.fail('a change of the empty store')
  if (previous !== undefined) {
    if (previous.modRevision >= modRevision) reader.fail('versions out of order')
    if (modRevision <= compacted) reader.fail('a version that was compacted')
  }
  if (!isLive(version)) {
    if (previous === undefined ? modRevision !== compacted : !isLive(previous))
      reader.fail('a delete of nothing')
    return
  }
  if (previous !== undefined && isLive(previous)) {
    if (createRevision !== previous.createRevision || version.version !== previous.version + 1) {
      reader.fail('a put that does not follow the one before it')
    }
    return
  }
  const created = createRevision === modRevision && version.version === 1
  // What a compaction left as the oldest version may have had others before it.
  const continued = createRevision > firstRevision && createRevision < modRevision && version.version > 1
  if (!created && !(previous === undefined && modRevision <= compacted && continued)) {
    reader.fail('a put that follows nothing')
  }
}
