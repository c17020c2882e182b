import type { Entry, Epoch, LogIndex, MessageShapes, RejectReason } from '@quorate/core'

/** What the sender of a vote, or of a request for one, knows to be committed. */
export interface VoteCommit {
  readonly commit: LogIndex
  /** The term of the entry at `commit`. */
  readonly commitTerm: Epoch
}

/** Pre-candidate → voters: "would you vote for me in `term + 1`?" Binds nobody. Thesis §9.6. */
export interface RequestPreVote extends VoteCommit {
  readonly type: 'RequestPreVote'
  /** The sender's current term; it asks about the next one. */
  readonly term: Epoch
  /** Tells the sender's rounds apart, across restarts too. */
  readonly round: number
  readonly lastLogIndex: LogIndex
  readonly lastLogTerm: Epoch
}

/** Voter → pre-candidate. */
export interface RequestPreVoteResponse extends VoteCommit {
  readonly type: 'RequestPreVoteResponse'
  /** The voter's current term. If it is higher than the asker's, the asker adopts it. */
  readonly term: Epoch
  readonly round: number
  readonly granted: boolean
}

/** Candidate → voters. Figure 2, RequestVote RPC. Leaves when the candidate's log, term and vote are durable. */
export interface RequestVote extends VoteCommit {
  readonly type: 'RequestVote'
  readonly term: Epoch
  readonly lastLogIndex: LogIndex
  readonly lastLogTerm: Epoch
  /** Above 0: the leader of the term before has asked for this campaign, and needs no lease given for its rounds up to here. */
  readonly release: number
}

/** Voter → candidate. A granted one leaves when the vote is durable. */
export interface RequestVoteResponse extends VoteCommit {
  readonly type: 'RequestVoteResponse'
  readonly term: Epoch
  readonly granted: boolean
}

/** Leader → each member. Figure 2, AppendEntries RPC. */
export interface AppendEntries {
  readonly type: 'AppendEntries'
  readonly term: Epoch
  /** Which unbroken stream of appends to this follower it belongs to; comes back in the answer. */
  readonly session: number
  /** The leader's newest round of heartbeats or reads; an answer confirms it. */
  readonly round: number
  readonly prevLogIndex: LogIndex
  readonly prevLogTerm: Epoch
  readonly leaderCommit: LogIndex
  /** Is the member a witness, for which commands are left out? Always sent. */
  readonly witness?: boolean
  readonly entries: readonly Entry[]
}

/** Member → leader. A successful one leaves when everything it covers is durable. */
export interface AppendEntriesResponse {
  readonly type: 'AppendEntriesResponse'
  readonly term: Epoch
  readonly session: number
  readonly round: number
  readonly success: boolean
  /** Success: the logs are equal and durable up to here. Otherwise: the `prevLogIndex` that did not match. */
  readonly index: LogIndex
  /** After a mismatch: no index above this one can match … */
  readonly hintIndex: LogIndex
  /** … and the member's term there. */
  readonly hintTerm: Epoch
}

/** Leader → each member, by timer; to voters also when reads wait and nothing else is to be sent. */
export interface Heartbeat {
  readonly type: 'Heartbeat'
  readonly term: Epoch
  readonly session: number
  readonly round: number
  /** What is committed, but never more than this member is known to hold. */
  readonly leaderCommit: LogIndex
}

/** Member → leader, at once: says only what is durable already. */
export interface HeartbeatResponse {
  readonly type: 'HeartbeatResponse'
  readonly term: Epoch
  readonly session: number
  readonly round: number
  /** The member's log equals the leader's up to here, durable or not: shows the leader which appends were lost. */
  readonly received: LogIndex
  /** … and durably up to here: makes up for lost acknowledgements. */
  readonly durable: LogIndex
}

/** Leader → member whose next entry has been compacted; travels with the snapshot. Figure 13; the host carries meta and chunks. */
export interface InstallSnapshot {
  readonly type: 'InstallSnapshot'
  readonly term: Epoch
  readonly session: number
  readonly round: number
  /** Is the member a witness? Always sent. */
  readonly witness?: boolean
}

/** Member → leader: proposals of this member's clients. `sequences[i]` is the request of `commands[i]`. */
export interface Forward {
  readonly type: 'Forward'
  readonly term: Epoch
  readonly sequences: readonly number[]
  readonly commands: readonly Uint8Array[]
}

/** Leader → member: these forwarded proposals were not and will not be put in the log. */
export interface ForwardRefused {
  readonly type: 'ForwardRefused'
  readonly term: Epoch
  readonly sequences: readonly number[]
  readonly reason: RejectReason
}

/** Member → leader: from which index may I serve reads that arrived up to now? Thesis §6.4. */
export interface ReadIndex {
  readonly type: 'ReadIndex'
  readonly term: Epoch
  /** Grows with each one that a member sends, across restarts too. */
  readonly id: number
}

/** Leader → member: answers that read and all that the member sent before it. */
export interface ReadIndexResponse {
  readonly type: 'ReadIndexResponse'
  readonly term: Epoch
  readonly id: number
  readonly index: LogIndex
}

/** Member → member: you took me for the leader of `term`, or of an earlier one; I no longer lead. */
export interface NotLeader {
  readonly type: 'NotLeader'
  readonly term: Epoch
}

/** Leader → the member that is to take over, once it holds the whole log: campaign now. Thesis §3.10. */
export interface TimeoutNow {
  readonly type: 'TimeoutNow'
  readonly term: Epoch
  /** Rounds up to here belong to this transfer; whoever has seen a later one knows that it was given up. */
  readonly release: number
}

/** Everything that Raft replicas say to each other. Who says it is known from the link. */
export type RaftMessage =
  | RequestPreVote
  | RequestPreVoteResponse
  | RequestVote
  | RequestVoteResponse
  | AppendEntries
  | AppendEntriesResponse
  | Heartbeat
  | HeartbeatResponse
  | InstallSnapshot
  | Forward
  | ForwardRefused
  | ReadIndex
  | ReadIndexResponse
  | NotLeader
  | TimeoutNow

/** The fields of each message, in the order in which they are encoded. */
export const raftShapes: MessageShapes & Readonly<Record<RaftMessage['type'], readonly string[]>> = {
  RequestPreVote: ['term', 'round', 'lastLogIndex', 'lastLogTerm', 'commit', 'commitTerm'],
  RequestPreVoteResponse: ['term', 'round', 'granted', 'commit', 'commitTerm'],
  RequestVote: ['term', 'lastLogIndex', 'lastLogTerm', 'commit', 'commitTerm', 'release'],
  RequestVoteResponse: ['term', 'granted', 'commit', 'commitTerm'],
  AppendEntries: [
    'term',
    'session',
    'round',
    'prevLogIndex',
    'prevLogTerm',
    'leaderCommit',
    'witness',
    'entries',
  ],
  AppendEntriesResponse: ['term', 'session', 'round', 'success', 'index', 'hintIndex', 'hintTerm'],
  Heartbeat: ['term', 'session', 'round', 'leaderCommit'],
  HeartbeatResponse: ['term', 'session', 'round', 'received', 'durable'],
  InstallSnapshot: ['term', 'session', 'round', 'witness'],
  Forward: ['term', 'sequences', 'commands'],
  ForwardRefused: ['term', 'sequences', 'reason'],
  ReadIndex: ['term', 'id'],
  ReadIndexResponse: ['term', 'id', 'index'],
  NotLeader: ['term'],
  TimeoutNow: ['term', 'release'],
}
