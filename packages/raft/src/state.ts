import type { Durability, Epoch, LogIndex, Membership, NodeId, ReadBack, TieredLog } from '@quorate/core'
import type { Progress } from './progress.ts'

/** Raft's own roles. An observer is a follower that is no voter. */
export type RaftRole = 'follower' | 'pre-candidate' | 'candidate' | 'leader'

/**
 * The whole state of one Raft replica, as plain data: what figure 2 of the paper lists under "State", and what it takes
 * to write, send and answer once a turn. Changed only by functions named `become…`, `advance…` and `append…`, and by
 * what they are made of.
 */
export interface RaftState {
  self: NodeId

  /** Figure 2, persistent state: `currentTerm`. */
  term: Epoch
  /** Figure 2, persistent state: `votedFor` in `term`. */
  votedFor: NodeId | undefined
  /** Figure 2, persistent state: `log[]`. The older part may be in the log store alone. */
  log: TieredLog
  /** Each membership that the log in memory knows, oldest first; the last one is in force. */
  memberships: MembershipRecord[]

  /** Does the log leave commands out, as a witness's does? Persistent, and for good. */
  blank: boolean
  /** Have `term`, `votedFor` or `blank` changed since they were last handed to the disk? */
  hardStateDirty: boolean
  /** The persist that carries the current `term` and `votedFor`. */
  hardStateSequence: number
  /** Entries up to here have been handed to the disk. */
  staged: LogIndex
  durability: Durability
  /** The disk failed: nothing more is promised. */
  failed: boolean
  stall: Stall
  /** The word that this voter has given its leader. Only with leases. */
  lease: Lease
  /** A transfer of leadership that this replica has begun as leader and not seen the end of. */
  transfer: Transfer | undefined

  role: RaftRole
  /** Who leads `term`, as far as is known. */
  leader: NodeId | undefined
  /** A follower that heard from `leader` less than the minimum election timeout ago. */
  leaderAlive: boolean

  /** Figure 2, volatile state: `commitIndex`. */
  commit: LogIndex
  /** Figure 2, volatile state: `lastApplied`: handed to the host. */
  applied: LogIndex
  /** The newest snapshot in this replica's store; 0 without one. */
  snapshotIndex: LogIndex

  /** The last id allotted to a round of pre-votes or a forwarded read. Starts above all ids of earlier starts. */
  allotted: number
  requests: OwnRequests
  /** There while `role` is `pre-candidate` or `candidate`. */
  candidacy: Candidacy | undefined
  /** There while `role` is `leader`. */
  leadership: Leadership | undefined
  /** What a member keeps for its leader. Started afresh with each one. */
  following: Following
}

/** A membership, and the entry or snapshot that it came with. */
export interface MembershipRecord {
  readonly index: LogIndex
  readonly membership: Membership
}

/** How long the oldest write has been under way, in timeouts. */
export interface Stall {
  sequence: number
  ticks: number
}

/** A voter that has answered a leader's round votes for nobody else for a while. Thesis §6.4.1. */
export interface Lease {
  readonly holder: NodeId | undefined
  readonly term: Epoch
  /** The newest round of that leader that it was given for. */
  readonly round: number
  /** In this replica's monotonic milliseconds; undefined: an earlier start may have given it, and no clock was read since. */
  readonly until: number | undefined
}

/** Leadership on its way to another. Thesis §3.10. */
export interface Transfer {
  readonly to: NodeId
  /** The term that the giver leads, or led. */
  readonly term: Epoch
  /** Who asked for it; undefined: the leader itself. */
  readonly sequence: number | undefined
  /** Why the leader steps down if nothing comes of it; undefined: it goes on. */
  readonly resigns: string | undefined
  /** Rounds up to here are set aside for this transfer: no lease counts for them. */
  readonly release: number
  /** So many heartbeats from its beginning it is given up. */
  readonly limit: number
  beats: number
  /** Has the other been told to campaign? Then it may lead whatever becomes of this. */
  sent: boolean
}

/** Proposals of this replica's own clients. */
export interface OwnRequests {
  /** The highest sequence that went into the log or to a leader. */
  lastProposed: number
  /** Everything up to here has been abandoned or ended otherwise. */
  lastAbandoned: number
}

/** Votes asked for. */
export interface Candidacy {
  /** The round of pre-votes; 0 for a candidate, whose votes are told apart by their term. */
  round: number
  votes: Map<NodeId, boolean>
}

