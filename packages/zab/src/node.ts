import { type Outbox, isElectionQuorum, isReplicationQuorum, isVoter } from '@quorate/core'
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

export function isMember(state: ZabState, node: NodeId): boolean {
  return isVoter(state.membership, node) || state.membership.observers.includes(node)
}

/** Has the persist `sequence`, and every one before it, become durable? */
export function isPersisted(state: ZabState, sequence: number): boolean {
  return state.durability.durableSequence >= sequence
}

/** The sequence of the persist that this turn will hand out. */
export function thisPersist(state: ZabState): number {
  return state.durability.lastSequence + 1
}
