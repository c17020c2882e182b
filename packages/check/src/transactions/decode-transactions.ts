import { HistoryError } from '../history/history-error.ts'
import type { RecordedOutcome } from '../history/recorded.ts'
import { scalar, show } from '../history/recorded.ts'
import type { Value } from '../history/value.ts'
import type { MicroOperation, Transaction, TransactionOutcome } from './transaction.ts'

const outcomes: Readonly<Record<RecordedOutcome['outcome'], TransactionOutcome>> = {
  ok: 'committed',
  fail: 'aborted',
  info: 'unknown',
}

/**
 * Recorded operations as transactions over lists. Each one's value is a list of steps `[:append KEY ELEMENT]` and
 * `[:r KEY nil]`; what committed repeats them with what was read: `[:r KEY [1 2]]`, nil being the empty list.
 *
 * @throws HistoryError when a step is neither, or an element is appended to a key twice
 */
export function decodeTransactions(recorded: readonly RecordedOutcome[]): Transaction[] {
  return recorded.map(transactionOf)
}

function transactionOf({
  client,
  outcome,
  input: { f, value, line },
  output,
  ...times
}: RecordedOutcome): Transaction {
  if (f !== 'txn') throw new HistoryError({ found: `the operation is ${f}`, expected: 'txn', line })
  // The steps of an operation whose answer repeats none are those that it was called with.
  const answered = outcome === 'ok' && output !== undefined && output !== null
  const steps = answered ? output : value
  if (!Array.isArray(steps)) {
    throw new HistoryError({
      found: `the value of a transaction is ${show(steps)}`,
      expected: 'a list of steps, [:append KEY ELEMENT] or [:r KEY nil]',
      line,
    })
  }
  const operations = steps.map((step) => stepOf(step, answered, line))
  return { client, outcome: outcomes[outcome], operations, call: times.call, return: times.return, line }
}

function stepOf(step: unknown, answered: boolean, line: number): MicroOperation {
  const [name, key, value] = Array.isArray(step) ? (step as readonly unknown[]) : []
  switch (name) {
    case ':append':
    case 'append':
      return {
        f: 'append',
        key: keyOf(key, line),
        element: scalar(value ?? null, 'an appended element', line),
      }
    case ':r':
    case 'r':
    case ':read':
    case 'read':
      return {
        f: 'read',
        key: keyOf(key, line),
        elements: answered ? elementsOf(value ?? [], line) : undefined,
      }
    default:
      throw new HistoryError({
        found: `a step of a transaction is ${Array.isArray(step) ? JSON.stringify(step) : show(step)}`,
        expected: '[:append KEY ELEMENT] or [:r KEY LIST]',
        line,
      })
  }
}

/** Keys may be compound: of those the text counts. */
function keyOf(key: unknown, line: number): string {
  if (Array.isArray(key)) return JSON.stringify(key)
  return String(scalar(key ?? null, 'a key', line))
}

function elementsOf(value: unknown, line: number): readonly Value[] {
  if (!Array.isArray(value)) {
    throw new HistoryError({ found: `what was read is ${show(value)}`, expected: 'a list of elements', line })
  }
  for (const element of value) scalar(element, 'an element that was read', line)
  return value as readonly Value[]
}
