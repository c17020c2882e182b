import { type Entry, type LogIndex, lastIndex, sliceEntries } from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import type { Zab } from '../node.ts'
import type { Leadership, Learner } from '../state.ts'
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
export function serveLearner(zab: Zab, leadership: Leadership, learner: Learner, batch: Batch): void {
  const { state, out } = zab
  const { node, connection } = learner
  const { epoch } = leadership
  if (maySynchronize(leadership, learner)) syncLearner(zab, learner)
  const end = sendableEnd(zab, learner)
  if (learner.next <= end) {
    if (learner.next <= state.log.base) {
      out.resetLink(node) // it comes back, and gets a SNAP
      return dropLearner(zab, leadership, node, 'fell-behind')
    }
    sendEntries(zab, learner, end, batch)
  }
  if (learner.phase === 'SYNC' && learner.next > learner.target) {
    out.sendNow(node, { type: 'NEWLEADER', connection, epoch, index: learner.target })
    learner.phase = 'NEWLEADER'
  }
  const commit = Math.min(state.commitIndex, learner.next - 1)
  if (learner.phase === 'ACKED' && leadership.phase === 'BROADCAST') {
    out.sendNow(node, { type: 'UPTODATE', connection, epoch, commit })
    learner.phase = 'UPTODATE'
    learner.committed = commit
  } else if (learner.phase === 'UPTODATE' && commit > learner.committed) {
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
function sendEntries(zab: Zab, learner: Learner, end: LogIndex, batch: Batch): void {
  const { state, options, out } = zab
  if (isWindowFull(zab, learner)) return
  if (batch.from !== learner.next || batch.to !== end)
    fillBatch(state.log, learner.next, end, options.maxBatchBytes, batch)
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
  batch.bytes = 0
  for (const entry of batch.entries) batch.bytes += entry.data.length
}
