import { keepFindings, mostKept } from '../history/findings.ts'
import { HistoryError } from '../history/history-error.ts'
import { checkTimes } from '../history/times.ts'
import type { Anomaly } from './anomaly.ts'
import { cycleName } from './anomaly.ts'
import type { Consistency } from './consistency.ts'
import { consistencyNames, defaultConsistency, forbids, rulesOf } from './consistency.ts'
import { dependencies } from './dependencies.ts'
import type { Graph } from './graph.ts'
import { findCycles, inOrderOfSeverity } from './find-cycles.ts'
import { internalAnomalies } from './internal-anomalies.ts'
import { keyHistories } from './key-histories.ts'
import { lostUpdates } from './lost-updates.ts'
import { readAnomalies } from './read-anomalies.ts'
import { Reasons } from './reasons.ts'
import { hasSnapshotCycle, snapshotOrder } from './snapshot-order.ts'
import type { Transaction } from './transaction.ts'
import type { VersionOrder } from './version-order.ts'
import { versionOrder } from './version-order.ts'

/** What a history of transactions is judged by. */
export interface TransactionOptions {
  /** `strict-serializable` when not given. */
  readonly consistency?: Consistency
}

/** The verdict on transactions: the model's name, the same after `not`, or `unknown`. */
export type TransactionVerdict = Consistency | `not ${Consistency}` | 'unknown'

/** What a check of transactions found. */
export interface TransactionResult {
  readonly verdict: TransactionVerdict
  readonly consistency: Consistency
  readonly transactions: number
  readonly keys: number
  /** Everything wrong that was found, whatever was asked for: worst first; of each name at most twenty. */
  readonly anomalies: readonly Anomaly[]
  /** How many were found of each name. */
  readonly counts: Readonly<Record<string, number>>
  /** The models that the history does not have, weakest first. */
  readonly violated: readonly Consistency[]
  /** Why the verdict is `unknown`. */
  readonly undecided?: string
}

/**
 * Judges transactions over append-only lists, in time that grows almost as their size (Kingsbury & Alvaro, "Elle:
 * inferring isolation anomalies from experimental observations", 2020). A list that was read tells the order in which
 * its elements were appended, and so who had to come before whom; a circle of that is an anomaly.
 *
 * What is found is proof. What is not found is not there: when no circle is found, the transactions can be put in an
 * order in which each reads what it read, for appends that nobody read fit in anywhere after those that were, and
 * what never answered and was never seen need not have happened. For snapshot isolation alone the order of appends
 * that nobody read may matter; if it does the verdict is `unknown`.
 *
 * @throws HistoryError when an element is appended to a key twice, or a transaction returns before it is called
 */
export function checkTransactions(
  transactions: readonly Transaction[],
  { consistency = defaultConsistency }: TransactionOptions = {},
): TransactionResult {
  checkConsistency(consistency)
  for (const { client, call, return: end, line } of transactions) {
    checkTimes({ who: `client ${client}`, call, return: end, line })
  }
  const histories = keyHistories(transactions)
  const orders = histories.map(versionOrder)
  const { graph, happened } = dependencies(transactions, orders)
  const anomalies: readonly Anomaly[] = [
    transactions.flatMap(internalAnomalies),
    orders.flatMap((order) => readAnomalies(order, transactions)),
    histories.flatMap((history) => lostUpdates(history, transactions)),
    cycles(graph, transactions, orders),
  ].flat()
  const { kept, counts } = keepFindings(anomalies)
  const violated = consistencyNames.filter((name) => anomalies.some((anomaly) => forbids(name, anomaly)))
  const undecided = violated.includes(consistency)
    ? undefined
    : whyUndecided(consistency, graph, transactions, orders, happened)
  return {
    verdict: violated.includes(consistency) ? `not ${consistency}` : undecided ? 'unknown' : consistency,
    consistency,
    transactions: transactions.length,
    keys: histories.length,
    anomalies: kept,
    counts,
    violated,
    ...(undecided !== undefined && { undecided }),
  }
}

function checkConsistency(consistency: string): void {
  if (consistencyNames.some((name) => name === consistency)) return
  throw new HistoryError({
    found: `there is no consistency ${consistency}`,
    expected: consistencyNames.join(', '),
  })
}

function cycles(
  graph: Graph,
  transactions: readonly Transaction[],
  orders: readonly VersionOrder[],
): readonly Anomaly[] {
  const reasons = new Reasons(transactions, orders)
  const seen = new Map<string, number>()
  return inOrderOfSeverity(findCycles(graph, transactions.length)).map(({ family, scope, steps }) => {
    const name = cycleName(family, scope)
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    // Of what is not going to be shown nobody needs the reasons.
    const cycle = count > mostKept ? [] : steps.map((step) => reasons.dependency(step))
    return { name, family, scope, cycle }
  })
}

/** Snapshot isolation: where nothing forbids it yet, an order of the unread appends that allows it must be found. */
function whyUndecided(
  consistency: Consistency,
  graph: Graph,
  transactions: readonly Transaction[],
  orders: readonly VersionOrder[],
  happened: Uint8Array,
): string | undefined {
  const { scope, snapshot } = rulesOf(consistency)
  if (!snapshot) return undefined
  const compare = snapshotOrder(graph, scope)
  const guess = dependencies(
    transactions,
    orders.map((order) => {
      const unread = order.unread.filter(({ transaction }) => happened[transaction] === 1)
      unread.sort((a, b) => compare(a.transaction, b.transaction))
      return { ...order, appends: [...order.appends, ...unread], unread: [] }
    }),
  )
  if (!hasSnapshotCycle(guess.graph, scope)) return undefined
  return 'whether there is an order of the appends that nobody read in which no cycle arises was not found out'
}
