import { asPlainBytes } from '@quorate/codec'
import type { ChangeSink } from '@quorate/core'
import type { MvccChange } from '../api/changes.ts'
import type { KeyValue } from '../api/key-value.ts'
import { keyBytes, keyText } from './key-text.ts'
import type { Store } from './store.ts'
import { liveOnly, toKeyValue, Version, type KeyHistory } from './version.ts'

/**
 * The writes of one command: they share one main revision and are numbered within it. The store's revision grows at
 * `end`, and only if something was written (etcd: `kvstore_txn.go`, `End`).
 */
export class WriteTxn {
  private readonly store: Store
  private readonly changes: ChangeSink<MvccChange>
  private readonly begin: number
  private writes = 0

  constructor(store: Store, changes: ChangeSink<MvccChange>) {
    this.store = store
    this.changes = changes
    this.begin = store.revision
  }

  /** The revision for a response's header: raised as soon as there is a write. */
  get revision(): number {
    return this.writes === 0 ? this.begin : this.begin + 1
  }

  /** Sets a key. Returns it as it was, if it existed and `wantsPrevious`. Keeps a copy of the value. */
  put(key: Uint8Array, value: Uint8Array, wantsPrevious = true): KeyValue | undefined {
    const text = keyText(key)
    const history = this.store.index.get(text)
    const before = history?.newest
    const live = liveOnly(before)
    const modRevision = this.begin + 1
    const fields = {
      modRevision,
      sub: this.writes++,
      createRevision: live?.createRevision ?? modRevision,
      version: (live?.version ?? 0) + 1,
      value: asPlainBytes(value),
    }
    const version = new Version(text, fields, before)
    this.store.append(history, text, version, value)
    const isHeard = this.changes.isUnheard !== true
    if (!isHeard && !wantsPrevious) return undefined
    const shownKey = asPlainBytes(key)
    const prev = live && toKeyValue(shownKey, live)
    if (isHeard) {
      const kv = toKeyValue(shownKey, version, fields.value)
      this.changes.push({ type: 'put', revision: modRevision, kv, prev })
    }
    return wantsPrevious ? prev : undefined
  }

  /** Deletes an existing key. Returns it as it was. */
  delete(history: KeyHistory): KeyValue {
    const { key, newest } = history
    const modRevision = this.begin + 1
    const fields = { modRevision, sub: this.writes++, createRevision: 0, version: 0, value: undefined }
    const tombstone = new Version(key, fields, newest)
    this.store.append(history, key, tombstone, undefined)
    const shownKey = keyBytes(key)
    const prev = toKeyValue(shownKey, newest)
    this.changes.push({ type: 'delete', revision: modRevision, kv: toKeyValue(shownKey, tombstone), prev })
    return prev
  }

  /** Makes the writes the store's current revision. */
  end(): void {
    this.store.revision = this.revision
  }
}
