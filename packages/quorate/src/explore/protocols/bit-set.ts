/** A set of small numbers as 32-bit words. The last word is not 0, so that equal sets are equal lists. */
export type BitSet = readonly number[]

export function hasBit(set: BitSet, bit: number): boolean {
  return ((set[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
}

/** The set with these bits; itself if it has them all. */
export function withBits(set: BitSet, bits: readonly number[]): BitSet {
  if (bits.every((bit) => hasBit(set, bit))) return set
  const words = [...set]
  for (const bit of bits) {
    const word = bit >>> 5
    while (words.length <= word) words.push(0)
    words[word] = words[word]! | (1 << (bit & 31))
  }
  return words
}

/** The numbers in it, from the lowest. */
export function bitsOf(set: BitSet): number[] {
  const bits: number[] = []
  set.forEach((word, i) => {
    for (let left = word; left !== 0; left &= left - 1) bits.push(i * 32 + 31 - Math.clz32(left & -left))
  })
  return bits
}
