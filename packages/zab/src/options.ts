/** Options of {@link zab}. Times are milliseconds; a limit in ticks is that many times `tick`. */
export interface ZabOptions {
  /** How often a leader pings its learners, and what limits are counted in. Learners tick up to half as slowly, so that they do not act in lock-step. Default: 50. */
  readonly tick?: number
  /** Ticks of silence after which a synchronized learner leaves its leader, or a leader gives a learner up. Default: 5. */
  readonly syncLimit?: number
  /** Ticks without progress after which discovery or synchronization is given up. A snapshot under way is progress. Default: 20. */
  readonly initLimit?: number
  /**
   * Ticks without progress after which discovery is given up if a voter looks for a leader again meanwhile: it can be
   * elected with. ZooKeeper's leader.maxTimeToWaitForEpoch. Default: 4.
   */
  readonly epochLimit?: number
  /**
   * How long a quorum of equal votes waits for a better one from voters that have not spoken yet. Not waited for once
   * every voter within reach agrees. ZooKeeper's 200 ms would alone eat the budget from a leader's death to the next
   * commit; on links that report a peer's loss, 20 ms only has to cover a vote under way. Default: 20.
   */
  readonly finalizeWait?: number
  /** How long a looking replica waits before it sends its vote again; doubles each time up to `max`. Default: 60 to 960. */
  readonly notificationInterval?: { readonly min: number; readonly max: number }
  /** Ticks that one persist may take before a leader gives up and the replica stands in no election. Default: 20. */
  readonly stallLimit?: number
  /** Ticks that a leader which is asked to hand over waits for the designated one, and then for it to lead. Default: 10. */
  readonly handoverLimit?: number
  /**
   * Ticks without progress after which a change of membership is given up, because somebody who is to vote does not come
   * close to the leader's history. Default: 40.
   */
  readonly catchUpLimit?: number
  /** Bytes of commands in one PROPOSAL or INFORM, unless its first entry alone is larger. Default: 1 MiB. */
  readonly maxBatchBytes?: number
  /** PROPOSALs (INFORMs) to one learner that it has not acknowledged. Default: 256. */
  readonly maxInFlightMessages?: number
  /** Bytes of commands to one learner that it has not acknowledged. Default: 8 MiB. */
  readonly maxInFlightBytes?: number
  /** Bytes of uncommitted commands at a leader above which proposals are turned down as overloaded. Default: 64 MiB. */
  readonly maxUncommittedBytes?: number
  /** Reads that may wait at one replica for their confirmation. Default: 100,000. */
  readonly maxPendingReads?: number
  /** Entries kept below a snapshot, so that a learner which is a little behind gets a DIFF and no SNAP. Default: 100,000. */
  readonly compactionTail?: number
  /** Bytes of commands in them, at most. Default: 32 MiB. */
  readonly compactionTailBytes?: number
  /** Entries kept in memory, and up to as many again until those are let go of at once; older ones are read back from the log store. Default: 1,000. */
  readonly memoryTail?: number
  /** Bytes of commands in them. Default: 32 MiB. */
  readonly memoryTailBytes?: number
  /**
   * May followers feed observers, so that a leader with many of them sends little? Observers with this option then
   * connect to followers if they can, and followers with it take them in. ZooKeeper's observerMasterPort. Default: false.
   */
  readonly followersFeedObservers?: boolean
  /** Rules to break, for lessons and for testing tests. */
  readonly unsafe?: UnsafeRules
}

