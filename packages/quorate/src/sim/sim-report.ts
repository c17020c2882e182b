import { formatDuration } from '../report/format-duration.ts'
import { formatCount } from '../report/format-number.ts'
import type { SimOptions } from './sim-options.ts'
import type { SimTotals } from './sim-totals.ts'

const labelWidth = 14

/** The summary of many runs, in lines. `elapsedMs`: real time that they took. */
export function formatTotals(options: SimOptions, totals: SimTotals, elapsedMs: number): string[] {
  const { runs, failed, virtualMs, events, operations, answered, refused, unknown, undecided } = totals
  const times = elapsedMs > 0 ? ` (${formatCount(virtualMs / elapsedMs)} times as fast as real time)` : ''
  const judged = undecided === 0 ? '' : `, ${formatCount(undecided)} histories undecided`
  const rows: [string, string][] = [
    [
      'runs',
      `${formatCount(runs)}, ${failed.length === 0 ? 'all good' : `${formatCount(failed.length)} failed`}${judged}`,
    ],
    ['virtual time', `${formatDuration(virtualMs)} in ${formatDuration(elapsedMs)}${times}`],
    ['events', formatCount(events)],
    [
      'operations',
      `${formatCount(operations)}: ${formatCount(answered)} answered, ${formatCount(refused)} refused, ${formatCount(unknown)} unknown`,
    ],
    ['commits', formatCount(totals.commits)],
    ['elections', formatCount(totals.elections)],
    ['faults', formatCounts(totals.faults)],
    ['skipped', `${formatCounts(totals.skipped)} (would have harmed more than a minority's data)`],
    [
      'cores',
      `${formatCount(totals.cores)} healed while all else was frozen; excused: ${formatCounts(totals.excuses)}`,
    ],
    ['trace hash', totals.traceHash],
  ]
  const title = `${options.engine} with ${options.machine}, seeds ${options.seeds}`
  return [title, ...rows.map(([label, text]) => `  ${label.padEnd(labelWidth)}${text}`)]
}

function formatCounts(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.length === 0 ? 'none' : sorted.map(([kind, n]) => `${kind} ${formatCount(n)}`).join(', ')
}

const seedsShown = 20

/** The seeds that failed, the first of them by name. */
export function formatFailedSeeds({ failed }: SimTotals): string {
  const more = failed.length > seedsShown ? ` and ${formatCount(failed.length - seedsShown)} more` : ''
  return `failed seeds: ${failed.slice(0, seedsShown).join(', ')}${more}`
}

/** Which branches no run came through: what these runs say nothing about. `known`: every mark that there is. */
export function formatCoverage({ marks }: SimTotals, known: readonly string[]): string {
  const missed = known.filter((mark) => !marks.has(mark))
  const hit = `${formatCount(known.length - missed.length)} of ${formatCount(known.length)} marks`
  const never = missed.length === 0 ? '' : `; never hit: ${missed.join(', ')}`
  return `  ${'coverage'.padEnd(labelWidth)}${hit}${never}`
}

/** What is shown while the runs go on. */
export function formatProgress(
  options: SimOptions,
  totals: SimTotals,
  all: number,
  elapsedMs: number,
): string {
  const failed = totals.failed.length === 0 ? '' : `, ${totals.failed.length} failed`
  const left = (elapsedMs / totals.runs) * (all - totals.runs)
  const rest = totals.runs < all && elapsedMs > 2000 ? `, about ${formatDuration(left)} left` : ''
  return `${options.engine} with ${options.machine}: ${totals.runs} of ${all} runs${failed}${rest}`
}
