import { markup, type Markup } from './markup.ts'
import type { Scale } from './scale.ts'
import { line, text } from './svg.ts'

/** A tick: where, and what is written there. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** Lines across the chart with their values to the left, and what they are, with the unit, above them. */
export function verticalAxis(scale: Scale, across: Scale, ticks: readonly Tick[], name: string): Markup {
  const [left, right] = across.range
  const top = Math.min(...scale.range)
  return markup`<g>
${text(left, top - 12, name, { look: 'name' })}
${ticks.map(({ value, label }) => gridLine(left, right, scale(value), label))}</g>
`
}

/** One of a {@link verticalAxis}'s lines. */
export function gridLine(left: number, right: number, y: number, label: string): Markup {
  return markup`${line([left, y], [right, y], 'grid')}${text(left - 8, y + 4, label, { anchor: 'end' })}`
}

/** Values below the chart, and what they are, with the unit, at the right end below them. */
export function horizontalAxis(scale: Scale, y: number, ticks: readonly Tick[], name: string): Markup {
  const [left, right] = scale.range
  return markup`<g>
${line([left, y], [right, y], 'base')}
${ticks.map(({ value, label }) => {
  const x = scale(value)
  return markup`${line([x, y], [x, y + 5], 'base')}${text(x, y + 19, label, { anchor: 'middle' })}`
})}${text(right, y + 38, name, { anchor: 'end', look: 'name' })}</g>
`
}
