import { QuorateError } from '../errors.ts'
import type { LogIndex, NodeId } from '../ids.ts'
import { type QuorumSystem, votersIn } from './quorum-system.ts'
import { sortedNodes } from './sorted-nodes.ts'

/** Who takes part at some position of the log. Lists are sorted and share no id. */
export interface Configuration {
  /** Which sets of voters elect and decide. */
  readonly quorums: QuorumSystem
  /** Replicas that receive the log but are in no quorum: Raft's learners, Zab's observers. */
  readonly observers: readonly NodeId[]
}

/** Who takes part now, and who will. */
export interface Membership extends Configuration {
  /**
   * What is chosen already and comes into force later, by ascending `from`; never empty. Multi-Paxos: what is chosen in a
   * slot counts from a window of slots on.
   */
  readonly pending?: readonly PendingMembership[]
}

/** A membership that decides from the entry at `from` on. */
export interface PendingMembership {
  readonly from: LogIndex
  readonly membership: Configuration
}

/**
 * A membership of equal voters.
 *
 * @throws QuorateError `USAGE` if a replica is to be both voter and observer
 */
export function majorityOf(voters: readonly NodeId[], observers: readonly NodeId[] = []): Membership {
  return membershipOf({ type: 'majority', voters: sortedNodes(voters) }, observers)
}

/**
 * A membership of these quorums and observers.
 *
 * @throws QuorateError `USAGE` if a replica is to be both voter and observer
 */
export function membershipOf(quorums: QuorumSystem, observers: readonly NodeId[]): Membership {
  const voters = votersIn(quorums)
  const both = observers.find((node) => voters.includes(node))
  if (both !== undefined) throw new QuorateError('USAGE', `replica ${both} cannot be a voter and an observer`)
  return { quorums, observers: sortedNodes(observers) }
}

/** Every voter, sorted, each once. */
export function votersOf(membership: Configuration): readonly NodeId[] {
  return votersIn(membership.quorums)
}

/** Every member of now, voters and observers, sorted. */
export function membersOf(membership: Configuration): readonly NodeId[] {
  return sortedNodes([...votersOf(membership), ...membership.observers])
}

/** Every member of now and of what is pending, sorted. */
export function everyMember(membership: Membership): readonly NodeId[] {
  const { pending = [] } = membership
  return sortedNodes([...membersOf(membership), ...pending.flatMap((later) => membersOf(later.membership))])
}

export function isVoter(membership: Configuration, node: NodeId): boolean {
  return votersOf(membership).includes(node)
}

/** The membership that decides the entry at `index`, with what is still pending then. */
export function membershipAt(membership: Membership, index: LogIndex): Membership {
  const { pending } = membership
  if (pending === undefined) return membership
  const last = pending.findLastIndex(({ from }) => from <= index)
  if (last < 0) return membership
  const { quorums, observers } = pending[last]!.membership
  return last + 1 === pending.length
    ? { quorums, observers }
    : { quorums, observers, pending: pending.slice(last + 1) }
}
