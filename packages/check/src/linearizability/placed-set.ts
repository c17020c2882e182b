/**
 * The set of operations that have been placed so far, as bits, with a hash that is kept up as the set
 * changes.
 *
 * Operations that returned are numbered in order of their calls, so at any moment all below some number are
 * placed and none above another: only the words between the two differ from one configuration to the next,
 * however long the history. Those that never returned have words of their own at the end.
 */
export class PlacedSet {
  readonly words: Uint32Array
  /** Where the words of operations that never returned begin. */
  readonly pendingWord: number
  private readonly returned: number
  private readonly pendingBit: number
  /** The exclusive or of a fixed random number for each member (Zobrist hashing). */
  hash = 0
  /** The least operation that returned and is not placed. */
  least = 0
  /** The greatest operation that returned and is placed, or -1. */
  greatest = -1

  constructor(size: number, returned: number) {
    this.returned = returned
    this.pendingWord = (returned + 31) >>> 5
    this.pendingBit = (this.pendingWord << 5) - returned
    this.words = new Uint32Array(this.pendingWord + ((size - returned + 31) >>> 5))
  }

  add(number: number): void {
    this.hash ^= scramble(number)
    if (number >= this.returned) return this.flip(number + this.pendingBit)
    this.flip(number)
    if (number > this.greatest) this.greatest = number
    while (this.least < this.returned && this.has(this.least)) this.least++
  }

  /** Takes out the member that was added last; `least` and `greatest` are what they were before it was. */
  remove(number: number, least: number, greatest: number): void {
    this.hash ^= scramble(number)
    this.flip(number < this.returned ? number : number + this.pendingBit)
    this.least = least
    this.greatest = greatest
  }

  private flip(bit: number): void {
    this.words[bit >>> 5]! ^= 1 << (bit & 31)
  }

  private has(bit: number): boolean {
    return (this.words[bit >>> 5]! & (1 << (bit & 31))) !== 0
  }
}

/** A number that looks random for each number (the finalizer of MurmurHash3). */
export function scramble(number: number): number {
  let hash = (number + 1) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}
