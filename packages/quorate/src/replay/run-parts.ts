import type { ReplayParts, RunFile } from '@quorate/scenario'
import { type HistoryOperation, type RunReport, type TrialOptions, drawScenario } from '@quorate/sim'
import { runFileOf } from '@quorate/scenario'
import { type HistoryVerdict, isConsistent } from '../sim/judge-history.ts'
import type { RunOptions } from '../sim/run-seed.ts'
import { parseFaults } from '../sim/sim-options.ts'
import { drawEngine, simulatedEngine } from '../sim/simulated-engine.ts'
import { simulatedMachine } from '../sim/simulated-machine.ts'

/** What a run file names, ready to be run. */
export interface RunParts {
  readonly replay: ReplayParts
  readonly trial: TrialOptions
  /** Undefined if an invariant broke: the history is then not judged. */
  judge(report: RunReport): HistoryVerdict | undefined
}

/** @throws QuorateError `USAGE` for an engine or machine that there is not, or an option that the engine refuses */
export function partsOf({
  engine,
  machine,
  options,
}: Pick<RunFile, 'engine' | 'machine' | 'options'>): RunParts {
  const { definition, checks, excuses } = simulatedEngine(engine, options)
  const simulated = simulatedMachine(machine)
  const { definition: machineDefinition, workload } = simulated
  const replay = { engine: definition, checks, excuses, machine: machineDefinition, workload }
  const judgeHistory = (history: readonly HistoryOperation[]): string | undefined =>
    isConsistent(simulated.judge(history)) ? undefined : 'history'
  return {
    replay,
    trial: { ...replay, judge: judgeHistory },
    judge: (report) => (report.ok ? simulated.judge(report.history) : undefined),
  }
}

/** The run that a seed draws, as a file says it. */
export function runOfSeed({ engine, machine, replicas, faults, option }: RunOptions, seed: number): RunFile {
  const { definition, options } = drawEngine(engine, seed, option)
  simulatedMachine(machine)
  const scenario = drawScenario({
    engine: definition,
    seed,
    faults: parseFaults(faults ?? 'all'),
    ...(replicas !== undefined && { replicas }),
  })
  return runFileOf({ engine, machine, options, notes: [`seed ${seed}`] }, scenario)
}
