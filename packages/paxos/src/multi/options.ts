import { QuorateError } from '@quorate/core'

/** Options of {@link multiPaxos}. Times are in milliseconds, sizes in bytes of commands. */
export interface MultiPaxosOptions {
  /** Between two heartbeats of a leader. Default: 50. */
  readonly heartbeatInterval?: number
  /**
   * A replica suspects its leader after `min` of silence and starts phase 1 after a delay drawn between `min` and
   * `max`. A leader that has heard nothing fresh from a quorum for `min` gives up. Default: 300 to 600.
   */
  readonly electionTimeout?: { readonly min: number; readonly max: number }
  /**
   * Slots that may be under way at once: a slot is proposed when the one that lies this far below is chosen. A membership
   * that is chosen is in force this many slots later. Equal on all replicas. Default: 4,096.
   */
  readonly window?: number
  /**
   * For so long after an answer to its leader a replica promises nobody else anything, so that the leader may serve
   * `lease` reads without asking. 0: no leases; such reads are served as linearizable ones. Default: 0.
   */
  readonly leaseDuration?: number
  /**
   * By how much any two replicas' clocks may run apart from true time, as a share: 0.05 is 50 ms in a second. Leases are
   * safe as long as none drifts more. Default: 0.05.
   */
  readonly clockDrift?: number
  /** Most bytes of commands in one message (a single entry may exceed it). Default: 1 MiB. */
  readonly maxBatchBytes?: number
  /** Most Accept messages under way to one replica. Default: 256. */
  readonly maxInflightMessages?: number
  /** Most bytes of commands under way to one replica. Default: 16 MiB. */
  readonly maxInflightBytes?: number
  /** Most bytes of commands that a leader holds and that are not chosen, before it answers `overloaded`. Default: 64 MiB. */
  readonly maxUncommittedBytes?: number
  /** Entries kept behind a snapshot for replicas that are a little behind, at most. Default: 100,000. */
  readonly compactionTail?: number
  /** Bytes of commands in them, at most. Default: 32 MiB. */
  readonly compactionTailBytes?: number
  /** Silence about a forwarded proposal, under a live leader, after which it is given up. Default: 1,200. */
  readonly forwardTimeout?: number
  /** A leader whose oldest write has been under way for this long gives up. Default: 600. */
  readonly diskStallTimeout?: number
  /** Rules of Paxos to break, for lessons and for tests of simulators and checkers. Default: none. */
  readonly unsafe?: UnsafePaxosRules
}

/** Rules that make Multi-Paxos safe, each of which can be switched off by setting its field. Never in production. */
export interface UnsafePaxosRules {
  /** Take one acceptor less than a quorum for one: two quorums need not meet. */
  readonly quorumMinusOne?: boolean
  /** Answer phase 1 before the promise is durable: a crash brings a lower ballot back. */
  readonly promiseBeforeDurable?: boolean
  /** Leave the promise out of the hard state: a restart forgets it. */
  readonly persistNoPromise?: boolean
  /** Acknowledge values, and count one's own, before they are durable: a crash loses chosen values. */
  readonly acceptBeforeDurable?: boolean
  /** Propose afresh in every slot, whatever acceptors have accepted (phase 2a without its condition). */
  readonly ignoreAccepted?: boolean
  /** Of several accepted values take that of the lowest ballot. */
  readonly takeLowestBallot?: boolean
  /** Use the ballot of an earlier start again. */
  readonly reuseBallot?: boolean
  /** Accept in a ballot below the one that was promised. */
  readonly acceptBelowPromise?: boolean
  /** Take whatever is accepted in a slot for what the leader says is chosen there. */
  readonly trustAnyAccepted?: boolean
  /** Put a membership into force as soon as it is chosen: slots of one window are decided by two. */
  readonly membershipAtOnce?: boolean
  /** Start where the membership in force is, without a promise of a quorum of the new one. */
  readonly skipNewQuorum?: boolean
  /** Answer linearizable reads without asking a quorum. */
  readonly skipReadConfirmation?: boolean
  /** Answer reads before everything that phase 1 found is chosen: a new leader does not know yet what was. */
  readonly skipReadGate?: boolean
  /** Let any answer in this ballot confirm every read that waits. */
  readonly reuseReadBeats?: boolean
  /** Count a lease from when its answers came instead of from when they were asked for. */
  readonly leaseFromAnswers?: boolean
  /** Forget in a restart whom a lease was granted to. */
  readonly forgetLease?: boolean
  /** Go on leading without a quorum. */
  readonly leadWithoutQuorum?: boolean
  /** Go on leading with a disk that completes nothing. */
  readonly ignoreStalledDisk?: boolean
}

