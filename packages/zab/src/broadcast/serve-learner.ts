import {
  type Entry,
  type LogIndex,
  type ReadBack,
  beginReadBack,
  bytesOf,
  fetchedFrom,
  lastIndex,
  sliceEntries,
} from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import type { Zab } from '../node.ts'
import type { Learner, Serving } from '../state.ts'
import { maySynchronize, syncLearner } from '../synchronization/sync-learner.ts'
import { trace } from '../trace.ts'

/** The entries sent to one learner, kept for the next: in step, all learners get the same list. */
export interface Batch {
  from: LogIndex
  to: LogIndex
  entries: readonly Entry[]
  bytes: number
}

export function emptyBatch(): Batch {
  return { from: 0, to: 0, entries: [], bytes: 0 }
}

/**
 * Sends a learner what is due this turn, in the order that it relies on: entries, at most one message of them; behind
 * the last of its sync content NEWLEADER; once it has acknowledged that, and the leader is established, UPTODATE; and
 * from then on commits of what it was sent. Zab (DSN 2011), steps l.2.1 to l.3.3.
 */
export function serveLearner(zab: Zab, serving: Serving, learner: Learner, batch: Batch): void {
  const { state, out } = zab
  const { node, connection } = learner
  const { epoch } = serving
  if (maySynchronize(zab, serving, learner)) syncLearner(zab, learner)
  const end = sendableEnd(zab, learner)
  if (learner.next <= end) {
    if (learner.next <= state.log.storedBase) {
      out.resetLink(node) // it comes back, and gets a SNAP
      return dropLearner(zab, serving, node, 'fell-behind')
    }
    sendEntries(zab, serving, learner, end, batch)
  }
  if (learner.phase === 'SYNC' && learner.next > learner.target) {
    out.sendNow(node, { type: 'NEWLEADER', connection, epoch, index: learner.target })
    learner.phase = 'NEWLEADER'
  }
  const commit = Math.min(state.commitIndex, learner.next - 1)
  if (learner.phase === 'ACKED' && serving.phase === 'BROADCAST') {
    out.sendNow(node, { type: 'UPTODATE', connection, epoch, commit })
    learner.phase = 'UPTODATE'
    learner.committed = commit
  } else if (learner.phase === 'UPTODATE' && commit > learner.committed) {
    out.sendNow(node, { type: 'COMMIT', connection, epoch, index: commit })
    learner.committed = commit
  } else if (zab.options.unsafe.commitBeforeUpToDate && learner.phase === 'NEWLEADER') {
    if (commit <= Math.max(learner.committed, learner.target)) return
    out.sendNow(node, { type: 'COMMIT', connection, epoch, index: commit })
    learner.committed = commit
  }
}

/** How far entries may be sent to a learner now. */
function sendableEnd({ state }: Zab, learner: Learner): LogIndex {
  switch (learner.phase) {
    case 'SYNC':
      return learner.target
    case 'NEWLEADER':
    case 'ACKED':
      return learner.voter ? lastIndex(state.log) : 0
    case 'UPTODATE':
      return learner.voter ? lastIndex(state.log) : state.commitIndex
    case 'CONNECTED':
    case 'INVITED':
    case 'PROMISED':
    case 'SNAP':
      return 0
  }
}

/** PROPOSALs, or to an observer that is up to date INFORMs. Sent without waiting for the last one's acknowledgement. */
function sendEntries(zab: Zab, serving: Serving, learner: Learner, end: LogIndex, batch: Batch): void {
  const { state, options, out } = zab
  if (isWindowFull(zab, learner)) return
  if (learner.next <= state.log.base) {
    if (!fillFromDisk(serving.readBack, learner.next, end, batch)) return
  } else if (batch.from !== learner.next || batch.to !== end) {
    fillBatch(state.log, learner.next, end, options.maxBatchBytes, batch)
  }
  const { entries, bytes } = batch
  const { connection, node } = learner
  const index = learner.next + entries.length - 1
  const informs = !learner.voter && learner.phase === 'UPTODATE'
  out.sendNow(node, { type: informs ? 'INFORM' : 'PROPOSAL', connection, epoch: state.currentEpoch, entries })
  learner.inFlight.push({ index, bytes })
  learner.inFlightBytes += bytes
  learner.next = index + 1
  if (informs) learner.committed = index
  if (isWindowFull(zab, learner)) trace(zab, 'window-full', 'not in the paper', { learner: node })
}

/** Is as much under way to it as may be? */
function isWindowFull({ options }: Zab, { inFlight, inFlightBytes }: Learner): boolean {
  return inFlight.length >= options.maxInFlightMessages || inFlightBytes >= options.maxInFlightBytes
}

function fillBatch(
  log: Zab['state']['log'],
  from: LogIndex,
  to: LogIndex,
  maxBytes: number,
  batch: Batch,
): void {
  batch.from = from
  batch.to = to
  batch.entries = sliceEntries(log, from, to, maxBytes)
  batch.bytes = bytesOf(batch.entries)
}

/** With what has been read back, as far as it goes. False if it has to be read first. */
function fillFromDisk(readBack: ReadBack, from: LogIndex, to: LogIndex, batch: Batch): boolean {
  const entries = fetchedFrom(readBack, from)
  if (entries === undefined) return false
  batch.from = from
  batch.to = to
  batch.entries = entries.length > to - from + 1 ? entries.slice(0, to - from + 1) : entries
  batch.bytes = bytesOf(batch.entries)
  return true
}

/**
 * Once a turn, when all have been served: asks the log store for what the learner that is furthest behind needs next.
 * Learners that are behind come together, since each run that is read is sent to all who need it.
 */
export function readBack(zab: Zab, serving: Serving): void {
  const { state, out } = zab
  const { base, storedBase } = state.log
  let lowest = Infinity
  let isAnyBehind = false
  for (const learner of serving.learners) {
    const { next } = learner
    if (next > base || next <= storedBase || next > sendableEnd(zab, learner)) continue
    isAnyBehind = true
    if (next < lowest && !isWindowFull(zab, learner) && fetchedFrom(serving.readBack, next) === undefined) {
      lowest = next
    }
  }
  if (!isAnyBehind) serving.readBack.run = undefined
  else if (lowest < Infinity) {
    const asked = beginReadBack(serving.readBack, state.log, lowest, serving.ticks)
    if (asked === undefined) return
    trace(zab, 'history-read', 'ZooKeeper, LearnerHandler.syncFollower: from the log on disk', asked)
    out.fetchEntries(asked.from, asked.to)
  }
}
