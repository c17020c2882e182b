import type { NodeId } from '@quorate/core'
import type { Value } from '../single-decree/messages.ts'
import type { Vote } from './messages.ts'
import { type FastPaxosRules, quorumSize } from './rules.ts'

/** What one acceptor of a quorum Q has answered. */
export interface Answer {
  readonly from: NodeId
  readonly vote: Vote | undefined
}

/** The value that has to be proposed; undefined: any will do. */
export type Pick = { readonly value: Value } | undefined

/**
 * The rule of §2.2.2 and §3.1. With k the highest round of a vote among the answers of Q, and V the values of
 * the votes in k: without votes any value; of one value, that one; of several, the one that may have been chosen in k,
 * which is at most one, because a classic quorum meets what two fast ones have in common; and any if there is none.
 */
export function pickValue(rules: FastPaxosRules, answers: readonly Answer[]): Pick {
  if (rules.unsafe?.ignoreVotes === true) return undefined
  const k = Math.max(0, ...answers.map(({ vote }) => vote?.round ?? 0))
  const cast = answers.flatMap(({ vote }) => (vote?.round === k ? [vote.value] : []))
  // Sorted, so that nothing depends on which acceptor is which.
  const values = [...new Set(cast)].sort((a, b) => (String(a) < String(b) ? -1 : 1))
  if (values.length === 1) return { value: values[0]! }
  if (rules.unsafe?.pickAnyVote === true) return picked(values.reverse())
  return picked(values.filter((value) => mayBeChosen(rules, answers, { round: k, value })))
}

/** The first one; the rules leave no more than one. */
function picked([value]: readonly Value[]): Pick {
  return value === undefined ? undefined : { value }
}

/** O4: is there a k-quorum R of which every acceptor that is also in Q has voted in k for this value? */
function mayBeChosen(rules: FastPaxosRules, answers: readonly Answer[], { round, value }: Vote): boolean {
  const inFavour = answers.filter(({ vote }) => vote?.round === round && vote.value === value)
  const unheard = rules.acceptors.length - answers.length
  return inFavour.length + unheard >= quorumSize(rules, round)
}
