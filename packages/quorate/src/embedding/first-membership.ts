import { type Membership, type NodeId, QuorateError, majorityOf, membersOf } from '@quorate/core'

/**
 * The membership that a new cluster starts with: majorities of all replicas that there are, or what was asked for.
 *
 * @throws QuorateError `USAGE` if somebody in it is not there
 */
export function firstMembership(replicas: readonly NodeId[], membership: Membership | undefined): Membership {
  if (membership === undefined) return majorityOf(replicas)
  const stranger = membersOf(membership).find((id) => !replicas.includes(id))
  if (stranger === undefined) return membership
  throw new QuorateError('USAGE', `membership names replica ${stranger}; there are ${replicas.join(', ')}`)
}
