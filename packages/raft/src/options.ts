import { type NodeId, QuorateError } from '@quorate/core'

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
  /**
   * Who should rather lead: a number for each replica, the higher the rather, 0 for those not named; the same on every
   * replica. A preference only: it never keeps anybody from being elected. Default: none.
   */
  readonly priorities?: Readonly<Record<NodeId, number>>
  /**
   * For so long of its own clock a voter that has answered a leader votes for nobody else, milliseconds; the leader then
   * serves `lease` reads without asking. The same on every replica. 0: no leases; such reads are served as linearizable
   * ones. Default: 0.
   */
  readonly leaseDuration?: number
  /** How far a replica's clock may run from true time, as a share of it: 0.05 is 50 ms in a second. Default: 0.05. */
  readonly clockDrift?: number
  /** Most bytes of commands in one AppendEntries (a single entry may exceed it). Default: 1 MiB. */
  readonly maxBatchBytes?: number
  /** Most AppendEntries under way to one follower. Default: 256. */
  readonly maxInflightMessages?: number
  /** Most bytes of commands under way to one follower. Default: 16 MiB. */
  readonly maxInflightBytes?: number
  /** Most bytes of commands that a leader holds uncommitted before it answers `overloaded`. Default: 64 MiB. */
  readonly maxUncommittedBytes?: number
  /** Most bytes of commands that a follower has forwarded and not seen in the log yet before it answers `overloaded`. Default: 16 MiB. */
  readonly maxForwardedBytes?: number
  /**
   * A leader tells members that are otherwise idle at once what has become committed, with an append without entries.
   * They learn it two message delays sooner than by the next append or heartbeat, for two messages more each. Default: false.
   */
  readonly eagerCommit?: boolean
  /** Entries kept in memory of those that are applied and durable, and up to as many again until those are let go of at once; older ones are read back when needed. Default: 1,000. */
  readonly memoryTail?: number
  /** Bytes of commands in them, at most. Default: 32 MiB. */
  readonly memoryTailBytes?: number
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
  /** Go through joint quorums on every change of membership, also where one step would do. Default: false. */
  readonly alwaysJoint?: boolean
  /** Rounds in which a replica that is to vote is brought up to date, at most. Default: 10. */
  readonly catchUpRounds?: number
  /** A round that takes this long ends the change of membership. Default: 30,000. */
  readonly catchUpTimeout?: number
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
  /** Count a lease from when its answers came instead of from when they were asked for. */
  readonly leaseFromAnswers?: boolean
  /** Forget in a restart that a lease was given. */
  readonly forgetLease?: boolean
  /** Serve by lease while leadership is handed over: the other may lead already. */
  readonly keepLeaseInTransfer?: boolean
  /** Change the membership before an entry of one's own term is committed: an earlier leader's change may yet win (M1). */
  readonly changeBeforeOwnCommit?: boolean
  /** Let a membership decide only once it is known to be committed, as engines do that apply it (M2): some know it before others. */
  readonly membershipWhenCommitted?: boolean
  /** Begin a change of membership while another is under way (M4): two steps may lead where quorums do not meet. */
  readonly overlappingChanges?: boolean
  /** Leave a joint membership without knowing that it is committed (M6): the old side may still decide without the new one. */
  readonly leaveJointEarly?: boolean
  /** Go to any other membership in one step: quorums of the two need not meet. */
  readonly skipJoint?: boolean
  /** Send witnesses what the leader's own disk does not hold, and commit what no voter with commands holds: they are lost with the leader. */
  readonly commitOnWitnesses?: boolean
}

/** Options with their defaults filled in, and times as counts of heartbeats where a leader counts them. */
export interface RaftConfig {
  readonly heartbeatInterval: number
  readonly electionMin: number
  readonly electionMax: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly leaderStickiness: boolean
  /** Only replicas whose priority is not 0; undefined: all are alike. */
  readonly priorities: ReadonlyMap<NodeId, number> | undefined
  /** What a voter gives, by its clock, and what a leader counts on, by its own; 0 and 0: no leases. */
  readonly leaseGranted: number
  readonly leaseUsed: number
  readonly maxBatchBytes: number
  readonly maxInflightMessages: number
  readonly maxInflightBytes: number
  readonly maxUncommittedBytes: number
  readonly maxForwardedBytes: number
  readonly eagerCommit: boolean
  readonly memoryTail: number
  readonly memoryTailBytes: number
  readonly compactionTail: number
  readonly compactionTailBytes: number
  readonly catchUpTail: number
  /** A member that has been silent for so many heartbeats does not count as heard. */
  readonly quietLimit: number
  /** So many heartbeats after its beginning a transfer of leadership is given up. */
  readonly transferBeats: number
  /** So many heartbeats with the same write under way are a stalled disk. */
  readonly stallLimit: number
  /** So many heartbeats received without news of a forwarded proposal end the waiting for it. */
  readonly forwardBeats: number
  readonly alwaysJoint: boolean
  readonly catchUpRounds: number
  /** A round that takes so many heartbeats is given up … */
  readonly catchUpBeats: number
  /** … and so is a newcomer that has been silent for so many. */
  readonly catchUpQuiet: number
  readonly unsafe: UnsafeRaftRules
}

