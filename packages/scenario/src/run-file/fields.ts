import {
  type ClockSettings,
  type DiskConditions,
  type FaultForm,
  type NetworkConditions,
  calmClock,
  calmDisk,
  calmSettings,
  faultForms,
} from '@quorate/sim'
import type { Field } from './field.ts'
import type { RunScenario } from './run-file.ts'

/** The fields of a group, each of which must be here. */
export type Fields<T> = { readonly [K in keyof T]-?: Field }

const day = 86_400_000
const ms = { type: 'milliseconds', least: 0, most: day } as const
const share = { type: 'number', least: 0, most: 1 } as const
const flag = { type: 'switch' } as const

/** Parts of a scenario that have a statement of their own, with one value. */
export type Single = Exclude<
  keyof RunScenario,
  'seed' | 'calls' | 'plan' | 'network' | 'storage' | 'disks' | 'clocks'
>

/** In the order in which they are written. */
export const singles: Fields<Pick<RunScenario, Single>> = {
  replicas: { type: 'whole', least: 1, most: 9 },
  clients: { type: 'whole', least: 1, most: 10_000 },
  operations: { type: 'whole', least: 0, most: 10_000_000 },
  thinkTime: { type: 'milliseconds', least: 0.001, most: day },
  chaos: ms,
  wandering: share,
  quantum: { type: 'microseconds', least: 1, most: 1_000_000 },
  requestTimeout: { type: 'milliseconds', least: 1, most: day },
  snapshotEvery: { type: 'whole', least: 1, most: 1_000_000_000 },
  atlas: flag,
  livenessPhase: flag,
  core: { type: 'nodes' },
  coreExtra: { type: 'whole', least: 0, most: 9 },
  outsiders: { type: 'word', words: ['as-is', 'uniform'] },
  finalPowerCut: flag,
  recoveryLimit: ms,
}

/** What is meant where a statement is missing. Those that are not here must be in a file, but for `thinkTime`. */
export const singleDefaults: Partial<Pick<RunScenario, Single>> = {
  wandering: calmSettings.wandering,
  quantum: calmSettings.quantum,
  requestTimeout: calmSettings.requestTimeout,
  snapshotEvery: calmSettings.snapshotEvery,
  atlas: true,
  livenessPhase: calmSettings.livenessPhase,
  coreExtra: calmSettings.coreExtra,
  outsiders: 'as-is',
  finalPowerCut: calmSettings.finalPowerCut,
  recoveryLimit: calmSettings.recoveryLimit,
}

/** A statement of several values by name; what is missing is as in a calm world. */
export interface Group {
  readonly fields: Readonly<Record<string, Field>>
  readonly defaults: Readonly<Record<string, unknown>>
}

const network: Fields<NetworkConditions> = {
  minDelay: ms,
  meanDelay: ms,
  connectDelay: ms,
  noticeDelay: ms,
  keepalive: ms,
  capacity: { type: 'whole', least: 1, most: 1_000_000 },
  loss: share,
  duplicate: share,
  reorder: share,
}

const storage: Fields<RunScenario['storage']> = {
  segmentBytes: { type: 'whole', least: 512, most: 2 ** 30 },
  preallocate: flag,
  chunkBytes: { type: 'whole', least: 16, most: 2 ** 30 },
}

const disk: Fields<DiskConditions> = {
  writeDelay: ms,
  minSync: ms,
  meanSync: ms,
  crashLoss: { type: 'word', words: ['prefix', 'any'] },
  survival: share,
  tear: share,
}

const clock: Fields<ClockSettings> = {
  skew: { type: 'milliseconds', least: -100 * day, most: 100 * day },
  rate: { type: 'number', least: 0.01, most: 100 },
}

export const groups: Readonly<Record<'network' | 'storage' | 'disk' | 'clock', Group>> = {
  network: { fields: network, defaults: { ...calmSettings.network } },
  storage: { fields: storage, defaults: { ...calmSettings.storage } },
  disk: { fields: disk, defaults: { ...calmDisk } },
  clock: { fields: clock, defaults: { ...calmClock } },
}

/** Of a client's call. `clients`: how many there are. */
export function callFields(clients: number): Readonly<Record<string, Field>> {
  return {
    client: { type: 'whole', least: 1, most: clients },
    serial: { type: 'whole', least: 1, most: 10_000_000 },
  }
}

/** When something happens. */
export const momentField: Field = ms

const durations: ReadonlySet<string> = new Set(['duration', 'downtime', 'jump', 'period'])

/** A hand may go that far beyond what is drawn. */
const margin = 1000

/** The fields of a kind of fault; undefined if there is no such kind. */
export function faultFields(kind: string): Readonly<Record<string, Field>> | undefined {
  const form = faultForms().get(kind)
  return form && Object.fromEntries([...form].map(([name, field]) => [name, fieldOf(name, field)]))
}

/** The kinds of fault that a plan may have. */
export function plannedKinds(): string[] {
  return [...faultForms().keys()]
}

type FormField = FaultForm extends ReadonlyMap<string, infer F> ? F : never

function fieldOf(name: string, { type, isNode, least, most, words }: FormField): Field {
  if (type === 'boolean') return flag
  if (type === 'list') return { type: 'nodes' }
  if (isNode) return { type: 'node', words }
  if (least === Infinity) return { type: 'word', words }
  if (name === 'duration' || name === 'downtime') return ms
  // What is drawn from a range above zero must stay above it: a period of nothing would never end.
  return {
    type: durations.has(name) ? 'milliseconds' : 'number',
    least: least < 0 ? least * margin : least / margin,
    most: most * margin,
  }
}
