import { assert, unreachable } from '../assert.ts'
import type { LogIndex } from '../ids.ts'
import type { Acceptance } from './acceptance.ts'
import type { Entry } from './entry.ts'
import type { Ballot, LogImage, SnapshotMeta, StorageOperation } from './storage-operation.ts'

/**
 * What storage operations mean, in memory: the reference that every log store must agree with, and what stores use to
 * rebuild their image from a file.
 */
export class LogImageBuilder {
  private hardState: Uint8Array | undefined
  private base: SnapshotMeta | undefined
  /** Slots above the base; a hole is undefined. */
  private slots: (Entry | undefined)[] = []
  private readonly ballots = new Map<LogIndex, Ballot>()

  apply(operation: StorageOperation): void {
    switch (operation.type) {
      case 'append':
        return this.append(operation.entries)
      case 'accept':
        return this.accept(operation.ballot, operation.entries)
      case 'truncateAfter':
        return this.truncateAfter(operation.index)
      case 'setHardState':
        this.hardState = operation.bytes
        return
      case 'installSnapshot':
        return this.install(operation.meta)
      case 'compactTo':
        return this.forgetTo(operation.meta)
      default:
        unreachable(operation, 'storage operation')
    }
  }

  /** The state so far, as a store opened for the `incarnation`-th time would show it. */
  image(incarnation: number): LogImage {
    const entries = this.slots.filter((entry) => entry !== undefined)
    return {
      incarnation,
      hardState: this.hardState,
      base: this.base,
      entries,
      ballots: new Map(this.ballots),
    }
  }

  /** The highest index in use. */
  get lastIndex(): LogIndex {
    return this.baseIndex + this.slots.length
  }

  /** The index before the first entry kept. */
  get baseIndex(): LogIndex {
    return this.base?.index ?? 0
  }

  /** The entry at `index`, if it is kept. */
  entryAt(index: LogIndex): Entry | undefined {
    return this.slots[index - this.baseIndex - 1]
  }

  private append(entries: readonly Entry[]): void {
    const first = entries[0]
    if (first === undefined) return
    assert(first.index > this.baseIndex, 'an append lies above the base', {
      first: first.index,
      base: this.baseIndex,
    })
    this.truncateAfter(first.index - 1)
    for (const entry of entries) this.put(entry.index, entry)
  }

  private accept(ballot: Ballot, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.index > this.baseIndex) this.ballots.set(entry.index, ballot)
      this.put(entry.index, entry)
    }
  }

  private put(index: LogIndex, entry: Entry): void {
    const position = index - this.baseIndex - 1
    if (position < 0) return
    while (this.slots.length < position) this.slots.push(undefined)
    this.slots[position] = entry
  }

  private truncateAfter(index: LogIndex): void {
    if (index < this.lastIndex) this.slots.length = Math.max(0, index - this.baseIndex)
    while (this.slots.length > 0 && this.slots.at(-1) === undefined) this.slots.pop()
    for (const slot of this.ballots.keys()) if (slot > index) this.ballots.delete(slot)
  }

  private install(meta: SnapshotMeta): void {
    const known = meta.index === this.baseIndex ? this.base?.epoch : this.entryAt(meta.index)?.epoch
    if (known !== meta.epoch) {
      this.slots = []
      this.ballots.clear()
      this.base = meta
    } else {
      this.forgetTo(meta)
    }
  }

  private forgetTo(meta: SnapshotMeta): void {
    if (meta.index <= this.baseIndex) return
    this.slots.splice(0, meta.index - this.baseIndex)
    for (const slot of this.ballots.keys()) if (slot <= meta.index) this.ballots.delete(slot)
    this.base = meta
  }
}

/**
 * The newest of a replica's stored snapshots (oldest first) that its machine may start from.
 *
 * Where slots are accepted one by one, every snapshot reflects a chosen prefix, and what the log holds besides says
 * nothing against it: any that the log does not start behind will do. Where logs are dense it must be one that the log
 * starts at, or that agrees with the log: one that was received but not installed before a crash may be neither.
 */
export function usableSnapshot(
  image: LogImage,
  stored: readonly SnapshotMeta[],
  acceptance: Acceptance,
): SnapshotMeta | undefined {
  const { base, entries } = image
  if (acceptance === 'slot') return stored.findLast(({ index }) => index >= (base?.index ?? 0))
  const isKnown = (meta: SnapshotMeta): boolean => {
    const known = meta.index === base?.index ? base : entries.find(({ index }) => index === meta.index)
    return known?.epoch === meta.epoch
  }
  return stored.findLast(isKnown)
}
