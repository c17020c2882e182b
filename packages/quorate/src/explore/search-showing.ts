import type { SearchProgress } from '@quorate/check'

/** States expanded between two looks at the clock. */
const slice = 5000
const progressMs = 100

/** Something that searches in slices. */
export interface Advancing {
  advance(states: number): boolean
  progress(): SearchProgress
}

/** Carries a search out and shows now and then how far it is. Gives how many milliseconds it took. */
export function searchShowing(
  search: Advancing,
  show: (progress: SearchProgress, elapsedMs: number) => void,
): number {
  const began = performance.now()
  let shownAt = began
  while (search.advance(slice)) {
    const now = performance.now()
    if (now - shownAt < progressMs) continue
    shownAt = now
    show(search.progress(), now - began)
  }
  return performance.now() - began
}
