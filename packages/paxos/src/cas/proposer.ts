import type { NodeId } from '@quorate/core'
import { type Ballot, compareBallots, isHigher } from '../single-decree/ballot.ts'
import type {
  Accept,
  Accepted,
  Prepare,
  Promised,
  Proposal,
  Refused,
  Value,
} from '../single-decree/messages.ts'
import type { ProposerDisk } from '../single-decree/proposer.ts'
import { isEnoughAcceptances, isEnoughPromises } from '../single-decree/rules.ts'
import { ignored, type Turn } from '../single-decree/turn.ts'
import type { CasPaxosRules } from './rules.ts'

/** A proposer of a register. Its acceptors are those of single-decree Paxos, unchanged. */
export interface ProposerState<Change> extends ProposerDisk {
  readonly id: NodeId
  readonly attempt: Attempt<Change> | undefined
}

/** A change under way. Lists are sorted. */
export type Attempt<Change> =
  | {
      readonly phase: 'prepare'
      readonly ballot: Ballot
      readonly change: Change
      readonly promisedBy: readonly NodeId[]
      readonly highest: Proposal | undefined
    }
  | {
      readonly phase: 'accept'
      readonly ballot: Ballot
      /** The state that the change was applied to, and what came of it. */
      readonly before: Value
      readonly value: Value
      readonly acceptedBy: readonly NodeId[]
    }

/** How a change ended. `conflict`: it has not been made. `unknown`: it has, or may yet be, or not. */
export type Answer =
  | { readonly type: 'done'; readonly before: Value; readonly value: Value }
  | { readonly type: 'conflict' | 'unknown' }

/** A turn that may also answer the client. */
export interface ProposerTurn<Change> extends Turn<ProposerState<Change>, ProposerDisk, Prepare | Accept> {
  readonly answer?: Answer
}

export function startProposer<Change>(id: NodeId, disk?: ProposerDisk): ProposerState<Change> {
  return { id, round: disk?.round ?? 0, attempt: undefined }
}

/** Steps 1 and 2: takes a client's change, makes a new ballot and asks the acceptors to prepare for it. */
export function submit<Change>(
  rules: CasPaxosRules<Change>,
  state: ProposerState<Change>,
  change: Change,
  atLeast = 1,
): ProposerTurn<Change> {
  const { id } = state
  const round = Math.max(state.round + 1, atLeast)
  const ballot = { round, proposer: id }
  const attempt = { phase: 'prepare', ballot, change, promisedBy: [], highest: undefined } as const
  const persist = rules.unsafe?.ballotReused === true ? undefined : { round }
  return { state: { id, round, attempt }, persist, send: [{ type: 'prepare', ballot }] }
}

/** Step 4: of a quorum's answers the highest has the state; the change applied to it is what is to be accepted. */
export function receivePromise<Change>(
  rules: CasPaxosRules<Change>,
  state: ProposerState<Change>,
  answer: Promised,
): ProposerTurn<Change> {
  const { attempt } = state
  if (attempt?.phase !== 'prepare' || compareBallots(attempt.ballot, answer.ballot) !== 0)
    return ignored(state)
  if (attempt.promisedBy.includes(answer.from)) return ignored(state)
  const promisedBy = [...attempt.promisedBy, answer.from].sort((a, b) => a - b)
  const { accepted } = answer
  const isNews = accepted !== undefined && isHigher(accepted.ballot, attempt.highest?.ballot)
  const highest = isNews ? accepted : attempt.highest
  if (isEnoughPromises(rules, promisedBy)) return change(rules, state, { ...attempt, highest })
  return ignored({ ...state, attempt: { ...attempt, promisedBy, highest } })
}

function change<Change>(
  { apply, unsafe }: CasPaxosRules<Change>,
  state: ProposerState<Change>,
  attempt: Extract<Attempt<Change>, { phase: 'prepare' }>,
): ProposerTurn<Change> {
  const { ballot, highest } = attempt
  const before = highest === undefined || unsafe?.ignoreAccepted === true ? null : highest.value
  const value = apply(before, attempt.change)
  const send = [{ type: 'accept', ballot, value }] as const
  if (unsafe?.answerBeforeAccepted === true) return answered(state, { type: 'done', before, value }, send)
  return {
    ...ignored({ ...state, attempt: { phase: 'accept', ballot, before, value, acceptedBy: [] } }),
    send,
  }
}

/** Step 6: once a quorum has accepted, the client hears of the new state. */
export function receiveAccepted<Change>(
  rules: CasPaxosRules<Change>,
  state: ProposerState<Change>,
  { from, ballot }: Accepted,
): ProposerTurn<Change> {
  const { attempt } = state
  if (attempt?.phase !== 'accept' || compareBallots(attempt.ballot, ballot) !== 0) return ignored(state)
  if (attempt.acceptedBy.includes(from)) return ignored(state)
  const acceptedBy = [...attempt.acceptedBy, from].sort((a, b) => a - b)
  if (!isEnoughAcceptances(rules, acceptedBy))
    return ignored({ ...state, attempt: { ...attempt, acceptedBy } })
  return answered(state, { type: 'done', before: attempt.before, value: attempt.value })
}

/**
 * A conflict with a higher ballot. Before the new state was sent out the change is definitely not made, and the client
 * may submit it again; after that another proposer may have taken it up.
 */
export function receiveRefused<Change>(
  state: ProposerState<Change>,
  { ballot, promised }: Refused,
): ProposerTurn<Change> {
  const { attempt } = state
  if (attempt === undefined || compareBallots(attempt.ballot, ballot) !== 0) return ignored(state)
  const next = { ...state, round: Math.max(state.round, promised.round) }
  return answered(next, { type: attempt.phase === 'prepare' ? 'conflict' : 'unknown' })
}

function answered<Change>(
  { id, round }: ProposerState<Change>,
  answer: Answer,
  send: readonly Accept[] = [],
): ProposerTurn<Change> {
  return { state: { id, round, attempt: undefined }, persist: undefined, send, answer }
}
