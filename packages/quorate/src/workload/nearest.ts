/** Of `known`, the name that `given` was most probably meant to be; undefined if none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const word = given.toLowerCase()
  // One slip in three characters is a slip; more is another word. A single letter resembles nothing.
  const limit = Math.min(2, Math.floor(word.length / 3))
  let best: string | undefined
  let least = limit + 1
  for (const name of known) {
    const distance = editDistance(word, name.toLowerCase())
    if (distance < least) [best, least] = [name, distance]
  }
  return best
}

/** Least number of letters to insert, delete, replace or swap with their neighbour to get from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? beforePrevious[j - 2]! + 1 : Infinity
      row.push(Math.min(substituted, swapped, previous[j]! + 1, row[j - 1]! + 1))
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length]!
}
