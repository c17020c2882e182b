import type { NodeId } from '@quorate/core'
import { ignored, type Turn } from '../single-decree/turn.ts'
import type { Value } from '../single-decree/messages.ts'
import type { Accept, AcceptAny, Prepare, Promised, Voted } from './messages.ts'
import { type Answer, pickValue } from './pick-value.ts'
import { isFast, ownRoundAbove, type Round } from './rounds.ts'
import type { FastPaxosRules } from './rules.ts'

/** What must survive a crash: the paper's crnd. */
export interface CoordinatorDisk {
  /** The highest round begun; 0 before the first. */
  readonly round: Round
}

export interface CoordinatorState extends CoordinatorDisk {
  readonly id: NodeId
  /** 0: nothing is under way. `any`: a fast round in which proposers have the word. */
  readonly phase: 0 | 1 | 'any'
  /** What it would pick if it may choose. */
  readonly wish: Value
  /** Of phase 1, or votes of the fast round, sorted by acceptor. */
  readonly answers: readonly Answer[]
}

export type CoordinatorTurn = Turn<CoordinatorState, CoordinatorDisk, Prepare | Accept | AcceptAny>

export function startCoordinator(id: NodeId, disk?: CoordinatorDisk): CoordinatorState {
  return { id, round: disk?.round ?? 0, phase: 0, wish: null, answers: [] }
}

/** Phase 1a: begins its next round, or its first from `atLeast` on. */
export function beginRound(
  rules: FastPaxosRules,
  state: CoordinatorState,
  wish: Value,
  atLeast = 1,
): CoordinatorTurn {
  const { id } = state
  const round = ownRoundAbove(rules.coordinators, id, Math.max(state.round, atLeast - 1))
  const next = { id, round, phase: 1, wish, answers: [] } as const
  return { state: next, persist: onDisk(rules, round), send: [{ type: 'prepare', round }] }
}

/** Phase 2a: with the answers of a quorum it picks a value, or leaves it to the proposers. */
export function receivePromise(
  rules: FastPaxosRules,
  state: CoordinatorState,
  { from, round, vote }: Promised,
): CoordinatorTurn {
  const answers = withAnswer(state, { from, vote })
  if (state.phase !== 1 || round !== state.round || answers === undefined) return ignored(state)
  if (answers.length < rules.classic) return ignored({ ...state, answers })
  const pick = pickValue(rules, answers)
  if (pick === undefined && isFast(round)) {
    return { ...ignored({ ...state, phase: 'any', answers: [] }), send: [{ type: 'any', round }] }
  }
  const value = pick === undefined ? state.wish : pick.value
  return { ...ignored({ ...state, phase: 0, answers: [] }), send: [{ type: 'accept', round, value }] }
}

/**
 * Coordinated recovery, §3.2: where votes of its fast round collide, it goes on to the classic round that follows. No
 * round lies between, so that a vote is as good as an answer to a prepare request of the next round, and phase 2 of
 * that may begin at once.
 */
export function receiveVoted(
  rules: FastPaxosRules,
  state: CoordinatorState,
  { from, round, value }: Voted,
): CoordinatorTurn {
  const answers = withAnswer(state, { from, vote: { round, value } })
  if (state.phase !== 'any' || round !== state.round || answers === undefined) return ignored(state)
  const hasCollided = answers.some(({ vote }) => vote?.value !== value)
  if (answers.length < rules.classic || !hasCollided) return ignored({ ...state, answers })
  const next = round + 1
  const picked = pickValue(rules, answers)
  return {
    state: { ...state, round: next, phase: 0, answers: [] },
    persist: onDisk(rules, next),
    send: [{ type: 'accept', round: next, value: picked === undefined ? state.wish : picked.value }],
  }
}

/** Undefined if that acceptor has answered already. */
function withAnswer({ answers }: CoordinatorState, answer: Answer): readonly Answer[] | undefined {
  if (answers.some(({ from }) => from === answer.from)) return undefined
  return [...answers, answer].sort((a, b) => a.from - b.from)
}

/** It sends nothing in a round before that round is on its disk. */
function onDisk({ unsafe }: FastPaxosRules, round: Round): CoordinatorDisk | undefined {
  return unsafe?.roundReused === true ? undefined : { round }
}
