import type { Anomaly, CycleFamily, ReadAnomalyName, Scope } from './anomaly.ts'
import { cycleFamilies, isCycle, scopes } from './anomaly.ts'

/** The consistency models that a history of transactions can be judged by. */
export type Consistency =
  | 'read-uncommitted'
  | 'read-committed'
  | 'repeatable-read'
  | 'snapshot-isolation'
  | 'strong-session-snapshot-isolation'
  | 'strong-snapshot-isolation'
  | 'serializable'
  | 'strong-session-serializable'
  | 'strict-serializable'

/** What a model forbids. */
interface Forbidden {
  /** The mildest family of cycles that it forbids, with all that are worse. */
  readonly upTo: CycleFamily
  readonly scope: Scope
  readonly reads: readonly ReadAnomalyName[]
}

const unreal: readonly ReadAnomalyName[] = ['duplicate-elements', 'garbage-read']
const uncommitted: readonly ReadAnomalyName[] = [
  ...unreal,
  'G1a',
  'G1b',
  'dirty-update',
  'incompatible-order',
  'future-read',
]
const unrepeatable: readonly ReadAnomalyName[] = [...uncommitted, 'internal', 'lost-update']

/**
 * Each model by what it forbids: Adya's levels PL-1, PL-2, PL-2.99, PL-SI and PL-3 for histories without predicates,
 * where PL-2.99 and PL-3 are the same, and the forms that also keep the order of each client's transactions (strong
 * session) or of all that did not overlap (strong, strict). Snapshot isolation is the generalized one, and forbids
 * every cycle without two rw edges in a row (Cerone & Gotsman, "Analysing snapshot isolation", 2016).
 */
const forbidden: Readonly<Record<Consistency, Forbidden>> = {
  'read-uncommitted': { upTo: 'G0', scope: 'data', reads: unreal },
  'read-committed': { upTo: 'G1c', scope: 'data', reads: uncommitted },
  'repeatable-read': { upTo: 'G2-item', scope: 'data', reads: unrepeatable },
  'snapshot-isolation': { upTo: 'G-nonadjacent', scope: 'data', reads: unrepeatable },
  'strong-session-snapshot-isolation': { upTo: 'G-nonadjacent', scope: 'process', reads: unrepeatable },
  'strong-snapshot-isolation': { upTo: 'G-nonadjacent', scope: 'realtime', reads: unrepeatable },
  serializable: { upTo: 'G2-item', scope: 'data', reads: unrepeatable },
  'strong-session-serializable': { upTo: 'G2-item', scope: 'process', reads: unrepeatable },
  'strict-serializable': { upTo: 'G2-item', scope: 'realtime', reads: unrepeatable },
}

/** The models' names, weakest first. */
export const consistencyNames: readonly Consistency[] = Object.keys(forbidden) as Consistency[]

/** The model asked for when none is named: the strongest. */
export const defaultConsistency: Consistency = 'strict-serializable'

/** True when a history with this anomaly does not have this consistency. */
export function forbids(consistency: Consistency, anomaly: Anomaly): boolean {
  const { upTo, scope, reads } = forbidden[consistency]
  if (!isCycle(anomaly)) return reads.includes(anomaly.name)
  return (
    cycleFamilies.indexOf(anomaly.family) <= cycleFamilies.indexOf(upTo) &&
    scopes.indexOf(anomaly.scope) <= scopes.indexOf(scope)
  )
}

/** The scope of the edges that matter to a model, and whether it allows cycles with two rw edges in a row. */
export function rulesOf(consistency: Consistency): { readonly scope: Scope; readonly snapshot: boolean } {
  const { scope, upTo } = forbidden[consistency]
  return { scope, snapshot: upTo === 'G-nonadjacent' }
}
