import type { ExploreReport, SearchProgress } from '@quorate/check'

/** What is shown while the search goes on. */
export function formatProgress(
  { distinct, generated, covered, waiting }: SearchProgress,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 500 ? `, ${count((generated / elapsedMs) * 1000)} a second` : ''
  return `${count(distinct)} states (${count(generated)} generated${rate}), ${covered} steps deep covered, ${count(waiting)} waiting`
}

/** The verdict and what it covers, in lines. */
export function formatReport(report: ExploreReport, elapsedMs: number): string[] {
  const { distinct, generated, depth, components, reached } = report
  const rate = (generated / elapsedMs) * 1000
  const rows: readonly (readonly [string, string])[] = [
    ['scope', report.scope.join('; ')],
    ['states', `${count(distinct)} distinct, ${count(generated)} generated, ${depth} steps deep`],
    ['speed', `${count(rate)} generated a second, ${duration(elapsedMs)} in all`],
    ['memory', `${report.bytesPerState.toFixed(1)} bytes a visited state`],
    [
      'components',
      `${count(components.replicaStates)} replica states, ${count(components.messages)} messages`,
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

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`
}
