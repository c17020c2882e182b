import type {
  Durability,
  Entry,
  Epoch,
  LogIndex,
  Membership,
  NodeId,
  ReadBack,
  SnapshotMeta,
  TieredLog,
} from '@quorate/core'
import type { Vote } from './election/vote.ts'
import type { LookingReason } from './marks.ts'
import type { Notification, ServerState } from './message.ts'

/** Everything that a Zab engine knows: one plain object. */
export interface ZabState {
  self: NodeId
  /** What decides: the last membership in the log. */
  membership: Membership
  /** The one at the log's base, and those in the log, by index; the last one is `membership`. */
  memberships: MembershipRecord[]
  /** Everything up to here is known to be committed from what others told of their memberships; nothing is applied by it. */
  settledIndex: LogIndex
  /** A later membership, of which somebody has told: whom else to ask for a leader. */
  hint: MembershipRecord | undefined
  /** What the host's log store counted: the high part of connection numbers. */
  incarnation: number

  /** The newest epoch promised: the last LEADERINFO accepted, `f.p` in the paper. Durable before it counts. */
  acceptedEpoch: Epoch
  /** The newest epoch adopted: the last NEWLEADER accepted, `f.a` in the paper. Durable with the history it stands for. */
  currentEpoch: Epoch
  /** The history, logged or about to be. */
  log: TieredLog
  /** The last entry handed to a persist. */
  saved: LogIndex
  durability: Durability
  /** The persist that has been under way longest, and for how many ticks. */
  disk: { oldest: number; ticks: number }

  state: ServerState
  /** Known to be committed. After a start that is what the machine was restored to, and nothing above it. */
  commitIndex: LogIndex
  /** Handed out to be applied. */
  applied: LogIndex
  /** The newest snapshot that this replica has built or installed. */
  snapshot: SnapshotMeta | undefined
  /** Peers with a link session. */
  links: Set<NodeId>

  /** Fast Leader Election's logical clock. */
  round: number
  /** The vote proposed while LOOKING, and afterwards the one that the election ended with. */
  vote: Vote
  /** While LOOKING. */
  election: Election | undefined
  /** While FOLLOWING or OBSERVING. */
  following: Following | undefined
  /** While LEADING. */
  leadership: Leadership | undefined

  /** Connections to leaders made since the start. */
  connections: number
  /** Of an observer: followers that failed to feed it since it was up to date last. */
  shunned: NodeId[]
  /** The last own proposal whose end may be unknown; 0 if there is none. */
  lastOwnProposal: number
  /** Leadership on its way to another: kept until the one who asked for it has an answer. */
  handover: HandingOver | undefined
  /** A persist failed: the host is about to stop this replica. */
  failed: boolean
}

/** A membership, and the zxid of its entry; or of the log's base, for the one in force there. */
export interface MembershipRecord {
  index: LogIndex
  epoch: Epoch
  membership: Membership
}

/** A change of membership that somebody has asked this leader for. */
export interface MembershipChange {
  sequence: number
  target: Membership
  /** The leader's wall clock when it was asked for. */
  time: number
  /** Until those who are to vote are up to date; then it is in the log. */
  catchUp: CatchUp | undefined
}

export interface CatchUp {
  /** Who is to vote and does not yet. */
  newcomers: readonly NodeId[]
  /** What they must have acknowledged for this round to end. */
  goal: LogIndex
  rounds: number
  /** Of this round. */
  ticks: number
  /** How far they have come together. */
  reached: number
  /** Ticks since that grew. */
  quiet: number
}

/** Leadership that this replica hands over. */
export interface HandingOver {
  to: NodeId
  /** Of the request that asks for it, if one does. */
  sequence: number | undefined
  /** Why it leaves even if nobody takes over. */
  resigns: LookingReason | undefined
  /** Ticks left: until it is given up, and once `sent`, until the one who asked is answered. */
  ticks: number
  /** Has HANDOVER been sent? Then this replica has left. */
  sent: boolean
}

