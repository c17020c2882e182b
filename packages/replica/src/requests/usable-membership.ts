import { type Membership, membershipOf, QuorateError, quorumProblem } from '@quorate/core'

/**
 * The membership that somebody asks for, its observers sorted; or why no engine could work with it, in words that the
 * engine's own refusal does not have. What one engine needs beyond, it says itself.
 */
export function usableMembership({ quorums, observers }: Membership): Membership | QuorateError {
  const problem = quorumProblem(quorums, { electionsMeet: false }) ?? observersProblem(observers)
  if (problem !== undefined) return refusal(problem)
  try {
    return membershipOf(quorums, observers)
  } catch (error) {
    if (error instanceof QuorateError) return refusal(error.message)
    throw error
  }
}

/** Are they ids at all? */
function observersProblem(observers: Membership['observers']): string | undefined {
  if (observers.length === 0) return undefined
  const { quorums } = membershipOf({ type: 'majority', voters: [] }, observers)
  return quorumProblem({ ...quorums, type: 'majority', voters: [...new Set(observers)].sort((a, b) => a - b) }, { electionsMeet: false })
}

function refusal(problem: string): QuorateError {
  return new QuorateError('USAGE', `that membership cannot work: ${problem}`, {
    outcome: 'definitely-not',
    details: { reason: 'invalid-membership' },
  })
}
