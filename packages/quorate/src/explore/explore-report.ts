import { formatDuration } from '../report/format-duration.ts'
import { formatCount } from '../report/format-number.ts'
import type { ExploreReport, SearchProgress } from '@quorate/check'

/** What is shown while the search goes on. */
export function formatProgress(
  { distinct, generated, covered, waiting }: SearchProgress,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 500 ? `, ${formatCount((generated / elapsedMs) * 1000)} a second` : ''
  return `${formatCount(distinct)} states (${formatCount(generated)} generated${rate}), ${covered} steps deep covered, ${formatCount(waiting)} waiting`
}

/** The verdict and what it covers, in lines. */
export function formatReport(report: ExploreReport, elapsedMs: number): string[] {
  const { distinct, generated, depth, components, reached } = report
  const rate = (generated / elapsedMs) * 1000
  const rows: readonly (readonly [string, string])[] = [
    ['scope', report.scope.join('; ')],
    ['states', `${formatCount(distinct)} distinct, ${formatCount(generated)} generated, ${depth} steps deep`],
    ['speed', `${formatCount(rate)} generated a second, ${formatDuration(elapsedMs)} in all`],
    ['memory', `${report.bytesPerState.toFixed(1)} bytes a visited state`],
    [
      'components',
      `${formatCount(components.replicaStates)} replica states, ${formatCount(components.messages)} messages`,
    ],
    [
      'reached',
      `${reached.epochsLed} epochs led, ${reached.entriesDecided} entries decided, ${reached.readsBegun} reads begun`,
    ],
    ['collisions', `a state was missed with probability ${report.collisionRisk.toExponential(1)}`],
  ]
  return [verdictLine(report), ...rows.map(([label, text]) => `  ${label.padEnd(12)}${text}`)]
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
