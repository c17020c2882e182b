import { type SeedResult } from './run-seed.ts'
import { type SimOptions, replayCommand } from './sim-options.ts'
import type { SimTotals } from './sim-totals.ts'

const labelWidth = 14

/** The summary of many runs, in lines. `elapsedMs`: real time that they took. */
export function formatTotals(options: SimOptions, totals: SimTotals, elapsedMs: number): string[] {
  const { runs, failed, virtualMs, events, operations, answered, refused, unknown, undecided } = totals
  const times = elapsedMs > 0 ? ` (${count(virtualMs / elapsedMs)} times as fast as real time)` : ''
  const faults = [...totals.faults]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, n]) => `${kind} ${count(n)}`)
  const judged = undecided === 0 ? '' : `, ${count(undecided)} histories undecided`
  const rows: [string, string][] = [
    [
      'runs',
      `${count(runs)}, ${failed.length === 0 ? 'all good' : `${count(failed.length)} failed`}${judged}`,
    ],
    ['virtual time', `${duration(virtualMs)} in ${duration(elapsedMs)}${times}`],
    ['events', count(events)],
    [
      'operations',
      `${count(operations)}: ${count(answered)} answered, ${count(refused)} refused, ${count(unknown)} unknown`,
    ],
    ['commits', count(totals.commits)],
    ['elections', count(totals.elections)],
    ['faults', faults.length === 0 ? 'none' : faults.join(', ')],
    ['trace hash', totals.traceHash],
  ]
  const title = `${options.engine} with ${options.machine}, seeds ${options.seeds}`
  return [title, ...rows.map(([label, text]) => `  ${label.padEnd(labelWidth)}${text}`)]
}

/** What went wrong in one run, the last events before it, and how to run it again. */
export function formatFailure(options: SimOptions, { report, verdict }: SeedResult): string[] {
  const { seed, violation, eventLog } = report
  const events = options.verbose === true ? [] : eventLog
  const what =
    violation === undefined
      ? [
          'the history of its clients is not linearizable',
          ...(verdict?.explanation ?? []).map((line) => `  ${line}`),
        ]
      : [`${violation.invariant}: ${violation.message}`]
  return [
    ...(events.length > 0 ? [`the last ${events.length} events of seed ${seed}:`, ...events] : []),
    `seed ${seed} failed: ${what[0]}`,
    ...what.slice(1),
    'run it again:',
    `  ${replayCommand(options, seed)}`,
  ]
}

const seedsShown = 20

/** The seeds that failed, the first of them by name. */
export function formatFailedSeeds({ failed }: SimTotals): string {
  const more = failed.length > seedsShown ? ` and ${count(failed.length - seedsShown)} more` : ''
  return `failed seeds: ${failed.slice(0, seedsShown).join(', ')}${more}`
}

/** What is shown while the runs go on. */
export function formatProgress(options: SimOptions, totals: SimTotals, all: number): string {
  const failed = totals.failed.length === 0 ? '' : `, ${totals.failed.length} failed`
  return `${options.engine} with ${options.machine}: ${totals.runs} of ${all} runs${failed}`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  const minutes = seconds / 60
  return minutes < 120 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`
}
