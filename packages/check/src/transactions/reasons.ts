import type { Dependency, DependencyKind, DependencyReason } from './anomaly.ts'
import type { Step } from './cycle.ts'
import { edge } from './graph.ts'
import type { Append } from './key-histories.ts'
import type { Transaction } from './transaction.ts'
import type { VersionOrder } from './version-order.ts'

const kindNames: ReadonlyMap<number, DependencyKind> = new Map([
  [edge.ww, 'ww'],
  [edge.wr, 'wr'],
  [edge.rw, 'rw'],
  [edge.process, 'process'],
  [edge.realtime, 'realtime'],
])

/** Finds the data behind an edge again, for the few edges that are shown. */
export class Reasons {
  private readonly transactions: readonly Transaction[]
  private readonly orders = new Map<string, VersionOrder>()

  constructor(transactions: readonly Transaction[], orders: readonly VersionOrder[]) {
    this.transactions = transactions
    for (const order of orders) this.orders.set(order.history.key, order)
  }

  dependency({ from, to, kind }: Step): Dependency {
    const name = kindNames.get(kind)!
    return {
      from: this.transactions[from]!,
      to: this.transactions[to]!,
      kind: name,
      reason: this.reason(from, to, name),
    }
  }

  private reason(from: number, to: number, kind: DependencyKind): DependencyReason {
    if (kind === 'process' || kind === 'realtime') return {}
    const keys = new Set(this.transactions[to]!.operations.map((step) => step.key))
    for (const key of keys) {
      const order = this.orders.get(key)!
      const found =
        kind === 'ww' ? ww(order, from, to) : kind === 'wr' ? wr(order, from, to) : rw(order, from, to)
      if (found !== undefined) return { key, ...found }
    }
    return {}
  }
}

type Found = Omit<DependencyReason, 'key'> | undefined

function ww({ appends, unread }: VersionOrder, from: number, to: number): Found {
  const at = appends.findIndex((append, place) => {
    return append?.transaction === from && next(appends, place + 1)?.transaction === to
  })
  if (at >= 0) return { before: appends[at]!.element, after: next(appends, at + 1)!.element }
  const last = appends.findLast((append) => append !== undefined)
  const later = unread.find(({ transaction }) => transaction === to)
  if (last?.transaction !== from || later === undefined) return undefined
  return { before: last.element, after: later.element }
}

function wr({ history }: VersionOrder, from: number, to: number): Found {
  for (const { transaction, elements, external } of history.reads) {
    if (transaction !== to || !external) continue
    const element = elements.findLast((one) => history.appends.get(one)?.transaction === from)
    if (element !== undefined) return { before: element }
  }
  return undefined
}

function rw({ history, appends, unread, isVersion }: VersionOrder, from: number, to: number): Found {
  for (const [at, { transaction, elements, external }] of history.reads.entries()) {
    if (transaction !== from || !external || !isVersion[at]!) continue
    const after = next(appends, elements.length) ?? unread.find((append) => append.transaction === to)
    if (after?.transaction === to) return { before: elements.at(-1), after: after.element }
  }
  return undefined
}

/** The first append from a place on. */
function next(appends: readonly (Append | undefined)[], from: number): Append | undefined {
  for (let at = from; at < appends.length; at++) if (appends[at] !== undefined) return appends[at]
  return undefined
}
