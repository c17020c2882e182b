import type { ExperimentReport } from '../../experiment/experiment-report.ts'
import { type Markup, markup } from './markup.ts'

/** What an experiment came to: its setting, its table, and the ways that it found. */
export function reportHtml({ setting, head, rows, paths }: ExperimentReport): Markup {
  return markup`${setting.map((line) => markup`<p class="stage">${line}</p>\n`)}<div class="scroll"><table class="figures"><thead><tr>${head.map(
    (cell) => markup`<th scope="col">${cell}</th>`,
  )}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>
${paths.map(({ title, steps }) => markup`<h3>${title}</h3>\n<ol>${steps.map((step) => markup`<li>${step}</li>\n`)}</ol>\n`)}`
}
