import { someOfEach } from '../history/findings.ts'
import { count } from '../history/words.ts'
import type { Anomaly, CycleAnomaly, Dependency } from '../transactions/anomaly.ts'
import { isCycle } from '../transactions/anomaly.ts'
import type { TransactionResult } from '../transactions/check-transactions.ts'
import { consistencyNames } from '../transactions/consistency.ts'
import { explainTransactions, reasonInWords } from '../transactions/explain-transactions.ts'
import type { Transaction } from '../transactions/transaction.ts'
import { describeStep, describeTransaction } from '../transactions/transaction.ts'
import { cycleGraph } from './cycle-graph.ts'
import type { Markup } from './markup.ts'
import { markup } from './markup.ts'
import { page } from './page.ts'
import { table } from './table.ts'

/** So many anomalies are drawn or told; the others are counted. */
const mostShown = 24

/** Longer cycles are only told in the table. */
const longestDrawn = 12

/** The verdict on transactions as one page of HTML: each anomaly with its cycle as a graph and as a table. */
export function transactionsPage(title: string, result: TransactionResult): string {
  const { verdict, anomalies, undecided } = result
  const [summary] = explainTransactions(result)
  const total = Object.values(result.counts).reduce((sum, number) => sum + number, 0)
  const shown = someOfEach(anomalies, mostShown)
  return page(
    {
      title,
      verdict,
      model: 'list-append',
      summary,
      explanation: undecided === undefined ? [] : [`not decided: ${undecided}`],
    },
    '',
    markup`${models(result)} ${total > 0 && counts(result)}
    ${total > shown.length && markup`<p class="note">${String(shown.length)} of ${String(total)} anomalies are shown.</p>`}
    ${shown.map(section)}`,
  )
}

function models({ violated, consistency, verdict }: TransactionResult): Markup {
  const rows = consistencyNames.map((name) => {
    const asked = name === consistency ? ' (asked for)' : ''
    const word = violated.includes(name)
      ? '✕ ruled out'
      : name === consistency && verdict === 'unknown'
        ? '? unknown'
        : '✓ not ruled out'
    return markup`<tr>
      <th scope="row">${name}${asked}</th>
      <td>${word}</td>
    </tr> `
  })
  return markup`<section aria-labelledby="models">
    <h2 id="models">Consistency models</h2>
    ${table(['model', 'by this history'], rows)}
  </section>`
}

function counts({ counts }: TransactionResult): Markup {
  const rows = Object.entries(counts).map(
    ([name, number]) =>
      markup`<tr>
        <th scope="row">${name}</th>
        <td class="number">${String(number)}</td>
      </tr> `,
  )
  return markup`<section aria-labelledby="anomalies">
    <h2 id="anomalies">Anomalies</h2>
    ${table(['name', 'found'], rows)}
  </section>`
}

function section(anomaly: Anomaly, number: number): Markup {
  const id = `anomaly-${number}`
  const where = isCycle(anomaly)
    ? `a cycle of ${count(anomaly.cycle.length, 'transaction')}`
    : `on key ${anomaly.key}`
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}">${anomaly.name}: ${where}</h2>
    ${isCycle(anomaly) ? cycle(anomaly, id) : told(anomaly.words, anomaly.transactions)}
  </section> `
}

function told(words: string, transactions: readonly Transaction[]): Markup {
  return markup`<p>${words}.</p>
    ${transactionTable(transactions)}`
}

function cycle(anomaly: CycleAnomaly, id: string): Markup {
  const transactions = anomaly.cycle.map(({ from }) => from)
  const edges = anomaly.cycle.map((dependency, at) => edgeWords(dependency, at, anomaly.cycle.length))
  const isDrawn = anomaly.cycle.length <= longestDrawn
  const rows = anomaly.cycle.map(({ kind }, at) => {
    const to = (at + 1) % anomaly.cycle.length
    return markup`<tr>
      <td>T${String(at)}</td>
      <td>T${String(to)}</td>
      <td>${kind}</td>
      <td>${edges[at]!}</td>
    </tr> `
  })
  return markup`${isDrawn && graphOf(anomaly, edges, id)}
    ${table(['from', 'to', 'kind', 'because'], rows, 'Each came before the next, and the last before the first')}
    ${transactionTable(transactions)}`
}

function graphOf({ name, cycle }: CycleAnomaly, edges: readonly string[], id: string): Markup {
  const nodes = cycle.map(({ from }, at) => ({
    name: `T${at}`,
    lines: [
      `client ${from.client}, ${from.call} to ${from.return === Infinity ? 'unknown' : from.return}`,
      ...from.operations.map(describeStep),
    ],
  }))
  return cycleGraph({
    id: `${id}-graph`,
    title: name,
    nodes,
    edges: cycle.map(({ kind }, at) => ({ kind, words: edges[at]! })),
  })
}

function edgeWords(dependency: Dependency, at: number, length: number): string {
  return reasonInWords(dependency, `T${at}`, `T${(at + 1) % length}`)
}

function transactionTable(transactions: readonly Transaction[]): Markup {
  const rows = transactions.map(
    (transaction, at) =>
      markup`<tr>
        <th scope="row">T${String(at)}</th>
        <td>${describeTransaction(transaction)}</td>
      </tr> `,
  )
  return table(['name', 'transaction'], rows)
}
