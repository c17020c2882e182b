import {
  type EngineInit,
  assert,
  createDurability,
  createMemoryLog,
  epochAt,
  lastEpoch,
  lastIndex,
} from '@quorate/core'
import { noVote } from './election/vote.ts'
import { decodeHardState } from './history/hard-state.ts'
import type { ZabState } from './state.ts'

/**
 * The state that a replica starts with, from what its disk holds. ZooKeeper, QuorumPeer.loadDataBase, with one
 * difference: what the log holds above the machine's snapshot is not taken for committed.
 */
export function createState({ self, membership, image, ...init }: EngineInit): ZabState {
  const applied = init.snapshot?.index ?? 0
  const { acceptedEpoch, currentEpoch } = decodeHardState(image.hardState)
  const { base } = image
  const log = createMemoryLog(base?.index ?? 0, base?.epoch ?? 0, image.entries)
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
  const members = base?.membership ?? membership
  const snapshot = { index: applied, epoch: epochAt(log, applied)!, membership: members }
  return {
    self,
    membership: members,
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
    lastOwnProposal: 0,
    failed: false,
  }
}
