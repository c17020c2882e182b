import {
  type Ballot,
  createDurability,
  type EngineInit,
  firstSequence,
  type LogIndex,
  QuorateError,
  type SnapshotMeta,
} from '@quorate/core'
import { noBallot } from './ballot.ts'
import { decodeHardState, type HardState } from './disk/hard-state.ts'
import { createSlotLog, entryIn, putSlot, type SlotLog } from './disk/slot-log.ts'
import { learnMembership } from './memberships.ts'
import type { Following, PaxosState } from './state.ts'

/**
 * A replica's state when it starts, from what its log store holds: the acceptor is as it was, everything else starts
 * over. What it knew to be chosen is as far as its disk tells. A log that cannot be is a `QuorateError` with code
 * `CORRUPT_LOG`: the replica must not take part with it.
 */
export function startState(init: EngineInit): PaxosState {
  const { image, self, snapshot } = init
  const hard: HardState =
    image.hardState === undefined ? { promised: noBallot, chosen: 0 } : decodeHardState(image.hardState)
  if (image.base !== undefined && (snapshot?.index ?? 0) < image.base.index) {
    throw corrupt(
      `it starts after slot ${image.base.index}, but the machine stands at ${snapshot?.index ?? 0}`,
    )
  }
  const log = startLog(init)
  const base = log.base
  const state: PaxosState = {
    self,
    promised: hard.promised,
    log,
    hardStateDirty: false,
    hardStateSequence: 0,
    durability: createDurability(base),
    acceptance: createDurability(base),
    received: base,
    failed: false,
    stall: { sequence: 0, ticks: 0 },
    // In its very first start it has granted nothing.
    lease: { holder: 0, until: image.incarnation <= 1 ? -Infinity : undefined },
    role: 'follower',
    leader: undefined,
    leaderAlive: false,
    seenRound: hard.promised.round,
    preemptions: 0,
    grants: 0,
    commit: base,
    applied: base,
    snapshotIndex: base,
    memberships: [startMembership(init)],
    learning: undefined,
    aware: new Set(),
    transfers: new Set(),
    allotted: firstSequence(image.incarnation),
    requests: { lastProposed: 0, lastAbandoned: 0 },
    phase1: undefined,
    leadership: undefined,
    following: createFollowing(base),
  }
  knowChosen(state, hard.chosen)
  return state
}

/** Nothing is known of a leader yet. */
export function createFollowing(commit: LogIndex): Following {
  return {
    start: commit + 1,
    chosen: commit,
    commitAtBeat: -1,
    chosenAtBeat: commit,
    beat: 0,
    owes: false,
    ranges: [],
    beats: 0,
    sequences: [],
    commands: [],
    forwarded: [],
    reads: [],
    forwardedReads: [],
  }
}

/** Slots that the machine's snapshot covers are left out: what was accepted there need not be what was chosen. */
function startLog({ image, snapshot }: EngineInit): SlotLog {
  const log = createSlotLog(snapshot?.index ?? 0, snapshot?.epoch ?? 0)
  for (const entry of image.entries) {
    if (entry.index <= log.base) continue
    const ballot: Ballot | undefined = image.ballots.get(entry.index)
    if (ballot === undefined)
      throw corrupt(`slot ${entry.index} holds a value that was accepted in no ballot`)
    putSlot(log, entry, ballot)
  }
  return log
}

function startMembership({ snapshot, membership }: EngineInit): PaxosState['memberships'][number] {
  const known: SnapshotMeta | undefined = snapshot
  return { index: known?.index ?? 0, membership: known?.membership ?? membership }
}

/** What was known to be chosen is known again; it is delivered with the first turn. */
function knowChosen(state: PaxosState, chosen: LogIndex): void {
  while (state.commit < chosen) {
    const entry = entryIn(state.log, state.commit + 1)
    if (entry === undefined) throw corrupt(`slot ${state.commit + 1} was chosen, and is not there`)
    state.commit += 1
    if (entry.kind === 'membership') learnMembership(state, entry)
  }
  state.received = state.commit
  state.durability.durableIndex = state.commit
  state.acceptance.durableIndex = state.commit
  state.following = createFollowing(state.commit)
}

function corrupt(problem: string): QuorateError {
  return new QuorateError('CORRUPT_LOG', `the Multi-Paxos log of this replica cannot be used: ${problem}`)
}
