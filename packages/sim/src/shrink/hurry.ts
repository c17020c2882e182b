import type { Random } from '../random/random.ts'
import type { Scenario } from '../run/scenario.ts'

/** Things that are planned so close to each other keep their distance, milliseconds. */
const close = 20

/**
 * The same faults and calls in the same order, with less time between those that are far apart: each pause is cut by
 * itself, or all by the same share. What was planned closely together stays so.
 */
export function hurry(scenario: Scenario, random: Random): Scenario {
  const { plan, calls = [], chaos } = scenario
  const times = [...new Set([...[...plan, ...calls].map(({ at }) => at), chaos])].sort((a, b) => a - b)
  const moved = new Map<number, number>()
  const share = random.chance(0.5) ? random.fraction() : undefined
  let before = 0
  let now = 0
  for (const time of times) {
    const pause = time - before
    const cut = share ?? random.pick([1, random.fraction()])
    now += pause <= close ? pause : Math.max(close, pause * cut)
    before = time
    moved.set(time, Number(now.toFixed(1)))
  }
  const earlier = <T extends { readonly at: number }>(item: T): T => ({ ...item, at: moved.get(item.at)! })
  return {
    ...scenario,
    chaos: Math.ceil(moved.get(chaos)!),
    plan: plan.map(earlier),
    calls: calls.map(earlier),
  }
}
