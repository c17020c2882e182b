import type { Refutation } from './argument.ts'
import { refute } from './argument.ts'
import type { Cluster } from './clusters.ts'
import type { Operation } from '../history/operation.ts'
import { compareTimes } from '../history/times.ts'
import type { RegisterEvent } from './register-history.ts'

/**
 * Clusters that a cas each joins to the next: in every order the events of all of them follow one another,
 * and nothing that saw or left another value comes between. Mostly it is one cluster.
 */
export interface Chain<Input, Output> {
  readonly head: Cluster<Input, Output>
  /** The event that returned first, and the one that was called last. */
  readonly earliest: RegisterEvent<Input, Output>
  readonly latest: RegisterEvent<Input, Output>
  /**
   * The chain's zone: the time between that return and that call. When the return is before the call (the
   * zone is forward), the chain's values were there for all that time; otherwise at some moment in it.
   */
  readonly low: number
  readonly high: number
}

/** The chain that starts with this cluster, or why its clusters cannot follow one another. */
export function chainFrom<Input, Output>(
  head: Cluster<Input, Output>,
): Chain<Input, Output> | Refutation<Input, Output> {
  let { earliest, latest } = head
  let afterLatest = head.next
  for (let cluster = head.next; cluster !== undefined; cluster = cluster.next) {
    if (cluster.earliest.return < latest.call) return refuteChain(latest, afterLatest!, cluster.earliest)
    if (cluster.earliest.return < earliest.return) earliest = cluster.earliest
    if (cluster.latest.call > latest.call) {
      latest = cluster.latest
      afterLatest = cluster.next
    }
  }
  const low = Math.min(earliest.return, latest.call)
  const high = Math.max(earliest.return, latest.call)
  return { head, earliest, latest, low, high }
}

function refuteChain<Input, Output>(
  before: RegisterEvent<Input, Output>,
  { first: swap }: Cluster<Input, Output>,
  after: RegisterEvent<Input, Output>,
): Refutation<Input, Output> {
  if (swap === after) return refute(before, 'was called after the return of what replaced the value', after)
  return refute(
    before,
    'was called after the return of',
    after,
    'though its value was replaced first, by',
    swap,
  )
}

/**
 * Two chains, of which each would have to come before the other (Gibbons & Korach, "Testing shared memories",
 * 1997: two forward zones that overlap, or a backward zone inside a forward one). One chain comes before
 * another when one of its events returned before one of the other's was called; a longer circle of chains
 * always has two such in it.
 *
 * @param chains in order of zone
 */
export function refuteByZones<Input, Output>(
  chains: readonly Chain<Input, Output>[],
): Refutation<Input, Output> | undefined {
  // Forward zones that do not overlap end in the order in which they start, so that one is enough to keep.
  let forward: Chain<Input, Output> | undefined
  for (const chain of chains) {
    if (forward !== undefined && isBefore(forward, chain) && isBefore(chain, forward)) {
      return refuteZones(forward, chain)
    }
    if (chain.earliest.return < chain.latest.call) forward = chain
  }
  return undefined
}

function isBefore<Input, Output>(a: Chain<Input, Output>, b: Chain<Input, Output>): boolean {
  return a.earliest.return < b.latest.call
}

function refuteZones<Input, Output>(
  { head, earliest, latest }: Chain<Input, Output>,
  other: Chain<Input, Output>,
): Refutation<Input, Output> {
  const change = head.next === undefined ? 'the value stayed the same' : 'only cas changed the value'
  const between = refute(earliest, 'until', latest, `${change}; there is no place between them for`).argument
  const inside =
    other.latest === other.earliest
      ? refute(other.latest)
      : refute(other.latest, 'and', other.earliest, 'which belong together as well')
  return { argument: ['from', ...between, ...inside.argument] }
}

/**
 * The order in which chains have to come, unless {@link refuteByZones} finds that there is none: by start of
 * zone, then by end.
 */
export function inOrderOfZone<Input, Output>(
  chains: readonly Chain<Input, Output>[],
): readonly Chain<Input, Output>[] {
  return chains.toSorted((a, b) => compareTimes(a.low, b.low) || compareTimes(a.high, b.high))
}

/** The operations of chains one after the other, as they have to follow one another. */
export function operationsOf<Input, Output>(
  chains: readonly Chain<Input, Output>[],
): readonly Operation<Input, Output>[] {
  const operations: Operation<Input, Output>[] = []
  const add = ({ operation }: RegisterEvent<Input, Output>): void => {
    if (operation !== undefined) operations.push(operation)
  }
  for (const { head } of chains) {
    for (let at: Cluster<Input, Output> | undefined = head; at !== undefined; at = at.next) {
      add(at.first)
      for (const reader of at.events.slice(1).sort((a, b) => a.call - b.call)) add(reader)
    }
  }
  return operations
}
