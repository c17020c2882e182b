import { HistoryError } from '../history/history-error.ts'
import type { Value } from '../history/value.ts'
import type { Transaction } from './transaction.ts'

/** Who appended an element. */
export interface Append {
  readonly element: Value
  /** The number of the transaction. */
  readonly transaction: number
  /** True when the transaction appended nothing more to the key. */
  last: boolean
}

/** A read of a key by a transaction that committed. */
export interface ListRead {
  readonly transaction: number
  readonly elements: readonly Value[]
  /** True when the transaction had neither appended to the key nor read it before. */
  readonly external: boolean
}

/** Everything that happened to one key. */
export interface KeyHistory {
  readonly key: string
  readonly appends: Map<Value, Append>
  readonly reads: ListRead[]
}

/**
 * Splits transactions by key.
 *
 * @throws HistoryError when an element is appended to a key twice: who wrote what could not be told then
 */
export function keyHistories(transactions: readonly Transaction[]): readonly KeyHistory[] {
  const keys = new Map<string, KeyHistory>()
  for (const [number, { operations, outcome }] of transactions.entries()) {
    /** The last append of this transaction to each key that it touched. */
    const touched = new Map<string, Append | undefined>()
    for (const step of operations) {
      const history = historyOf(keys, step.key)
      if (step.f === 'append') {
        const append = { element: step.element, transaction: number, last: true }
        addAppend(history, append, transactions)
        const previous = touched.get(step.key)
        if (previous !== undefined) previous.last = false
        touched.set(step.key, append)
      } else if (outcome === 'committed' && step.elements !== undefined) {
        const external = !touched.has(step.key)
        history.reads.push({ transaction: number, elements: step.elements, external })
        if (external) touched.set(step.key, undefined)
      }
    }
  }
  return [...keys.values()]
}

function historyOf(keys: Map<string, KeyHistory>, key: string): KeyHistory {
  const known = keys.get(key)
  if (known !== undefined) return known
  const history = { key, appends: new Map(), reads: [] }
  keys.set(key, history)
  return history
}

function addAppend({ key, appends }: KeyHistory, append: Append, transactions: readonly Transaction[]): void {
  const other = appends.get(append.element)
  if (other !== undefined) {
    const first = transactions[other.transaction]!.line
    const where = first === undefined ? '' : ` (first in line ${first})`
    throw new HistoryError({
      found: `${JSON.stringify(append.element)} is appended to ${key} twice${where}`,
      expected: 'elements that are appended to a key once, so that a read tells who was before it',
      line: transactions[append.transaction]!.line,
    })
  }
  appends.set(append.element, append)
}
