import type { RunReport } from './report.ts'
import { type SimulateOptions, Simulation } from './simulation.ts'

/**
 * Runs one seed from beginning to end, in virtual time, and says what came of it. Equal options give equal reports, on
 * every platform.
 *
 * @throws QuorateError `USAGE` for options of which no run can be made
 *
 * ```ts
 * const report = simulate({ engine: raft(), machine: mvcc(), workload, seed: 417 })
 * if (!report.ok) console.log(report.violation.message, report.eventLog.join('\n'))
 * ```
 */
export function simulate(options: SimulateOptions): RunReport {
  return new Simulation(options).run()
}

/** Runs one seed after the other, handing out each report as it is there. */
export function* simulateMany(
  seeds: Iterable<number>,
  optionsFor: (seed: number) => SimulateOptions,
): Generator<RunReport, void, undefined> {
  for (const seed of seeds) yield simulate(optionsFor(seed))
}
