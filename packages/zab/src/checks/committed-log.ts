import type { Entry, Epoch, LogIndex } from '@quorate/core'

/** What has been committed anywhere, index by index, as one who sees all replicas knows it: mixed_v1's `committedLog`. */
export class CommittedLog {
  /** Entries up to here are not known, or not any more. */
  forgotten: LogIndex = 0
  private entries: (Entry | undefined)[] = []
  /** The epoch in which each was committed, which may be later than that in which it was proposed. */
  private epochs: (Epoch | undefined)[] = []

  /** The highest index that is committed. */
  get end(): LogIndex {
    return this.forgotten + this.entries.length
  }

  get size(): number {
    return this.entries.length
  }

  at(index: LogIndex): Entry | undefined {
    return this.entries[index - this.forgotten - 1]
  }

  /** The epoch in which the entry at `index` was committed. */
  epochAt(index: LogIndex): Epoch | undefined {
    return this.epochs[index - this.forgotten - 1]
  }

  put(entry: Entry, epoch: Epoch): void {
    if (entry.index <= this.forgotten) return
    while (this.end < entry.index) this.entries.push(undefined)
    this.entries[entry.index - this.forgotten - 1] = entry
    this.epochs[entry.index - this.forgotten - 1] = epoch
  }

  forgetTo(index: LogIndex): void {
    if (index <= this.forgotten) return
    this.entries = this.entries.slice(index - this.forgotten)
    this.epochs = this.epochs.slice(index - this.forgotten)
    this.forgotten = index
  }
}
