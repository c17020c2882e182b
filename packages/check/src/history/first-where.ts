/** The first of so many places for which this is true, by halving; it must be true from there on. */
export function firstWhere(length: number, holds: (place: number) => boolean): number {
  let least = 0
  let most = length
  while (least < most) {
    const middle = (least + most) >> 1
    if (holds(middle)) most = middle
    else least = middle + 1
  }
  return least
}
