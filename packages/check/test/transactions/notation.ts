import type { MicroOperation, Transaction } from '../../src/index.ts'

/**
 * A transaction in short: `x+1 y=12 z=` appends 1 to x, reads [1 2] in y and finds z empty. Elements are single digits.
 * Unless times are given it overlaps all others, and has a client of its own.
 */
export function txn(steps: string, rest: Partial<Transaction> = {}): Transaction {
  const operations = steps.split(' ').filter((step) => step !== '')
  return {
    client: `of ${steps}`,
    outcome: 'committed',
    operations: operations.map(stepOf),
    call: 0,
    return: rest.outcome === 'unknown' ? Infinity : 100,
    ...rest,
  }
}

/** The same, one after the other in real time, each by its own client unless one is given. */
export function oneByOne(...transactions: readonly Transaction[]): Transaction[] {
  return transactions.map((transaction, at) => ({
    ...transaction,
    call: 10 * at,
    return: transaction.outcome === 'unknown' ? Infinity : 10 * at + 5,
  }))
}

function stepOf(step: string): MicroOperation {
  const [, key, sign, elements] = /^(\w+)([+=])(\d*)$/.exec(step) ?? []
  if (key === undefined) throw new Error(`not a step: ${step}`)
  return sign === '+'
    ? { f: 'append', key, element: Number(elements) }
    : { f: 'read', key, elements: Array.from(elements!, Number) }
}
