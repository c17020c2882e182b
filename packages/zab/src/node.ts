import { type Outbox, isElectionQuorum, isReplicationQuorum, weighsAnything } from '@quorate/core'
import type { NodeId } from '@quorate/core'
import type { ZabMessage } from './message.ts'
import type { ZabSettings } from './options.ts'
import type { ZabState } from './state.ts'

/** What every step of the protocol works with: the state, the options, and where decisions go. */
export interface Zab {
  readonly state: ZabState
  readonly options: ZabSettings
  readonly out: Outbox<ZabMessage>
}

/** Do the voters for which `has` is true elect a leader and found its epoch? */
export function elects(state: ZabState, has: (voter: NodeId) => boolean): boolean {
  return isElectionQuorum(state.membership.quorums, has)
}

/** Do the voters for which `has` is true decide? */
export function decides(state: ZabState, has: (voter: NodeId) => boolean): boolean {
  return isReplicationQuorum(state.membership.quorums, has)
}

/**
 * May it lead? Not an observer, and not a voter whose vote weighs nothing: its disk would help to commit nothing, and
 * what it alone has logged was never committed. FastLeaderElection.totalOrderPredicate.
 */
export function mayLead({ membership }: ZabState, node: NodeId): boolean {
  return weighsAnything(membership.quorums, node)
}

/** Has the persist `sequence`, and every one before it, become durable? */
export function isPersisted(state: ZabState, sequence: number): boolean {
  return state.durability.durableSequence >= sequence
}

/** The sequence of the persist that this turn will hand out. */
export function thisPersist(state: ZabState): number {
  return state.durability.lastSequence + 1
}
