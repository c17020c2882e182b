import { edge, GraphBuilder } from './graph.ts'
import type { Graph } from './graph.ts'
import type { Append } from './key-histories.ts'
import type { Transaction } from './transaction.ts'
import type { VersionOrder } from './version-order.ts'

/**
 * What has to come before what: the direct serialization graph (Adya, 1999) of the transactions that happened, with
 * the order of each client's transactions and real time. Vertices are the transactions' numbers; above them are
 * helpers. An edge goes
 *
 * - ww: from who appended a version to who appended the next;
 * - wr: from who appended a version to who read it;
 * - rw: from who read a version to who appended the next;
 * - process, realtime: from who had returned to who was called later, by the same client, or by anyone.
 */
export function dependencies(
  transactions: readonly Transaction[],
  orders: readonly VersionOrder[],
): { readonly graph: Graph; readonly happened: Uint8Array } {
  const happened = whichHappened(transactions, orders)
  const builder = new GraphBuilder(transactions.length)
  for (const order of orders) new KeyDependencies(builder, order, happened).add()
  addProcessOrder(builder, transactions, happened)
  addRealTime(builder, transactions, happened)
  return { graph: builder.build(), happened }
}

/** 1 for what committed, and for what may have and was seen. */
function whichHappened(transactions: readonly Transaction[], orders: readonly VersionOrder[]): Uint8Array {
  const happened = Uint8Array.from(transactions, ({ outcome }) => (outcome === 'committed' ? 1 : 0))
  for (const { appends } of orders) {
    for (const append of appends) {
      if (append !== undefined && transactions[append.transaction]!.outcome === 'unknown') {
        happened[append.transaction] = 1
      }
    }
  }
  return happened
}

/** The dependencies by one key. */
class KeyDependencies {
  private readonly builder: GraphBuilder
  private readonly order: VersionOrder
  private readonly happened: Uint8Array
  /** Who appended the versions, one after the other, and where each version's next writer stands among them. */
  private readonly writers: number[] = []
  private readonly writersUpTo: Int32Array
  private readonly unread: UnreadAppends

  constructor(builder: GraphBuilder, order: VersionOrder, happened: Uint8Array) {
    this.builder = builder
    this.order = order
    this.happened = happened
    this.writersUpTo = new Int32Array(order.appends.length + 1)
    for (const [at, append] of order.appends.entries()) {
      if (append !== undefined && happened[append.transaction] === 1) this.writers.push(append.transaction)
      this.writersUpTo[at + 1] = this.writers.length
    }
    this.unread = new UnreadAppends(
      builder,
      order.unread.filter(({ transaction }) => happened[transaction] === 1),
    )
  }

  add(): void {
    for (let at = 1; at < this.writers.length; at++) {
      this.connect(this.writers[at - 1]!, this.writers[at]!, edge.ww)
    }
    const last = this.writers.at(-1)
    if (last !== undefined) this.unread.connectFrom(last, edge.ww)
    for (const [at, read] of this.order.history.reads.entries()) {
      if (!read.external) continue
      if (this.order.isVersion[at]!) this.addRead(read.transaction, read.elements.length)
      else this.addStrangeRead(read.transaction, this.order.history.appends.get(read.elements.at(-1)!))
    }
  }

  /** A read of the version with this many elements. */
  private addRead(reader: number, length: number): void {
    const at = this.writersUpTo[length]!
    if (at > 0) this.connect(this.writers[at - 1]!, reader, edge.wr)
    if (at < this.writers.length) this.connect(reader, this.writers[at]!, edge.rw)
    else this.unread.connectFrom(reader, edge.rw)
  }

  /** A read that is no version of this order: but that it came after who appended its last element is certain. */
  private addStrangeRead(reader: number, last: Append | undefined): void {
    if (last === undefined || this.happened[last.transaction] !== 1) return
    this.connect(last.transaction, reader, edge.wr)
  }

