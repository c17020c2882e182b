import { finish, mixString } from '@quorate/core'
import type { PlannedFault } from '../../faults/fault-action.ts'
import { Random } from '../../random/random.ts'
import type { Scenario } from '../../run/scenario.ts'
import type { Pass } from '../pass.ts'
import { otherTarget } from './vary.ts'

/** So many in a row without a better one, and it is given up. */
const patience = 150

/** The least and the greatest part of the time until the failure that a run drawn afresh lasts. */
const shortest = 0.05
const longest = 0.7

/** At most so many faults and calls are drawn. */
const mostFaults = 5
const mostCalls = 4

/** Highest seed that is tried. */
const seeds = 999

/**
 * Short runs drawn afresh, of the faults and calls that the failing one is made of, at other times and of other
 * replicas. Where a failure takes a coincidence that no shorter form of this very run has, another run that is short
 * from the beginning may have it; and as each is short, many are tried for what one long run costs.
 */
export const redraw: Pass = {
  name: 'short runs',
  *propose(scenario, { virtualMs }) {
    const random = new Random(finish(mixString(1, JSON.stringify(scenario))))
    let left = scenario
    let length = Math.min(virtualMs, scenario.chaos)
    for (let inVain = 0; inVain < patience; inVain++) {
      const drawn = drawShort(left, length * random.magnitude(shortest, longest), random)
      const taken = yield drawn
      if (taken === undefined) continue
      left = taken
      length = Math.min(length, drawn.chaos)
      inVain = -1
    }
    return left
  },
}

function drawShort(scenario: Scenario, length: number, random: Random): Scenario {
  const chaos = Math.ceil(length)
  const anyTime = <T extends { readonly at: number }>(item: T): T => ({ ...item, at: random.integer(0, chaos) })
  const plan = draw(scenario.plan, mostFaults, random)
    .map((fault): PlannedFault => (random.chance(0.5) ? otherTarget(fault, scenario, random) : fault))
    .map(anyTime)
  const calls = [...new Set(draw(scenario.calls ?? [], mostCalls, random))].map(anyTime)
  return { ...scenario, seed: random.integer(1, seeds), chaos, plan: inOrder(plan), calls: inOrder(calls) }
}

/** Some of them, each perhaps several times. */
function draw<T>(items: readonly T[], most: number, random: Random): T[] {
  const count = items.length === 0 ? 0 : random.integer(0, most)
  return Array.from({ length: count }, () => random.pick(items))
}

function inOrder<T extends { readonly at: number }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => a.at - b.at)
}
