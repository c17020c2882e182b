import type { RunReport, RunSize } from '@quorate/sim'
import { formatRun } from './format-run.ts'
import type { RunFile } from './run-file.ts'

/** What an explanation is made of. */
export interface Explanation {
  /** The failing run's report. */
  readonly report: RunReport
  readonly run: RunFile
  /** The run that it was shrunk from. */
  readonly original?: RunSize
  /** What is wrong with the history that clients saw, if no invariant is broken: one line or more. */
  readonly finding?: readonly string[]
  /** How many of the last events to show. @default 40 */
  readonly events?: number
}

/** A failure as text: what broke, in words; the run that shows it, as a file; and its last events. */
export function explainRun({ report, run, original, finding = [], events = 40 }: Explanation): string[] {
  const { steps, virtualMs, scenario, eventLog } = report
  const lines = events > 0 ? eventLog.slice(-events) : []
  const calls = scenario.calls?.length ?? report.operations.calls
  const now = `${count(steps, 'event')}, ${count(scenario.plan.length, 'fault')}, ${count(calls, 'operation')}`
  const before =
    original &&
    ` (shrunk from ${count(original.steps, 'event')}, ${count(original.faults, 'fault')}, ${count(original.calls, 'operation')})`
  return [
    ...headline(report, finding),
    `after ${virtualMs.toFixed(1)} ms: ${now}${before ?? ''}`,
    ...contextOf(report),
    '',
    'the run:',
    ...formatRun(run)
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    ...(lines.length === 0 ? [] : ['', `the last ${count(lines.length, 'event')}:`, ...lines]),
  ]
}

/** The notes that a failing run's file begins with: what broke, and where it comes from. */
export function notesOf(report: RunReport, original?: { readonly seed: number } & RunSize): string[] {
  const { violation } = report
  const what =
    violation === undefined ? 'the history is wrong' : `${violation.message}   (${violation.invariant})`
  const from = original && `shrunk from seed ${original.seed}: ${original.steps} events`
  return [what.replaceAll('\n', ' '), ...(from === undefined ? [] : [from])]
}

function headline({ violation }: RunReport, finding: readonly string[]): string[] {
  if (violation !== undefined) return [`${violation.invariant}: ${violation.message}`]
  return finding.length > 0 ? [...finding] : ['the run goes well']
}

function contextOf({ violation }: RunReport): string[] {
  const entries = Object.entries(violation?.context ?? {}).filter(([name]) => name !== 'stack')
  return entries.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}
