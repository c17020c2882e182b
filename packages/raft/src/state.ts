import type { Durability, Epoch, LogIndex, Membership, MemoryLog, NodeId } from '@quorate/core'
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
  /** Figure 2, persistent state: `log[]`. What is in memory is what the log store keeps. */
  log: MemoryLog
  /** Each membership that the log in memory knows, oldest first; the last one is in force. */
  memberships: MembershipRecord[]

  /** Have `term` or `votedFor` changed since they were last handed to the disk? */
  hardStateDirty: boolean
  /** The persist that carries the current `term` and `votedFor`. */
  hardStateSequence: number
  /** Entries up to here have been handed to the disk. */
  staged: LogIndex
  durability: Durability
  /** The disk failed: nothing more is promised. */
  failed: boolean
  stall: Stall

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
  /** Reads that this turn forwards. */
  reads: number[]
  /** Reads forwarded and not answered, oldest first. */
  forwardedReads: ForwardedReads[]
}

export interface ForwardedBatch {
  /** Ascending. */
  readonly sequences: readonly number[]
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
