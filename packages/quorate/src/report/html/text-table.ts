import { markup, type Markup } from './markup.ts'

/** A table of text: what is behind a chart. */
export interface TextTable {
  readonly caption: string
  /** The first one is over the rows' names. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function textTable({ caption, columns, rows }: TextTable): Markup {
  return markup`<table class="data">
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody>
</table>`
}

function row([name = '', ...cells]: readonly string[]): Markup {
  const rest = cells.map((cell) => markup`<td>${cell}</td>`)
  return markup`<tr><th scope="row">${name}</th>${rest}</tr>
`
}
