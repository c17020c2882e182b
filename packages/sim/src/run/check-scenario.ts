import { QuorateError } from '@quorate/core'
import { faultKinds } from '../faults/fault-kind.ts'
import type { Scenario, ScenarioChoices } from './scenario.ts'

/** What a number must be. */
interface Rule {
  readonly holds: (value: number) => boolean
  readonly words: string
}

function from(least: number, unit: string): Rule {
  return {
    holds: (value) => Number.isFinite(value) && value >= least,
    words: `a number${unit} from ${least} on`,
  }
}

function wholeFrom(least: number): Rule {
  return {
    holds: (value) => Number.isSafeInteger(value) && value >= least,
    words: `a whole number from ${least} on`,
  }
}

const positive: Rule = { holds: (value) => Number.isFinite(value) && value > 0, words: 'a number above 0' }
const share: Rule = { holds: (value) => value >= 0 && value <= 1, words: 'a number from 0 to 1' }
const milliseconds = from(0, ' of milliseconds')

const rules = {
  seed: wholeFrom(0),
  replicas: wholeFrom(1),
  clients: wholeFrom(0),
  operations: wholeFrom(0),
  chaos: milliseconds,
  wandering: share,
  quantum: wholeFrom(1),
  requestTimeout: positive,
  snapshotEvery: wholeFrom(1),
  coreExtra: wholeFrom(0),
  recoveryLimit: milliseconds,
} as const satisfies Partial<Record<keyof Scenario, Rule>>

/** @throws QuorateError `USAGE` for choices that nothing can be drawn from: it names the field */
export function checkChoices({ seed, replicas, faults, scenario }: ScenarioChoices): void {
  check('seed', seed, rules.seed)
  const size = scenario?.replicas ?? replicas
  if (size !== undefined) check('replicas', size, rules.replicas)
  const kinds: readonly string[] = typeof faults === 'object' ? faults : []
  const stranger = kinds.find((kind) => !(faultKinds as readonly string[]).includes(kind))
  if (stranger === undefined) return
  throw usage(`"${stranger}" is no kind of fault; there are ${faultKinds.join(', ')}`)
}

/** @throws QuorateError `USAGE` for a scenario that cannot be run, or would not end: it names the field */
export function checkScenario(scenario: Scenario): void {
  for (const [name, rule] of Object.entries(rules)) check(name, scenario[name as keyof typeof rules], rule)
  if (scenario.thinkTime !== undefined) check('thinkTime', scenario.thinkTime, positive)
  for (const [i, { at, action }] of scenario.plan.entries()) {
    check(`plan[${i}].at`, at, milliseconds)
    // A period of nothing would never end.
    if ('period' in action) check(`plan[${i}].action.period`, action.period, positive)
    if ('duration' in action) check(`plan[${i}].action.duration`, action.duration, milliseconds)
    if ('downtime' in action) check(`plan[${i}].action.downtime`, action.downtime, milliseconds)
    if ('rate' in action) check(`plan[${i}].action.rate`, action.rate, positive)
  }
}

function check(name: string, value: number, { holds, words }: Rule): void {
  if (!holds(value)) throw usage(`${name} is ${words}, and this is ${value}`)
}

function usage(problem: string): QuorateError {
  return new QuorateError('USAGE', `scenario: ${problem}`)
}
