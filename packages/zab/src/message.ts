import type { Entry, Epoch, LogIndex, NodeId, RejectReason } from '@quorate/core'
import type { Vote } from './election/vote.ts'

/** What a replica is doing, in Fast Leader Election's words. */
export type ServerState = 'LOOKING' | 'FOLLOWING' | 'LEADING' | 'OBSERVING'

/**
 * Tells others the sender's vote. The only message that is not part of a connection between a leader and a learner.
 * On one link session the messages of both kinds keep their order, so a LOOKING notification also says that every
 * connection that the sender had is gone.
 */
export interface Notification extends Vote {
  readonly type: 'NOTIFICATION'
  readonly state: ServerState
  /** The sender's logical clock. */
  readonly round: number
  readonly config: ToldMembership
}

/** The sender's last membership: for those who may know less, to know whom to ask. Nobody counts by it. */
export interface ToldMembership {
  /** The zxid of its entry. */
  readonly index: LogIndex
  readonly epoch: Epoch
  /** Does the sender know that it is committed? */
  readonly settled: boolean
  /** As `encodeMembership` gives it. */
  readonly data: Uint8Array
}

/** An established leader asks one that is a member, or is to become one, to connect. Not part of a connection. */
export interface Join {
  readonly type: 'JOIN'
  readonly epoch: Epoch
  /** Is it a voter, or to become one? Then nobody but the leader will do. */
  readonly votes: boolean
}

/**
 * What every message between a leader and a learner carries: the learner's number for its connection to this leader,
 * never used twice. What was sent, or held for the disk, on an earlier connection is told by it and ignored
 * (ZOOKEEPER-4712).
 */
interface OnConnection {
  readonly connection: number
}

/** Discovery: a voter connects, and says which epoch it has promised. */
export interface FollowerInfo extends OnConnection {
  readonly type: 'FOLLOWERINFO'
  readonly acceptedEpoch: Epoch
}

/** The same from an observer. */
export interface ObserverInfo extends OnConnection {
  readonly type: 'OBSERVERINFO'
  readonly acceptedEpoch: Epoch
}

/** Discovery: the leader's new epoch. Sent once the leader's own promise of it is durable. */
export interface LeaderInfo extends OnConnection {
  readonly type: 'LEADERINFO'
  readonly epoch: Epoch
  /** Does the leader count the learner as a voter? Then it promises, though it may not know yet that it votes. */
  readonly voter: boolean
  /** The sender, or the leader of a follower that feeds observers. */
  readonly leader: NodeId
}

/** The sender neither leads nor feeds observers: it does not take this one in. */
export interface Refuse extends OnConnection {
  readonly type: 'REFUSE'
}

/** Discovery: the learner promises the epoch, durably, and summarizes its history. */
export interface AckEpoch extends OnConnection {
  readonly type: 'ACKEPOCH'
  readonly epoch: Epoch
  /** False if this epoch had been promised before, maybe to another: "synchronize me, but do not count me". */
  readonly counts: boolean
  readonly currentEpoch: Epoch
  /** The last zxid logged. */
  readonly lastEpoch: Epoch
  readonly lastIndex: LogIndex
  /** The runs of equal epoch above what is known to be committed, newest first: epoch, last index, epoch, last index, … */
  readonly runs: readonly number[]
}

/** Synchronization: the learner's last entry is in the leader's history; what follows it comes as PROPOSALs. */
export interface Diff extends OnConnection {
  readonly type: 'DIFF'
  readonly epoch: Epoch
  readonly index: LogIndex
  /** The epoch of the entry at `index`. */
  readonly indexEpoch: Epoch
}

/** Synchronization: as DIFF, but the learner first drops what it has above `index`. */
export interface Trunc extends OnConnection {
  readonly type: 'TRUNC'
  readonly epoch: Epoch
  readonly index: LogIndex
  readonly indexEpoch: Epoch
}

/** Synchronization: travels with a snapshot that replaces the learner's history; answered by RECEIVED. */
export interface Snap extends OnConnection {
  readonly type: 'SNAP'
  readonly epoch: Epoch
}

/** Entries in the order of the leader's history: proposals, and before NEWLEADER the content of a synchronization. */
export interface Proposal extends OnConnection {
  readonly type: 'PROPOSAL'
  readonly epoch: Epoch
  readonly entries: readonly Entry[]
}

