import { QuorateError } from '@quorate/core'

/** Options of {@link raft}. Times are in milliseconds, sizes in bytes of commands. */
export interface RaftOptions {
  /** Between two heartbeats of a leader. Default: 50. */
  readonly heartbeatInterval?: number
  /**
   * A follower suspects its leader after `min` of silence and campaigns after a delay drawn between `min` and `max`.
   * A leader that has heard nothing fresh from a quorum for `min` steps down. Default: 300 to 600.
   */
  readonly electionTimeout?: { readonly min: number; readonly max: number }
  /** Ask whether an election could be won before disturbing anyone with a higher term. Default: true. */
  readonly preVote?: boolean
  /** A leader without a quorum steps down, and a follower of a live leader refuses its vote. Default: true. */
  readonly checkQuorum?: boolean
  /**
   * Refuse votes (with `checkQuorum`) and pre-votes to others while the leader is alive, as the thesis has it in §4.2.3.
   * Safe without it; but whoever loses touch with the leader then deposes it. Default: true.
   */
  readonly leaderStickiness?: boolean
  /** Most bytes of commands in one AppendEntries (a single entry may exceed it). Default: 1 MiB. */
  readonly maxBatchBytes?: number
  /** Most AppendEntries under way to one follower. Default: 256. */
  readonly maxInflightMessages?: number
  /** Most bytes of commands under way to one follower. Default: 16 MiB. */
  readonly maxInflightBytes?: number
  /** Most bytes of commands that a leader holds uncommitted before it answers `overloaded`. Default: 64 MiB. */
  readonly maxUncommittedBytes?: number
  /** Entries kept behind a snapshot for followers that are a little behind, at most. Default: 100,000. */
  readonly compactionTail?: number
  /** Bytes of commands in them, at most. Default: 32 MiB. */
  readonly compactionTailBytes?: number
  /** Entries kept at most behind a newer snapshot while an older one is on its way to a follower. Default: 100,000. */
  readonly catchUpTail?: number
  /** Silence about a forwarded proposal, under a live leader, after which it is abandoned. Default: 1,200. */
  readonly forwardTimeout?: number
  /** A leader whose oldest write has been under way for this long steps down. Default: 600. */
  readonly diskStallTimeout?: number
  /** Rules of Raft to break, for lessons and for tests of simulators and checkers. Default: none. */
  readonly unsafe?: UnsafeRaftRules
}

/** Rules that make Raft safe, each of which can be switched off by setting its field. Never in production. */
export interface UnsafeRaftRules {
  /** Commit by counting replicas of an earlier term's entry. Figure 8 of the paper shows what is lost. */
  readonly commitOldTerms?: boolean
  /** Forget the vote on stepping down within a term: two leaders in one term. */
  readonly forgetVoteOnStepDown?: boolean
  /** Count one's own vote, and ask for others, before it is durable: a crash brings a second vote. */
  readonly countSelfVoteBeforeDurable?: boolean
  /** Acknowledge entries, and count one's own, before they are durable: a crash loses committed entries. */
  readonly ackBeforeDurable?: boolean
  /** Answer linearizable reads without asking a quorum: a deposed leader answers with stale state. */
  readonly skipReadConfirmation?: boolean
  /** Answer reads before a commit in one's own term: a new leader does not know yet what is committed. */
  readonly skipOwnTermReadGate?: boolean
  /** Leave the vote out of the hard state: a restart brings a second vote. */
  readonly persistNoVote?: boolean
  /** Let any answer of this term confirm every read that waits, as if rounds had no numbers: late answers vouch for a deposed leader. */
  readonly reuseReadRounds?: boolean
  /** Take what the middle voter of the list holds for what a quorum holds, without sorting: commits without a quorum. */
  readonly unsortedQuorumScan?: boolean
  /** Treat an append whose predecessor has been compacted here as a conflict: a late message takes committed entries away. */
  readonly purgedPrevIsConflict?: boolean
  /** Count answers to an earlier session of appends: what a member had before its disk was replaced still counts. */
  readonly acceptOldSessions?: boolean
  /** Let the completion of a write whose entries were replaced meanwhile (ABA) make their replacements durable. */
  readonly trustOvertakenWrites?: boolean
  /** As the only voter, commit entries before they are durable: a crash loses what was acknowledged. */
  readonly commitAloneBeforeDurable?: boolean
  /** Go on leading without a quorum: who still hears the heartbeats elects nobody else. */
  readonly leadWithoutQuorum?: boolean
  /** Go on leading with a disk that completes nothing. */
  readonly ignoreStalledDisk?: boolean
}

