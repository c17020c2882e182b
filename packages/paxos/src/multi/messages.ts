import type { Entry, LogIndex, MessageShapes, NodeId, RejectReason } from '@quorate/core'

/** Every message of a ballot names it: who leads it, and its round. */
interface OfBallot {
  readonly round: number
  readonly node: NodeId
}

/** Phase 1a: asks for a promise, once for all slots from `from` on. PMMC, figure 6: a scout's `p1a`. */
export interface Prepare extends OfBallot {
  readonly type: 'Prepare'
  readonly from: LogIndex
  /** The sender's option of that name: replicas with different ones must not work together. */
  readonly window: number
}

/** Phase 1b: promised, and what was accepted before in the slots `from … to` that are not known to be chosen. PMMC: `p1b`. */
export interface Promise1b extends OfBallot {
  readonly type: 'Promise'
  readonly from: LogIndex
  /** This piece tells of slots up to here; the proposer asks on if `last` lies above. */
  readonly to: LogIndex
  /** The highest slot that the acceptor has accepted anything in. */
  readonly last: LogIndex
  /** The acceptor knows every slot up to here to be chosen, and tells nothing of them. */
  readonly chosen: LogIndex
  readonly entries: readonly Entry[]
  /** The ballots of `entries`, as `packBallots` packs them. */
  readonly ballots: readonly number[]
}

/** An acceptor has promised a higher ballot. PMMC: the `p1b` and `p2b` that preempt. */
export interface Refuse extends OfBallot {
  readonly type: 'Refuse'
  readonly promisedRound: number
  readonly promisedNode: NodeId
}

/** Phase 2a: asks to accept these values, each in the slot that is its index. PMMC, figure 6: a commander's `p2a`. */
export interface Accept extends OfBallot {
  readonly type: 'Accept'
  /** The first slot that this ballot proposes for: what is below was chosen before. */
  readonly start: LogIndex
  /** The leader's newest beat: an answer shows that nothing higher had been promised then. */
  readonly beat: number
  /** Every slot up to here is chosen. */
  readonly chosen: LogIndex
  readonly entries: readonly Entry[]
}

/** Phase 2b: accepted in this ballot and durable. PMMC: `p2b`. */
export interface Accepted extends OfBallot {
  readonly type: 'Accepted'
  /** Every slot from the ballot's `start` up to here. */
  readonly to: LogIndex
  /** And these above it: `first, last` each. */
  readonly ranges: readonly number[]
}

/** The leader is there; what is chosen; and asks for an answer to this beat. */
export interface Heartbeat extends OfBallot {
  readonly type: 'Heartbeat'
  readonly start: LogIndex
  readonly beat: number
  readonly chosen: LogIndex
}

/** Nothing above this ballot had been promised when the beat arrived. */
export interface HeartbeatAck extends OfBallot {
  readonly type: 'HeartbeatAck'
  readonly beat: number
  /** The slots from `start` up to here have arrived; */
  readonly received: LogIndex
  /** those up to here are accepted and durable; */
  readonly durable: LogIndex
  /** and those up to here are known to be chosen, and durable. */
  readonly chosen: LogIndex
}

/** Asks for chosen values from this slot on. */
export interface Learn {
  readonly type: 'Learn'
  readonly from: LogIndex
}

/** Chosen values, one slot after the other, each with the ballot in which the sender accepted it. */
export interface Learned {
  readonly type: 'Learned'
  readonly chosen: LogIndex
  readonly entries: readonly Entry[]
  readonly ballots: readonly number[]
}

/** Comes with a snapshot that the host carries. */
export interface InstallSnapshot {
  readonly type: 'InstallSnapshot'
}

/** A member's own clients' proposals for the leader of that ballot. */
export interface Forward extends OfBallot {
  readonly type: 'Forward'
  readonly sequences: readonly number[]
  readonly commands: readonly Uint8Array[]
}

/** These were not proposed and never will be. */
export interface ForwardRefused extends OfBallot {
  readonly type: 'ForwardRefused'
  readonly sequences: readonly number[]
  readonly reason: RejectReason
}

/** A member's clients read: up to which slot must it have applied? */
export interface ReadIndex extends OfBallot {
  readonly type: 'ReadIndex'
  readonly id: number
}

/** This read and those before it may be served once `index` is applied. */
export interface ReadIndexResponse extends OfBallot {
  readonly type: 'ReadIndexResponse'
  readonly id: number
  readonly index: LogIndex
}

/** The one who was taken for the leader of that ballot is not, or no longer. */
export interface NotLeader extends OfBallot {
  readonly type: 'NotLeader'
}

export type PaxosMessage =
  | Prepare
  | Promise1b
  | Refuse
  | Accept
  | Accepted
  | Heartbeat
  | HeartbeatAck
  | Learn
  | Learned
  | InstallSnapshot
  | Forward
  | ForwardRefused
  | ReadIndex
  | ReadIndexResponse
  | NotLeader

/** The wire format. New fields and types are added at the end. */
export const multiPaxosShapes: MessageShapes = {
  Prepare: ['round', 'node', 'from', 'window'],
  Promise: ['round', 'node', 'from', 'to', 'last', 'chosen', 'entries', 'ballots'],
  Refuse: ['round', 'node', 'promisedRound', 'promisedNode'],
  Accept: ['round', 'node', 'start', 'beat', 'chosen', 'entries'],
  Accepted: ['round', 'node', 'to', 'ranges'],
  Heartbeat: ['round', 'node', 'start', 'beat', 'chosen'],
  HeartbeatAck: ['round', 'node', 'beat', 'received', 'durable', 'chosen'],
  Learn: ['from'],
  Learned: ['chosen', 'entries', 'ballots'],
  InstallSnapshot: [],
  Forward: ['round', 'node', 'sequences', 'commands'],
  ForwardRefused: ['round', 'node', 'sequences', 'reason'],
  ReadIndex: ['round', 'node', 'id'],
  ReadIndexResponse: ['round', 'node', 'id', 'index'],
  NotLeader: ['round', 'node'],
}
