import type { Epoch, LogIndex, NodeId } from '../ids.ts'
import type { Membership } from '../membership/membership.ts'

/** What a replica is, in words that fit every protocol. */
export type Role = 'leader' | 'follower' | 'candidate' | 'observer'

/** One uniform view of an engine, for people, invariants and metrics. Cheap: it is asked for after every step. */
export interface Observation {
  readonly node: NodeId
  readonly role: Role
  /** The protocol's own word for what it is doing: `pre-candidate`, `LOOKING`, `SYNCHRONIZATION`, … */
  readonly phase: string
  /**
   * The term, epoch or round that the replica is in. Where slots are accepted one by one it is a ballot's round, which
   * several replicas can lead, each a ballot of its own.
   */
  readonly epoch: Epoch
  /** Who leads `epoch`, as far as this replica knows. */
  readonly leader: NodeId | undefined
  /** A leader that may propose and answer: a Raft leader; a Zab leader in the broadcast phase. */
  readonly established: boolean
  /** Everything up to here is known to be chosen, and is here or in a snapshot. */
  readonly commitIndex: LogIndex
  /** The highest index in use; where logs have holes, some lower ones may not be. */
  readonly lastIndex: LogIndex
  /** Everything up to here is durable here, or in a durable snapshot: no higher than below the first hole. */
  readonly durableIndex: LogIndex
  /** The first entry still in memory. */
  readonly firstIndex: LogIndex
  /**
   * Who takes part. Raft and Zab: as the last membership in the log says, chosen or not. Where slots are accepted one by
   * one: what is in force at the slot after `commitIndex`, and all that is pending by then.
   */
  readonly membership: Membership
}
