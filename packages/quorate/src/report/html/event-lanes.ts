import type { RunResult } from '../../compare/comparison.ts'
import { formatNumber } from '../format-number.ts'
import { textWidth } from './figure.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'
import { origin, wasKilled } from './run-time.ts'
import type { Scale } from './scale.ts'
import { circle, line, rectangle, text, triangle } from './svg.ts'

/** Height of the lane in which one engine's events stand. */
export const laneHeight = 24

/**
 * Above a chart, for each engine: when nobody was served, when the next commit was, when the killed one came back.
 *
 * @param bottom where the line of the kill ends
 */
export function eventLanes(runs: readonly RunResult[], x: Scale, top: number, bottom: number): Markup {
  const zero = x(0)
  return markup`<g>
${line([zero, top - 2], [zero, bottom], 'kill')}
${text(zero, top - 8, '✕ leader killed', { anchor: 'middle', look: 'note' })}
${runs.map((run, i) => lane(run, i, x, top + (i + 0.5) * laneHeight))}</g>
`
}

function lane(run: RunResult, index: number, x: Scale, y: number): Markup {
  const [left, right] = x.range
  const restarted = x(run.details.restartedAtMs - origin(run))
  return markup`<g style="fill: ${engineColor(index)}">
${text(left - 8, y + 4, run.engine, { anchor: 'end', look: 'label' })}
${line([left, y], [right, y], 'grid')}
${outage(run, x, y)}
${restarted <= right && restartMarker(restarted, y, x)}</g>
`
}

function outage(run: RunResult, x: Scale, y: number): Markup {
  const zero = x(0)
  const recovered = x(run.details.recoveredAtMs - origin(run))
  if (Number.isNaN(recovered)) {
    const words = wasKilled(run) ? 'no commit after the kill' : 'not killed'
    return text(zero + 8, y + 4, words, { look: 'note halo' })
  }
  const words = `no commit for ${formatNumber(run.recoveryMs, 0)} ms`
  const restarted = x(run.details.restartedAtMs - origin(run))
  // The words go to the left of the kill if they would run into the next marker, or out of the chart.
  const room = (Number.isNaN(restarted) ? x.range[1] : restarted) - recovered
  const isTight = room < textWidth(words) + 28
  const at = isTight ? zero - 8 : recovered + 11
  return markup`
${rectangle(zero, y - 5, Math.max(2, recovered - zero), 10)}
${circle(recovered, y, 6, { look: 'marker' })}
${text(at, y + 4, words, { anchor: isTight ? 'end' : 'start', look: 'note halo' })}`
}

/** A triangle, and what it is, on the side with more room. */
function restartMarker(at: number, y: number, x: Scale): Markup {
  const words = 'restarted'
  const fits = at + 12 + textWidth(words) < x.range[1]
  const place = fits ? at + 12 : at - 12
  return markup`
${triangle(at, y, { look: 'marker' })}
${text(place, y + 4, words, { anchor: fits ? 'start' : 'end', look: 'note halo' })}`
}
