import { type ModelReport, startSearch } from '@quorate/check'
import type { CommandOutput } from '../../report/command-output.ts'
import { exitCodeOf, formatProgress, searchRows } from '../explore-report.ts'
import { searchShowing } from '../search-showing.ts'
import type { SystemAction, SystemState } from './actor-model.ts'
import type { ProtocolModel } from './protocol.ts'
import { type ProtocolCommandOptions, scopeOf } from './protocol-options.ts'
import { protocolNamed } from './protocols.ts'

type Report = ModelReport<SystemState, SystemAction>

/** What came of the exploration of a protocol. */
export interface ProtocolOutcome {
  readonly report: Report
  /** 0: nothing is wrong in all that was asked for. 1: there is a counterexample. 2: the budget ended first. */
  readonly code: 0 | 1 | 2
}

/**
 * `quorate explore --protocol`: looks at every state that the roles of a protocol can come to within a scope, and prints
 * the verdict with the scope that it covers, and a counterexample as a list of steps.
 *
 * @throws QuorateError `USAGE` for a scope that cannot be explored
 */
export function runProtocol(options: ProtocolCommandOptions, output: CommandOutput): ProtocolOutcome {
  const protocol = protocolNamed(options.protocol)
  const { name } = protocol
  const built = protocol.build(scopeOf(protocol, options))
  const { order, symmetry, depth, states } = options
  const search = startSearch(built.model, {
    order,
    symmetry,
    maxStates: states,
    ...(depth !== undefined && { depth }),
  })
  const elapsed = searchShowing(search, (progress, ms) => {
    output.progress(`${name}: ${formatProgress(progress, ms)}`)
  })
  output.progress('')
  const report = search.report()
  output.line(verdictLine(name, report))
  const { unsafe } = options
  const broken =
    unsafe === undefined ? [] : [['broken', `${unsafe}: ${protocol.rules[unsafe]!.breach}`] as const]
  const rows = [['scope', built.scope.join('; ')] as const, ...broken, ...searchRows(report, elapsed)]
  for (const [label, text] of rows) output.line(`  ${label.padEnd(12)}${text}`)
  for (const line of counterexample(built, report)) output.line(line)
  return { report, code: exitCodeOf(report) }
}

function verdictLine(name: string, { verdict, end, covered, properties }: Report): string {
  if (verdict === 'holds') return `${name}: holds in the whole scope`
  const broken = properties.find((property) => property.verdict === 'violated')
  if (broken?.kind === 'sometimes') return `${name}: violated: in no state of the scope: ${broken.name}`
  if (broken !== undefined) {
    return `${name}: violated in ${broken.path!.steps.length} steps: ${broken.name}: ${broken.message}`
  }
  const covers = `nothing is wrong within ${covered} steps, all of which were covered`
  if (end === 'depth') return `${name}: ${covers}; deeper than that is unknown`
  return `${name}: unknown: the budget of states ended the search; ${covers}`
}

/** The path to a violation, step by step; of breadth-first search no other is shorter. */
function counterexample(built: ProtocolModel, { properties }: Report): string[] {
  const path = properties.find(({ kind, verdict }) => kind === 'always' && verdict === 'violated')?.path
  if (path === undefined) return []
  const states = [path.initial, ...path.steps.map(({ state }) => state)]
  return [
    '',
    ...path.steps.map(({ action, state }, i) => {
      return `${String(i + 1).padStart(4)}  ${built.describe(states[i]!, action, state)}`
    }),
  ]
}
