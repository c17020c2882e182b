import type { PlannedFault } from '../faults/fault-action.ts'
import { calmDisk } from '../disk/disk-conditions.ts'
import type { Scenario } from '../run/scenario.ts'
import { calmClock, calmSettings } from './calm.ts'
import type { Trial } from './trial.ts'

/** How large a failing run is. */
export interface RunSize {
  /** Events until it fails. */
  readonly steps: number
  readonly faults: number
  readonly calls: number
  readonly replicas: number
}

export function sizeOf({ plan, replicas }: Scenario, { steps, virtualMs, calls }: Trial): RunSize {
  const made = calls.filter(({ at }) => at <= virtualMs)
  return { steps, faults: plan.length, calls: made.length, replicas }
}

/** What a reader has to take in for each of these, in events. */
const weights = { fault: 40, call: 10, client: 10, replica: 100, condition: 10, waiting: 10, character: 0.25 }

/**
 * What a scenario costs its reader besides the events that it leads to, in events. A simpler scenario that takes a few
 * events more is the better one, and this says how many.
 */
export function costOf(scenario: Scenario): number {
  const { plan, calls, operations, clients, replicas } = scenario
  const numbers = plan.reduce((sum, fault) => sum + charactersIn(fault), 0)
  const callTimes = (calls ?? []).reduce((sum, { at }) => sum + String(at).length, 0)
  return (
    weights.fault * plan.length +
    weights.call * (calls?.length ?? operations) +
    weights.client * clients +
    weights.replica * replicas +
    weights.condition * conditionsIn(scenario) +
    weights.waiting * plan.reduce((sum, fault) => sum + wordsIn(fault), 0) +
    weights.character * (numbers + callTimes)
  )
}

function charactersIn({ at, action }: PlannedFault): number {
  return Object.values(action).reduce((sum: number, value) => sum + String(value).length, String(at).length)
}

/** Words that say when or at whom it hits only to those who know the run. */
function wordsIn({ action }: PlannedFault): number {
  return Object.values(action).filter(
    (value) => value === 'leader' || value === 'sync' || value === 'elected',
  ).length
}

/** How many conditions are not calm. */
function conditionsIn(scenario: Scenario): number {
  const { disks, clocks } = scenario
  const settings = Object.keys(calmSettings) as (keyof typeof calmSettings)[]
  return (
    settings.reduce((sum, name) => sum + differences(scenario[name], calmSettings[name]), 0) +
    disks.reduce((sum, disk) => sum + differences(disk, calmDisk), 0) +
    clocks.reduce((sum, clock) => sum + differences(clock, calmClock), 0)
  )
}

/** In how many places two values of one shape differ. */
function differences(value: unknown, calm: unknown): number {
  if (typeof value !== 'object' || value === null) return value === calm ? 0 : 1
  const record = value as Readonly<Record<string, unknown>>
  const other = (calm ?? {}) as Readonly<Record<string, unknown>>
  return Object.keys(record).reduce((sum, key) => sum + differences(record[key], other[key]), 0)
}
