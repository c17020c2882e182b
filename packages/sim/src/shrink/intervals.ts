import type { FaultAction, PlannedFault } from '../faults/fault-action.ts'
import type { Scenario } from '../run/scenario.ts'

/** What to do with what was planned within an interval that is cut out. */
export type CutMode = 'drop' | 'keep'

/** Fields that say how long something lasts from the time of its fault on. */
const durations = ['duration', 'downtime'] as const

/**
 * The scenario without the time from `from` to `to`: what was planned for later comes so much earlier, and what lasts
 * through it lasts so much less.
 */
export function cutInterval(scenario: Scenario, from: number, to: number, mode: CutMode): Scenario {
  const moved = (at: number): number => (at <= from ? at : Math.max(from, at - (to - from)))
  const left = <T extends { readonly at: number }>(items: readonly T[]): readonly T[] =>
    mode === 'keep' ? items : items.filter(({ at }) => at <= from || at >= to)
  return {
    ...scenario,
    chaos: moved(scenario.chaos),
    plan: left(scenario.plan).map((fault) => ({ at: moved(fault.at), action: shorten(fault, from, to) })),
    calls: left(scenario.calls ?? []).map((call) => ({ ...call, at: moved(call.at) })),
  }
}

/**
 * What lasts through some of the time that is cut out lasts so much less, in whole microseconds; all else keeps the very
 * numbers that it had.
 */
function shorten({ at, action }: PlannedFault, from: number, to: number): FaultAction {
  const values: Record<string, unknown> = { ...action }
  for (const name of durations) {
    const value = values[name]
    if (typeof value !== 'number') continue
    const lost = Math.min(to, at + value) - Math.max(from, at)
    if (lost > 0) values[name] = Math.max(0, Number((value - lost).toFixed(3)))
  }
  return values as unknown as FaultAction
}
