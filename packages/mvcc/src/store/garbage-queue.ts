/**
 * Things that a compaction makes unreadable, in the order of the revision from which on they are so. Forgetting has
 * two steps: `drop` is the logical one, at once and cheap whatever was dropped; `take` hands the dropped things out
 * one by one to free them, at leisure and without effect on what can be read.
 */
export class GarbageQueue<T> {
  private items: T[] = []
  private revisions: number[] = []
  /** Of each item: the sum of the hashes of all items pushed up to it, 32 bits. */
  private sums: number[] = []
  private pushedSum = 0
  private droppedSum = 0
  /** Items before this one are dropped. */
  private dropped = 0
  /** Items before this one are taken. */
  private taken = 0

  /** `revision` must not be below that of the item before. `hash` is what the digest loses when this is dropped. */
  push(item: T, revision: number, hash: number): void {
    this.pushedSum = (this.pushedSum + hash) | 0
    this.items.push(item)
    this.revisions.push(revision)
    this.sums.push(this.pushedSum)
  }

  /** Drops everything up to `revision`, this included. Returns the sum of the hashes that the digest loses. */
  drop(revision: number): number {
    let low = this.dropped
    let high = this.revisions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.revisions[middle]! <= revision) low = middle + 1
      else high = middle
    }
    if (low === this.dropped) return 0
    const sum = this.sums[low - 1]!
    const lost = (sum - this.droppedSum) | 0
    this.dropped = low
    this.droppedSum = sum
    return lost
  }

  /** The next dropped thing that has not been taken yet. */
  take(): T | undefined {
    if (this.taken === this.dropped) return undefined
    const item = this.items[this.taken++]!
    if (this.taken === this.items.length || this.taken >= trimmedAt) this.trim()
    return item
  }

  private trim(): void {
    // Only when at least half goes, so that each item is moved at most once on average.
    if (this.taken * 2 < this.items.length) return
    this.items = this.items.slice(this.taken)
    this.revisions = this.revisions.slice(this.taken)
    this.sums = this.sums.slice(this.taken)
    this.dropped -= this.taken
    this.taken = 0
  }
}

const trimmedAt = 1024
