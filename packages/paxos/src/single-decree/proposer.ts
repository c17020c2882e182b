import type { NodeId } from '@quorate/core'
import { type Ballot, compareBallots, isHigher } from './ballot.ts'
import type { Accept, Prepare, Promised, Proposal, Refused, Value } from './messages.ts'
import { isEnoughPromises, type PaxosRules } from './rules.ts'
import { ignored, type Turn } from './turn.ts'

/** §2.5: a proposer remembers the highest number that it has tried, across restarts. */
export interface ProposerDisk {
  /** The highest round begun; 0 before the first. */
  readonly round: number
}

export interface ProposerState extends ProposerDisk {
  readonly id: NodeId
  /** What it is at. Lost in a crash: the proposal is abandoned, which it may be at any time (§2.2). */
  readonly attempt: Attempt | undefined
}

/** A ballot under way. */
export type Attempt =
  | {
      readonly phase: 1
      readonly ballot: Ballot
      /** What it would propose if it may choose. */
      readonly wish: Value
      /** Sorted. */
      readonly promisedBy: readonly NodeId[]
      /** The highest-numbered proposal among their answers. */
      readonly highest: Proposal | undefined
    }
  | { readonly phase: 2; readonly ballot: Ballot; readonly value: Value }

export type ProposerTurn = Turn<ProposerState, ProposerDisk, Prepare | Accept>

export function startProposer(id: NodeId, disk?: ProposerDisk): ProposerState {
  return { id, round: disk?.round ?? 0, attempt: undefined }
}

/**
 * Phase 1 (a): chooses a new number, not below round `atLeast`, and sends prepare requests. Progress (§2.4) needs one
 * proposer alone to do so for long enough: a distinguished one, whose election may go wrong without harm.
 */
export function propose(rules: PaxosRules, state: ProposerState, wish: Value, atLeast = 1): ProposerTurn {
  const { id } = state
  const round = Math.max(state.round + 1, atLeast)
  const ballot = { round, proposer: id }
  const attempt = { phase: 1, ballot, wish, promisedBy: [], highest: undefined } as const
  const persist = rules.unsafe?.ballotReused === true ? undefined : { round }
  return { state: { id, round, attempt }, persist, send: [{ type: 'prepare', ballot }] }
}

/** Takes in an answer to its prepare requests, and with the last one of a quorum goes on to phase 2. */
export function receivePromise(rules: PaxosRules, state: ProposerState, answer: Promised): ProposerTurn {
  const { attempt } = state
  if (attempt?.phase !== 1 || compareBallots(attempt.ballot, answer.ballot) !== 0) return ignored(state)
  const { ballot, wish, promisedBy: before } = attempt
  if (before.includes(answer.from)) return ignored(state)
  const promisedBy = [...before, answer.from].sort((a, b) => a - b)
  const highest = higher(attempt.highest, answer.accepted)
  if (!isEnoughPromises(rules, promisedBy)) {
    return ignored({ ...state, attempt: { ...attempt, promisedBy, highest } })
  }
  const value = valueFor(rules, wish, highest)
  const next = { ...state, attempt: { phase: 2, ballot, value } } as const
  return { state: next, persist: undefined, send: [{ type: 'accept', ballot, value }] }
}

/** The last remark of §2.2: it abandons the proposal. Its next one is to get past what stood in the way. */
export function receiveRefused(state: ProposerState, { ballot, promised }: Refused): ProposerTurn {
  const { id, attempt } = state
  if (attempt === undefined || compareBallots(attempt.ballot, ballot) !== 0) return ignored(state)
  return ignored({ id, round: Math.max(state.round, promised.round), attempt: undefined })
}

/** Phase 2 (a), P2c: the value of the highest-numbered proposal among the answers, or any if they report none. */
function valueFor({ unsafe }: PaxosRules, wish: Value, highest: Proposal | undefined): Value {
  return highest === undefined || unsafe?.ignoreAccepted === true ? wish : highest.value
}

function higher(a: Proposal | undefined, b: Proposal | undefined): Proposal | undefined {
  return b !== undefined && isHigher(b.ballot, a?.ballot) ? b : a
}
