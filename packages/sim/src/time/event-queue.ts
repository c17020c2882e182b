/** Something that will happen at a time. Equal times go by `sequence`, so the order is always defined. */
export interface Timed {
  readonly time: number
  readonly sequence: number
}

/** A binary heap: the earliest first. */
export class EventQueue<T extends Timed> {
  private readonly heap: T[] = []

  get size(): number {
    return this.heap.length
  }

  /** The earliest, left in place. */
  peek(): T | undefined {
    return this.heap[0]
  }

  push(item: T): void {
    const { heap } = this
    let position = heap.length
    heap.push(item)
    while (position > 0) {
      const parent = (position - 1) >> 1
      const above = heap[parent]!
      if (isBefore(above, item)) break
      heap[position] = above
      position = parent
    }
    heap[position] = item
  }

  /** Takes the earliest out. */
  pop(): T | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.sink(last)
    return first
  }

  /** Puts `item` at the top and lets it sink to where it belongs. */
  private sink(item: T): void {
    const { heap } = this
    const size = heap.length
    let position = 0
    for (;;) {
      let child = 2 * position + 1
      if (child >= size) break
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      const below = heap[child]!
      if (isBefore(item, below)) break
      heap[position] = below
      position = child
    }
    heap[position] = item
  }
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence)
}
