import { countsInWords, someOfEach } from '../history/findings.ts'
import { count } from '../history/words.ts'
import type { Anomaly, CycleAnomaly, Dependency } from './anomaly.ts'
import { isCycle } from './anomaly.ts'
import type { TransactionResult } from './check-transactions.ts'
import { forbids } from './consistency.ts'
import type { Transaction } from './transaction.ts'
import { describeTransaction } from './transaction.ts'

/** Of each result so many anomalies are explained. */
const mostExplained = 3

/** A result for people, line by line: the verdict, what was found, and the worst of it in words. */
export function explainTransactions(result: TransactionResult): readonly string[] {
  const { verdict, transactions, keys, counts, violated, undecided, consistency } = result
  const lines = [`${verdict}: ${count(transactions, 'transaction')} on ${count(keys, 'key')}`]
  if (undecided !== undefined) lines.push(`not decided: ${undecided}`)
  const found = countsInWords(counts)
  if (found !== '') lines.push(`found: ${found}`)
  if (violated.length > 0) lines.push(`which rules out: ${violated.join(', ')}`)
  const relevant = result.anomalies.filter((anomaly) => forbids(consistency, anomaly))
  // Of each name the first is the shortest.
  const shown = someOfEach(relevant).slice(0, mostExplained)
  for (const anomaly of shown) lines.push(...explainAnomaly(anomaly))
  return lines
}

/** One anomaly in words: who took part, and what each of them has to do with the next. */
export function explainAnomaly(anomaly: Anomaly): readonly string[] {
  if (isCycle(anomaly)) return explainCycle(anomaly)
  const { name, key, words, transactions } = anomaly
  return [`${name} on key ${key}:`, ...listed(transactions), `  ${words}`]
}

function explainCycle({ name, cycle }: CycleAnomaly): readonly string[] {
  const transactions = cycle.map(({ from }) => from)
  const last = cycle.length - 1
  const lines = cycle.map((dependency, at) => {
    const to = at === last ? 0 : at + 1
    const end = at === last ? ': a contradiction' : ''
    return `  T${at} came before T${to}, because ${reasonInWords(dependency, `T${at}`, `T${to}`)}${end}`
  })
  return [`${name}:`, ...listed(transactions), ...lines]
}

function listed(transactions: readonly Transaction[]): readonly string[] {
  return transactions.map((transaction, at) => `  T${at} = ${describeTransaction(transaction)}`)
}

/** Why one transaction came before another, with these names for them. */
export function reasonInWords({ kind, reason, from, to }: Dependency, first: string, second: string): string {
  const { key, before, after } = reason
  const added = `${second} appended ${JSON.stringify(after)}`
  switch (kind) {
    case 'ww':
      return `${added} to ${key} after ${first}'s ${JSON.stringify(before)}`
    case 'wr':
      return `${second} read ${JSON.stringify(before)} in ${key}, which ${first} appended`
    case 'rw': {
      const saw = before === undefined ? `${key} empty` : `${key} up to ${JSON.stringify(before)}`
      return `${first} read ${saw}, and ${added} to that`
    }
    case 'process':
      return `client ${from.client} had the answer of ${first} before it called ${second}`
    case 'realtime':
      return `${first} returned at ${from.return}, and ${second} was called at ${to.call}`
  }
}
