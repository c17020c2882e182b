/**
 * Moves labels apart that would overlap, each as little as possible and in the same order.
 *
 * @param wanted where each label would be best, in pixels
 * @param gap least distance between two labels
 * @param range where labels may be
 * @returns where each label goes
 */
export function placeLabels(
  wanted: readonly number[],
  gap: number,
  range: readonly [number, number],
): readonly number[] {
  const order = wanted.map((_, i) => i).toSorted((a, b) => wanted[a]! - wanted[b]!)
  const places = wanted.slice()
  let least = range[0]
  for (const i of order) {
    places[i] = Math.max(places[i]!, least)
    least = places[i]! + gap
  }
  // That may have pushed the last ones out at the end: back from there.
  let most = range[1]
  for (const i of order.toReversed()) {
    places[i] = Math.min(places[i]!, most)
    most = places[i]! - gap
  }
  return places
}
