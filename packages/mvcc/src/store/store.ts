import { finish, mixInteger } from '@quorate/core'
import { GarbageQueue } from './garbage-queue.ts'
import type { KeyText } from './key-text.ts'
import { OrderedIndex } from './ordered-index.ts'
import { ValueArena } from './value-arena.ts'
import { isLive, KeyHistory, type Version } from './version.ts'

/** etcd: an empty store is at revision 1. */
export const firstRevision = 1
/** etcd: before the first compaction, so that `compact(0)` is possible once. */
export const neverCompacted = -1

/** How many dropped things an apply frees: more than one can create, so that freeing keeps up. */
const freedPerApply = 8

/**
 * Keys and their versions. Knows nothing of commands; those who write go through a `WriteTxn`.
 *
 * State that counts: `revision`, `compactRevision` and the versions that can be read, which the digest covers. Dropped
 * versions may still be in memory, here more and there less; nothing shows it.
 */
export class Store {
  revision: number = firstRevision
  compactRevision: number = neverCompacted
  /** How many keys exist. */
  liveKeys = 0

  readonly index: OrderedIndex<KeyHistory> = new OrderedIndex()
  /** Versions whose `previous` is unreadable from their own revision on. */
  private readonly superseded = new GarbageQueue<Version>()
  /** Histories that ended with a tombstone, unreadable from the revision *after* it on. */
  private readonly tombstones = new GarbageQueue<KeyHistory>()
  readonly values: ValueArena = new ValueArena()
  /** The sum of the hashes of all readable versions. */
  private hashes = 0
  private openSnapshots = 0

  /**
   * Adds a version to a key: the newest one, above all that the store has.
   *
   * @param history the key's, if it has one
   * @param value what the version has as its value; copied. `undefined` for a tombstone
   */
  append(
    history: KeyHistory | undefined,
    key: KeyText,
    version: Version,
    value: Uint8Array | undefined,
  ): void {
    if (value !== undefined) this.values.keep(version, value)
    let held = history
    const before = held?.newest
    if (held === undefined) {
      held = new KeyHistory(key, version)
      this.index.set(key, held)
    }
    held.newest = version
    this.liveKeys += (isLive(version) ? 1 : 0) - (isLive(before) ? 1 : 0)
    this.account(held, version)
  }

  /** Enters a version into the books of digest and garbage. In order of revision. */
  account(history: KeyHistory, version: Version): void {
    this.hashes = (this.hashes + version.hash) | 0
    const before = version.previous
    // A tombstone before it has its own entry in `tombstones`: here it only waits to be cut off.
    if (before !== undefined)
      this.superseded.push(version, version.modRevision, isLive(before) ? before.hash : 0)
    if (!isLive(version)) this.tombstones.push(history, version.modRevision, version.hash)
  }

  /** Makes reads below `revision` impossible. The caller has checked that it is above the last one. */
  compact(revision: number): void {
    this.compactRevision = revision
    const lost = this.superseded.drop(revision) + this.tombstones.drop(revision - 1)
    this.hashes = (this.hashes - lost) | 0
  }

  /** Frees some of what compactions dropped. To be called with every command: a machine has no background. */
  collect(): void {
    // An open snapshot still walks the versions that it began with.
    if (this.openSnapshots > 0) return
    for (let i = 0; i < freedPerApply; i++) {
      const version = this.superseded.take()
      if (version === undefined) break
      // What came before that one was cut off with an earlier item.
      if (version.previous !== undefined) this.values.free(version.previous)
      version.previous = undefined
    }
    for (let i = 0; i < freedPerApply; i++) {
      const history = this.tombstones.take()
      if (history === undefined) break
      this.removeIfDead(history)
    }
  }

  /** Keeps all versions in place until `releaseVersions`. */
  holdVersions(): void {
    this.openSnapshots++
  }

  releaseVersions(): void {
    this.openSnapshots--
  }

  digest(): number {
    return finish(mixInteger(mixInteger(this.hashes, this.revision), this.compactRevision))
  }

  private removeIfDead(history: KeyHistory): void {
    const { key, newest } = history
    // The key may have been created again, or this same history may have been removed for an earlier tombstone.
    if (isLive(newest) || newest.modRevision >= this.compactRevision || this.index.get(key) !== history)
      return
    this.index.delete(key)
  }
}
