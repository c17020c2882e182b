import type { Scenario } from '../../run/scenario.ts'
import { cutInterval } from '../intervals.ts'
import type { Pass, Proposals } from '../pass.ts'

/** The shortest time that is worth cutting out, milliseconds. */
const shortest = 5

/** After so many milliseconds most clusters have a leader. */
const settling = 500

/** Seeds to try besides a scenario's own. */
const otherSeeds = 8

/** Less time: without what happens in some interval, or with the pauses between things made shorter. */
export const cutTime: Pass = {
  name: 'time',
  *propose(scenario) {
    const late = yield* cutBeginning(scenario)
    const cut = yield* cutIntervals(late)
    return yield* shortenPauses(cut)
  },
}

/**
 * Without most of what came first: a cluster that has just started is often as good as one that has run for long. With
 * some other seeds too, for all of it comes at other times then.
 */
function* cutBeginning(scenario: Scenario): Proposals {
  for (const share of [0.9, 0.75, 0.6, 0.45, 0.3, 0.15]) {
    for (const from of [0, settling]) {
      const to = from + scenario.chaos * share
      if (to >= scenario.chaos) continue
      for (let seed = 0; seed <= otherSeeds; seed++) {
        const cut = cutInterval(scenario, from, to, 'drop')
        const taken = yield seed === 0 ? cut : { ...cut, seed }
        if (taken !== undefined) return yield* cutBeginning(taken)
      }
    }
  }
  return scenario
}

function* cutIntervals(scenario: Scenario): Proposals {
  let left = scenario
  for (let parts = 2; parts <= 32; parts *= 2) {
    const length = left.chaos / parts
    if (length < shortest) break
    for (let from = 0; from + length <= left.chaos;) {
      const taken = yield cutInterval(left, from, from + length, 'drop')
      if (taken === undefined) from += length
      else left = taken
    }
  }
  return left
}

/** Nothing of each pause, or half of it, the longest first. */
function* shortenPauses(scenario: Scenario): Proposals {
  let left = scenario
  const seen = new Set<number>()
  for (;;) {
    const pause = longestPause(left, seen)
    if (pause === undefined) return left
    const length = pause.to - pause.from
    const taken =
      (yield cutInterval(left, pause.from, pause.to, 'drop')) ??
      (yield cutInterval(left, pause.to - length / 2, pause.to, 'drop'))
    if (taken === undefined) seen.add(pause.to)
    left = taken ?? left
  }
}

interface Interval {
  readonly from: number
  readonly to: number
}

/** The longest time in which nothing was planned, of those whose end has not been seen yet. */
function longestPause({ plan, calls, chaos }: Scenario, seen: ReadonlySet<number>): Interval | undefined {
  const times = [0, ...plan.map(({ at }) => at), ...(calls ?? []).map(({ at }) => at), chaos]
  times.sort((a, b) => a - b)
  let longest: Interval | undefined
  for (let i = 1; i < times.length; i++) {
    const pause = { from: times[i - 1]!, to: times[i]! }
    const length = pause.to - pause.from
    if (length < shortest || seen.has(pause.to)) continue
    if (longest === undefined || length > longest.to - longest.from) longest = pause
  }
  return longest
}
