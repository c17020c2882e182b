import {
  createDurability,
  createMemoryLog,
  type EngineInit,
  firstSequence,
  lastEpoch,
  lastIndex,
  type LogIndex,
  QuorateError,
} from '@quorate/core'
import { decodeHardState } from './hard-state.ts'
import { appendMembership } from './memberships.ts'
import type { Following, MembershipRecord, RaftState } from './state.ts'

/**
 * A replica's state when it starts, from what its log store holds. Figure 2: persistent state is as it was, volatile
 * state starts over; `commit` starts at what the host has restored from a snapshot. A log that cannot be is a
 * `QuorateError` with code `CORRUPT_LOG`: the replica must not take part with it.
 */
export function startState(init: EngineInit): RaftState {
  const { image, self } = init
  const applied = init.snapshot?.index ?? 0
  const hard =
    image.hardState === undefined ? { term: 0, votedFor: undefined } : decodeHardState(image.hardState)
  const base = image.base?.index ?? 0
  const first = image.entries[0]?.index ?? base + 1
  if (first !== base + 1) throw corrupt(`its first entry is ${first}, expected ${base + 1}`)
  const log = createMemoryLog(base, image.base?.epoch ?? 0, image.entries)
  const last = lastIndex(log)
  if (lastEpoch(log) > hard.term)
    throw corrupt(`an entry of term ${lastEpoch(log)} is ahead of term ${hard.term}`)
  if (applied < base) throw corrupt(`it starts after entry ${base}, but the machine stands at ${applied}`)
  if (applied > last) throw corrupt(`it ends at entry ${last}, but the machine stands at ${applied}`)
  return {
    self,
    term: hard.term,
    votedFor: hard.votedFor,
    log,
    memberships: membershipsIn(init),
    hardStateDirty: false,
    hardStateSequence: 0,
    staged: last,
    durability: createDurability(last),
    failed: false,
    stall: { sequence: 0, ticks: 0 },
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
    round: 0,
    ackIndex: -1,
    ackSession: 0,
    ackRound: 0,
    beats: 0,
    sequences: [],
    commands: [],
    forwarded: [],
    reads: [],
    forwardedReads: [],
  }
}

function membershipsIn({ image, membership }: EngineInit): MembershipRecord[] {
  const records: MembershipRecord[] = [
    { index: image.base?.index ?? 0, membership: image.base?.membership ?? membership },
  ]
  for (const entry of image.entries) if (entry.kind === 'membership') appendMembership(records, entry)
  return records
}

function corrupt(problem: string): QuorateError {
  return new QuorateError('CORRUPT_LOG', `the Raft log of this replica cannot be used: ${problem}`)
}
