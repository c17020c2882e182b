/** Words of 32 bits a chunk. */
const chunkWords = 1024

/**
 * Which state each state was first reached from, in two bits a state. States are numbered in the order in which they
 * were found and expanded in that same order, as breadth-first search does: so the parents of 0, 1, 2 … never
 * decrease, and it is enough to write a 0 for each child and a 1 where a parent's children end.
 */
export class ParentList {
  private readonly chunks: Uint32Array[] = []
  private length = 0

  /** Memory held, in bytes. */
  get bytes(): number {
    return 4 * chunkWords * this.chunks.length
  }

  /** One more state was found, from the present parent. The first parent stands for "none": its children are initial. */
  addChild(): void {
    this.put(0)
  }

  /** The present parent has no more children. */
  endParent(): void {
    this.put(1)
  }

  /** The number of the state that `child` was found from; -1 for an initial state. */
  parentOf(child: number): number {
    let children = 0
    for (let word = 0; ; word++) {
      const bits = this.chunks[Math.floor(word / chunkWords)]![word % chunkWords]!
      const zeros = 32 - countOnes(bits)
      if (children + zeros <= child) children += zeros
      else return 32 * word + positionOfZero(bits, child - children) - child - 1
    }
  }

  private put(bit: number): void {
    const word = this.length >>> 5
    const position = word % chunkWords
    if ((this.length & 31) === 0 && position === 0) this.chunks.push(new Uint32Array(chunkWords))
    const chunk = this.chunks.at(-1)!
    chunk[position]! |= bit << (this.length & 31)
    this.length += 1
  }
}

function countOnes(bits: number): number {
  let v = bits - ((bits >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The position of the `rank`-th zero bit, counted from 0. */
function positionOfZero(bits: number, rank: number): number {
  let left = rank
  for (let position = 0; ; position++) {
    if (((bits >>> position) & 1) !== 0) continue
    if (left === 0) return position
    left -= 1
  }
}
