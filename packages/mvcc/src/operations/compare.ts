import { compareBytes } from '@quorate/core'
import type { Compare, CompareNumber, CompareOperator } from '../api/compare.ts'
import type { Store } from '../store/store.ts'
import { valueOf } from '../store/value-arena.ts'
import type { Version } from '../store/version.ts'
import { visitLive } from './range.ts'

/** Does the condition hold now? etcd: `txn/txn.go`, `applyCompare`. */
export function holds(store: Store, compare: Compare): boolean {
  let all = true
  const keys = visitLive(store, compare, (_, version) => {
    all &&= holdsFor(compare, version)
  })
  if (keys > 0) return all
  // Nothing there: numbers count as 0, but a value that does not exist equals and differs from nothing.
  return compare.target !== 'value' && related(0 - compare.value, compare.operator)
}

function holdsFor(compare: Compare, version: Version): boolean {
  const difference =
    compare.target === 'value'
      ? compareBytes(valueOf(version), compare.value)
      : numberOf(version, compare.target) - compare.value
  return related(difference, compare.operator)
}

function numberOf(version: Version, target: CompareNumber['target']): number {
  switch (target) {
    case 'version':
      return version.version
    case 'createRevision':
      return version.createRevision
    case 'modRevision':
      return version.modRevision
  }
}

function related(difference: number, operator: CompareOperator): boolean {
  switch (operator) {
    case '=':
      return difference === 0
    case '!=':
      return difference !== 0
    case '<':
      return difference < 0
    case '>':
      return difference > 0
  }
}
