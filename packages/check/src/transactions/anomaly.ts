import type { Value } from '../history/value.ts'
import type { Transaction } from './transaction.ts'

/** What beyond the data a cycle needs: nothing, the order of one client's transactions, or real time. */
export type Scope = 'data' | 'process' | 'realtime'

/** The scopes, each with all edges of those before it. */
export const scopes: readonly Scope[] = ['data', 'process', 'realtime']

/** Kinds of cycle, worst first (Adya, "Weak consistency", 1999; G-nonadjacent after Cerone & Gotsman, 2016). */
export type CycleFamily = 'G0' | 'G1c' | 'G-single' | 'G-nonadjacent' | 'G2-item'

/** The families, worst first. */
export const cycleFamilies: readonly CycleFamily[] = ['G0', 'G1c', 'G-single', 'G-nonadjacent', 'G2-item']

/** Why one transaction has to come before another. */
export type DependencyKind = 'ww' | 'wr' | 'rw' | 'process' | 'realtime'

/** An edge of a cycle. */
export interface Dependency {
  readonly from: Transaction
  readonly to: Transaction
  readonly kind: DependencyKind
  /** In words: `T1 appended 2 to x right after T0 appended 1`, with `T0` for `from` and `T1` for `to`. */
  readonly reason: DependencyReason
}

/** What a dependency's words are made of. */
export interface DependencyReason {
  readonly key?: string
  /** What `from` appended (ww, wr), or saw last (rw); `undefined` for the empty list. */
  readonly before?: Value | undefined
  /** What `to` appended (ww, rw). */
  readonly after?: Value
}

/** Transactions that each have to come before the next, and the last before the first. */
export interface CycleAnomaly {
  readonly name: CycleFamily | `${CycleFamily}-process` | `${CycleFamily}-realtime`
  readonly family: CycleFamily
  readonly scope: Scope
  readonly cycle: readonly Dependency[]
}

/** Names of what is wrong with single reads and transactions, whatever the order. */
export type ReadAnomalyName =
  | 'internal'
  | 'future-read'
  | 'garbage-read'
  | 'duplicate-elements'
  | 'incompatible-order'
  | 'dirty-update'
  | 'lost-update'
  | 'G1a'
  | 'G1b'

/** Something that needs no cycle to be wrong. */
export interface ReadAnomaly {
  readonly name: ReadAnomalyName
  readonly key: string
  /** In words, with `T0`, `T1` … for the transactions. */
  readonly words: string
  readonly transactions: readonly Transaction[]
}

/** Anything that a history shows and some consistency model forbids. */
export type Anomaly = ReadAnomaly | CycleAnomaly

/** The name of a family of cycles that need this scope. */
export function cycleName(family: CycleFamily, scope: Scope): CycleAnomaly['name'] {
  return scope === 'data' ? family : `${family}-${scope}`
}

/** True for a cycle. */
export function isCycle(anomaly: Anomaly): anomaly is CycleAnomaly {
  return 'cycle' in anomaly
}