/** FastLeaderElection.lookForLeader: what one election has heard. */
export interface Election {
  /** Votes of this round: `recvset`. Without the own one. */
  received: Map<NodeId, Vote>
  /** The last notification of each voter that is not looking: `outofelection`. */
  outside: Map<NodeId, Notification>
  /** The vote that the last leader asked for when it left; decides without `finalizeWait`. */
  designated: Vote | undefined
  /** Learners that connected before this replica knew whether it leads. */
  waiting: WaitingLearner[]
  /** Is a quorum of equal votes waiting for a better one? */
  finalizing: boolean
  /** Has that wait run out? */
  finalized: boolean
  /** Milliseconds until the vote is sent again. */
  interval: number
  /** Has the vote changed this turn, and is to be told? */
  tellDue: boolean
}

/** A FOLLOWERINFO or OBSERVERINFO, kept. */
export interface WaitingLearner {
  node: NodeId
  connection: number
  acceptedEpoch: Epoch
}

/**
 * Where a learner stands with its leader.
 * - `DISCOVERY`: it has sent FOLLOWERINFO and waits for LEADERINFO.
 * - `PROMISED`: it has promised the epoch with ACKEPOCH and waits for DIFF, TRUNC or SNAP.
 * - `SYNCHRONIZATION`: it collects what the leader sends until NEWLEADER, changing nothing.
 * - `ADOPTED`: it has adopted history and epoch with NEWLEADER and waits for UPTODATE.
 * - `BROADCAST`: it serves.
 */
export type FollowingPhase = 'DISCOVERY' | 'PROMISED' | 'SYNCHRONIZATION' | 'ADOPTED' | 'BROADCAST'

export interface Following {
  /** Whom it is connected to: the leader, or to an observer maybe a follower that feeds it. */
  leader: NodeId
  /** Who leads: a feeder's leader, as LEADERINFO says. */
  elected: NodeId
  /** The number of this connection. */
  connection: number
  phase: FollowingPhase
  /** The leader's epoch; 0 before LEADERINFO. */
  epoch: Epoch
  /** Ticks since the leader was last heard. */
  silent: number
  sync: Synchronization | undefined
  /** How far the leader's history has come: received while it is collected, logged from NEWLEADER on. */
  end: LogIndex
  /** Is RECEIVED due this turn? */
  reportDue: boolean
  /** Is ACK due this turn? */
  ackDue: boolean
  /** An adoption that an unsafe rule has torn in two: its second half waits for this persist. */
  torn: { sequence: number; sync: Synchronization } | undefined
  /** Proposals of this turn, to be forwarded. */
  sequences: number[]
  commands: Uint8Array[]
  /** Reads of this turn, to be forwarded. */
  reads: number[]
  /** Number of the last READ. */
  readRound: number
  /** Reads forwarded, oldest first. */
  pendingReads: { round: number; sequences: number[] }[]
  /** Once observers have asked to be fed. */
  relay: Relay | undefined
}

/** A history under construction: nothing of it is in the log before NEWLEADER. */
export interface Synchronization {
  mode: 'DIFF' | 'TRUNC' | 'SNAP'
  /** The entry to build on. */
  index: LogIndex
  indexEpoch: Epoch
  /** Received and durable, not installed. */
  snapshot: SnapshotMeta | undefined
  /** What follows it. */
  entries: Entry[]
}

/** The phases of a leader. Zab (DSN 2011), section 4; ZooKeeper's QuorumPeer.ZabState. */
export type LeadershipPhase = 'DISCOVERY' | 'SYNCHRONIZATION' | 'BROADCAST'

/** What it takes to serve learners: a leader has it, and a follower that feeds observers. */
export interface Serving {
  /** A follower's is BROADCAST, or DISCOVERY as long as it is not up to date itself. */
  phase: LeadershipPhase
  /** The epoch proposed; 0 before a quorum has connected. */
  epoch: Epoch
  /** In order of their ids. */
  learners: Learner[]
  /** Ticks so far: what reading back counts its attempts by. */
  ticks: number
  readBack: ReadBack
}

