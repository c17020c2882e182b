import type { Markup } from './markup.ts'
import { markup } from './markup.ts'

/** A table: its rows are `tr` elements. */
export function table(columns: readonly string[], rows: readonly Markup[], caption?: string): Markup {
  return markup`<table>
    ${caption !== undefined && markup`<caption>${caption}</caption>`}
    <thead>
      <tr>
        ${columns.map((name) => markup`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

/** Content in a box of its own that scrolls, by keyboard too. */
export function scrolling(label: string, content: Markup): Markup {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${content}</div>`
}

/** What a chart shows, for those who would rather read it: operations, folded up. */
export function chartAsTable(columns: readonly string[], rows: readonly Markup[], id?: string): Markup {
  const content = table(columns, rows, 'Operations in order of their calls')
  return markup`<details${id !== undefined && markup` id="${id}"`}>
    <summary>The same as a table</summary>
    ${scrolling('operations', content)}
  </details>`
}