/** Rules that can be switched off. Each one is a bug that ZooKeeper had, or the reason for a rule. All default to false. */
export interface UnsafeRules {
  /** A follower acknowledges NEWLEADER before its history is durable (ZOOKEEPER-3911, 3023, 4646, 4785). */
  readonly ackNewLeaderBeforeDurable?: boolean
  /** currentEpoch is persisted before the history that it stands for (ZOOKEEPER-4643). */
  readonly currentEpochBeforeHistory?: boolean
  /** Votes and ACKEPOCH tell the last committed instead of the last logged zxid (ZOOKEEPER-2845). */
  readonly reportCommittedZxid?: boolean
  /** A leader proposes its epoch before its own promise of it is durable (ZOOKEEPER-1291). */
  readonly proposeEpochBeforeDurable?: boolean
  /** A leader answers linearizable reads without asking whether it still leads. */
  readonly skipQuorumOnReads?: boolean
  /** Proposals are acknowledged, and a leader counts its own, before they are durable. */
  readonly ackBeforeDurable?: boolean
  /** A leader commits by what followers said they had in ACKEPOCH, before they have adopted its history. */
  readonly countEpochAcks?: boolean
  /** A leader is established by a quorum of ACKEPOCH, before one has adopted its history with NEWLEADER. */
  readonly establishOnEpochAcks?: boolean
  /** A follower told to truncate keeps what it has, and takes in only what lies beyond (cf. ZOOKEEPER-1549). */
  readonly skipTruncation?: boolean
  /** acceptedEpoch is not written to disk: a restart brings a second promise of one epoch. */
  readonly persistNoPromise?: boolean
  /** A follower applies its leader's history when it has adopted it, before it is known to be committed. */
  readonly applyOnSync?: boolean
  /** Votes and ACKEPOCH are compared by zxid alone, not first by currentEpoch: figure 8 of Raft, in Zab. */
  readonly ignoreEpochInVotes?: boolean
  /** Votes are compared by id alone, and no leader looks whether a follower is ahead of it. */
  readonly electById?: boolean
  /** A leader goes on leading without a quorum. */
  readonly leadWithoutQuorum?: boolean
  /** A leader goes on leading with a disk that completes nothing. */
  readonly ignoreStalledDisk?: boolean
  /** A new membership follows the old one at once, with no joint one between. */
  readonly skipJoint?: boolean
  /** While a change is pending only the old quorums are asked. */
  readonly commitWithOldQuorum?: boolean
  /** A membership is in force when it is known to be committed, not when it is logged. */
  readonly adoptMembershipWhenCommitted?: boolean
  /** New voters count before they are up to date, or there at all. */
  readonly countBeforeCaughtUp?: boolean
  /** currentEpoch is written with UPTODATE instead of NEWLEADER (ZOOKEEPER-1282). */
  readonly adoptEpochOnUpToDate?: boolean
  /** NEWLEADER goes out before the content of the synchronization that it ends (ZOOKEEPER-3104). */
  readonly newLeaderBeforeContent?: boolean
  /** A learner acknowledges all that NEWLEADER names, whether it has come or not (ZOOKEEPER-4352). */
  readonly believeNewLeader?: boolean
  /** A snapshot is taken over when it has come, in memory only, instead of with NEWLEADER (ZOOKEEPER-3642). */
  readonly installSnapInMemory?: boolean
  /** A learner's first ACK must be that of NEWLEADER alone, or its leader leaves it (ZOOKEEPER-4685). */
  readonly expectNewLeaderAck?: boolean
  /** COMMITs are sent before UPTODATE, to learners who give up over them (ZOOKEEPER-4394). */
  readonly commitBeforeUpToDate?: boolean
  /** A leader counts what a learner said on an earlier connection (ZOOKEEPER-4712). */
  readonly countEarlierConnections?: boolean
  /** Who joins an ensemble keeps its own round, and asks for a quorum of equal votes, rounds included (ZOOKEEPER-1732). */
  readonly joinByWholeVotes?: boolean
  /** Discovery and synchronization are given up after initLimit, however they go on (ZOOKEEPER-2678). */
  readonly absoluteInitLimit?: boolean
  /** A leader gives up when the lower 32 bits of the index are all used in its epoch (ZOOKEEPER-1277). */
  readonly counterOf32Bits?: boolean
}

/** {@link ZabOptions} with every default filled in. */
export type ZabSettings = Required<Omit<ZabOptions, 'unsafe'>> & { readonly unsafe: Required<UnsafeRules> }

/** How much slower than `tick` a learner may tick. */
export const learnerTickFactor = 1.5

/** Every rule kept. */
const allRules: Required<UnsafeRules> = {
  ackNewLeaderBeforeDurable: false,
  currentEpochBeforeHistory: false,
  reportCommittedZxid: false,
  proposeEpochBeforeDurable: false,
  skipQuorumOnReads: false,
  ackBeforeDurable: false,
  countEpochAcks: false,
  establishOnEpochAcks: false,
  skipTruncation: false,
  persistNoPromise: false,
  applyOnSync: false,
  ignoreEpochInVotes: false,
  electById: false,
  leadWithoutQuorum: false,
  ignoreStalledDisk: false,
  skipJoint: false,
  commitWithOldQuorum: false,
  adoptMembershipWhenCommitted: false,
  countBeforeCaughtUp: false,
  adoptEpochOnUpToDate: false,
  newLeaderBeforeContent: false,
  believeNewLeader: false,
  installSnapInMemory: false,
  expectNewLeaderAck: false,
  commitBeforeUpToDate: false,
  countEarlierConnections: false,
  joinByWholeVotes: false,
  absoluteInitLimit: false,
  counterOf32Bits: false,
}

export function resolveOptions(options: ZabOptions): ZabSettings {
  return {
    tick: options.tick ?? 50,
    syncLimit: options.syncLimit ?? 5,
    initLimit: options.initLimit ?? 20,
    epochLimit: options.epochLimit ?? 4,
    finalizeWait: options.finalizeWait ?? 20,
    notificationInterval: options.notificationInterval ?? { min: 60, max: 960 },
    stallLimit: options.stallLimit ?? 20,
    handoverLimit: options.handoverLimit ?? 10,
    catchUpLimit: options.catchUpLimit ?? 40,
    maxBatchBytes: options.maxBatchBytes ?? 1024 * 1024,
    maxInFlightMessages: options.maxInFlightMessages ?? 256,
    maxInFlightBytes: options.maxInFlightBytes ?? 8 * 1024 * 1024,
    maxUncommittedBytes: options.maxUncommittedBytes ?? 64 * 1024 * 1024,
    maxPendingReads: options.maxPendingReads ?? 100_000,
    compactionTail: options.compactionTail ?? 100_000,
    compactionTailBytes: options.compactionTailBytes ?? 32 << 20,
    memoryTail: options.memoryTail ?? 1000,
    memoryTailBytes: options.memoryTailBytes ?? 32 << 20,
    followersFeedObservers: options.followersFeedObservers ?? false,
    unsafe: { ...allRules, ...options.unsafe },
  }
}

/** The longest silence after which a learner suspects its leader: the limit, and the tick in which the silence began. */
export function longestSilence(settings: ZabSettings): number {
  return (settings.syncLimit + 1) * settings.tick * learnerTickFactor
}
