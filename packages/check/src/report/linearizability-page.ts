import type { Operation } from '../history/operation.ts'
import { count } from '../history/words.ts'
import { explain } from '../linearizability/explain.ts'
import type { CheckOptions } from '../linearizability/linearizability.ts'
import type { CheckResult } from '../linearizability/verdict.ts'
import type { Model } from '../models/model.ts'
import type { JudgedPartition } from './judged-partitions.ts'
import { judgePartitions } from './judged-partitions.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import { page, signOf } from './page.ts'
import { partitionView } from './partition-view.ts'
import { scrolling, table } from './table.ts'

/** So many parts are drawn; the others are only listed. */
const mostViews = 8

/** So many parts are listed. */
const mostListed = 500

/**
 * A history and the verdict on it as one page of HTML: for each key a lane for each client, an interval for each
 * operation, the longest order found, and where it breaks. It is bounded whatever the history's size, and says what it
 * leaves out. It loads and runs nothing.
 *
 * @param title what the history is called, such as its file's name
 * @param result what `checkWithWitness` or `checkLinearizability` found
 */
export function linearizabilityPage<State, Input, Output>(
  title: string,
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  result: CheckResult<State, Input, Output>,
  options: CheckOptions = {},
): string {
  const partitions = judgePartitions(model, operations, options)
  const shown = partitions.slice(0, mostViews)
  const views = shown.map((partition, number) => partitionView(model, partition, `view-${number}`))
  const [summary, ...explanation] = explain(model, result)
  return page(
    { title, verdict: result.verdict, model: model.name, summary, explanation },
    views.map(({ rules }) => rules).join('\n'),
    markup`${partitions.length > 1 && partitionList(partitions, shown.length)}
    ${views.map((view) => view.markup)}`,
  )
}

function partitionList<State, Input, Output>(
  partitions: readonly JudgedPartition<State, Input, Output>[],
  drawn: number,
): Markup {
  const rows = partitions.slice(0, mostListed).map(({ key, operations, result }, number) => {
    const name = key ?? 'the history'
    const link =
      number < drawn ? markup`<a href="#view-${String(number)}-title">${name}</a>` : markup`${name}`
    return markup`<tr>
      <th scope="row">${link}</th>
      <td>${signOf(result.verdict)} ${result.verdict}</td>
      <td class="number">${String(operations.length)}</td>
    </tr> `
  })
  const rest = partitions.length - rows.length
  return markup`<section aria-labelledby="keys">
    <h2 id="keys">Keys</h2>
    <p class="note">
      ${count(partitions.length, 'key')}, each judged by itself, worst first;
      ${
        drawn < partitions.length ? `the first ${drawn} are drawn below` : 'all are drawn below'
      }${rest > 0 && `; ${count(rest, 'more key')} not listed`}.
    </p>
    ${scrolling('keys', table(['key', 'verdict', 'operations'], rows))}
  </section>`
}
