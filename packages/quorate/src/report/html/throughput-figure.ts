import type { RunResult } from '../../compare/comparison.ts'
import { formatNumber, noValue } from '../format-number.ts'
import { horizontalAxis, verticalAxis } from './axis.ts'
import { eventLanes, laneHeight } from './event-lanes.ts'
import { chartWidth, figure, textWidth } from './figure.ts'
import { lineLabels } from './line-labels.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'
import { formatSeconds, groupSize, origin, rates, type RatePoint, wasKilled } from './run-time.ts'
import { linearScale, linearTicks, roundUp, type Scale } from './scale.ts'
import { curve } from './svg.ts'
import type { TextTable } from './text-table.ts'

const plotHeight = 250
const mostPoints = 240
const mostRows = 40

/** Operations a second over the whole load, a line for each engine; the moments of the kill side by side. */
export function throughputFigure(runs: readonly RunResult[]): Markup {
  const isAligned = runs.some(wasKilled)
  const top = 36 + (isAligned ? runs.length * laneHeight + 12 : 0)
  const bottom = top + plotHeight
  const series = runs.map((run) => rates(run, groupSize(runs, mostPoints)))
  const { x, y } = scales(runs, series, top, bottom)
  const xTicks = linearTicks(x.domain, 10).map((value) => ({ value, label: formatSeconds(value, isAligned) }))
  const yTicks = linearTicks(y.domain, 4).map((value) => ({ value, label: formatNumber(value, 0) }))
  const labels = runs.map(({ engine }, index) => ({ words: engine, y: y(endOf(series[index]!)), index }))
  const xName = isAligned ? 'seconds since the leader was killed' : 'seconds since the load began'
  const chart = markup`
${verticalAxis(y, x, yTicks, 'operations/s')}
${horizontalAxis(x, bottom, xTicks, xName)}
${isAligned && eventLanes(runs, x, 20, bottom)}
${series.map((points, i) => rateLine(points, x, y, i))}
${lineLabels(labels, x.range[1] + 8, [top, bottom])}`
  return figure({
    id: 'throughput',
    title: 'Throughput over time',
    description: describe(runs),
    height: bottom + 46,
    chart,
    caption: caption(isAligned),
    table: table(runs),
  })
}

function scales(
  runs: readonly RunResult[],
  series: readonly (readonly RatePoint[])[],
  top: number,
  bottom: number,
): { readonly x: Scale; readonly y: Scale } {
  const names = runs.map((run) => textWidth(run.engine))
  const ends = series.flatMap((points) => points.map((point) => point.toMs))
  const domain = [-Math.max(0, ...runs.map(origin)), Math.max(1000, ...ends)] as const
  const fastest = roundUp(Math.max(10, ...series.flatMap((points) => points.map((point) => point.perSecond))))
  const left = Math.max(72, ...names) + 16
  const right = chartWidth - Math.max(24, ...names) - 16
  return { x: linearScale(domain, [left, right]), y: linearScale([0, fastest], [bottom, top]) }
}

function rateLine(points: readonly RatePoint[], x: Scale, y: Scale, index: number): Markup {
  const places = points.map(({ fromMs, toMs, perSecond }) => [x((fromMs + toMs) / 2), y(perSecond)] as const)
  return curve(places, engineColor(index))
}

/** The mean of the last points: where the eye sees the line end, however it jitters. NaN without any. */
function endOf(points: readonly RatePoint[]): number {
  const last = points.slice(-8)
  return last.reduce((sum, point) => sum + point.perSecond, 0) / last.length
}

function describe(runs: readonly RunResult[]): string {
  return runs
    .map(({ engine, commitsPerSecond, recoveryMs }) => {
      const speed = `${engine} acknowledges ${formatNumber(commitsPerSecond, 0)} operations a second`
      return Number.isFinite(recoveryMs)
        ? `${speed}, and none for ${formatNumber(recoveryMs, 0)} ms after its leader is killed.`
        : `${speed}.`
    })
    .join(' ')
}

function caption(isAligned: boolean): Markup {
  if (!isAligned) return markup`Operations acknowledged, as a rate. No leader was killed in these runs.`
  return markup`Operations acknowledged, as a rate. All lines are moved so that the leader's death is at 0. Then the rate
is zero until the others have noticed, have elected a new leader, and it has committed something: <b>●</b> is the first
operation acknowledged after the kill. From there on one replica fewer does the work, which may be faster (fewer to send
to) or slower (no spare one to wait for). At <b>▲</b> the killed replica is started again; it catches up from the
others' logs while they go on serving.`
}

/** About a second a row, so that it can be read. */
function table(runs: readonly RunResult[]): TextTable {
  const intervalMs = Math.max(1, ...runs.map((run) => run.details.intervalMs))
  const group = Math.max(groupSize(runs, mostRows), Math.round(1000 / intervalMs))
  const columns = runs.map((run) => new Map(rates(run, group).map((point, i) => [i, point])))
  const length = Math.max(0, ...columns.map((column) => column.size))
  const lengthText = formatSeconds(group * intervalMs, false)
  return {
    caption: `Operations acknowledged a second, mean of each ${lengthText} s since the load began`,
    columns: ['from, s', ...runs.map((run) => run.engine)],
    rows: Array.from({ length }, (_, i) => [
      formatSeconds(i * group * intervalMs, false),
      ...columns.map((column) => (column.has(i) ? formatNumber(column.get(i)!.perSecond, 0) : noValue)),
    ]),
  }
}
