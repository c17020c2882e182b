import {
  type EngineInit,
  assert,
  createDurability,
  createTieredLog,
  epochInLog,
  lastEpoch,
  lastIndex,
  shedTo,
  startOfTail,
} from '@quorate/core'
import { noVote } from './election/vote.ts'
import { decodeHardState } from './history/hard-state.ts'
import type { ZabSettings } from './options.ts'
import { inForce, latestRecord, membershipAtIndex, recordsOf } from './reconfiguration/memberships.ts'
import type { ZabState } from './state.ts'

/**
 * The state that a replica starts with, from what its disk holds. ZooKeeper, QuorumPeer.loadDataBase, with one
 * difference: what the log holds above the machine's snapshot is not taken for committed.
 */
export function createState(
  { self, membership, image, ...init }: EngineInit,
  { memoryTail, memoryTailBytes, maxBatchBytes, unsafe }: ZabSettings,
): ZabState {
  const applied = init.snapshot?.index ?? 0
  const { acceptedEpoch, currentEpoch } = decodeHardState(image.hardState)
  const { base } = image
  const log = createTieredLog(base ?? { index: 0, epoch: 0 }, image.entries, maxBatchBytes)
  // History and epoch are written in one persist, so nothing but a damaged disk can tear them apart.
  assert(
    acceptedEpoch >= currentEpoch && currentEpoch >= lastEpoch(log),
    'acceptedEpoch ≥ currentEpoch ≥ epoch of the last entry, on disk',
    { acceptedEpoch, currentEpoch, lastEpoch: lastEpoch(log) },
  )
  assert(applied >= log.base && applied <= lastIndex(log), 'the machine stands within the log', {
    applied,
    base: log.base,
    last: lastIndex(log),
  })
  shedTo(log, Math.min(applied, startOfTail(log, lastIndex(log), memoryTail, memoryTailBytes)))
  const first = {
    index: base?.index ?? 0,
    epoch: base?.epoch ?? 0,
    membership: base?.membership ?? membership,
  }
  const records = recordsOf(first, image.entries)
  const snapshot = {
    index: applied,
    epoch: epochInLog(log, applied)!,
    membership: membershipAtIndex(records, applied),
  }
  const memberships = unsafe.adoptMembershipWhenCommitted
    ? records.filter(({ index }, i) => i === 0 || index <= applied)
    : records
  return {
    self,
    membership: inForce(latestRecord({ memberships }).membership, unsafe),
    memberships,
    settledIndex: 0,
    hint: undefined,
    incarnation: image.incarnation,
    acceptedEpoch,
    currentEpoch,
    log,
    saved: lastIndex(log),
    durability: createDurability(lastIndex(log)),
    disk: { oldest: 0, ticks: 0 },
    state: 'LOOKING',
    commitIndex: applied,
    applied,
    snapshot: applied > 0 ? snapshot : undefined,
    links: new Set(),
    round: 0,
    vote: noVote,
    election: undefined,
    following: undefined,
    leadership: undefined,
    connections: 0,
    shunned: [],
    lastOwnProposal: 0,
    handover: undefined,
    failed: false,
  }
}
