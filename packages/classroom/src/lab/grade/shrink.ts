import type { Step } from '../driver.ts'

const mostTrials = 3000

/**
 * Fewer steps that still fail: leaves out ever smaller pieces, for as long as that works (Zeller and Hildebrandt, delta
 * debugging). Steps that are not possible without others are no harm: a replay leaves them out.
 */
export function shrinkSteps(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => boolean,
): readonly Step[] {
  let best = steps
  let trials = 0
  for (let size = Math.ceil(best.length / 2); size >= 1;) {
    let isSmaller = false
    for (let start = 0; start < best.length && trials < mostTrials; trials++) {
      const fewer = best.toSpliced(start, size)
      if (fails(fewer)) {
        best = fewer
        isSmaller = true
      } else start += size
    }
    if (size === 1 && (!isSmaller || trials >= mostTrials)) break
    size = size === 1 ? 1 : Math.ceil(size / 2)
  }
  return best
}
