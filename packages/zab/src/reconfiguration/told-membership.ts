import { type Membership, QuorateError, decodeMembership, encodeMembership } from '@quorate/core'
import type { ToldMembership } from '../message.ts'
import type { Zab } from '../node.ts'
import { latestRecord } from './memberships.ts'

/** What notifications tell of the sender's membership. ZooKeeper sends its whole config with them, too. */
export function toldMembership({ state }: Zab): ToldMembership {
  const { index, epoch, membership } = latestRecord(state)
  return { index, epoch, settled: index <= state.commitIndex, data: encodeMembership(membership) }
}

/** The membership that was told; undefined if its bytes are bad. */
export function membershipTold({ data }: ToldMembership): Membership | undefined {
  try {
    return decodeMembership(data)
  } catch (error) {
    if (error instanceof QuorateError) return undefined
    throw error
  }
}
