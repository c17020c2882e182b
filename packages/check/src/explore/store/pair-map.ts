/** A load above which the table doubles. */
const fullest = 0.6

/** A map from pairs of small integers, 0 or more, to integers, in typed arrays. */
export class PairMap {
  private firsts: Int32Array
  private seconds: Int32Array
  private values: Int32Array
  private count = 0

  constructor(capacity = 1024) {
    this.firsts = new Int32Array(capacity).fill(-1)
    this.seconds = new Int32Array(capacity)
    this.values = new Int32Array(capacity)
  }

  get size(): number {
    return this.count
  }

  /** The value of a pair; undefined if it has none. */
  get(first: number, second: number): number | undefined {
    const slot = this.find(first, second)
    return this.firsts[slot] === -1 ? undefined : this.values[slot]!
  }

  set(first: number, second: number, value: number): void {
    const slot = this.find(first, second)
    if (this.firsts[slot] === -1) {
      this.firsts[slot] = first
      this.seconds[slot] = second
      this.count += 1
    }
    this.values[slot] = value
    if (this.count > fullest * this.firsts.length) this.grow()
  }

  private find(first: number, second: number): number {
    const mask = this.firsts.length - 1
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77)
    hash ^= hash >>> 15
    let slot = Math.imul(hash, 0x2c1b3c6d) & mask
    while (this.firsts[slot] !== -1 && (this.firsts[slot] !== first || this.seconds[slot] !== second)) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private grow(): void {
    const { firsts, seconds, values } = this
    this.firsts = new Int32Array(2 * firsts.length).fill(-1)
    this.seconds = new Int32Array(2 * firsts.length)
    this.values = new Int32Array(2 * firsts.length)
    for (let i = 0; i < firsts.length; i++) {
      if (firsts[i] === -1) continue
      const slot = this.find(firsts[i]!, seconds[i]!)
      this.firsts[slot] = firsts[i]!
      this.seconds[slot] = seconds[i]!
      this.values[slot] = values[i]!
    }
  }
}