/** Options with their defaults filled in, and times as counts of heartbeats where a leader counts them. */
export interface PaxosConfig {
  readonly heartbeatInterval: number
  readonly electionMin: number
  readonly electionMax: number
  readonly window: number
  /** How long an acceptor keeps its word, and how long its leader may rely on it. */
  readonly leaseGranted: number
  readonly leaseUsed: number
  readonly maxBatchBytes: number
  readonly maxInflightMessages: number
  readonly maxInflightBytes: number
  readonly maxUncommittedBytes: number
  readonly compactionTail: number
  readonly compactionTailBytes: number
  /** A member that has been silent for so many heartbeats does not count as heard. */
  readonly quietLimit: number
  /** So many heartbeats with the same write under way are a stalled disk. */
  readonly stallLimit: number
  /** So many heartbeats received without news of a forwarded proposal end the waiting for it. */
  readonly forwardBeats: number
  readonly unsafe: UnsafePaxosRules
}

/** Fills in the defaults. Options that cannot work are a `QuorateError` with code `USAGE`. */
export function resolveOptions(options: MultiPaxosOptions): PaxosConfig {
  const heartbeatInterval = options.heartbeatInterval ?? 50
  const { min, max } = options.electionTimeout ?? { min: 300, max: 600 }
  const leaseGranted = atLeast(0, 'leaseDuration', options.leaseDuration ?? 0)
  const drift = options.clockDrift ?? 0.05
  if (!(heartbeatInterval > 0)) throw usage('heartbeatInterval must be above 0')
  if (!(min >= 2 * heartbeatInterval)) throw usage('electionTimeout.min must be at least two heartbeats')
  if (!(max > min)) throw usage('electionTimeout.max must be above min, or replicas campaign in step')
  if (!(drift >= 0 && drift < 1)) throw usage('clockDrift must be at least 0 and below 1')
  const beats = (milliseconds: number): number => Math.max(1, Math.floor(milliseconds / heartbeatInterval))
  return {
    heartbeatInterval,
    electionMin: min,
    electionMax: max,
    window: whole('window', options.window ?? 4096),
    leaseGranted,
    leaseUsed: (leaseGranted * (1 - drift)) / (1 + drift),
    maxBatchBytes: atLeast(1, 'maxBatchBytes', options.maxBatchBytes ?? 2 ** 20),
    maxInflightMessages: atLeast(1, 'maxInflightMessages', options.maxInflightMessages ?? 256),
    maxInflightBytes: atLeast(1, 'maxInflightBytes', options.maxInflightBytes ?? 2 ** 24),
    maxUncommittedBytes: atLeast(1, 'maxUncommittedBytes', options.maxUncommittedBytes ?? 2 ** 26),
    compactionTail: atLeast(0, 'compactionTail', options.compactionTail ?? 100_000),
    compactionTailBytes: atLeast(0, 'compactionTailBytes', options.compactionTailBytes ?? 32 << 20),
    quietLimit: beats(min),
    stallLimit: beats(atLeast(0, 'diskStallTimeout', options.diskStallTimeout ?? 600)),
    forwardBeats: beats(atLeast(0, 'forwardTimeout', options.forwardTimeout ?? 1_200)),
    unsafe: options.unsafe ?? {},
  }
}

function atLeast(least: number, name: string, value: number): number {
  if (!(value >= least)) throw usage(`${name} must be at least ${least}`)
  return value
}

function whole(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw usage(`${name} must be a whole number above 0`)
  return value
}

function usage(problem: string): QuorateError {
  return new QuorateError('USAGE', `multi-paxos: ${problem}`)
}
