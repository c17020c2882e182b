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
  /**
   * Voters that keep the positions of the log and no commands: they vote, but cannot lead, answer reads or restore
   * anybody. Never empty. Only Raft has them.
   */
  readonly witnesses?: readonly NodeId[]
}

/** Who takes part now, and who will. */
export interface Membership extends Configuration {
  /**
   * Of joint quorums: who observes once they are left for the next ones alone. So whoever finds such a membership in a
   * log knows how to leave it. An observer to be may be a voter still.
   */
  readonly nextObservers?: readonly NodeId[]
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
 * A membership of these quorums and observers, some of the voters witnesses.
 *
 * @throws QuorateError `USAGE` if a replica is to be both voter and observer, or a witness that is no voter
 */
export function membershipOf(
  quorums: QuorumSystem,
  observers: readonly NodeId[],
  witnesses: readonly NodeId[] = [],
): Membership {
  const voters = votersIn(quorums)
  const both = observers.find((node) => voters.includes(node))
  if (both !== undefined) throw new QuorateError('USAGE', `replica ${both} cannot be a voter and an observer`)
  const plain = { quorums, observers: sortedNodes(observers) }
  return witnesses.length === 0 ? plain : withWitnesses(plain, witnesses)
}

/**
 * The same membership with these of its voters as witnesses.
 *
 * @throws QuorateError `USAGE` if one of them is no voter, or nobody would be left to keep commands
 */
export function withWitnesses(
  { quorums, observers }: Configuration,
  witnesses: readonly NodeId[],
): Membership {
  const membership = { quorums, observers, witnesses: sortedNodes(witnesses) }
  const problem = witnessProblem(membership)
  if (problem !== undefined) throw new QuorateError('USAGE', `these witnesses cannot be: ${problem}`)
  return membership
}

/** Why a membership's witnesses cannot be, in a sentence; undefined if they can. */
export function witnessProblem(membership: Configuration): string | undefined {
  const { witnesses } = membership
  if (witnesses === undefined) return undefined
  const voters = votersOf(membership)
  const stranger = witnesses.find((node) => !voters.includes(node))
  if (stranger !== undefined) return `witness ${stranger} is no voter`
  if (witnesses.length === 0) return 'a list of no witnesses is left out'
  if (witnesses.some((node, i) => i > 0 && node <= witnesses[i - 1]!)) return 'their list is not sorted'
  return witnesses.length === voters.length ? 'nobody is left to keep the commands' : undefined
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

export function isMember(membership: Configuration, node: NodeId): boolean {
  return isVoter(membership, node) || membership.observers.includes(node)
}

export function isVoter(membership: Configuration, node: NodeId): boolean {
  return votersOf(membership).includes(node)
}

export function isWitness({ witnesses }: Configuration, node: NodeId): boolean {
  return witnesses !== undefined && witnesses.includes(node)
}

/** The membership that decides the entry at `index`, with what is still pending then. */
export function membershipAt(membership: Membership, index: LogIndex): Membership {
  const { pending } = membership
  if (pending === undefined) return membership
  const last = pending.findLastIndex(({ from }) => from <= index)
  if (last < 0) return membership
  const inForce = pending[last]!.membership
  return last + 1 === pending.length ? { ...inForce } : { ...inForce, pending: pending.slice(last + 1) }
}
