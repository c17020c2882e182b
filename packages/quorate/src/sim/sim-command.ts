import { type SeedResult, isGood, runSeed } from './run-seed.ts'
import { type SimOptions, parseFaults, parseSeeds } from './sim-options.ts'
import { formatFailedSeeds, formatFailure, formatProgress, formatTotals } from './sim-report.ts'
import { SimTotals } from './sim-totals.ts'

/** Where `quorate sim` writes. */
export interface SimOutput {
  /** A line that stays. */
  line(text: string): void
  /** What goes on, replaced by the next; the empty text clears it. Called after every run. */
  progress(text: string): void
}

/** The process's own streams: lines to stdout; progress to stderr, if somebody is looking at it. */
export function processOutput(): SimOutput {
  const { stdout, stderr } = process
  // Whoever reads may have seen enough: `quorate sim --verbose | head`.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    line: (text) => void stdout.write(`${text}\n`),
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`\r\u001B[2K${text.slice(0, stderr.columns - 1)}`)
    },
  }
}

/**
 * `quorate sim`: runs every seed in virtual time, judges each history, prints a summary, and for the first run that
 * fails what broke, the last events, and the one command that runs it again.
 *
 * @returns the exit code: 0 if all runs were good, else 1
 * @throws QuorateError `USAGE` for options that cannot be used, before anything is run
 */
export function runSim(options: SimOptions, output: SimOutput = processOutput()): 0 | 1 {
  const seeds = parseSeeds(options.seeds)
  parseFaults(options.faults ?? 'all')
  const totals = new SimTotals()
  const began = performance.now()
  const onLine = options.verbose === true ? (text: string): void => output.line(text) : undefined
  let firstFailure: SeedResult | undefined
  for (const seed of seeds) {
    const result = runSeed(options, seed, onLine)
    totals.add(result)
    if (!isGood(result)) firstFailure ??= result
    output.progress(formatProgress(options, totals, seeds.length))
  }
  output.progress('')
  if (firstFailure !== undefined) for (const line of formatFailure(options, firstFailure)) output.line(line)
  for (const line of formatTotals(options, totals, performance.now() - began)) output.line(line)
  if (totals.failed.length > 1) output.line(formatFailedSeeds(totals))
  return totals.failed.length === 0 ? 0 : 1
}
