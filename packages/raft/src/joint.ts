import {
  assert,
  encodeMembership,
  equalBytes,
  isWitness,
  membersOf,
  type Membership,
  membershipOf,
  type NodeId,
  quorumProblem,
  QuorateError,
  type QuorumSystem,
  votersIn,
} from '@quorate/core'

/**
 * The membership that somebody asks for, in order; undefined if Raft cannot work with it, or cannot get there from the
 * present one: a replica stays a witness, or stays none, as long as it is a member. What it has skipped it never gets.
 */
export function usableTarget(now: Membership, asked: Membership): Membership | undefined {
  const { quorums, observers, witnesses } = asked
  if (quorums.type === 'joint' || !observers.every((id) => Number.isSafeInteger(id) && id > 0))
    return undefined
  if (quorumProblem(quorums, { electionsMeet: true, witnesses: true }) !== undefined) return undefined
  const target = orderly(quorums, observers, witnesses)
  if (target === undefined) return undefined
  const stays = membersOf(target).filter((member) => membersOf(now).includes(member))
  return stays.every((member) => isWitness(now, member) === isWitness(target, member)) ? target : undefined
}

function orderly(
  quorums: QuorumSystem,
  observers: readonly NodeId[],
  witnesses: readonly NodeId[] | undefined,
): Membership | undefined {
  try {
    return membershipOf(quorums, observers, witnesses)
  } catch (error) {
    if (error instanceof QuorateError) return undefined
    throw error
  }
}

/**
 * May the next membership follow the present one at once? Then each quorum of the one must meet each of the other.
 * Majorities that differ by one voter do (thesis §4.1, figure 4.3), and so do quorums that stay the same. Of others
 * nothing is taken for granted.
 */
export function isOneStep(now: Membership, next: Membership): boolean {
  if (isSameSystem(now.quorums, next.quorums)) return true
  if (now.quorums.type !== 'majority' || next.quorums.type !== 'majority') return false
  const old = new Set(now.quorums.voters)
  const added = next.quorums.voters.filter((voter) => !old.delete(voter))
  return added.length + old.size <= 1
}

function isSameSystem(a: QuorumSystem, b: QuorumSystem): boolean {
  const form = (quorums: QuorumSystem): Uint8Array => encodeMembership({ quorums, observers: [] })
  return equalBytes(form(a), form(b))
}

/**
 * The membership between two: quorums of both decide together. Raft (extended), §6: C-old,new. Who is to be an observer
 * and votes still becomes one when it is left (M8).
 */
export function jointOf(now: Membership, next: Membership): Membership {
  const quorums = { type: 'joint', old: now.quorums, next: next.quorums } as const
  const voters = votersIn(quorums)
  const observers = [...now.observers, ...next.observers].filter((id) => !voters.includes(id))
  const witnesses = [...(now.witnesses ?? []), ...(next.witnesses ?? [])]
  return { ...membershipOf(quorums, observers, witnesses), nextObservers: next.observers }
}

/** Is it between two? Not if there is nothing behind it to go to. */
export function isJoint({ quorums }: Membership): boolean {
  return quorums.type === 'joint' && votersIn(quorums.next).length > 0
}

/** The membership behind a joint one: C-new. Whoever has the joint one in its log can tell. */
export function leaveJoint({
  quorums,
  observers,
  witnesses = [],
  nextObservers = observers,
}: Membership): Membership {
  assert(quorums.type === 'joint', 'only a joint membership is left')
  const voters = votersIn(quorums.next)
  return membershipOf(
    quorums.next,
    nextObservers.filter((id) => !voters.includes(id)),
    witnesses.filter((id) => voters.includes(id)),
  )
}
