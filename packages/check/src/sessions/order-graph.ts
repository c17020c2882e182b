/** Where an order of operations is forced: `i` before `j`, with why, and all that follows from it. */
export class OrderGraph {
  readonly size: number
  private readonly words: number
  /** For each vertex, all that have to come before it, as bits. */
  private readonly before: Uint32Array
  private readonly reasons = new Map<number, string>()
  private readonly successors: number[][]

  constructor(size: number) {
    this.size = size
    this.words = (size + 31) >>> 5
    this.before = new Uint32Array(size * this.words)
    this.successors = Array.from({ length: size }, () => [])
  }

  /** Adds that `from` comes before `to`; false when that was known directly. */
  add(from: number, to: number, reason: string): boolean {
    const edge = from * this.size + to
    if (this.reasons.has(edge)) return false
    this.reasons.set(edge, reason)
    this.successors[from]!.push(to)
    return true
  }

  /** After {@link close}: true when `from` has to come before `to`. */
  isBefore(from: number, to: number): boolean {
    return (this.before[to * this.words + (from >>> 5)]! & (1 << (from & 31))) !== 0
  }

  /** The successors of a vertex by single reasons. */
  after(vertex: number): readonly number[] {
    return this.successors[vertex]!
  }

  reason(from: number, to: number): string {
    return this.reasons.get(from * this.size + to) ?? ''
  }

  /** Works out what follows from all that was added; false when there is a circle. */
  close(): boolean {
    const order = this.topologicalOrder()
    if (order.length < this.size) return false
    this.before.fill(0)
    for (const vertex of order) {
      for (const next of this.successors[vertex]!) this.inherit(vertex, next)
    }
    return true
  }

  private inherit(vertex: number, next: number): void {
    const { before, words } = this
    for (let word = 0; word < words; word++) before[next * words + word]! |= before[vertex * words + word]!
    before[next * words + (vertex >>> 5)]! |= 1 << (vertex & 31)
  }

  private topologicalOrder(): readonly number[] {
    const waits = new Int32Array(this.size)
    for (const list of this.successors) for (const next of list) waits[next]!++
    const order: number[] = []
    for (let vertex = 0; vertex < this.size; vertex++) if (waits[vertex] === 0) order.push(vertex)
    for (let at = 0; at < order.length; at++) {
      for (const next of this.successors[order[at]!]!) if (--waits[next]! === 0) order.push(next)
    }
    return order
  }

  /** A shortest circle, when there is one. */
  circle(): readonly number[] | undefined {
    let best: readonly number[] | undefined
    const sorted = new Set(this.topologicalOrder())
    for (let start = 0; start < this.size; start++) {
      if (sorted.has(start)) continue
      const found = this.circleFrom(start, best === undefined ? Infinity : best.length)
      if (found !== undefined) best = found
    }
    return best
  }

  /** A circle through `start` that is shorter than `limit`. */
  private circleFrom(start: number, limit: number): readonly number[] | undefined {
    const from = new Map<number, number>([[start, -1]])
    const queue = [start]
    for (let at = 0; at < queue.length; at++) {
      for (const next of this.successors[queue[at]!]!) {
        if (next === start) {
          const circle: number[] = []
          for (let vertex = queue[at]!; vertex >= 0; vertex = from.get(vertex)!) circle.push(vertex)
          return circle.length < limit ? circle.reverse() : undefined
        }
        if (from.has(next)) continue
        from.set(next, queue[at]!)
        queue.push(next)
      }
    }
    return undefined
  }
}
