import { finish, mixString } from '@quorate/core'
import type { PlannedFault } from '../../faults/fault-action.ts'
import { Random } from '../../random/random.ts'
import type { Scenario } from '../../run/scenario.ts'
import { type FaultField, faultForms } from '../fault-forms.ts'
import { hurry } from '../hurry.ts'
import { cutInterval } from '../intervals.ts'
import type { Pass } from '../pass.ts'

/** So many in a row without a better one, and it is given up. */
const patience = 200

/** Highest seed that is tried. */
const seeds = 999

/**
 * Several changes at once, at random: what no single change brings about. A schedule that fails is often one of many,
 * and the shorter ones are not reached from it step by step.
 */
export const vary: Pass = {
  name: 'variations',
  *propose(scenario) {
    const random = new Random(finish(mixString(0, JSON.stringify(scenario))))
    let left = scenario
    for (let inVain = 0; inVain < patience; inVain++) {
      const taken = yield varied(left, random)
      if (taken === undefined) continue
      left = taken
      inVain = -1
    }
    return left
  },
}

/** Under another seed, mostly; and either hurried, with few other changes, or with more of them. */
function varied(scenario: Scenario, random: Random): Scenario {
  const isHurried = random.chance(0.5)
  let left = isHurried ? hurry(scenario, random) : scenario
  for (let changes = isHurried ? random.pick([0, 0, 1]) : random.integer(1, 3); changes > 0; changes--) {
    left = random.pick(changesOfAScenario)(left, random)
  }
  return random.chance(0.8) ? { ...left, seed: random.integer(1, seeds) } : left
}

type Change = (scenario: Scenario, random: Random) => Scenario

const changesOfAScenario: readonly Change[] = [
  (scenario, random) => {
    const [from, to] = interval(scenario, random)
    return cutInterval(scenario, from, to, random.pick(['drop', 'keep']))
  },
  (scenario, random) => ({ ...scenario, plan: some(scenario.plan, random) }),
  tighten,
  (scenario, random) => ({ ...scenario, calls: some(scenario.calls ?? [], random) }),
  (scenario, random) => changeFault(scenario, random, retarget),
  (scenario, random) => changeFault(scenario, random, resize),
  (scenario, random) => changeFault(scenario, random, move),
  (scenario, random) => ({
    ...scenario,
    calls: changeOne(scenario.calls ?? [], random, (call) => move(call, scenario, random)),
  }),
]

/** The least that is drawn of each. */
const leastSnapshotEvery = 10
const leastSegmentBytes = 2048

/** A lower limit: what happens once in so many entries or bytes happens sooner. */
function tighten(scenario: Scenario, random: Random): Scenario {
  const { snapshotEvery, storage } = scenario
  if (random.chance(0.5))
    return { ...scenario, snapshotEvery: lower(snapshotEvery, leastSnapshotEvery, random) }
  const segmentBytes = lower(storage.segmentBytes, leastSegmentBytes, random)
  return { ...scenario, storage: { ...storage, segmentBytes } }
}

function lower(limit: number, least: number, random: Random): number {
  return limit <= least ? limit : Math.round(random.magnitude(least, limit))
}

function interval({ chaos }: Scenario, random: Random): [number, number] {
  const length = chaos * random.magnitude(0.02, 0.9)
  const from = random.between(0, chaos - length)
  return [from, from + length]
}

/** All but one, or but about a half. */
function some<T>(items: readonly T[], random: Random): readonly T[] {
  if (items.length === 0) return items
  if (random.chance(0.5)) return items.toSpliced(random.integer(0, items.length - 1), 1)
  return items.filter(() => random.chance(0.5))
}

function changeOne<T>(items: readonly T[], random: Random, change: (item: T) => T): readonly T[] {
  if (items.length === 0) return items
  const i = random.integer(0, items.length - 1)
  return items.with(i, change(items[i]!))
}

function changeFault(
  scenario: Scenario,
  random: Random,
  change: (fault: PlannedFault, scenario: Scenario, random: Random) => PlannedFault,
): Scenario {
  return { ...scenario, plan: changeOne(scenario.plan, random, (fault) => change(fault, scenario, random)) }
}

/** At another time: mostly a little earlier or later, sometimes at any. */
function move<T extends { readonly at: number }>(item: T, { chaos }: Scenario, random: Random): T {
  const near = item.at + random.pick([-1, 1]) * random.magnitude(1, 200)
  const at = random.chance(0.8) ? near : random.between(0, chaos)
  return { ...item, at: Math.min(Math.max(0, Math.round(at)), Math.floor(chaos)) }
}

/** Another replica where one replica is meant, or whoever leads: under another seed that is somebody else. */
function retarget(fault: PlannedFault, { replicas }: Scenario, random: Random): PlannedFault {
  const fields = Object.entries(fault.action).filter(
    ([name, value]) => typeof value === 'number' && fieldOf(fault, name)?.isNode === true,
  )
  if (fields.length === 0) return fault
  const [name] = random.pick(fields)
  const isForLeaders = fieldOf(fault, name)?.words.includes('leader') === true
  return changed(fault, name, isForLeaders && random.chance(0.3) ? 'leader' : random.integer(1, replicas))
}

function resize(fault: PlannedFault, _: Scenario, random: Random): PlannedFault {
  const numbers = Object.entries(fault.action).filter(
    ([name, value]) =>
      typeof value === 'number' && name !== 'period' && fieldOf(fault, name)?.isNode === false,
  )
  if (numbers.length === 0) return fault
  const [name, value] = random.pick(numbers) as [string, number]
  return changed(fault, name, Number((value * random.magnitude(0.05, 2)).toPrecision(1)))
}

function changed({ at, action }: PlannedFault, name: string, value: number | 'leader'): PlannedFault {
  return { at, action: { ...action, [name]: value } as PlannedFault['action'] }
}

function fieldOf({ action }: PlannedFault, name: string): FaultField | undefined {
  return faultForms().get(action.kind)?.get(name)
}
