import type { NodeId } from '@quorate/core'
import { ignored, type Turn } from '../single-decree/turn.ts'
import type { Accept, AcceptAny, Prepare, Promised, Propose, Vote, Voted } from './messages.ts'
import type { Round } from './rounds.ts'
import type { FastPaxosRules } from './rules.ts'

/** What must survive a crash: the paper's rnd, vrnd and vval. */
export interface AcceptorDisk {
  /** The highest round in which it takes part; 0 before the first. */
  readonly round: Round
  readonly vote: Vote | undefined
}

export interface AcceptorState extends AcceptorDisk {
  readonly id: NodeId
  /** Has it been told to vote for whatever comes first? A crash forgets it, and so only its vote is late. */
  readonly isOpen: boolean
}

export type AcceptorTurn = Turn<AcceptorState, AcceptorDisk, Promised | Voted>

export function startAcceptor(id: NodeId, disk?: AcceptorDisk): AcceptorState {
  return { id, round: disk?.round ?? 0, vote: disk?.vote, isOpen: false }
}

/** Phase 1b, as in classic Paxos. */
export function receivePrepare(
  rules: FastPaxosRules,
  state: AcceptorState,
  { round }: Prepare,
): AcceptorTurn {
  if (round <= state.round) return ignored(state)
  const { id, vote } = state
  return written(rules, { id, round, vote, isOpen: false }, [{ type: 'promise', from: id, round, vote }])
}

/** Phase 2b: it votes in a round in which it may, and once. */
export function receiveAccept(
  rules: FastPaxosRules,
  state: AcceptorState,
  { round, value }: Accept,
): AcceptorTurn {
  return mayVote(state, round) ? vote(rules, state, { round, value }) : ignored(state)
}

/** §3.1: from now on a proposer's message counts as the coordinator's. */
export function receiveAny(rules: FastPaxosRules, state: AcceptorState, { round }: AcceptAny): AcceptorTurn {
  if (!mayVote(state, round) || (state.isOpen && state.round === round)) return ignored(state)
  return written(rules, { ...state, round, isOpen: true }, [])
}

/** Phase 2b of a fast round: the first proposal that arrives has its vote. */
export function receivePropose(
  rules: FastPaxosRules,
  state: AcceptorState,
  { value }: Propose,
): AcceptorTurn {
  return state.isOpen ? vote(rules, state, { round: state.round, value }) : ignored(state)
}

/** Rounds below `state.round` it has left, and in each one it votes at most once. */
function mayVote(state: AcceptorState, round: Round): boolean {
  return round >= state.round && round > (state.vote?.round ?? 0)
}

function vote(rules: FastPaxosRules, { id, isOpen }: AcceptorState, { round, value }: Vote): AcceptorTurn {
  const staysOpen = isOpen && rules.unsafe?.voteTwice === true
  const next = { id, round, vote: { round, value }, isOpen: staysOpen }
  return written(rules, next, [{ type: 'voted', from: id, round, value }])
}

/** What it has done is on its disk before anybody hears of it. */
function written(
  { unsafe }: FastPaxosRules,
  state: AcceptorState,
  send: readonly (Promised | Voted)[],
): AcceptorTurn {
  const { round, vote: last } = state
  const kept = unsafe?.promiseNotPersisted === true ? (last?.round ?? 0) : round
  return { state, persist: { round: kept, vote: last }, send }
}
