import type { NodeId } from '@quorate/core'
import { type Ballot, isHigher } from './ballot.ts'
import type { Accept, Accepted, Prepare, Promised, Proposal, Refused } from './messages.ts'
import type { PaxosRules } from './rules.ts'
import { ignored, type Turn } from './turn.ts'

/** All that an acceptor has to remember, across failures and restarts too (§2.2). */
export interface AcceptorDisk {
  /** The highest ballot that it has promised. */
  readonly promised: Ballot | undefined
  /** The highest proposal that it has accepted. */
  readonly accepted: Proposal | undefined
}

/** An acceptor keeps nothing that is not on its disk. */
export interface AcceptorState extends AcceptorDisk {
  readonly id: NodeId
}

export type AcceptorTurn = Turn<AcceptorState, AcceptorDisk, Promised | Accepted | Refused>

/** An acceptor that starts, for the first time or with what its disk says. */
export function startAcceptor(id: NodeId, disk?: AcceptorDisk): AcceptorState {
  return { id, promised: disk?.promised, accepted: disk?.accepted }
}

/**
 * Phase 1 (b): a request with a higher number than any answered before is answered with a promise not to accept anything
 * lower, and with the highest proposal accepted. A request that comes again says nothing new.
 */
export function receivePrepare(rules: PaxosRules, state: AcceptorState, { ballot }: Prepare): AcceptorTurn {
  const { id, promised, accepted } = state
  if (!isHigher(ballot, promised)) return refuse(state, ballot)
  const next = { id, promised: ballot, accepted: afterPromise(rules, ballot, accepted) }
  return {
    state: next,
    persist: onDisk(rules, next),
    send: [{ type: 'promise', from: id, ballot, accepted }],
  }
}

/** A promise leaves what has been accepted, and in which ballot, as it is: §2.2, P2c compares those. */
function afterPromise(
  { unsafe }: PaxosRules,
  ballot: Ballot,
  accepted: Proposal | undefined,
): Proposal | undefined {
  if (unsafe?.oneBallot !== true || accepted === undefined) return accepted
  return { ballot, value: accepted.value }
}

/** Phase 2 (b), P1a: it accepts unless it has answered a prepare request with a higher number. */
export function receiveAccept(rules: PaxosRules, state: AcceptorState, request: Accept): AcceptorTurn {
  const { id, promised } = state
  const { ballot, value } = request
  if (promised !== undefined && isHigher(promised, ballot)) return refuse(state, ballot)
  const next = { id, promised: ballot, accepted: { ballot, value } }
  return { state: next, persist: onDisk(rules, next), send: [{ type: 'accepted', from: id, ballot, value }] }
}

/** The last remark of §2.2: who comes too late may be told. */
function refuse(state: AcceptorState, ballot: Ballot): AcceptorTurn {
  const { id, promised } = state
  if (promised === undefined || !isHigher(promised, ballot)) return ignored(state)
  return { state, persist: undefined, send: [{ type: 'refused', from: id, ballot, promised }] }
}

/** §2.5: an acceptor records its answer in stable storage before it sends it. */
function onDisk({ unsafe }: PaxosRules, { promised, accepted }: AcceptorDisk): AcceptorDisk {
  if (unsafe?.promiseNotPersisted === true) return { promised: accepted?.ballot, accepted }
  return { promised, accepted }
}
