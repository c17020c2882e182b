import type { NodeId } from '@quorate/core'
import type { Value } from '../single-decree/messages.ts'
import type { Round } from './rounds.ts'

/** A vote: the acceptor has accepted this value in this round. The paper's vrnd and vval. */
export interface Vote {
  readonly round: Round
  readonly value: Value
}

/** From a proposer to the acceptors: what it would like to be chosen. */
export interface Propose {
  readonly type: 'propose'
  readonly value: Value
}

/** Phase 1a, to the acceptors. */
export interface Prepare {
  readonly type: 'prepare'
  readonly round: Round
}

/** Phase 1b, to the round's coordinator: it takes part in no lower round any more, and this was its last vote. */
export interface Promised {
  readonly type: 'promise'
  readonly from: NodeId
  readonly round: Round
  readonly vote: Vote | undefined
}

/** Phase 2a, to the acceptors: vote for this value. */
export interface Accept extends Vote {
  readonly type: 'accept'
}

/** Phase 2a of a fast round in which any value may be chosen: vote for the first one that a proposer sends. */
export interface AcceptAny {
  readonly type: 'any'
  readonly round: Round
}

/** Phase 2b, to the learners and the round's coordinator. */
export interface Voted extends Vote {
  readonly type: 'voted'
  readonly from: NodeId
}

/** Any of them may be late, lost, repeated or out of order. */
export type Message = Propose | Prepare | Promised | Accept | AcceptAny | Voted
