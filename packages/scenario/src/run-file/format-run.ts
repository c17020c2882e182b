import type { PlannedCall, PlannedFault } from '@quorate/sim'
import { QuorateError, assert } from '@quorate/core'
import { isOptionName } from './engine-options.ts'
import { type Field, type FieldValue, formatField } from './field.ts'
import {
  type Group,
  type Single,
  callFields,
  faultFields,
  groups,
  momentField,
  singleDefaults,
  singles,
} from './fields.ts'
import type { RunFile, RunScenario } from './run-file.ts'

/** The version of the format that is written. Files of a newer one are refused. */
export const runFormat = 1

/**
 * A run as text: one statement a line, everything that decides it spelled out but for what is as in a calm world. It
 * may be edited by hand; {@link parseRun} gives the same run back, to the last bit.
 */
export function formatRun({ notes, engine, options, machine, scenario }: RunFile): string {
  const lines = [
    ...notes.flatMap((note) => note.split('\n')).map((line) => (line === '' ? '#' : `# ${line}`)),
    `format ${runFormat}`,
    `run ${engine} ${machine} seed ${scenario.seed}`,
    ...formatOptions(options),
    ...formatSingles(scenario),
    ...formatGroup('network', groups.network, scenario.network),
    ...formatGroup('storage', groups.storage, scenario.storage),
    ...scenario.disks.flatMap((disk, i) => formatGroup(`disk ${i + 1}`, groups.disk, disk)),
    ...scenario.clocks.flatMap((clock, i) => formatGroup(`clock ${i + 1}`, groups.clock, clock)),
    ...formatTimeline(scenario),
  ]
  return `${lines.join('\n')}\n`
}

function formatOptions(options: RunFile['options']): string[] {
  const words = Object.entries(options).map(([name, value]) => {
    if (isOptionName(name)) return `${name}=${value}`
    throw new QuorateError('USAGE', `the engine's option "${name}" cannot be written in a run file`)
  })
  return words.length === 0 ? [] : [`engine ${words.join(' ')}`]
}

function formatSingles(scenario: RunScenario): string[] {
  return (Object.keys(singles) as Single[]).flatMap((name) => {
    const value = scenario[name]
    if (value === undefined || isSame(value, defaultOf(name, scenario.replicas))) return []
    return [`${name} ${formatField(value, singles[name])}`.trimEnd()]
  })
}

/** What is meant where a statement is missing. */
export function defaultOf(name: Single, replicas: number): FieldValue | undefined {
  return name === 'core' ? Array.from({ length: replicas }, (_, i) => i + 1) : singleDefaults[name]
}

function isSame(a: FieldValue, b: FieldValue | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.join() === b.join() : a === b
}

function formatGroup(name: string, { fields, defaults }: Group, values: object): string[] {
  const other = (Object.entries(values) as [string, FieldValue][]).filter(
    ([key, value]) => value !== defaults[key],
  )
  return other.length === 0 ? [] : [`${name} ${formatPairs(other, fields)}`]
}

/** Faults and calls by time, if both lists are; else one after the other, as their order decides what is first. */
function formatTimeline({ plan, calls }: RunScenario): string[] {
  const faults = plan.map((fault) => ({ at: fault.at, text: formatFault(fault) }))
  const called = (calls ?? []).map((call) => ({ at: call.at, text: formatCall(call) }))
  const all = [...faults, ...called]
  // Sorting is stable: what is sorted by time already stays in its order.
  if (isSorted(faults) && isSorted(called)) all.sort((a, b) => a.at - b.at)
  const lines = all.map(({ at, text }) => `at ${formatField(at, momentField)} ${text}`)
  // A list of no calls is not the same as no list.
  return calls?.length === 0 ? ['no calls', ...lines] : lines
}

function isSorted(items: readonly { readonly at: number }[]): boolean {
  return items.every(({ at }, i) => i === 0 || items[i - 1]!.at <= at)
}

function formatFault({ action }: PlannedFault): string {
  const { kind, ...values } = action
  const fields = faultFields(kind)
  assert(fields !== undefined, 'a kind of fault in a plan can be drawn', { kind })
  return `${kind} ${formatPairs(Object.entries(values) as [string, FieldValue][], fields)}`
}

function formatCall({ client, serial }: PlannedCall): string {
  return `call ${formatPairs(Object.entries({ client, serial }), callFields(client))}`
}

function formatPairs(
  values: readonly [string, FieldValue][],
  fields: Readonly<Record<string, Field>>,
): string {
  return values
    .map(([name, value]) => {
      const field = fields[name]
      assert(field !== undefined, 'everything in a run has a place in its file', { name })
      return `${name}=${formatField(value, field)}`
    })
    .join(' ')
}
