import type { NodeId } from '@quorate/core'
import type { Ballot } from './ballot.ts'

/** What is to be agreed on. Nothing here looks inside. */
export type Value = string | number | null

/** A value with a number (§2.2). */
export interface Proposal {
  readonly ballot: Ballot
  readonly value: Value
}

/** Phase 1 (a), to the acceptors: a prepare request. */
export interface Prepare {
  readonly type: 'prepare'
  readonly ballot: Ballot
}

/** Phase 1 (b), to the ballot's proposer: no lower ballot will be accepted, and what has been accepted so far. */
export interface Promised {
  readonly type: 'promise'
  readonly from: NodeId
  readonly ballot: Ballot
  readonly accepted: Proposal | undefined
}

/** Phase 2 (a), to the acceptors: an accept request. */
export interface Accept extends Proposal {
  readonly type: 'accept'
}

/** Phase 2 (b), to every learner: this acceptor has accepted the proposal. */
export interface Accepted extends Proposal {
  readonly type: 'accepted'
  readonly from: NodeId
}

/** To the ballot's proposer: a request came too late. Spares time; what is chosen does not depend on it (end of §2.2). */
export interface Refused {
  readonly type: 'refused'
  readonly from: NodeId
  readonly ballot: Ballot
  /** The higher ballot that stands in the way. */
  readonly promised: Ballot
}

/** Any of them may be late, lost, repeated or out of order (§2.1). */
export type Message = Prepare | Promised | Accept | Accepted | Refused
