import { type RunFile, explainRun, formatRun, replayRun } from '@quorate/scenario'
import { writeTextFile } from '../files/text-files.ts'
import type { CommandOutput } from '../report/command-output.ts'
import { isConsistent } from '../sim/judge-history.ts'
import type { RunOptions } from '../sim/run-seed.ts'
import { readRun } from './replay-source.ts'
import { partsOf } from './run-parts.ts'
import { shrinkRun } from './shrink-run.ts'

/** What `quorate replay` is asked to do. */
export interface ReplayCommandOptions extends RunOptions {
  /** Show the last so many events alone. */
  readonly last?: number | undefined
  /** Make it small first, if it fails. */
  readonly shrink?: boolean | undefined
  /** Write the run to this file. */
  readonly output?: string | undefined
}

/**
 * `quorate replay`: runs a run again and shows it event by event.
 *
 * @returns the exit code: 0 if all went well, 1 if the run fails
 * @throws QuorateError `USAGE` for what is no run
 */
export function runReplay(source: string, options: ReplayCommandOptions, output: CommandOutput): 0 | 1 {
  const read = readRun(source, options)
  const run = options.shrink === true ? smallOf(read, output) : read
  if (options.output !== undefined) writeTextFile(options.output, formatRun(run))
  const parts = partsOf(run)
  const { last } = options
  const report = replayRun(run, parts.replay, {
    eventLogSize: last ?? 0,
    ...(last === undefined && { onLine: (line) => output.line(line) }),
  })
  const verdict = parts.judge(report)
  const isGood = report.ok && (verdict === undefined || isConsistent(verdict))
  const finding = isGood ? ['all went well'] : (verdict?.explanation ?? [])
  output.line('')
  for (const line of explainRun({ report, run, finding, events: last ?? 0 })) output.line(line)
  output.line(`trace hash ${report.traceHash}`)
  return isGood ? 0 : 1
}

function smallOf(run: RunFile, output: CommandOutput): RunFile {
  return shrinkRun(run, output).run
}
