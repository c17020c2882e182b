import type { Consistency, Transaction, Value } from '../../src/index.ts'

type Lists = ReadonlyMap<string, readonly Value[]>

/**
 * The definitions, word for word: is there an order of what committed, with or without each transaction whose outcome
 * is not known, in which every read is right? Serializability orders transactions; snapshot isolation orders their
 * starts and commits, reads as of the start, and lets no two that overlap append to the same key.
 */
export function bruteForce(transactions: readonly Transaction[], consistency: Consistency): boolean {
  return choices(transactions).some((chosen) => {
    const before = (a: Transaction, b: Transaction): boolean => mustPrecede(a, b, consistency)
    return consistency.includes('snapshot')
      ? isSnapshotIsolated(chosen, before)
      : isSerializable(chosen, new Map(), before)
  })
}

type Before = (a: Transaction, b: Transaction) => boolean

function choices(transactions: readonly Transaction[]): readonly (readonly Transaction[])[] {
  const unknown = transactions.filter(({ outcome }) => outcome === 'unknown')
  const subsets = Array.from({ length: 1 << unknown.length }, (_, mask) => mask)
  return subsets.map((mask) =>
    transactions.filter(
      (one) =>
        one.outcome === 'committed' ||
        (one.outcome === 'unknown' && ((mask >> unknown.indexOf(one)) & 1) === 1),
    ),
  )
}

function mustPrecede(a: Transaction, b: Transaction, consistency: Consistency): boolean {
  if (a.outcome === 'unknown') return false
  if (consistency === 'strict-serializable' || consistency === 'strong-snapshot-isolation') {
    if (a.return < b.call) return true
  }
  const isSession = consistency !== 'serializable' && consistency !== 'snapshot-isolation'
  return isSession && a.client === b.client && a.return <= b.call
}

function isSerializable(left: readonly Transaction[], lists: Lists, before: Before): boolean {
  if (left.length === 0) return true
  return left.some((first) => {
    const others = left.filter((other) => other !== first)
    if (others.some((other) => before(other, first))) return false
    const after = run(first, lists)
    return after !== undefined && isSerializable(others, after, before)
  })
}

/** The lists after a transaction, or nothing when it cannot have read what it did. */
function run({ operations, outcome }: Transaction, lists: Lists): Lists | undefined {
  const after = new Map(lists)
  for (const step of operations) {
    const list = after.get(step.key) ?? []
    if (step.f === 'append') after.set(step.key, [...list, step.element])
    else if (outcome === 'committed' && JSON.stringify(step.elements) !== JSON.stringify(list))
      return undefined
  }
  return after
}

interface Running {
  readonly transaction: Transaction
  readonly snapshot: Lists
  readonly since: number
}

function isSnapshotIsolated(transactions: readonly Transaction[], before: Before): boolean {
  const step = (
    waiting: readonly Transaction[],
    running: readonly Running[],
    lists: Lists,
    writes: readonly { readonly key: string; readonly at: number }[],
    time: number,
  ): boolean => {
    if (waiting.length === 0 && running.length === 0) return true
    const unfinished = [...waiting, ...running.map(({ transaction }) => transaction)]
    const starts = waiting.some((transaction) => {
      if (unfinished.some((other) => other !== transaction && before(other, transaction))) return false
      const others = waiting.filter((other) => other !== transaction)
      return step(
        others,
        [...running, { transaction, snapshot: lists, since: time }],
        lists,
        writes,
        time + 1,
      )
    })
    if (starts) return true
    return running.some((one) => {
      const seen = run(one.transaction, one.snapshot)
      if (seen === undefined) return false
      const keys = appendedKeys(one.transaction)
      if (writes.some(({ key, at }) => at > one.since && keys.includes(key))) return false
      const after = new Map(lists)
      for (const key of keys) after.set(key, seen.get(key)!)
      const done = keys.map((key) => ({ key, at: time }))
      const others = running.filter((other) => other !== one)
      return step(waiting, others, after, [...writes, ...done], time + 1)
    })
  }
  return step(transactions, [], new Map(), [], 0)
}

function appendedKeys({ operations }: Transaction): readonly string[] {
  return [...new Set(operations.flatMap((step) => (step.f === 'append' ? [step.key] : [])))]
}
