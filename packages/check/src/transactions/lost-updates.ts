import type { ReadAnomaly } from './anomaly.ts'
import type { KeyHistory } from './key-histories.ts'
import type { Transaction } from './transaction.ts'
import { showElements } from './transaction.ts'

/** Transactions that committed, read the same version of the key and appended to it: but one update builds on it. */
export function lostUpdates(
  { key, appends, reads }: KeyHistory,
  transactions: readonly Transaction[],
): readonly ReadAnomaly[] {
  const writers = new Set(Array.from(appends.values(), ({ transaction }) => transaction))
  const byVersion = new Map<string, { readonly transaction: number; readonly shown: string }[]>()
  for (const { transaction, elements, external } of reads) {
    if (!external || !writers.has(transaction)) continue
    // Two lists of one length with one last element are the same, or the order of versions is contradictory anyway.
    const version = `${elements.length} ${JSON.stringify(elements.at(-1) ?? null)}`
    const update = { transaction, shown: showElements(elements) }
    const group = byVersion.get(version)
    if (group === undefined) byVersion.set(version, [update])
    else group.push(update)
  }
  return [...byVersion.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const named = group.slice(0, mostNamed)
      const names = named.map((_, at) => `T${at}`).join(', ')
      const more = group.length > named.length ? ` and ${group.length - named.length} more` : ''
      return {
        name: 'lost-update',
        key,
        words: `${names}${more} each read ${group[0]!.shown} and appended to it`,
        transactions: named.map(({ transaction }) => transactions[transaction]!),
      }
    })
}

/** Of many transactions that did the same only so many are named. */
const mostNamed = 8