  private connect(from: number, to: number, kind: number): void {
    if (from !== to) this.builder.addEdge(from, to, kind)
  }
}

/**
 * Appends that nobody read come after all versions that were. Of many, two chains of helpers reach all before some
 * place and all after it, so that each predecessor needs two edges at most: one that is among them itself skips
 * itself.
 */
class UnreadAppends {
  private readonly builder: GraphBuilder
  private readonly writers: readonly number[]
  private readonly places = new Map<number, number>()
  /** Helper `i` reaches the writers from `i` on; and up to `i`. */
  private readonly onward: number[] = []
  private readonly backward: number[] = []

  constructor(builder: GraphBuilder, appends: readonly Append[]) {
    this.builder = builder
    this.writers = [...new Set(appends.map(({ transaction }) => transaction))]
    for (const [place, writer] of this.writers.entries()) this.places.set(writer, place)
  }

  connectFrom(vertex: number, kind: number): void {
    const { writers, builder } = this
    if (writers.length <= fewUnread) {
      for (const writer of writers) if (writer !== vertex) builder.addEdge(vertex, writer, kind)
      return
    }
    this.buildChains()
    const place = this.places.get(vertex)
    if (place === undefined) builder.addEdge(vertex, this.onward[0]!, kind)
    else {
      if (place > 0) builder.addEdge(vertex, this.backward[place - 1]!, kind)
      if (place + 1 < writers.length) builder.addEdge(vertex, this.onward[place + 1]!, kind)
    }
  }

  private buildChains(): void {
    const { builder, writers, onward, backward } = this
    if (onward.length > 0) return
    for (const writer of writers) {
      onward.push(builder.addVertex())
      backward.push(builder.addVertex())
      builder.addEdge(onward.at(-1)!, writer, edge.pass)
      builder.addEdge(backward.at(-1)!, writer, edge.pass)
    }
    for (let at = 1; at < writers.length; at++) {
      builder.addEdge(onward[at - 1]!, onward[at]!, edge.pass)
      builder.addEdge(backward[at]!, backward[at - 1]!, edge.pass)
    }
  }
}

/** Up to so many are simply connected one by one. */
const fewUnread = 3

/** From what each client's last answered transaction was to its next ones. */
function addProcessOrder(
  builder: GraphBuilder,
  transactions: readonly Transaction[],
  happened: Uint8Array,
): void {
  const last = new Map<Transaction['client'], number>()
  for (const number of inOrderOf(transactions, happened, 'call')) {
    const transaction = transactions[number]!
    const before = last.get(transaction.client)
    if (before !== undefined && transactions[before]!.return <= transaction.call) {
      builder.addEdge(before, number, edge.process)
    }
    if (transaction.outcome === 'committed') last.set(transaction.client, number)
  }
}

/** One helper for each return, in a chain: from it lead all calls until the next return. */
function addRealTime(
  builder: GraphBuilder,
  transactions: readonly Transaction[],
  happened: Uint8Array,
): void {
  const returns = inOrderOf(transactions, happened, 'return').filter(
    (number) => transactions[number]!.outcome === 'committed',
  )
  let next = 0
  let moment = -1
  for (const number of inOrderOf(transactions, happened, 'call')) {
    while (next < returns.length && transactions[returns[next]!]!.return < transactions[number]!.call) {
      const later = builder.addVertex()
      builder.addEdge(returns[next++]!, later, edge.realtime)
      if (moment >= 0) builder.addEdge(moment, later, edge.pass)
      moment = later
    }
    if (moment >= 0) builder.addEdge(moment, number, edge.pass)
  }
}

function inOrderOf(
  transactions: readonly Transaction[],
  happened: Uint8Array,
  time: 'call' | 'return',
): readonly number[] {
  const numbers = [...transactions.keys()].filter((number) => happened[number] === 1)
  return numbers.sort((a, b) => transactions[a]![time] - transactions[b]![time] || a - b)
}
