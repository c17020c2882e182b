import { formatDuration } from '../report/format-duration.ts'
import { formatCount } from '../report/format-number.ts'
import type { ExploreReport, ModelReport, SearchProgress } from '@quorate/check'

/** What the reports of engines and of other models have in common. */
type SearchFigures = Pick<
  ModelReport<unknown, unknown>,
  'distinct' | 'generated' | 'depth' | 'bytesPerState' | 'collisionRisk' | 'verdict' | 'end'
>

/** A label and what it says. */
type ReportRow = readonly [label: string, text: string]

/** What is shown while the search goes on. */
export function formatProgress(
  { distinct, generated, covered, waiting }: SearchProgress,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 500 ? `, ${formatCount((generated / elapsedMs) * 1000)} a second` : ''
  return `${formatCount(distinct)} states (${formatCount(generated)} generated${rate}), ${covered} steps deep covered, ${formatCount(waiting)} waiting`
}

/** What any search reports: as far as it came, how fast, and how sure that is. */
export function searchRows(report: SearchFigures, elapsedMs: number): readonly ReportRow[] {
  const { distinct, generated, depth } = report
  const rate = (generated / elapsedMs) * 1000
  return [
    ['states', `${formatCount(distinct)} distinct, ${formatCount(generated)} generated, ${depth} steps deep`],
    ['speed', `${formatCount(rate)} generated a second, ${formatDuration(elapsedMs)} in all`],
    ['memory', `${report.bytesPerState.toFixed(1)} bytes a visited state`],
    ['collisions', `a state was missed with probability ${report.collisionRisk.toExponential(1)}`],
  ]
}

/** The verdict and what it covers, in lines. */
export function formatReport(report: ExploreReport, elapsedMs: number): string[] {
  const { components, reached } = report
  const found = searchRows(report, elapsedMs)
  const rows: readonly ReportRow[] = [
    ['scope', report.scope.join('; ')],
    ...found.slice(0, -1),
    [
      'components',
      `${formatCount(components.replicaStates)} replica states, ${formatCount(components.messages)} messages`,
    ],
    [
      'reached',
      `${reached.epochsLed} epochs led, ${reached.entriesDecided} entries decided, ${reached.readsBegun} reads begun`,
    ],
    ...found.slice(-1),
  ]
  return [verdictLine(report), ...rows.map(([label, text]) => `  ${label.padEnd(12)}${text}`)]
}

/** How the command ends: 0 if nothing is wrong in all that was asked for, 1 with a counterexample, 2 if nobody knows. */
export function exitCodeOf({ verdict, end }: Pick<SearchFigures, 'verdict' | 'end'>): 0 | 1 | 2 {
  if (verdict === 'violated') return 1
  // A bound on depth is a part of the scope that was asked for; a budget is not.
  return verdict === 'holds' || end === 'depth' ? 0 : 2
}

function verdictLine({ engine, verdict, end, covered, counterexample }: ExploreReport): string {
  if (verdict === 'holds') return `${engine}: holds in the whole scope`
  if (counterexample !== undefined) {
    const { invariant, message, moves } = counterexample
    return `${engine}: violated in ${moves.length} steps: ${invariant}: ${message}`
  }
  const covers = `nothing is wrong within ${covered} steps, all of which were covered`
  if (end === 'depth') return `${engine}: ${covers}; deeper than that is unknown`
  return `${engine}: unknown: the budget of ${end === 'maxStates' ? 'states' : 'memory'} ended the search; ${covers}`
}
