import type { RunResult } from '../../compare/comparison.ts'
import { formatNumber } from '../format-number.ts'
import { gridLine, horizontalAxis } from './axis.ts'
import { chartWidth, figure, textWidth } from './figure.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'
import { formatSeconds, origin, rates, wasKilled, type RatePoint } from './run-time.ts'
import { linearScale, linearTicks, roundUp, type Scale } from './scale.ts'
import { line, rectangle, text, triangle } from './svg.ts'

const panelHeight = 84
const panelStep = panelHeight + 48
const firstTop = 34
const beforeMs = 1000
const leastAfterMs = 2000

/** The same timeline around the kill, interval by interval: a panel for each engine. */
export function outageFigure(all: readonly RunResult[]): Markup {
  const indexes = all.flatMap((run, i) => (wasKilled(run) ? [i] : []))
  const runs = indexes.map((i) => all[i]!)
  const outages = runs.map((run) => run.details.recoveredAtMs - origin(run)).filter(Number.isFinite)
  const afterMs = Math.max(leastAfterMs, Math.ceil((1.5 * Math.max(0, ...outages)) / 500) * 500)
  const left = Math.max(72, ...runs.map((run) => textWidth(run.engine))) + 16
  const x = linearScale([-beforeMs, afterMs], [left, chartWidth - 24])
  const fastest = roundUp(
    Math.max(10, ...runs.flatMap((run) => inside(run, x).map((bar) => bar.perSecond))),
    2,
  )
  const bottom = firstTop + (runs.length - 1) * panelStep + panelHeight
  const ticks = linearTicks(x.domain, 10).map((value) => ({ value, label: formatSeconds(value, true) }))
  const intervals = [...new Set(runs.map((run) => run.details.intervalMs))].map((ms) => formatNumber(ms))
  return figure({
    id: 'outage',
    title: 'The outage, close up',
    description: runs.map((run) => `${run.engine}: ${outageText(run)}.`).join(' '),
    height: bottom + 46,
    chart: markup`
${runs.map((run, i) => panel(run, indexes[i]!, x, fastest, firstTop + i * panelStep))}
${horizontalAxis(x, bottom, ticks, 'seconds since the leader was killed')}`,
    caption: markup`The moment of the kill, each bar the operations of ${intervals.join(' or ')} ms as a rate, in
operations/s and on one scale for all. The shaded time is the outage: the followers wait for the leader until their
election timeout is over, one of them wins an election, and the clients find it. Most of it usually is that timeout: a
shorter one notices sooner, but takes a leader that is merely slow for a dead one.`,
    table: {
      caption: 'Milliseconds since the load began',
      columns: [
        'engine',
        'leader killed',
        'next commit',
        'outage, ms',
        'restarted',
        'operations of unknown outcome',
      ],
      rows: runs.map(({ engine, recoveryMs, details }) => [
        engine,
        ...[
          details.killedAtMs,
          details.recoveredAtMs,
          recoveryMs,
          details.restartedAtMs,
          details.unknown,
        ].map((value) => formatNumber(value, 0)),
      ]),
    },
  })
}

function inside(run: RunResult, x: Scale): readonly RatePoint[] {
  return rates(run).filter(({ fromMs, toMs }) => toMs > x.domain[0] && fromMs < x.domain[1])
}

function outageText({ recoveryMs }: RunResult): string {
  return Number.isFinite(recoveryMs)
    ? `next commit after ${formatNumber(recoveryMs, 0)} ms`
    : 'no commit after the kill'
}

function panel(run: RunResult, index: number, x: Scale, fastest: number, top: number): Markup {
  const { recoveredAtMs } = run.details
  const bottom = top + panelHeight
  const y = linearScale([0, fastest], [bottom, top])
  const [left, right] = x.range
  const zero = x(0)
  const hasRecovered = Number.isFinite(recoveredAtMs)
  const until = hasRecovered ? x(recoveredAtMs - origin(run)) : right
  const color = engineColor(index)
  const dot = markup`<tspan style="fill: ${color}">●</tspan>`
  return markup`<g>
${rectangle(zero, top, Math.max(1, until - zero), panelHeight, { look: 'band' })}
${[fastest, fastest / 2].map((value) => gridLine(left, right, y(value), formatNumber(value, 0)))}
<g style="fill: ${color}">${inside(run, x).map((rate) => bar(rate, x, y))}</g>
${line([left, bottom], [right, bottom], 'base')}
${line([zero, top - 14], [zero, bottom], 'kill')}
${text(left - 8, top - 12, run.engine, { anchor: 'end', look: 'label', color })}
${text(zero - 6, top - 9, '✕ leader killed', { anchor: 'end', look: 'note' })}
${text(hasRecovered ? until - 5 : zero + 6, top - 9, [hasRecovered && dot, ` ${outageText(run)}`], { look: 'note' })}
${restart(run, x, bottom, color)}</g>
`
}

function bar({ fromMs, toMs, perSecond }: RatePoint, x: Scale, y: Scale): Markup {
  const from = Math.max(x.range[0], x(fromMs))
  const to = Math.min(x.range[1], x(toMs))
  return rectangle(from, y(perSecond), to - from - 1, y(0) - y(perSecond))
}

/** Below the axis: most often it is later than this chart reaches. */
function restart(run: RunResult, x: Scale, bottom: number, color: string): Markup | false {
  const at = x(run.details.restartedAtMs - origin(run))
  if (!(at < x.range[1])) return false
  const words = text(at + 11, bottom + 13, 'restarted', { look: 'note' })
  return markup`${triangle(at, bottom + 8, { color })}${words}`
}
