import { encodeRun, explainRun, formatRun } from '@quorate/scenario'
import type { ShrinkBudget } from '@quorate/sim'
import { partsOf, runOfSeed } from '../replay/run-parts.ts'
import { shrinkRun } from '../replay/shrink-run.ts'
import type { CommandOutput } from '../report/command-output.ts'
import { type SimOptions, replayCommand } from './sim-options.ts'

/** A seed that failed, in words: what broke, the run made small, and how to run it and the original again. */
export function explainFailure(
  options: SimOptions,
  seed: number,
  output: CommandOutput,
  budget?: ShrinkBudget,
): string[] {
  const { run, report, original } = shrinkRun(runOfSeed(options, seed), output, budget)
  const finding = partsOf(run).judge(report)?.explanation ?? []
  return [
    `seed ${seed} failed:`,
    ...explainRun({ report, run, original, finding }),
    '',
    'run it again, as small as it could be made:',
    `  npx quorate replay ${encodeRun(formatRun(run))}`,
    'and as it was:',
    `  ${replayCommand(options, seed)}`,
    '',
  ]
}
