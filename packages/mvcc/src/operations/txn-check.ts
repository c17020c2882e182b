import type { TxnCommand, TxnOperation } from '../api/commands.ts'
import type { MvccErrorCode } from '../api/errors.ts'
import { inRange, keyRange, keyText, type KeyRange, type KeyText } from '../store/key-text.ts'

/**
 * Why a transaction is refused whatever the state is. etcd: `v3rpc/key.go`, `checkTxnRequest` and `checkIntervals`.
 * Both branches are checked, also the one that will not run; deletes may overlap, and the branches may share keys.
 */
export function refuseTxn(command: TxnCommand): MvccErrorCode | undefined {
  const { compare, success, failure } = command
  for (const parts of [compare, success, failure]) {
    for (const part of parts) if (part.key.length === 0) return 'EMPTY_KEY'
  }
  return hasDuplicate(success) || hasDuplicate(failure) ? 'DUPLICATE_KEY' : undefined
}

/** Is a key put twice, or both put and deleted? */
function hasDuplicate(operations: readonly TxnOperation[]): boolean {
  const puts = new Set<KeyText>()
  const deletes: KeyRange[] = []
  for (const operation of operations) {
    if (operation.type === 'deleteRange') deletes.push(keyRange(operation.key, operation.rangeEnd))
    if (operation.type !== 'put') continue
    const key = keyText(operation.key)
    if (puts.has(key)) return true
    puts.add(key)
  }
  if (deletes.length === 0 || puts.size === 0) return false
  const merged = merge(deletes)
  for (const key of puts) if (covers(merged, key)) return true
  return false
}

/** The same keys as ranges that are in order and do not overlap, so that one key is looked up in logarithmic time. */
function merge(ranges: readonly KeyRange[]): KeyRange[] {
  const ordered = ranges.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  const merged: KeyRange[] = []
  for (const range of ordered) {
    const last = merged.at(-1)
    if (last === undefined || (last.to !== undefined && last.to < range.from)) merged.push(range)
    else merged[merged.length - 1] = { from: last.from, to: later(last.to, range.to) }
  }
  return merged
}

function later(a: KeyText | undefined, b: KeyText | undefined): KeyText | undefined {
  if (a === undefined || b === undefined) return undefined
  return a > b ? a : b
}

function covers(ordered: readonly KeyRange[], key: KeyText): boolean {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ordered[middle]!.from <= key) low = middle + 1
    else high = middle
  }
  const candidate = ordered[low - 1]
  return candidate !== undefined && inRange(candidate, key)
}
