import type { RunResult } from '../../compare/comparison.ts'
import { metrics, type Metric } from '../metric.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'

/** The same rows as in the terminal, each with a sentence that says what it is. */
export function resultsTable(runs: readonly RunResult[]): Markup {
  const heads = runs.map(
    ({ engine }, i) => markup`<th scope="col" style="border-color: ${engineColor(i)}">${engine}</th>`,
  )
  return markup`
<section id="results">
<h2>Results</h2>
<div class="scroll">
<table class="results">
<thead><tr><td></td>${heads}<th scope="col" class="meaning">what it is</th></tr></thead>
<tbody>
${metrics.map((metric) => row(metric, runs))}</tbody>
</table>
</div>
${runs.map(objection)}
</section>`
}

function row(metric: Metric, runs: readonly RunResult[]): Markup {
  const label = metric.label.trim()
  const cells = metric.cells(runs).map((cell, i) => {
    const verdict = metric.verdict?.(runs[i]!)
    if (verdict === undefined) return markup`<td>${cell}</td>`
    return markup`<td class="${verdict}">${marks[verdict]} ${cell}</td>`
  })
  // A row that belongs to the one above it.
  const look = label === metric.label ? undefined : markup` class="part"`
  return markup`
<tr${look}><th scope="row">${label}</th>${cells}<td class="meaning">${metric.meaning}</td></tr>`
}

/** Beside the colour, for those who do not see it. */
const marks = { good: '✓', bad: '✗', open: '?' } as const

/** What contradicts linearizability, if anything does. */
function objection({ engine, linearizable, details }: RunResult): Markup | undefined {
  if (linearizable === 'yes' || details.explanation.length === 0) return undefined
  const verdict = linearizable === 'no' ? 'is not linearizable' : 'is not known to be linearizable'
  return markup`<aside class="objection">
<h3>The history of ${engine} ${verdict}</h3>
<pre>${details.explanation.join('\n')}</pre>
</aside>`
}
