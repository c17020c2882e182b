import { type EngineScope, type ExploreReport, startExploration } from '@quorate/check'
import { engineWith, knownEngine } from '../registry/engines.ts'
import type { Budget, ExploreCommandOptions } from './explore-options.ts'
import { openingOf } from './opening.ts'
import { readTextFile } from '../files/text-files.ts'
import { counterexampleScript } from './counterexample-script.ts'
import { exitCodeOf, formatProgress, formatReport } from './explore-report.ts'
import { searchShowing } from './search-showing.ts'
import type { CommandOutput } from '../report/command-output.ts'

/** What came of an exploration. */
export interface ExploreOutcome {
  readonly report: ExploreReport
  /** The counterexample as a script, if there is one. */
  readonly script: string | undefined
  /** 0: nothing is wrong in all that was asked for. 1: there is a counterexample. 2: the budget ended first. */
  readonly code: 0 | 1 | 2
}

/**
 * `quorate explore`: looks at every state that a cluster of real engines can come to within a scope, and prints the
 * verdict with the scope that it covers.
 *
 * @throws QuorateError `USAGE` for a scope that cannot be explored
 */
export function runExplore(options: ExploreCommandOptions, output: CommandOutput): ExploreOutcome {
  const { option, states, depth, maxEpoch, symmetry, order, timeouts } = options
  const opening =
    options.from === undefined
      ? { engine: options.engine ?? 'raft', options: option, replicas: 3, moves: [] }
      : openingOf(readTextFile(options.from), { engine: options.engine, options: option })
  const { engine: name } = opening
  const { replicas = opening.replicas } = options
  const of = { engine: name, options: opening.options, replicas }
  const exploration = startExploration({
    ...budgetsOf(options),
    engine: engineWith(name, opening.options),
    checks: knownEngine(name).checks,
    replicas,
    from: opening.moves,
    order,
    timeouts,
    maxStates: states,
    symmetry,
    ...(depth !== undefined && { depth }),
    ...(maxEpoch !== undefined && { maxEpoch }),
  })
  const elapsed = searchShowing(exploration, (progress, ms) => {
    output.progress(`${name}: ${formatProgress(progress, ms)}`)
  })
  output.progress('')
  const report = exploration.report()
  for (const line of formatReport(report, elapsed)) output.line(line)
  const { counterexample } = report
  const script = counterexample && counterexampleScript(counterexample, of)
  return { report, script, code: exitCodeOf(report) }
}

function budgetsOf(options: ExploreCommandOptions): Required<Pick<EngineScope, Budget>> {
  const { proposals, reads, crashes, drops, duplicates, cuts, snapshots } = options
  return { proposals, reads, crashes, drops, duplicates, cuts, snapshots }
}
