import { type RunReport, simulate } from '@quorate/sim'
import { type HistoryVerdict, isConsistent } from './judge-history.ts'
import { type SimOptions, parseFaults } from './sim-options.ts'
import { drawEngine } from './simulated-engine.ts'
import { simulatedMachine } from './simulated-machine.ts'

/** What is run, whatever the seed. Plain data: it can be sent to a worker. */
export type RunOptions = Pick<SimOptions, 'engine' | 'machine' | 'replicas' | 'faults' | 'option'>

/** What a seed came to. Plain data. */
export interface SeedResult {
  readonly report: RunReport
  /** Undefined if an invariant broke: the history is then not judged. */
  readonly verdict: HistoryVerdict | undefined
}

/**
 * Runs one seed and judges what its clients saw.
 *
 * @param onLine sees every event as a line of text
 * @throws QuorateError `USAGE` for an engine, machine or fault that there is not
 */
export function runSeed(
  { engine: engineName, machine: machineName, replicas, faults, option }: RunOptions,
  seed: number,
  onLine?: (line: string) => void,
): SeedResult {
  const engine = drawEngine(engineName, seed, option)
  const machine = simulatedMachine(machineName)
  const report = simulate({
    engine: engine.definition,
    checks: engine.checks,
    excuses: engine.excuses,
    machine: machine.definition,
    workload: machine.workload,
    seed,
    faults: parseFaults(faults ?? 'all'),
    ...(replicas !== undefined && { replicas }),
    ...(onLine !== undefined && { onLine }),
  })
  return { report, verdict: report.ok ? machine.judge(report.history) : undefined }
}

/** Did all go well? A history that could not be decided counts as good. */
export function isGood({ report, verdict }: SeedResult): boolean {
  return report.ok && (verdict === undefined || isConsistent(verdict))
}