/** To observers: entries that are committed. */
export interface Inform extends OnConnection {
  readonly type: 'INFORM'
  readonly epoch: Epoch
  readonly entries: readonly Entry[]
}

/** Synchronization: how much has arrived. It is in memory only: for flow control, and to show progress. */
export interface Received extends OnConnection {
  readonly type: 'RECEIVED'
  readonly epoch: Epoch
  readonly index: LogIndex
  readonly indexEpoch: Epoch
}

/** Synchronization: the history up to `index` is the leader's initial history; adopt it, and the epoch. */
export interface NewLeader extends OnConnection {
  readonly type: 'NEWLEADER'
  readonly epoch: Epoch
  readonly index: LogIndex
}

/**
 * The sender has adopted `epoch`, and its history up to `index` is the leader's: all of it durable. The first one
 * acknowledges NEWLEADER, every later one all PROPOSALs up to `index`. An observer's counts for flow control only.
 */
export interface Ack extends OnConnection {
  readonly type: 'ACK'
  readonly epoch: Epoch
  readonly index: LogIndex
}

/** Synchronization is over: the history up to `commit` is committed, clients may be served. */
export interface UpToDate extends OnConnection {
  readonly type: 'UPTODATE'
  readonly epoch: Epoch
  readonly commit: LogIndex
}

/** Everything up to `index` is committed. */
export interface Commit extends OnConnection {
  readonly type: 'COMMIT'
  readonly epoch: Epoch
  readonly index: LogIndex
}

/** The leader lives. `round` is the last round of reads; the answer confirms it. */
export interface Ping extends OnConnection {
  readonly type: 'PING'
  readonly epoch: Epoch
  readonly round: number
}

export interface Pong extends OnConnection {
  readonly type: 'PONG'
  readonly epoch: Epoch
  readonly round: number
}

/** Commands of the sender's clients, to be proposed. */
export interface Request extends OnConnection {
  readonly type: 'REQUEST'
  readonly sequences: readonly number[]
  readonly commands: readonly Uint8Array[]
}

/** Those commands were not proposed and will not be. */
export interface Reject extends OnConnection {
  readonly type: 'REJECT'
  readonly sequences: readonly number[]
  readonly reason: RejectReason
}

/** Commands of an observer's clients, from the follower that feeds it to the leader. */
export interface RelayRequest extends OnConnection {
  readonly type: 'RELAYREQUEST'
  readonly origin: NodeId
  /** The observer's connection to that follower: what came on an earlier one of its is given up. */
  readonly originConnection: number
  readonly sequences: readonly number[]
  readonly commands: readonly Uint8Array[]
}

/** The answer to it, for the observer: those commands were not proposed and will not be. */
export interface RelayReject extends OnConnection {
  readonly type: 'RELAYREJECT'
  readonly origin: NodeId
  readonly originConnection: number
  readonly sequences: readonly number[]
  readonly reason: RejectReason
}

/** A learner's clients want to read; `round` is the learner's number for all reads of one turn. */
export interface Read extends OnConnection {
  readonly type: 'READ'
  readonly round: number
}

/** Those reads may be served once `index` is applied. */
export interface ReadIndex extends OnConnection {
  readonly type: 'READINDEX'
  readonly round: number
  readonly index: LogIndex
}

/** The leader leaves. All that was proposed is committed, and `designated` has it: it is to be elected, in `round`. */
export interface Handover extends OnConnection {
  readonly type: 'HANDOVER'
  readonly epoch: Epoch
  readonly round: number
  readonly designated: NodeId
  /** The last zxid of its history. */
  readonly zxidEpoch: Epoch
  readonly zxidIndex: LogIndex
}

/** Everything that Zab engines say to one another. */
export type ZabMessage = Notification | Join | LearnerMessage | LeaderMessage

/** From a learner to its leader. */
export type LearnerMessage = FollowerInfo | ObserverInfo | ConnectedMessage

/** The same but for the first, which makes the connection. */
export type ConnectedMessage = AckEpoch | Received | Ack | Pong | Request | RelayRequest | Read

/** From a leader to its learner. */
export type LeaderMessage =
  | LeaderInfo
  | Refuse
  | Diff
  | Trunc
  | Snap
  | Proposal
  | Inform
  | NewLeader
  | UpToDate
  | Commit
  | Ping
  | Reject
  | RelayReject
  | ReadIndex
  | Handover