/** What a follower that feeds observers needs to know. All its learners are observers. ZooKeeper's ObserverMaster. */
export interface Relay extends Serving {
  /** READs of this turn, to be forwarded. */
  reads: RemoteRead[]
  /** Those forwarded, by the round of the READ that they were part of; oldest first. */
  pendingReads: { round: number; reads: RemoteRead[] }[]
}

/** How far the forwarded commands of one replica have come, on its newest connection. */
export interface RequestSource {
  node: NodeId
  connection: number
  /** The last command that it forwarded. */
  lastRequest: number
}

export interface Leadership extends Serving {
  /** The persist that makes the leader's own promise of the epoch durable. */
  promisePersist: number
  /** The persist that makes its adoption of the epoch durable. */
  adoptionPersist: number
  /** Voters without a connection that will not come back to this attempt. Before BROADCAST. */
  lost: Set<NodeId>
  /** Ticks left to make progress. Before BROADCAST. */
  patience: number
  /** Has a voter begun a later round since? */
  hasDoubters: boolean
  /** A change of membership that is asked for, until it is done. */
  change: MembershipChange | undefined
  /** The last membership of which this leader knows that it is committed, and has drawn the consequences. */
  settled: LogIndex | undefined
  /** When. */
  settledTick: number
  uncommittedBytes: number
  /** Observers that followers feed and that have sent commands. */
  relayed: RequestSource[]
  /** Reads of this turn. */
  ownReads: number[]
  remoteReads: RemoteRead[]
  /** Number of the last round of reads. */
  readRound: number
  /** Rounds that wait for a quorum, oldest first. */
  pendingReads: ReadRound[]
}

/** A READ of a learner. */
export interface RemoteRead {
  node: NodeId
  connection: number
  round: number
}

/** All reads of one turn at the leader. */
export interface ReadRound {
  round: number
  /** Committed when the round began. */
  index: LogIndex
  own: number[]
  remote: RemoteRead[]
}

/**
 * Where a leader stands with a learner.
 * - `CONNECTED`: its FOLLOWERINFO has come, there is no epoch yet.
 * - `INVITED`: LEADERINFO is sent.
 * - `PROMISED`: its ACKEPOCH has come.
 * - `SNAP`: a snapshot is under way to it.
 * - `SYNC`: sync content is being sent.
 * - `NEWLEADER`: NEWLEADER is sent.
 * - `ACKED`: it has acknowledged NEWLEADER.
 * - `UPTODATE`: UPTODATE is sent.
 */
export type LearnerPhase =
  | 'CONNECTED'
  | 'INVITED'
  | 'PROMISED'
  | 'SNAP'
  | 'SYNC'
  | 'NEWLEADER'
  | 'ACKED'
  | 'UPTODATE'

export interface Learner extends RequestSource {
  voter: boolean
  phase: LearnerPhase
  acceptedEpoch: Epoch
  /** Does its promise of the epoch count? */
  counts: boolean
  /** From ACKEPOCH: its last zxid, and the runs of its history. */
  lastEpoch: Epoch
  lastIndex: LogIndex
  runs: readonly number[]
  /** The next entry to send. */
  next: LogIndex
  /** NEWLEADER follows this entry. */
  target: LogIndex
  /** Its history is the leader's, and durable, up to here. Counts from `ACKED` on. */
  acked: LogIndex
  /** The last commit sent. */
  committed: LogIndex
  /** What was sent and is not acknowledged, oldest first. */
  inFlight: { index: LogIndex; bytes: number }[]
  inFlightBytes: number
  /** Ticks since it was last heard. */
  silent: number
  /** The last round of reads that it confirmed. */
  confirmed: number
}