/** Fills in the defaults. Options that cannot work are a `QuorateError` with code `USAGE`. */
export function resolveOptions(options: RaftOptions): RaftConfig {
  const heartbeatInterval = options.heartbeatInterval ?? 50
  const { min, max } = options.electionTimeout ?? { min: 300, max: 600 }
  if (!(heartbeatInterval > 0)) throw usage('heartbeatInterval must be above 0')
  if (!(min >= 2 * heartbeatInterval)) throw usage('electionTimeout.min must be at least two heartbeats')
  if (!(max > min)) throw usage('electionTimeout.max must be above min, or replicas campaign in step')
  const leaseGranted = atLeast(0, 'leaseDuration', options.leaseDuration ?? 0)
  const drift = options.clockDrift ?? 0.05
  if (!(drift >= 0 && drift < 1)) throw usage('clockDrift must be at least 0 and below 1')
  const beats = (milliseconds: number): number => Math.max(1, Math.floor(milliseconds / heartbeatInterval))
  return {
    heartbeatInterval,
    electionMin: min,
    electionMax: max,
    preVote: options.preVote ?? true,
    checkQuorum: options.checkQuorum ?? true,
    leaderStickiness: options.leaderStickiness ?? true,
    priorities: prioritiesOf(options),
    leaseGranted,
    leaseUsed: (leaseGranted * (1 - drift)) / (1 + drift),
    maxBatchBytes: atLeast(1, 'maxBatchBytes', options.maxBatchBytes ?? 2 ** 20),
    maxInflightMessages: atLeast(1, 'maxInflightMessages', options.maxInflightMessages ?? 256),
    maxInflightBytes: atLeast(1, 'maxInflightBytes', options.maxInflightBytes ?? 2 ** 24),
    maxUncommittedBytes: atLeast(1, 'maxUncommittedBytes', options.maxUncommittedBytes ?? 2 ** 26),
    maxForwardedBytes: atLeast(1, 'maxForwardedBytes', options.maxForwardedBytes ?? 2 ** 24),
    eagerCommit: options.eagerCommit ?? false,
    memoryTail: atLeast(0, 'memoryTail', options.memoryTail ?? 1000),
    memoryTailBytes: atLeast(0, 'memoryTailBytes', options.memoryTailBytes ?? 32 << 20),
    compactionTail: atLeast(0, 'compactionTail', options.compactionTail ?? 100_000),
    compactionTailBytes: atLeast(0, 'compactionTailBytes', options.compactionTailBytes ?? 32 << 20),
    catchUpTail: atLeast(0, 'catchUpTail', options.catchUpTail ?? 100_000),
    quietLimit: beats(min),
    transferBeats: beats(max),
    stallLimit: beats(options.diskStallTimeout ?? 600),
    forwardBeats: beats(options.forwardTimeout ?? 1_200),
    alwaysJoint: options.alwaysJoint ?? false,
    catchUpRounds: atLeast(1, 'catchUpRounds', options.catchUpRounds ?? 10),
    catchUpBeats: beats(options.catchUpTimeout ?? 30_000),
    catchUpQuiet: beats(2 * max),
    unsafe: options.unsafe ?? {},
  }
}

/** The longest silence after which a replica campaigns: see `campaignDelay` and `isLeased`. */
export function longestWait({ electionMin, electionMax, priorities, leaseGranted }: RaftConfig): number {
  const levels = new Set([0, ...(priorities?.values() ?? [])]).size
  return electionMax + (levels - 1) * (electionMax - electionMin) + leaseGranted
}

function prioritiesOf({ priorities = {} }: RaftOptions): ReadonlyMap<NodeId, number> | undefined {
  const given = Object.entries(priorities).map(([node, priority]): [number, number] => [
    Number(node),
    priority,
  ])
  for (const [node, priority] of given) {
    if (!Number.isInteger(node) || !Number.isFinite(priority))
      throw usage('priorities must be numbers, by replica id')
  }
  const others = given.filter(([, priority]) => priority !== 0)
  return others.length === 0 ? undefined : new Map(others)
}

function atLeast(least: number, name: string, value: number): number {
  if (!(value >= least)) throw usage(`${name} must be at least ${least}`)
  return value
}

function usage(problem: string): QuorateError {
  return new QuorateError('USAGE', `raft: ${problem}`)
}
