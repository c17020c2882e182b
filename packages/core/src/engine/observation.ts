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
  readonly epoch: Epoch
  /** Who leads `epoch`, as far as this replica knows. */
  readonly leader: NodeId | undefined
  /** A leader that may propose and answer: a Raft leader; a Zab leader in the broadcast phase. */
  readonly established: boolean
  readonly commitIndex: LogIndex
  readonly lastIndex: LogIndex
  readonly durableIndex: LogIndex
  /** The first entry still in memory. */
  readonly firstIndex: LogIndex
  readonly membership: Membership
}
