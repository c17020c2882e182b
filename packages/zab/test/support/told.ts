import { encodeMembership } from '@quorate/core'
import type { ToldMembership, ZabState } from '../../src/index.ts'

/** What a replica in that state tells of its membership. */
export function told({ memberships, commitIndex }: ZabState): ToldMembership {
  const { index, epoch, membership } = memberships.at(-1)!
  return { index, epoch, settled: index <= commitIndex, data: encodeMembership(membership) }
}