/** Figure 2, volatile state on leaders. */
export interface Leadership {
  /** The leader's first entry in its own term: reads wait for its commit. */
  start: LogIndex
  /** Counts heartbeats and rounds of reads. */
  round: number
  /** The last session of appends begun to anyone. */
  lastSession: number
  /** Every member but the leader itself, by id. */
  progress: Map<NodeId, Progress>
  /** May something have become committed since the last turn? */
  acknowledged: boolean
  /** May a round of reads have become confirmed since the last turn? */
  confirmed: boolean
  /** Bytes of commands above `commit`. */
  uncommittedBytes: number
  /** Per member, the highest sequence of its forwarded proposals that was taken or refused: repeats are not taken again. */
  forwarded: Map<NodeId, number>
  reads: LeaderReads
  lease: LeaderLease
  preference: Preference
  readBack: ReadBack
  /** The change of membership that was asked for here and has no answer yet. */
  change: MembershipChange | undefined
  /** The entry of the last membership that is known to be committed and has been acted on; -1: none yet. */
  settled: LogIndex
  /** Who is no member any more and is still told so. */
  leaving: Leaving | undefined
  /** The round in which all were told that this leader is no voter any more. */
  farewell: number | undefined
}

/** A change of membership under way at the leader that was asked for it. */
export interface MembershipChange {
  readonly sequence: number
  readonly target: Membership
  /** While those who are to vote are brought up to date; the log knows nothing of the change then. */
  catchUp: CatchUp | undefined
}

export interface Leaving {
  peers: readonly NodeId[]
  /** Heartbeats since that was committed. */
  beats: number
}

/** Replicas that are to vote are brought up to date before they do, in rounds. Thesis §4.2.1. */
export interface CatchUp {
  /** Sorted. Some may be no members yet. */
  readonly newcomers: readonly NodeId[]
  /** The round is over when they all hold the log up to here. */
  goal: LogIndex
  rounds: number
  /** Heartbeats since the round began. */
  beats: number
}

/** For how long nobody else can be elected, as far as the leader knows. Thesis §6.4.1. */
export interface LeaderLease {
  /** When the rounds began that it may yet be counted from, oldest first. */
  begun: BegunRound[]
  /** In the leader's own monotonic milliseconds … */
  until: number
  /** … by the voters of the membership that came with this entry. */
  membership: LogIndex
}

export interface BegunRound {
  readonly round: number
  readonly at: number
}

/** When a leader next looks for a voter of higher priority. */
export interface Preference {
  /** Heartbeats since it last did, or since it leads. */
  beats: number
  /** How many it waits. Doubled with each transfer that failed. */
  wait: number
}

/** Linearizable reads at the leader. */
export interface LeaderReads {
  /** Own clients' reads that wait for the next round. */
  locals: number[]
  /** Other members' reads that wait for the next round. */
  remotes: RemoteRead[]
  /** Rounds that a quorum has not confirmed yet, oldest first. */
  rounds: ReadRound[]
}

export interface RemoteRead {
  readonly node: NodeId
  readonly id: number
}

export interface ReadRound {
  readonly round: number
  /** The commit index when the round was begun. */
  readonly index: LogIndex
  readonly locals: readonly number[]
  readonly remotes: readonly RemoteRead[]
}

/** What a member keeps for its current leader. */
export interface Following {
  /** The log equals the leader's up to here. */
  received: LogIndex
  /** The session in which the leader last took this replica for a witness; -1 for none. */
  witness: number
  /** The leader's newest round that was answered. */
  round: number
  /** Success owed to the leader, sent once a turn: up to which index; -1 for none. */
  ackIndex: LogIndex
  ackSession: number
  ackRound: number
  /** Heartbeats received from this leader. */
  beats: number
  /** Proposals that this turn forwards. */
  sequences: number[]
  commands: Uint8Array[]
  /** Proposals forwarded and not seen in the log yet, oldest first. */
  forwarded: ForwardedBatch[]
  /** Bytes of commands in what is to be forwarded and what has been. */
  waitingBytes: number
  /** Reads that this turn forwards. */
  reads: number[]
  /** Reads forwarded and not answered, oldest first. */
  forwardedReads: ForwardedReads[]
}

export interface ForwardedBatch {
  /** Ascending. */
  readonly sequences: readonly number[]
  /** Of its commands: all of them count until the last is seen. */
  readonly bytes: number
  /** How many of `sequences` have been seen in the log. */
  seen: number
  /** Of how many heartbeats it was sent. */
  readonly beat: number
}

export interface ForwardedReads {
  readonly id: number
  readonly sequences: readonly number[]
  /** Of how many heartbeats it was last sent. */
  beat: number
}
