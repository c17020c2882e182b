import {
  type Membership,
  type QuorumSystem,
  QuorateError,
  assert,
  encodeMembership,
  equalBytes,
  membershipOf,
  quorumProblem,
  votersIn,
} from '@quorate/core'

/** The membership that somebody asks for, in order; undefined if Zab cannot work with it. */
export function usableTarget({ quorums, observers, witnesses }: Membership): Membership | undefined {
  if (quorums.type === 'joint' || witnesses !== undefined) return undefined
  if (!observers.every((id) => Number.isSafeInteger(id) && id > 0)) return undefined
  if (quorumProblem(quorums, { electionsMeet: true }) !== undefined) return undefined
  try {
    return membershipOf(quorums, observers)
  } catch (error) {
    if (error instanceof QuorateError) return undefined
    throw error
  }
}

/** Are the quorums the same? Then a change is of observers only, and takes one entry. */
export function isSameSystem(a: QuorumSystem, b: QuorumSystem): boolean {
  const form = (quorums: QuorumSystem): Uint8Array => encodeMembership({ quorums, observers: [] })
  return equalBytes(form(a), form(b))
}

/**
 * The membership between two: quorums of both elect and decide together, as in ZooKeeper while a reconfiguration is
 * pending. It says what is behind it, so whoever leads can complete it.
 */
export function jointOf(now: Membership, next: Membership): Membership {
  const quorums = { type: 'joint', old: now.quorums, next: next.quorums } as const
  const voters = votersIn(quorums)
  const observers = [...now.observers, ...next.observers].filter((id) => !voters.includes(id))
  return { ...membershipOf(quorums, observers), nextObservers: next.observers }
}

export function isJoint({ quorums }: Membership): boolean {
  return quorums.type === 'joint'
}

/** The membership behind a joint one. */
export function leaveJoint({ quorums, observers, nextObservers = observers }: Membership): Membership {
  assert(quorums.type === 'joint', 'only a joint membership is left')
  const voters = votersIn(quorums.next)
  return membershipOf(
    quorums.next,
    nextObservers.filter((id) => !voters.includes(id)),
  )
}
