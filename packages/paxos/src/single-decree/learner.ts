import type { NodeId } from '@quorate/core'
import { compareBallots } from './ballot.ts'
import type { Accepted, Proposal, Value } from './messages.ts'
import { isEnoughAcceptances, type PaxosRules } from './rules.ts'

/** Who has accepted a proposal, as far as a learner has heard. */
export interface Report extends Proposal {
  /** Sorted. */
  readonly by: readonly NodeId[]
}

/**
 * Nothing of it has to survive a crash: acceptors can be asked again. In §2.3 each acceptor tells every learner, or a
 * distinguished one, or a few, that tell the others what is chosen: the same learner, with fewer who talk to it.
 */
export interface LearnerState {
  /** By proposal: acceptances of the same value under different numbers do not add up. */
  readonly reports: readonly Report[]
}

export function startLearner(): LearnerState {
  return { reports: [] }
}

/** §2.3: a learner finds out that a proposal has been accepted by enough acceptors. */
export function receiveAccepted({ reports }: LearnerState, { ballot, value, from }: Accepted): LearnerState {
  const isSame = (report: Report): boolean =>
    compareBallots(report.ballot, ballot) === 0 && report.value === value
  const by = new Set([...(reports.find(isSame)?.by ?? []), from])
  const report = { ballot, value, by: [...by].sort((a, b) => a - b) }
  return { reports: [...reports.filter((other) => !isSame(other)), report] }
}

/** Proposals known to be chosen. There may be several: P2 says that they all have one value. */
export function chosenProposals(rules: PaxosRules, { reports }: LearnerState): readonly Proposal[] {
  return reports
    .filter(({ by }) => isEnoughAcceptances(rules, by))
    .map(({ ballot, value }) => ({ ballot, value }))
}

/** The value that is known to be chosen; undefined while none is. */
export function learnedValue(rules: PaxosRules, state: LearnerState): Value | undefined {
  return chosenProposals(rules, state)[0]?.value
}
