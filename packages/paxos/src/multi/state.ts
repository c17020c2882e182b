import type {
  Ballot,
  Durability,
  Entry,
  EntryKind,
  LogIndex,
  Membership,
  NodeId,
  RequestId,
} from '@quorate/core'
import type { SlotLog } from './disk/slot-log.ts'
import type { Progress } from './leader/progress.ts'

/** The roles of Paxos that a replica takes besides being an acceptor and a learner, which it always is. */
export type PaxosRole = 'follower' | 'candidate' | 'leader'

/**
 * The whole state of one Multi-Paxos replica, as plain data: acceptor, leader and learner ("replica" in *Paxos Made
 * Moderately Complex*, PMMC below) in one. Changed only by functions named `become…`, `advance…`, `accept…` and
 * `learn…`, and by what they are made of.
 */
export interface PaxosState {
  self: NodeId

  /** Acceptor. PMMC, figure 4: `ballot_num`: nothing below it is promised or accepted any more. On disk. */
  promised: Ballot
  /** Acceptor. PMMC, figure 4: `accepted`, of which the highest ballot of each slot is kept. On disk. */
  log: SlotLog
  /** Has `promised`, or who decides, changed since it was last handed to the disk? */
  hardStateDirty: boolean
  /** The persist that carries the present `promised`. */
  hardStateSequence: number
  /** What is durable, as far as it is chosen. */
  durability: Durability
  /** What is durable of what was accepted in the ballot `promised`: every slot from its start up to there. */
  acceptance: Durability
  /** Slots from the ballot's start up to here are accepted in it, or known to be chosen. */
  received: LogIndex
  /** The disk failed: nothing more is promised. */
  failed: boolean
  stall: Stall
  /** Whom nothing is promised against, and until when by this replica's clock. */
  lease: Lease

  role: PaxosRole
  /** Who leads the ballot `promised`, as far as is known. */
  leader: NodeId | undefined
  /** Heard from `leader` less than the minimum election timeout ago. */
  leaderAlive: boolean
  /** The highest round that this replica has heard of: its next ballot lies above. */
  seenRound: number
  /** How often in a row its ballots were refused: its patience doubles each time. */
  preemptions: number
  /** Promises given to others since a leader was last heard. */
  grants: number

  /** Learner. Every slot up to here is known to be chosen. PMMC, figure 1: one below the first gap in `decisions`. */
  commit: LogIndex
  /** Learner. PMMC, figure 1: `slot_out - 1`: handed to the host. */
  applied: LogIndex
  /** The newest snapshot in this replica's store; 0 without one. */
  snapshotIndex: LogIndex
  /** Each membership that was chosen, as far as the log in memory knows, oldest first, with what is pending behind it. */
  memberships: MembershipRecord[]
  /** Chosen values that were asked for and have not come. */
  learning: Learning | undefined
  /** Voters of the newest membership that have told of something chosen behind its beginning: they know that they decide. */
  aware: Set<NodeId>
  /** Replicas that are being sent a snapshot. */
  transfers: Set<NodeId>

  /** The last id allotted to a forwarded read. Starts above all ids of earlier starts. */
  allotted: number
  requests: OwnRequests
  /** There while `role` is `candidate` or `leader`: the ballot is `promised`. PMMC, figure 6: its scout. */
  phase1: Phase1 | undefined
  /** There while `role` is `leader`. PMMC, figure 7. */
  leadership: Leadership | undefined
  /** What a member keeps for its leader. Started afresh with each ballot. */
  following: Following
}

/** A membership as it stands once the entry at `index` is chosen: what is in force then, and what is pending. */
export interface MembershipRecord {
  readonly index: LogIndex
  readonly membership: Membership
}

/** How long the oldest write has been under way, in timeouts. */
export interface Stall {
  sequence: number
  ticks: number
}

/** `holder` 0: whom is not known any more. `until` undefined: it is from the first step on that time is told. */
export interface Lease {
  holder: NodeId
  until: number | undefined
}

