import {
  createDurability,
  createTieredLog,
  type EngineInit,
  firstSequence,
  lastEpoch,
  lastIndex,
  type LogIndex,
  QuorateError,
  shedTo,
  startOfTail,
  type TieredLog,
} from '@quorate/core'
import { decodeHardState, type HardState } from './hard-state.ts'
import { appendMembership } from './memberships.ts'
import type { RaftConfig } from './options.ts'
import type { Following, MembershipRecord, RaftState } from './state.ts'

const noHardState: HardState = { term: 0, votedFor: undefined }

/**
 * A replica's state when it starts, from what its log store holds. Figure 2: persistent state is as it was, volatile
 * state starts over; `commit` starts at what the host has restored from a snapshot. A log that cannot be is a
 * `QuorateError` with code `CORRUPT_LOG`: the replica must not take part with it.
 */
export function startState(init: EngineInit, config: RaftConfig): RaftState {
  const { image, self } = init
  const applied = init.snapshot?.index ?? 0
  const hard = image.hardState === undefined ? noHardState : decodeHardState(image.hardState)
  const base = image.base?.index ?? 0
  const first = image.entries[0]?.index ?? base + 1
  if (first !== base + 1) throw corrupt(`its first entry is ${first}, expected ${base + 1}`)
  const log = readLog(init, config, applied)
  const last = lastIndex(log)
  if (lastEpoch(log) > hard.term)
    throw corrupt(`an entry of term ${lastEpoch(log)} is ahead of term ${hard.term}`)
  if (applied < base) throw corrupt(`it starts after entry ${base}, but the machine stands at ${applied}`)
  if (applied > last) throw corrupt(`it ends at entry ${last}, but the machine stands at ${applied}`)
  const mayHaveGivenLease = config.leaseGranted > 0 && image.incarnation > 1
  return {
    self,
    term: hard.term,
    votedFor: hard.votedFor,
    blank: hard.blank === true,
    log,
    memberships: membershipsIn(init, config.unsafe.membershipWhenCommitted === true ? applied : last),
    hardStateDirty: false,
    hardStateSequence: 0,
    staged: last,
    durability: createDurability(last),
    failed: false,
    stall: { sequence: 0, ticks: 0 },
    lease: { holder: undefined, term: 0, round: 0, until: mayHaveGivenLease ? undefined : -Infinity },
    transfer: undefined,
    role: 'follower',
    leader: undefined,
    leaderAlive: false,
    commit: applied,
    applied,
    snapshotIndex: applied,
    allotted: firstSequence(image.incarnation),
    requests: { lastProposed: 0, lastAbandoned: 0 },
    candidacy: undefined,
    leadership: undefined,
    following: createFollowing(applied),
  }
}

/** Nothing is known of a leader yet, except that its log holds what is committed (Leader Completeness). */
export function createFollowing(commit: LogIndex): Following {
  return {
    received: commit,
    witness: -1,
    round: 0,
    ackIndex: -1,
    ackSession: 0,
    ackRound: 0,
    beats: 0,
    sequences: [],
    commands: [],
    forwarded: [],
    waitingBytes: 0,
    reads: [],
    forwardedReads: [],
  }
}

/** What is in memory from the start: no more of what is applied than is to be kept there. */
function readLog({ image }: EngineInit, config: RaftConfig, applied: LogIndex): TieredLog {
  const { memoryTail, memoryTailBytes, maxBatchBytes } = config
  const log = createTieredLog(image.base ?? { index: 0, epoch: 0 }, image.entries, maxBatchBytes)
  shedTo(log, Math.min(startOfTail(log, lastIndex(log), memoryTail, memoryTailBytes), applied))
  return log
}

/** Those in the log up to `end`. */
function membershipsIn({ image, membership }: EngineInit, end: LogIndex): MembershipRecord[] {
  const records: MembershipRecord[] = [
    { index: image.base?.index ?? 0, membership: image.base?.membership ?? membership },
  ]
  for (const entry of image.entries) {
    if (entry.kind === 'membership' && entry.index <= end) appendMembership(records, entry)
  }
  return records
}

function corrupt(problem: string): QuorateError {
  return new QuorateError('CORRUPT_LOG', `the Raft log of this replica cannot be used: ${problem}`)
}
