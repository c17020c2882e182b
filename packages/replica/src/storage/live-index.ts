import { assert } from '@quorate/core'
import type { Entry, Epoch, LogIndex, SnapshotMeta, StorageOperation } from '@quorate/core'

/** Marks a slot that holds nothing. */
const hole = -1

/**
 * Which entries a log holds and in which frame each was last written: what the store remembers of entries once they
 * are on the disk, 16 bytes for each. Follows `LogImageBuilder` operation by operation.
 */
export class LiveIndex {
  private baseMeta: SnapshotMeta | undefined
  /** The epoch of each entry above the base. */
  private epochs: Epoch[] = []
  /** The sequence of the frame that holds it. */
  private frames: number[] = []

  get base(): SnapshotMeta | undefined {
    return this.baseMeta
  }

  get baseIndex(): LogIndex {
    return this.baseMeta?.index ?? 0
  }

  /** The highest index in use. */
  get lastIndex(): LogIndex {
    return this.baseIndex + this.epochs.length
  }

  /** The sequence of the frame that holds entry `index`; undefined if the log does not hold it. */
  frameOf(index: LogIndex): number | undefined {
    const frame = this.frames[index - this.baseIndex - 1]
    return frame === hole ? undefined : frame
  }

  /** Does an `installSnapshot` of `meta` keep the entries above it? It does if the log has the very entry at its index. */
  keepsOnInstall(meta: SnapshotMeta): boolean {
    const known =
      meta.index === this.baseIndex ? this.baseMeta?.epoch : this.epochs[meta.index - this.baseIndex - 1]
    return known === meta.epoch
  }

  /** Follows an operation that `frame` holds. */
  apply(
    operation: StorageOperation | { readonly type: 'dropTo'; readonly meta: SnapshotMeta },
    frame: number,
  ): void {
    switch (operation.type) {
      case 'append':
        return this.append(operation.entries, frame)
      case 'accept':
        for (const entry of operation.entries) this.put(entry.index, entry.epoch, frame)
        return
      case 'truncateAfter':
        return this.truncateAfter(operation.index)
      case 'setHardState':
        return
      case 'compactTo':
        return this.forgetTo(operation.meta)
      case 'installSnapshot':
        return this.keepsOnInstall(operation.meta)
          ? this.forgetTo(operation.meta)
          : this.startAt(operation.meta)
      case 'dropTo':
        return this.startAt(operation.meta)
    }
  }

  /** Drops every entry; the log goes on after `base`. */
  startAt(base: SnapshotMeta | undefined): void {
    this.baseMeta = base
    this.epochs = []
    this.frames = []
  }

  private append(entries: readonly Entry[], frame: number): void {
    const first = entries[0]
    if (first === undefined) return
    assert(first.index > this.baseIndex, 'an append lies above the base', {
      first: first.index,
      base: this.baseIndex,
    })
    this.truncateAfter(first.index - 1)
    for (const entry of entries) this.put(entry.index, entry.epoch, frame)
  }

  private put(index: LogIndex, epoch: Epoch, frame: number): void {
    const position = index - this.baseIndex - 1
    if (position < 0) return
    while (this.epochs.length < position) {
      this.epochs.push(hole)
      this.frames.push(hole)
    }
    if (position === this.epochs.length) {
      this.epochs.push(epoch)
      this.frames.push(frame)
    } else {
      this.epochs[position] = epoch
      this.frames[position] = frame
    }
  }

  private truncateAfter(index: LogIndex): void {
    if (index >= this.lastIndex) return
    let length = Math.max(0, index - this.baseIndex)
    while (length > 0 && this.epochs[length - 1] === hole) length--
    this.epochs.length = length
    this.frames.length = length
  }

  private forgetTo(meta: SnapshotMeta): void {
    if (meta.index <= this.baseIndex) return
    this.epochs.splice(0, meta.index - this.baseIndex)
    this.frames.splice(0, meta.index - this.baseIndex)
    this.baseMeta = meta
  }
}
