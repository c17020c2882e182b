import type { Voted, Vote } from './messages.ts'
import { type FastPaxosRules, quorumSize } from './rules.ts'

/** Votes as a learner has heard them, each once. */
export interface LearnerState {
  readonly votes: readonly Voted[]
}

export function startLearner(): LearnerState {
  return { votes: [] }
}

/** Takes in a vote. */
export function learnVote({ votes }: LearnerState, voted: Voted): LearnerState {
  const isKnown = votes.some((vote) => vote.from === voted.from && isSame(vote, voted))
  return isKnown ? { votes } : { votes: [...votes, voted] }
}

/** Votes that a quorum of their round has cast: what is chosen. There may be several; they all have one value. */
export function chosenVotes(rules: FastPaxosRules, { votes }: LearnerState): readonly Vote[] {
  const different = votes.filter((vote, i) => votes.findIndex((other) => isSame(other, vote)) === i)
  return different
    .filter((vote) => votes.filter((other) => isSame(other, vote)).length >= quorumSize(rules, vote.round))
    .map(({ round, value }) => ({ round, value }))
}

function isSame(a: Vote, b: Vote): boolean {
  return a.round === b.round && a.value === b.value
}
