import {
  type Entry,
  type Epoch,
  type LogIndex,
  appendEntry,
  assert,
  epochAt,
  lastEpoch,
  lastIndex,
  noteTruncation,
  resetLogTo,
  sliceEntries,
  truncateLogAfter,
} from '@quorate/core'
import type { SnapshotMeta } from '@quorate/core'
import type { Zab } from '../node.ts'
import type { ZabState } from '../state.ts'
import { noteMembership, rebaseMemberships, truncateMemberships } from '../reconfiguration/memberships.ts'
import { trace } from '../trace.ts'
import type { Zxid } from '../zxid.ts'
import { encodeHardState } from './hard-state.ts'

/** The last zxid logged: what votes and ACKEPOCH must tell, applied or not (ZOOKEEPER-2845). */
export function lastZxid({ state, options }: Zab): Zxid {
  if (options.unsafe.reportCommittedZxid) return committedZxid(state)
  return { epoch: lastEpoch(state.log), index: lastIndex(state.log) }
}

function committedZxid(state: ZabState): Zxid {
  return { epoch: epochAt(state.log, state.commitIndex) ?? 0, index: state.commitIndex }
}

/** Adds entries behind the last one. They are persisted by the end of the turn. */
export function appendHistory(zab: Zab, entries: readonly Entry[]): void {
  const { state } = zab
  for (const entry of entries) {
    assert(entry.index === lastIndex(state.log) + 1, 'a log has no holes', { index: entry.index })
    appendEntry(state.log, entry)
    if (entry.kind === 'membership') noteMembership(zab, entry)
  }
}

/** Those of the entries that lie above the last one here, equal or not. Only for the unsafe rule `skipTruncation`. */
export function beyondLog({ log }: ZabState, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ index }) => index > lastIndex(log))
}

/** Adds an entry of the leader's own. */
export function appendOwn({ log }: ZabState, entry: Entry): void {
  appendEntry(log, entry)
}

/** Hands to this turn's persist what it does not have yet. */
export function saveHistory({ state, out }: Zab): void {
  const last = lastIndex(state.log)
  if (state.saved === last) return
  out.persist({ type: 'append', entries: sliceEntries(state.log, state.saved + 1, last, Infinity) })
  state.saved = last
}

/** Drops what lies above `index`. Never what is committed. */
export function truncateHistory(zab: Zab, index: LogIndex): void {
  const { state, out } = zab
  if (index === lastIndex(state.log)) return
  assert(index >= state.commitIndex, 'a committed entry is never truncated', {
    index,
    committed: state.commitIndex,
  })
  trace(zab, 'history-truncated', 'Zab1.0, phase 2', { index, dropped: lastIndex(state.log) - index })
  truncateLogAfter(state.log, index)
  truncateMemberships(zab, index)
  if (state.saved > index) out.persist({ type: 'truncateAfter', index })
  state.saved = Math.min(state.saved, index)
  noteTruncation(state.durability, index)
}

/** Replaces the history by a snapshot that is ahead of everything committed here. */
export function replaceHistory(zab: Zab, meta: SnapshotMeta): void {
  const { out } = zab
  standOnSnapshot(zab, meta)
  out.persist({ type: 'installSnapshot', meta })
  out.persist({ type: 'truncateAfter', index: meta.index })
}

/** The part of it that is in memory. Alone only for the unsafe rule `installSnapInMemory`. */
export function standOnSnapshot(zab: Zab, meta: SnapshotMeta): void {
  const { state, out } = zab
  assert(meta.index >= state.commitIndex, 'a snapshot never takes a replica back', {
    index: meta.index,
    committed: state.commitIndex,
  })
  trace(zab, 'history-replaced', 'Zab1.0, phase 2', { index: meta.index, last: lastIndex(state.log) })
  // The old entries above the commit are gone; that the new ones are durable is for this turn's persist to say.
  noteTruncation(state.durability, state.commitIndex)
  resetLogTo(state.log, meta.index, meta.epoch)
  state.saved = meta.index
  state.commitIndex = meta.index
  state.applied = meta.index
  truncateMemberships(zab, 0)
  rebaseMemberships(zab, meta)
  state.snapshot = meta
  out.snapshot({ type: 'install', meta })
}

/** Persists acceptedEpoch and currentEpoch: after the history that they stand for, in the same atomic persist. */
export function saveEpochs(zab: Zab): void {
  const { state, options, out } = zab
  const { currentEpoch } = state
  const acceptedEpoch = options.unsafe.persistNoPromise ? currentEpoch : state.acceptedEpoch
  saveHistory(zab)
  out.persist({ type: 'setHardState', bytes: encodeHardState({ acceptedEpoch, currentEpoch }) })
}

/** The runs of equal epoch from the last entry down to the one that holds `floor`: epoch, last index, epoch, … */
export function epochRuns(state: ZabState, floor: LogIndex, from: LogIndex, limit: number): number[] {
  const runs: number[] = []
  let epoch: Epoch | undefined
  for (let index = from; index >= Math.max(floor, state.log.base, 1) && runs.length < 2 * limit; index--) {
    const here = epochAt(state.log, index)
    if (here === undefined || here === epoch) continue
    runs.push(here, index)
    epoch = here
  }
  return runs
}
