import type { PlacedSet } from './placed-set.ts'
import { scramble } from './placed-set.ts'

/**
 * Words before the bits of a configuration: hash, state, first word of the window, number of words that
 * follow.
 */
const headerWords = 4

/** Memory for configurations, in 32-bit words: 256 MiB. */
const mostWords = 1 << 26

/**
 * Every configuration (set of placed operations, state) that the search has been in, so that it enters none
 * twice (Lowe, section 4). An open hash table of offsets into one growing array of words; equality is exact.
 */
export class SeenConfigurations {
  private arena: Uint32Array = new Uint32Array(1 << 8)
  private used = 1
  private table: Uint32Array = new Uint32Array(1 << 6)
  private count = 0

  /** True when no more can be remembered, and the search must give up. */
  get full(): boolean {
    return this.used >= mostWords
  }

  /** Remembers a configuration; false when it was known. */
  add(placed: PlacedSet, state: number): boolean {
    const hash = scramble(placed.hash ^ Math.imul(state + 1, 0x9e3779b1))
    const offset = this.write(placed, state, hash)
    const mask = this.table.length - 1
    let slot = hash & mask
    for (let known = this.table[slot]!; known !== 0; known = this.table[slot]!) {
      if (this.same(known, offset)) return false
      slot = (slot + 1) & mask
    }
    this.table[slot] = offset
    this.used = offset + headerWords + this.arena[offset + 3]!
    if (++this.count * 2 > this.table.length) this.growTable()
    return true
  }

  /** Writes the configuration at the end of the arena; it stays there only if it is new. */
  private write(placed: PlacedSet, state: number, hash: number): number {
    const { words, pendingWord } = placed
    const first = placed.least >>> 5
    const end = Math.max(first, (placed.greatest >> 5) + 1)
    const offset = this.used
    const length = end - first + words.length - pendingWord
    if (offset + headerWords + length > this.arena.length) this.growArena(headerWords + length)
    const arena = this.arena
    arena[offset] = hash
    arena[offset + 1] = state
    arena[offset + 2] = first
    arena[offset + 3] = length
    let at = offset + headerWords
    for (let word = first; word < end; word++) arena[at++] = words[word]!
    for (let word = pendingWord; word < words.length; word++) arena[at++] = words[word]!
    return offset
  }

  private same(a: number, b: number): boolean {
    const arena = this.arena
    const length = headerWords + arena[a + 3]!
    for (let at = 0; at < length; at++) if (arena[a + at] !== arena[b + at]) return false
    return true
  }

  private growArena(room: number): void {
    const larger = new Uint32Array(Math.max(this.arena.length * 2, this.used + room))
    larger.set(this.arena)
    this.arena = larger
  }

  private growTable(): void {
    const old = this.table
    const table = new Uint32Array(old.length * 2)
    const mask = table.length - 1
    for (const offset of old) {
      if (offset === 0) continue
      let slot = this.arena[offset]! & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = offset
    }
    this.table = table
  }
}
