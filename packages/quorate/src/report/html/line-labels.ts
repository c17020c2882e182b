import { placeLabels } from './label-places.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'
import { text } from './svg.ts'

/** What a line is, and where it ends. */
export interface LineLabel {
  readonly words: string
  /** NaN: there is no line, so there is no label. */
  readonly y: number
  readonly index: number
}

const lineHeight = 17

/** Labels beside the ends of lines, in the lines' colours: nobody has to look up a legend. */
export function lineLabels(all: readonly LineLabel[], x: number, range: readonly [number, number]): Markup {
  const labels = all.filter(({ y }) => Number.isFinite(y))
  const places = placeLabels(
    labels.map(({ y }) => y),
    lineHeight,
    range,
  )
  // A text stands on its baseline; its middle is a little higher.
  const shown = labels.map(({ words, index }, i) =>
    text(x, places[i]! + 4, words, { look: 'label', color: engineColor(index) }),
  )
  return markup`${shown}`
}
