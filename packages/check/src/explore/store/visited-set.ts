/** Fingerprints a chunk, a power of two: grown by chunks, what has been stored never moves. */
const chunkBits = 12
const chunkSize = 1 << chunkBits
const chunkMask = chunkSize - 1
const segments = 256
const smallestSegment = 16
/** A segment this full grows by half: so at least 58 % of its slots are in use, and at most 87.5 %. */
const fullest = 0.875
const growth = 1.5

/**
 * The set of states visited, as fingerprints of 64 bits, numbered in the order in which they were added. 8 bytes each,
 * and 4 for each slot of the index: 12.6 to 14.9 bytes a state. The index is an open-addressing table in 256 segments
 * that grow one by one, so adding a state never waits for the whole of it.
 */
export class VisitedSet {
  private count = 0
  private readonly chunks: Int32Array[] = []
  private readonly index: Uint32Array[] = []
  private readonly used: Uint32Array = new Uint32Array(segments)

  constructor() {
    for (let i = 0; i < segments; i++) this.index.push(new Uint32Array(smallestSegment))
  }

  get size(): number {
    return this.count
  }

  /** Memory held, in bytes. */
  get bytes(): number {
    let slots = 0
    for (const segment of this.index) slots += segment.length
    return 4 * slots + 8 * chunkSize * this.chunks.length
  }

  highAt(number: number): number {
    return this.chunks[number >>> chunkBits]![(number & chunkMask) << 1]!
  }

  lowAt(number: number): number {
    return this.chunks[number >>> chunkBits]![((number & chunkMask) << 1) + 1]!
  }

  /** Adds a fingerprint (two signed 32-bit halves). Gives its number, or -1 - its number if it was there. */
  add(high: number, low: number): number {
    const segment = high >>> 24
    const slots = this.index[segment]!
    const slot = this.find(slots, high, low)
    const found = slots[slot]!
    if (found !== 0) return -found
    const number = this.count++
    this.store(number, high, low)
    slots[slot] = number + 1
    const used = ++this.used[segment]!
    if (used > fullest * slots.length) this.grow(segment)
    return number
  }

  /** The slot that holds the fingerprint, or the empty one where it belongs. */
  private find(slots: Uint32Array, high: number, low: number): number {
    const { length } = slots
    let slot = Math.floor(((low >>> 0) * length) / 0x1_0000_0000)
    for (;;) {
      const found = slots[slot]!
      if (found === 0) return slot
      const chunk = this.chunks[(found - 1) >>> chunkBits]!
      const position = ((found - 1) & chunkMask) << 1
      if (chunk[position + 1] === low && chunk[position] === high) return slot
      slot = slot + 1 === length ? 0 : slot + 1
    }
  }

  private store(number: number, high: number, low: number): void {
    let chunk = this.chunks[number >>> chunkBits]
    if (chunk === undefined) {
      chunk = new Int32Array(2 * chunkSize)
      this.chunks.push(chunk)
    }
    const position = (number & chunkMask) << 1
    chunk[position] = high
    chunk[position + 1] = low
  }

  private grow(segment: number): void {
    const old = this.index[segment]!
    const slots = new Uint32Array(Math.ceil(old.length * growth))
    for (const found of old) {
      if (found === 0) continue
      slots[this.find(slots, this.highAt(found - 1), this.lowAt(found - 1))] = found
    }
    this.index[segment] = slots
  }
}
