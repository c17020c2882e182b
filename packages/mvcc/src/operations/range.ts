import type { MvccErrorCode } from '../api/errors.ts'
import type { RangeQuery } from '../api/queries.ts'
import type { RangeAnswer } from '../api/results.ts'
import { isSingle, keyBytes, keyRange, keyText } from '../store/key-text.ts'
import type { Store } from '../store/store.ts'
import {
  liveOnly,
  toKeyOnly,
  toKeyValue,
  versionAt,
  type KeyHistory,
  type Version,
} from '../store/version.ts'

/** Why the range cannot be read. etcd: `v3rpc/key.go` checks the key, `txn/range.go` the revision. */
export function refuseRange(store: Store, query: RangeQuery): MvccErrorCode | undefined {
  if (query.key.length === 0) return 'EMPTY_KEY'
  return refuseRevision(store, query.revision ?? 0)
}

/** Why the store cannot be read at this revision. The last compaction's own revision can be read. */
export function refuseRevision(store: Store, revision: number): MvccErrorCode | undefined {
  if (!(revision > 0)) return undefined
  if (revision > store.revision) return 'FUTURE_REVISION'
  if (revision < store.compactRevision) return 'COMPACTED'
  return undefined
}

interface Found {
  readonly history: KeyHistory
  readonly version: Version
}

/**
 * Reads a range that was not refused.
 *
 * @param headerRevision the revision that the answer names
 */
export function readRange(store: Store, query: RangeQuery, headerRevision: number): RangeAnswer {
  const limit = (query.limit ?? 0) > 0 ? query.limit! : Number.POSITIVE_INFINITY
  const descend = query.order === 'descend'
  const countOnly = query.countOnly ?? false
  // Descending, the wanted keys are the last ones: all must be seen before any is known to be one of them.
  const kept = countOnly ? 0 : descend ? Number.POSITIVE_INFINITY : limit
  const found: Found[] = []
  const count = visitLive(store, query, (history, version) => {
    if (found.length < kept) found.push({ history, version })
  })
  if (descend) found.reverse()
  if (found.length > limit) found.length = limit
  const show = query.keysOnly === true ? toKeyOnly : toKeyValue
  return {
    type: 'range',
    revision: headerRevision,
    kvs: found.map(({ history, version }) => show(keyBytes(history.key), version)),
    more: !countOnly && count > limit,
    count,
  }
}

/** Calls `visit` for each key of the range that exists at the query's revision, in key order. Returns how many. */
export function visitLive(
  store: Store,
  query: Pick<RangeQuery, 'key' | 'rangeEnd' | 'revision'>,
  visit: (history: KeyHistory, version: Version) => void,
): number {
  const asked = query.revision ?? 0
  const revision = asked > 0 ? asked : Number.POSITIVE_INFINITY
  let count = 0
  const consider = (history: KeyHistory): void => {
    const version = liveOnly(versionAt(history, revision))
    if (version === undefined) return
    count++
    visit(history, version)
  }
  if (isSingle(query.rangeEnd)) {
    const history = store.index.get(keyText(query.key))
    if (history !== undefined) consider(history)
  } else {
    store.index.forRange(keyRange(query.key, query.rangeEnd), consider)
  }
  return count
}
