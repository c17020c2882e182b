/**
 * Requests under way by sequence number. Sequences are handed out in order and mostly end in order, so this is a queue
 * with gaps: no hashing of large numbers, no shifting.
 */
export class RequestTable<T extends object> {
  private items: (T | undefined)[] = []
  /** The sequence of `items[0]`. */
  private base: number
  /** Where the oldest request under way is. */
  private head = 0
  private count = 0

  constructor(firstSequence: number) {
    this.base = firstSequence
  }

  get size(): number {
    return this.count
  }

  /** Adds a request; gives its sequence. */
  add(item: T): number {
    this.items.push(item)
    this.count += 1
    return this.base + this.items.length - 1
  }

  get(sequence: number): T | undefined {
    return this.items[sequence - this.base]
  }

  /** Ends a request; undefined if it is not under way. */
  remove(sequence: number): T | undefined {
    const position = sequence - this.base
    const item = this.items[position]
    if (item === undefined) return undefined
    this.items[position] = undefined
    this.count -= 1
    if (position === this.head) this.advance()
    return item
  }

  /** Ends every request up to `sequence` that `choose` accepts, oldest first. */
  removeUpTo(sequence: number, choose: (item: T) => boolean): T[] {
    const removed: T[] = []
    const end = Math.min(sequence - this.base, this.items.length - 1)
    for (let position = this.head; position <= end; position++) {
      const item = this.items[position]
      if (item === undefined || !choose(item)) continue
      this.items[position] = undefined
      this.count -= 1
      removed.push(item)
    }
    this.advance()
    return removed
  }

  /** The oldest request under way. */
  oldest(): T | undefined {
    return this.items[this.head]
  }

  /** The last sequence handed out. */
  get lastSequence(): number {
    return this.base + this.items.length - 1
  }

  private advance(): void {
    while (this.head < this.items.length && this.items[this.head] === undefined) this.head += 1
    if (this.head < 4096 || this.head * 2 < this.items.length) return
    this.items = this.items.slice(this.head)
    this.base += this.head
    this.head = 0
  }
}