/** Proposals of this replica's own clients. */
export interface OwnRequests {
  /** The highest sequence that went into a slot or to a leader. */
  lastProposed: number
  /** Everything up to here has been abandoned or ended otherwise. */
  lastAbandoned: number
}

export interface Learning {
  readonly from: NodeId
  /** So many of this replica's or its leader's heartbeats ago it was asked for. */
  beats: number
}

/** Phase 1 of this replica's ballot: who has promised, and what they had accepted. */
export interface Phase1 {
  /** Slots below were known to be chosen when it began. */
  readonly from: LogIndex
  /** How far those have told what they accepted who have not told all. */
  readonly partial: Map<NodeId, LogIndex>
  /** Those who have promised and told all. */
  readonly promised: Set<NodeId>
  /** What others have accepted, by slot: of the highest ballot. */
  readonly accepted: Map<LogIndex, AcceptedValue>
  /** The highest slot that any of them knows to be chosen, with all below, and who that is. */
  chosen: LogIndex
  source: NodeId
}

export interface AcceptedValue {
  readonly ballot: Ballot
  readonly entry: Entry
}

/** PMMC, figure 7: a leader whose ballot was adopted. */
export interface Leadership {
  /** The first slot of this ballot: all below were chosen before. */
  readonly start: LogIndex
  /** The highest slot that phase 1 found a value in: up to here proposals are not free. */
  top: LogIndex
  /** The next slot to propose for. PMMC, figure 1: `slot_in`. */
  next: LogIndex
  /** Proposals that wait for a free slot in the window. */
  queue: Proposal[]
  /** So many of them have a slot already; 0 between two turns. */
  taken: number
  /** Bytes of commands in the queue and in slots that are not chosen. */
  pendingBytes: number
  /** Counts heartbeats and rounds of reads. */
  beat: number
  /** When the beats began that a lease may yet be counted from, oldest first. */
  begun: { readonly beat: number; readonly at: number }[]
  leaseUntil: number
  /** Every member but the leader itself, by id. */
  progress: Map<NodeId, Progress>
  /** The membership last seen to have a quorum of promises. */
  opened: Membership | undefined
  /** The beat in which those were last asked who have to promise before a later membership can decide. */
  askedAt: number
  /** May something have become chosen since the last turn? */
  acknowledged: boolean
  /** May a round of reads have become confirmed since the last turn? */
  confirmed: boolean
  /** Per member, the highest sequence of its forwarded proposals that was taken or refused. */
  forwarded: Map<NodeId, number>
  reads: LeaderReads
  /** A change of membership under way: who waits for it, and its slot once it has one. */
  change: { readonly sequence: number; slot: LogIndex } | undefined
}

export interface Proposal {
  readonly kind: EntryKind
  readonly request: RequestId | undefined
  readonly data: Uint8Array
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
  readonly beat: number
  /** What was known to be chosen when the round was begun. */
  readonly index: LogIndex
  readonly locals: readonly number[]
  readonly remotes: readonly RemoteRead[]
}

/** What a member keeps for its current leader. */
export interface Following {
  /** The first slot of the leader's ballot. */
  start: LogIndex
  /** The leader knows every slot up to here to be chosen. */
  chosen: LogIndex
  /** `commit` when the last heartbeat came. */
  commitAtBeat: LogIndex
  /** `chosen` as of the last heartbeat. */
  chosenAtBeat: LogIndex
  /** The leader's newest beat that was answered. */
  beat: number
  /** Is an answer to an Accept owed? Sent once a turn. */
  owes: boolean
  /** Slots accepted this turn above `received`: `first, last` each. */
  ranges: number[]
  /** Heartbeats received from this leader. */
  beats: number
  /** Proposals that this turn forwards. */
  sequences: number[]
  commands: Uint8Array[]
  /** Proposals forwarded and not applied yet, oldest first. */
  forwarded: ForwardedBatch[]
  /** Reads that this turn forwards. */
  reads: number[]
  /** Reads forwarded and not answered, oldest first. */
  forwardedReads: ForwardedReads[]
}

export interface ForwardedBatch {
  /** Ascending. */
  readonly sequences: readonly number[]
  /** How many of `sequences` have been seen applied. */
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
