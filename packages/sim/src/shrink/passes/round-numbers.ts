import type { FaultAction, PlannedFault } from '../../faults/fault-action.ts'
import type { Scenario } from '../../run/scenario.ts'
import { faultForms } from '../fault-forms.ts'
import type { Pass, Proposals } from '../pass.ts'

/** Numbers that are short and small: times on whole milliseconds, durations of one digit, switches that are off. */
export const roundNumbers: Pass = {
  name: 'numbers',
  *propose(scenario) {
    let left = yield* roundAll(scenario)
    for (let i = 0; i < left.plan.length; i++) left = yield* simplifyFault(left, i)
    for (let i = 0; i < (left.calls ?? []).length; i++) left = yield* roundCall(left, i)
    return left
  },
}

/** Every time, on multiples of ten milliseconds or one, or of a tenth of one. */
function* roundAll(scenario: Scenario): Proposals {
  for (const step of [10, 1, 0.1]) {
    const round = <T extends { readonly at: number }>(items: readonly T[]): T[] =>
      items.map((item) => ({ ...item, at: roundTo(item.at, step) }))
    const taken = yield { ...scenario, plan: round(scenario.plan), calls: round(scenario.calls ?? []) }
    if (taken !== undefined) return taken
  }
  return scenario
}

function* simplifyFault(scenario: Scenario, i: number): Proposals {
  let left = scenario
  for (const simpler of simplerFaults(scenario.plan[i]!)) {
    const fault = left.plan[i]
    if (fault === undefined) break
    const changed = {
      at: simpler.at ?? fault.at,
      action: { ...fault.action, ...simpler.change } as FaultAction,
    }
    left = (yield { ...left, plan: left.plan.with(i, changed) }) ?? left
  }
  return left
}

/** A change of one value. */
interface Simpler {
  readonly at?: number
  readonly change?: Readonly<Record<string, unknown>>
}

function simplerFaults({ at, action }: PlannedFault): Simpler[] {
  const simpler: Simpler[] = [1, 10, 100].map((step) => ({ at: roundTo(at, step) }))
  for (const [name, value] of Object.entries(action) as [string, unknown][]) {
    // A period that is made shorter makes more of a run, not less.
    if (name === 'period' || faultForms().get(action.kind)?.get(name)?.isNode === true) continue
    if (value === true) simpler.push({ change: { [name]: false } })
    if (typeof value !== 'number') continue
    for (const part of [1, 2, 4]) simpler.push({ change: { [name]: roundToDigit(value / part) } })
  }
  return simpler
}

function* roundCall(scenario: Scenario, i: number): Proposals {
  let left = scenario
  for (const step of [1, 10]) {
    const call = left.calls?.[i]
    if (call === undefined) break
    left = (yield { ...left, calls: left.calls!.with(i, { ...call, at: roundTo(call.at, step) }) }) ?? left
  }
  return left
}

/** The nearest multiple of `step`, written as short as can be. */
function roundTo(value: number, step: number): number {
  return step < 1 ? Number(value.toFixed(1)) : Math.round(value / step) * step
}

/** The nearest number with one significant digit. */
function roundToDigit(value: number): number {
  return Number(value.toPrecision(1))
}
