import type { ReadAnomaly, ReadAnomalyName } from './anomaly.ts'
import type { Append, ListRead } from './key-histories.ts'
import type { Transaction } from './transaction.ts'
import { showElements } from './transaction.ts'
import type { VersionOrder } from './version-order.ts'

/** What is wrong with the reads of one key, and with the versions that they show. */
export function readAnomalies(
  order: VersionOrder,
  transactions: readonly Transaction[],
): readonly ReadAnomaly[] {
  const found = new KeyFindings(order, transactions)
  for (const [at, read] of order.history.reads.entries()) found.judge(read, order.isVersion[at]!)
  found.judgeOrder()
  return found.anomalies
}

class KeyFindings {
  readonly anomalies: ReadAnomaly[] = []
  private readonly order: VersionOrder
  private readonly transactions: readonly Transaction[]
  /** In the order of versions, the first element that nobody appended, and the first that was aborted. */
  private readonly firstGarbage: number
  private readonly firstAborted: number

  constructor(order: VersionOrder, transactions: readonly Transaction[]) {
    this.order = order
    this.transactions = transactions
    this.firstGarbage = firstWhere(order.appends, (append) => append === undefined)
    this.firstAborted = firstWhere(order.appends, (append) => this.isAborted(append))
  }

  judge(read: ListRead, isVersion: boolean): void {
    if (!isVersion) this.judgeStrange(read)
    else if (read.elements.length > Math.min(this.firstGarbage, this.firstAborted)) this.judgeElements(read)
    this.judgeLast(read)
  }

  /** A read that is no version: it repeats elements, or contradicts the longest read. */
  private judgeStrange(read: ListRead): void {
    const { elements, longest } = this.order
    const distinct = [...new Set(read.elements)]
    if (distinct.length < read.elements.length) {
      this.add('duplicate-elements', `T0 read elements twice: ${showElements(read.elements)}`, read)
    }
    if (longest !== undefined && distinct.some((element, at) => element !== elements[at])) {
      const lists = `${showElements(read.elements)}, T1 read ${showElements(longest.elements)}`
      this.add('incompatible-order', `T0 read ${lists}: neither is the start of the other`, read, longest)
    }
    this.judgeElements(read)
  }

  private judgeElements(read: ListRead): void {
    const { appends } = this.order.history
    for (const element of new Set(read.elements)) {
      const append = appends.get(element)
      const what = `T0 read ${JSON.stringify(element)}, which`
      if (append === undefined) this.add('garbage-read', `${what} nobody appended`, read)
      else if (this.isAborted(append)) this.add('G1a', `${what} T1 appended and aborted`, read, append)
    }
  }

  /** The last element must be the last that its transaction appended, unless that is the reader itself. */
  private judgeLast(read: ListRead): void {
    const append = this.order.history.appends.get(read.elements.at(-1) ?? null)
    if (read.elements.length === 0 || append === undefined || append.last) return
    if (append.transaction === read.transaction) return
    const words = `T0 read a version that ends in ${JSON.stringify(append.element)}, after which T1 appended more`
    this.add('G1b', words, read, append)
  }

  /** Something that committed was built upon something that was aborted. */
  judgeOrder(): void {
    const { appends } = this.order
    const aborted = appends[this.firstAborted]
    if (aborted === undefined) return
    const upon = appends.slice(this.firstAborted).find((append) => this.isCommitted(append))
    if (upon === undefined) return
    const elements = `${JSON.stringify(upon.element)} after ${JSON.stringify(aborted.element)}`
    this.add('dirty-update', `T0 appended ${elements}, which T1 appended and aborted`, upon, aborted)
  }

  private isAborted(append: Append | undefined): boolean {
    return append !== undefined && this.transactions[append.transaction]!.outcome === 'aborted'
  }

  private isCommitted(append: Append | undefined): boolean {
    return append !== undefined && this.transactions[append.transaction]!.outcome === 'committed'
  }

  private add(name: ReadAnomalyName, words: string, ...at: readonly { transaction: number }[]): void {
    const transactions = at.map(({ transaction }) => this.transactions[transaction]!)
    this.anomalies.push({ name, key: this.order.history.key, words, transactions })
  }
}

/** Where the first such item is; `Infinity` when there is none. */
function firstWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  const at = items.findIndex(holds)
  return at < 0 ? Infinity : at
}
