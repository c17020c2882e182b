import { type RunFile, notesOf, replayRun, runFileOf } from '@quorate/scenario'
import {
  type RunReport,
  type RunSize,
  type Scenario,
  type ShrinkBudget,
  shrink,
  trialsOf,
} from '@quorate/sim'
import type { CommandOutput } from '../report/command-output.ts'
import { partsOf } from './run-parts.ts'

/** A failing run made small. */
export interface ShrunkRun {
  readonly run: RunFile
  readonly report: RunReport
  /** The run that it was made of. */
  readonly original: RunSize
}

/**
 * Makes a failing run small, showing how far it is.
 *
 * @throws QuorateError `USAGE` if the run does not fail
 */
export function shrinkRun(run: RunFile, output: CommandOutput, budget: ShrinkBudget = {}): ShrunkRun {
  const parts = partsOf(run)
  const { scenario, original } = shrink(run.scenario as Scenario, trialsOf(parts.trial), {
    ...budget,
    onProgress: ({ runs, pass, smallest }) =>
      output.progress(
        `shrinking: run ${runs}, ${smallest.steps} events, ${smallest.faults} faults, ${smallest.calls} operations; trying ${pass}`,
      ),
  })
  output.progress('')
  const small = runFileOf(run, scenario)
  const report = replayRun(small, parts.replay)
  const { seed } = run.scenario
  return { run: { ...small, notes: notesOf(report, { seed, ...original }) }, report, original }
}