/** Options with their defaults filled in, and times as counts of heartbeats where a leader counts them. */
export interface RaftConfig {
  readonly heartbeatInterval: number
  readonly electionMin: number
  readonly electionMax: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly leaderStickiness: boolean
  readonly maxBatchBytes: number
  readonly maxInflightMessages: number
  readonly maxInflightBytes: number
  readonly maxUncommittedBytes: number
  readonly compactionTail: number
  readonly compactionTailBytes: number
  readonly catchUpTail: number
  /** A member that has been silent for so many heartbeats does not count as heard. */
  readonly quietLimit: number
  /** So many heartbeats with the same write under way are a stalled disk. */
  readonly stallLimit: number
  /** So many heartbeats received without news of a forwarded proposal end the waiting for it. */
  readonly forwardBeats: number
  readonly unsafe: UnsafeRaftRules
}

/** Fills in the defaults. Options that cannot work are a `QuorateError` with code `USAGE`. */
export function resolveOptions(options: RaftOptions): RaftConfig {
  const heartbeatInterval = options.heartbeatInterval ?? 50
  const { min, max } = options.electionTimeout ?? { min: 300, max: 600 }
  if (!(heartbeatInterval > 0)) throw usage('heartbeatInterval must be above 0')
  if (!(min >= 2 * heartbeatInterval)) throw usage('electionTimeout.min must be at least two heartbeats')
  if (!(max > min)) throw usage('electionTimeout.max must be above min, or replicas campaign in step')
  const beats = (milliseconds: number): number => Math.max(1, Math.floor(milliseconds / heartbeatInterval))
  return {
    heartbeatInterval,
    electionMin: min,
    electionMax: max,
    preVote: options.preVote ?? true,
    checkQuorum: options.checkQuorum ?? true,
    leaderStickiness: options.leaderStickiness ?? true,
    maxBatchBytes: atLeast(1, 'maxBatchBytes', options.maxBatchBytes ?? 2 ** 20),
    maxInflightMessages: atLeast(1, 'maxInflightMessages', options.maxInflightMessages ?? 256),
    maxInflightBytes: atLeast(1, 'maxInflightBytes', options.maxInflightBytes ?? 2 ** 24),
    maxUncommittedBytes: atLeast(1, 'maxUncommittedBytes', options.maxUncommittedBytes ?? 2 ** 26),
    compactionTail: atLeast(0, 'compactionTail', options.compactionTail ?? 100_000),
    compactionTailBytes: atLeast(0, 'compactionTailBytes', options.compactionTailBytes ?? 32 << 20),
    catchUpTail: atLeast(0, 'catchUpTail', options.catchUpTail ?? 100_000),
    quietLimit: beats(min),
    stallLimit: beats(options.diskStallTimeout ?? 600),
    forwardBeats: beats(options.forwardTimeout ?? 1_200),
    unsafe: options.unsafe ?? {},
  }
}

function atLeast(least: number, name: string, value: number): number {
  if (!(value >= least)) throw usage(`${name} must be at least ${least}`)
  return value
}

function usage(problem: string): QuorateError {
  return new QuorateError('USAGE', `raft: ${problem}`)
}
