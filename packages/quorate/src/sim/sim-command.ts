import { availableParallelism } from 'node:os'
import { seamMarks } from '@quorate/sim'
import { type CommandOutput, processOutput } from '../report/command-output.ts'
import { explainFailure } from './explain-failure.ts'
import { runSeed } from './run-seed.ts'
import { runInWorkers } from './seed-pool.ts'
import { type SeedSummary, summarize } from './seed-summary.ts'
import { type SimOptions, parseFaults, parseSeeds } from './sim-options.ts'
import { formatCoverage, formatFailedSeeds, formatProgress, formatTotals } from './sim-report.ts'
import { SimTotals } from './sim-totals.ts'
import { simulatedEngine } from './simulated-engine.ts'
import { simulatedMachine } from './simulated-machine.ts'

/**
 * `quorate sim`: runs every seed in virtual time, on all cores, judges each history, prints a summary, and for the first
 * run that fails what broke, the run made small, its last events, and the one command that runs it again.
 *
 * @returns the exit code: 0 if all runs were good, else 1
 * @throws QuorateError `USAGE` for options that cannot be used, before anything is run
 */
export async function runSim(options: SimOptions, output: CommandOutput = processOutput()): Promise<0 | 1> {
  const seeds = parseSeeds(options.seeds)
  parseFaults(options.faults ?? 'all')
  const { definition } = simulatedEngine(options.engine, options.option)
  simulatedMachine(options.machine)
  const totals = new SimTotals()
  const began = performance.now()
  await runSeeds(options, seeds, output, (summary) => {
    totals.add(summary)
    output.progress(formatProgress(options, totals, seeds.length, performance.now() - began))
  })
  output.progress('')
  const elapsedMs = performance.now() - began
  const [firstFailure] = totals.failed
  if (firstFailure !== undefined) {
    for (const line of explainFailure(options, firstFailure, output)) output.line(line)
  }
  for (const line of formatTotals(options, totals, elapsedMs)) output.line(line)
  output.line(formatCoverage(totals, [...definition.marks, ...seamMarks]))
  if (totals.failed.length > 1) output.line(formatFailedSeeds(totals))
  return totals.failed.length === 0 ? 0 : 1
}

/** Runs every seed here, or in worker threads: what is seen is the same. */
async function runSeeds(
  options: SimOptions,
  seeds: readonly number[],
  output: CommandOutput,
  onSummary: (summary: SeedSummary) => void,
): Promise<void> {
  const { engine, machine, replicas, faults, option, verbose } = options
  const jobs = verbose === true ? 1 : Math.min(options.jobs ?? availableParallelism(), seeds.length)
  if (jobs > 1) {
    const program = new URL('sim-worker.js', import.meta.url)
    return runInWorkers(program, { engine, machine, replicas, faults, option }, seeds, jobs, onSummary)
  }
  const onLine = verbose === true ? (text: string): void => output.line(text) : undefined
  for (const seed of seeds) onSummary(summarize(runSeed(options, seed, onLine)))
}
