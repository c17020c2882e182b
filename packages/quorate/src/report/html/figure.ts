import { markup, type Markup } from './markup.ts'
import { textTable, type TextTable } from './text-table.ts'

/** Width of every chart in its own units; it is scaled to the page. */
export const chartWidth = 920

/** Room that `text` takes at the charts' font size, in their units. */
export function textWidth(text: string): number {
  return text.length * 7.4
}

/** One chart with all that belongs to it. */
export interface Figure {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What the chart shows, for those who do not see it. */
  readonly description: string
  readonly height: number
  readonly chart: Markup
  /** What one sees, in plain language. */
  readonly caption: Markup
  /** The chart's figures. */
  readonly table: TextTable
}

export function figure({ id, title, description, height, chart, caption, table }: Figure): Markup {
  return markup`
<section id="${id}" class="figure">
<h2>${title}</h2>
<figure>
<div class="plot" tabindex="0" role="group" aria-label="${title}, chart">
<svg viewBox="0 0 ${chartWidth} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${chart}
</svg>
</div>
<figcaption>${caption}</figcaption>
<details>
<summary>The figures as a table</summary>
<div class="scroll">${textTable(table)}</div>
</details>
</figure>
</section>`
}
