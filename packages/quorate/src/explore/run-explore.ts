import { type ExploreReport, startExploration } from '@quorate/check'
import { engineWith, knownEngine } from '../registry/engines.ts'
import type { ExploreCommandOptions } from './explore-options.ts'
import { counterexampleScript } from './counterexample-script.ts'
import { formatProgress, formatReport } from './explore-report.ts'
import type { CommandOutput } from '../report/command-output.ts'

/** States expanded between two looks at the clock. */
const slice = 5000
const progressMs = 100

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
  const { engine: name, option, states, depth, maxEpoch, symmetry, order, timeouts, ...rest } = options
  const engine = engineWith(name, option)
  const { checks } = knownEngine(name)
  const { scenario: _, ...scope } = rest
  const exploration = startExploration({
    ...scope,
    engine,
    checks,
    order,
    timeouts,
    maxStates: states,
    symmetry,
    ...(depth !== undefined && { depth }),
    ...(maxEpoch !== undefined && { maxEpoch }),
  })
  const began = performance.now()
  let shownAt = began
  while (exploration.advance(slice)) {
    const now = performance.now()
    if (now - shownAt < progressMs) continue
    shownAt = now
    output.progress(`${name}: ${formatProgress(exploration.progress(), now - began)}`)
  }
  output.progress('')
  const report = exploration.report()
  for (const line of formatReport(report, performance.now() - began)) output.line(line)
  const { counterexample } = report
  const of = { engine: name, options: option, replicas: options.replicas }
  const script = counterexample && counterexampleScript(counterexample, of)
  return { report, script, code: codeOf(report) }
}

function codeOf({ verdict, end }: ExploreReport): 0 | 1 | 2 {
  if (verdict === 'violated') return 1
  // A bound on depth is a part of the scope that was asked for; a budget is not.
  return verdict === 'holds' || end === 'depth' ? 0 : 2
}
