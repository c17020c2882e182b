import type { RunResult } from '../../compare/comparison.ts'
import { formatNumber } from '../format-number.ts'
import { horizontalAxis, verticalAxis } from './axis.ts'
import { chartWidth, figure, textWidth } from './figure.ts'
import { lineLabels } from './line-labels.ts'
import { latencyAt, latencyCurve, operationCount, type CurvePoint } from './latency-curve.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'
import { wasKilled } from './run-time.ts'
import { linearScale, logScale, logTicks, type Scale } from './scale.ts'
import { circle, curve } from './svg.ts'
import type { TextTable } from './text-table.ts'

const top = 34
const bottom = top + 280
const shares = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999]

/** Latency by percentile, both on scales that give the slowest operations room: HdrHistogram's plot. */
export function latencyFigure(runs: readonly RunResult[]): Markup {
  const curves = runs.map(latencyCurve)
  const points = curves.flat()
  const names = runs.map((run) => `${run.engine}, max ${formatNumber(run.details.maxLatencyMs)} ms`)
  const largest = Math.max(10, ...runs.map(operationCount))
  const right = chartWidth - 20 - Math.max(...names.map(textWidth))
  const x = linearScale([0, Math.log10(largest)], [72, right])
  const y = logScale(latencyDomain(points.map((point) => point.ms)), [bottom, top])
  const labels = names.map((words, index) => ({ words, y: y(curves[index]!.at(-1)?.ms ?? NaN), index }))
  const xTicks = shares
    .filter((share) => rarity(share) <= x.domain[1] + 1e-9)
    .map((share) => ({ value: rarity(share), label: `${percent(share)} %` }))
  const yTicks = logTicks(y.domain).map((value) => ({ value, label: formatLatency(value) }))
  return figure({
    id: 'latency',
    title: 'Latency distribution',
    description: runs.map(describe).join(' '),
    height: bottom + 46,
    chart: markup`
${verticalAxis(y, x, yTicks, 'latency, ms')}
${horizontalAxis(x, bottom, xTicks, 'share of operations that were at least as fast')}
${curves.map((points, i) => latencyLine(runs[i]!, points, x, y, i))}
${lineLabels(labels, right + 10, [top, bottom])}`,
    caption: caption(runs.some(wasKilled)),
    table: table(runs, curves),
  })
}

function caption(isKilled: boolean): Markup {
  const cliff = markup` The cliff at the right end are the operations that were under way when the leader was killed.
There are few of them, because each client waits for its answer before it sends the next operation: an outage shows as
one slow operation for each client, not as all those that could not be sent meanwhile.`
  return markup`How long clients waited, on scales that give the rare and slow ones room. Above 99 % one reads the latency
that 99 of 100 operations stayed under; each further mark to the right is ten times rarer.${isKilled && cliff}`
}

/** 0 for all operations, 1 for the slowest tenth, 2 for the slowest hundredth, … */
function rarity(share: number): number {
  return -Math.log10(1 - share)
}

function percent(share: number): string {
  return String(Number((share * 100).toFixed(6)))
}

/** As an axis says it: `0.05`, `1`, `1,000`. */
function formatLatency(ms: number): string {
  return ms.toLocaleString('en-US', { maximumFractionDigits: 6 })
}

/** From one 1, 2 or 5 to another, around all latencies. */
function latencyDomain(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [1, 1000]
  const smallest = Math.min(...values)
  const largest = Math.max(...values)
  const round = (value: number): readonly number[] =>
    [1, 2, 5, 10].map((step) => step * 10 ** Math.floor(Math.log10(value)))
  const from = round(smallest).findLast((step) => step <= smallest) ?? smallest
  return [from, round(largest).find((step) => step >= largest && step > from) ?? 2 * largest]
}

function latencyLine(
  run: RunResult,
  points: readonly CurvePoint[],
  x: Scale,
  y: Scale,
  index: number,
): Markup | undefined {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return undefined
  // The slowest operation is at 100 %, infinitely far away: it stands where one in all of them is.
  const end = x(Math.log10(operationCount(run)))
  const places = points.map(({ share, ms }) => [Math.min(end, x(rarity(share))), y(ms)] as const)
  const color = engineColor(index)
  return markup`${curve([[x(0), y(first.ms)], ...places], color)}${circle(end, y(last.ms), 4, { color })}`
}

function describe({ engine, latencyMs: { p50, p99 }, details: { maxLatencyMs } }: RunResult): string {
  const [median, slow, slowest] = [p50, p99, maxLatencyMs].map((ms) => `${formatNumber(ms)} ms`)
  return `${engine}: median ${median}, 99th percentile ${slow}, slowest ${slowest}.`
}

function table(runs: readonly RunResult[], curves: readonly (readonly CurvePoint[])[]): TextTable {
  const listed = shares.slice(1, 6)
  return {
    caption: 'Latency in milliseconds, read off the chart’s buckets',
    columns: ['engine', 'operations', ...listed.map((share) => `${percent(share)} %`), 'slowest'],
    rows: runs.map((run, i) => [
      run.engine,
      formatNumber(operationCount(run), 0),
      ...listed.map((share) => formatNumber(latencyAt(curves[i]!, share))),
      formatNumber(run.details.maxLatencyMs),
    ]),
  }
}
