import { type Membership, QuorateError, majorityOf, membershipOf, quorumProblem } from '@quorate/core'

/** Paxos asks for the least: an engine that needs more says so itself. */
const needs = { electionsMeet: false }

/**
 * The membership that somebody asks for, its lists sorted and nothing pending; or why no engine could work with it,
 * in words that an engine's own refusal does not have.
 */
export function usableMembership(membership: Membership): Membership | QuorateError {
  const { quorums, observers, witnesses } = membership
  const problem = quorumProblem(quorums, needs) ?? observersProblem(observers)
  if (problem !== undefined) return refusal(problem)
  try {
    return membershipOf(quorums, observers, witnesses)
  } catch (error) {
    if (error instanceof QuorateError) return refusal(error.message)
    throw error
  }
}

/** Observers are ids like voters. */
function observersProblem(observers: Membership['observers']): string | undefined {
  return observers.length === 0 ? undefined : quorumProblem(majorityOf(observers).quorums, needs)
}

function refusal(problem: string): QuorateError {
  return new QuorateError('USAGE', `that membership cannot work: ${problem}`, {
    outcome: 'definitely-not',
    details: { reason: 'invalid-membership' },
  })
}
