import type { SimOptions } from './sim-options.ts'
import type { SimTotals } from './sim-totals.ts'

const labelWidth = 14

/** The summary of many runs, in lines. `elapsedMs`: real time that they took. */
export function formatTotals(options: SimOptions, totals: SimTotals, elapsedMs: number): string[] {
  const { runs, failed, virtualMs, events, operations, answered, refused, unknown, undecided } = totals
  const times = elapsedMs > 0 ? ` (${count(virtualMs / elapsedMs)} times as fast as real time)` : ''
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
    ['faults', formatCounts(totals.faults)],
    ['skipped', `${formatCounts(totals.skipped)} (would have harmed more than a minority's data)`],
    [
      'cores',
      `${count(totals.cores)} healed while all else was frozen; excused: ${formatCounts(totals.excuses)}`,
    ],
    ['trace hash', totals.traceHash],
  ]
  const title = `${options.engine} with ${options.machine}, seeds ${options.seeds}`
  return [title, ...rows.map(([label, text]) => `  ${label.padEnd(labelWidth)}${text}`)]
}

function formatCounts(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.length === 0 ? 'none' : sorted.map(([kind, n]) => `${kind} ${count(n)}`).join(', ')
}

const seedsShown = 20

/** The seeds that failed, the first of them by name. */
export function formatFailedSeeds({ failed }: SimTotals): string {
  const more = failed.length > seedsShown ? ` and ${count(failed.length - seedsShown)} more` : ''
  return `failed seeds: ${failed.slice(0, seedsShown).join(', ')}${more}`
}

/** Which branches no run came through: what these runs say nothing about. `known`: every mark that there is. */
export function formatCoverage({ marks }: SimTotals, known: readonly string[]): string {
  const missed = known.filter((mark) => !marks.has(mark))
  const hit = `${count(known.length - missed.length)} of ${count(known.length)} marks`
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
  const rest = totals.runs < all && elapsedMs > 2000 ? `, about ${duration(left)} left` : ''
  return `${options.engine} with ${options.machine}: ${totals.runs} of ${all} runs${failed}${rest}`
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
