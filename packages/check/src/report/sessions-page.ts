import { someOfEach } from '../history/findings.ts'
import { count } from '../history/words.ts'
import type { SessionResult } from '../sessions/check-sessions.ts'
import { explainSessions, explainViolation } from '../sessions/explain-sessions.ts'
import type { SessionOperation } from '../sessions/session-operation.ts'
import { describeInput, describeSessionOperation } from '../sessions/session-operation.ts'
import type { SessionViolation } from '../sessions/session-violation.ts'
import { intervalsChart } from './intervals-chart.ts'
import type { Markup } from './markup.ts'
import { markup } from './markup.ts'
import { page } from './page.ts'
import { chartAsTable } from './table.ts'
import { windowAround } from './window.ts'

/** So many violations are drawn; the others are counted. */
const mostShown = 12

/** The verdict on sessions as one page of HTML: each violation with what happened around it. */
export function sessionsPage(
  title: string,
  operations: readonly SessionOperation[],
  result: SessionResult,
): string {
  const { verdict, violations, counts } = result
  const [summary, ...explanation] = explainSessions(result)
  const total = Object.values(counts).reduce((sum, number) => sum + number, 0)
  const shown = someOfEach(violations, mostShown)
  return page(
    { title, verdict, model: 'sessions', summary, explanation: total > 0 ? [] : explanation },
    '',
    markup`${total > shown.length && markup`<p class="note">${String(shown.length)} of ${count(total, 'violation')} shown.</p>`}
    ${shown.map((violation, number) => section(violation, operations, `violation-${number}`))}
    ${total === 0 && chart(operations, [], 'all', 'All operations')}`,
  )
}

function section(violation: SessionViolation, operations: readonly SessionOperation[], id: string): Markup {
  const [name, ...lines] = explainViolation(violation)
  const involved = violation.parts.filter((part) => typeof part !== 'string')
  const keys = new Set(involved.flatMap(({ input }) => (input.op === 'sync' ? [] : [input.key])))
  const sessions = new Set(involved.map(({ session }) => session))
  // What the same sessions did, and what happened to the same keys.
  const near = operations.filter(
    ({ session, input }) => sessions.has(session) || (input.op !== 'sync' && keys.has(input.key)),
  )
  return markup`<section aria-labelledby="${id}-title">
    <h2 id="${id}-title">${violation.name}</h2>
    <p>${name!.slice(violation.name.length + 2, -2)}</p>
    <pre tabindex="0" aria-label="explanation">${lines.join('\n')}</pre>
    ${chart(near, involved, id, violation.name)}
  </section> `
}

function chart(
  operations: readonly SessionOperation[],
  involved: readonly SessionOperation[],
  id: string,
  title: string,
): Markup {
  const byOperation = new Map(operations.map((one) => [{ ...one, client: one.session }, one] as const))
  const drawn = windowAround(
    [...byOperation.keys()],
    [...byOperation].filter(([, one]) => involved.includes(one)).map(([item]) => item),
  )
  const shown = drawn.map((item) => byOperation.get(item as never)!)
  const left = operations.length - shown.length
  const items = shown.map((operation) => {
    const at = involved.indexOf(operation)
    return {
      client: operation.session,
      call: operation.call,
      return: operation.return,
      label: describeInput(operation),
      words: describeSessionOperation(operation),
      ...(at >= 0 && { mark: `✕ ${at + 1}` }),
    }
  })
  const first = involved[0] === undefined ? -1 : shown.indexOf(involved[0])
  return markup`${first >= 0 && markup`<p><a href="#${id}-op-${String(first)}">Jump to where it breaks</a></p>`}
    <figure>
      ${intervalsChart({ id, title: `${title}, chart`, items, orders: [], who: 'session' })}
      <figcaption>
        A lane for each session; columns are moments in order: distances mean
        nothing.${left > 0 && ` ${count(shown.length, 'operation')} drawn, ${left} left out.`}
      </figcaption>
    </figure>
    ${table(shown, involved)}`
}

function table(shown: readonly SessionOperation[], involved: readonly SessionOperation[]): Markup {
  const rows = shown.map((operation) => {
    const at = involved.indexOf(operation)
    return markup`<tr${at >= 0 && markup` class="broken"`}><td>${String(operation.session)}</td><td>${describeInput(operation)}</td>
<td class="number">${operation.zxid === undefined ? '' : String(operation.zxid)}</td><td class="number">${String(operation.call)}</td>
<td class="number">${operation.return === Infinity ? 'never' : String(operation.return)}</td><td>${at >= 0 && `part ${at + 1}`}</td></tr>
`
  })
  const columns = ['session', 'operation', 'zxid', 'called', 'returned', 'violation']
  return chartAsTable(columns, rows)
}
