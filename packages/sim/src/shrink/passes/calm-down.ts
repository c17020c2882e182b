import { calmDisk } from '../../disk/disk-conditions.ts'
import type { Scenario } from '../../run/scenario.ts'
import { type Settings, calmClock, calmSettings } from '../calm.ts'
import type { Pass, Proposals } from '../pass.ts'

/** Conditions that are not unusual: all at once, then one group, then one value after the other. */
export const calmDown: Pass = {
  name: 'conditions',
  *propose(scenario) {
    const disks = scenario.disks.map(() => calmDisk)
    const clocks = scenario.clocks.map(() => calmClock)
    const calm = yield { ...scenario, ...calmSettings, disks, clocks }
    if (calm !== undefined) return calm
    let left = scenario
    left = (yield { ...left, disks }) ?? left
    left = (yield { ...left, clocks }) ?? left
    left = yield* eachReplica(left, 'disks', calmDisk)
    left = yield* eachReplica(left, 'clocks', calmClock)
    for (const name of Object.keys(calmSettings) as (keyof Settings)[]) left = yield* setting(left, name)
    return left
  },
}

function* eachReplica(scenario: Scenario, list: 'disks' | 'clocks', calm: object): Proposals {
  let left = scenario
  for (let i = 0; i < left[list].length; i++) {
    const get = (from: Scenario): object => from[list][i]!
    const put = (into: Scenario, conditions: object): Scenario =>
      ({ ...into, [list]: into[list].map((other, j) => (i === j ? conditions : other)) }) as Scenario
    left = yield* towards(left, calm, get, put)
  }
  return left
}

function* setting(scenario: Scenario, name: keyof Settings): Proposals {
  const calm = calmSettings[name]
  if (typeof calm !== 'object') {
    return scenario[name] === calm ? scenario : ((yield { ...scenario, [name]: calm }) ?? scenario)
  }
  const get = (from: Scenario): object => from[name] as object
  return yield* towards(scenario, calm, get, (into, part) => ({ ...into, [name]: part }))
}

/** A group of values: as a whole, then value by value. */
function* towards(
  scenario: Scenario,
  calm: object,
  get: (from: Scenario) => object,
  put: (into: Scenario, values: object) => Scenario,
): Proposals {
  const present = get(scenario) as Readonly<Record<string, unknown>>
  const open = (Object.entries(calm) as [string, unknown][]).filter(
    ([name, value]) => present[name] !== value,
  )
  if (open.length === 0) return scenario
  let left = scenario
  const whole = yield put(left, calm)
  if (whole !== undefined || open.length === 1) return whole ?? left
  for (const [name, value] of open) {
    const calmer = { ...get(left), [name]: value }
    if (isInOrder(calmer)) left = (yield put(left, calmer)) ?? left
  }
  return left
}

/** A mean is not below its minimum: `meanDelay` and `minDelay`. */
function isInOrder(values: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(values).every(([name, value]) => {
    const least = values[name.replace('mean', 'min')]
    return typeof value !== 'number' || typeof least !== 'number' || value >= least
  })
}
