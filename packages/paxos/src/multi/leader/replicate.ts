import type { Entry, LogIndex, NodeId } from '@quorate/core'
import { type SlotLog, sliceSlots } from '../disk/slot-log.ts'
import { type PaxosNode, trace } from '../node.ts'
import type { Leadership } from '../state.ts'
import { advanceNext, type Progress } from './progress.ts'

/** Values for an Accept. Members that need the same ones share the list. */
interface Batch {
  readonly from: LogIndex
  readonly entries: readonly Entry[]
  readonly bytes: number
}

/**
 * Once a turn: phase 2a to every member, in one message each. Accepts follow each other without waiting for answers, and
 * without waiting for the leader's own disk: its acceptor is one of many. Those of `asked` that get no Accept get a
 * heartbeat.
 */
export function replicate(node: PaxosNode, leadership: Leadership, asked: readonly NodeId[]): void {
  let batch: Batch | undefined
  for (const progress of leadership.progress.values()) {
    if (isDue(node, leadership, progress)) batch = sendAccept(node, leadership, progress, batch)
    else if (asked.includes(progress.node)) sendHeartbeat(node, leadership, progress)
  }
}

/** Is there something to accept, and may as much be under way to it? */
function isDue({ config }: PaxosNode, leadership: Leadership, progress: Progress): boolean {
  const { next, inflight, inflightBytes } = progress
  if (next >= leadership.next) return false
  return inflight.length < config.maxInflightMessages && inflightBytes < config.maxInflightBytes
}

function sendAccept(
  node: PaxosNode,
  leadership: Leadership,
  progress: Progress,
  shared: Batch | undefined,
): Batch {
  const { state, config, outbox } = node
  const { log, promised, commit } = state
  // What has been compacted here is chosen: a member that lacks it asks for it.
  const from = Math.max(progress.next, log.base + 1)
  const batch =
    shared?.from === from ? shared : takeBatch(log, from, leadership.next - 1, config.maxBatchBytes)
  outbox.sendNow(progress.node, {
    type: 'Accept',
    round: promised.round,
    node: promised.node,
    start: leadership.start,
    beat: leadership.beat,
    chosen: commit,
    entries: batch.entries,
  })
  advanceNext(progress, from + batch.entries.length - 1, batch.bytes)
  if (!isDue(node, leadership, progress) && progress.next < leadership.next) {
    trace(node, 'InflightFull', 'none', { to: progress.node, next: progress.next })
  }
  return batch
}

/** The values from a slot on, as many as fit, though at least one if there is any. */
function takeBatch(log: SlotLog, from: LogIndex, to: LogIndex, maxBytes: number): Batch {
  const entries = sliceSlots(log, from, Math.max(to, from - 1))
  let bytes = 0
  let count = 0
  for (; count < entries.length; count++) {
    const size = entries[count]!.data.length
    if (bytes + size > maxBytes && count > 0) break
    bytes += size
  }
  entries.length = count
  return { from, entries, bytes }
}

/** A new beat: answers to it show that nobody had promised more when it began. */
export function beginBeat(node: PaxosNode, leadership: Leadership): void {
  leadership.beat += 1
  if (node.config.leaseGranted > 0) leadership.begun.push({ beat: leadership.beat, at: node.monotonic })
}

/** Says that the leader is there and what is chosen, and asks for an answer. */
export function sendHeartbeat(node: PaxosNode, leadership: Leadership, progress: Progress): void {
  const { state, outbox } = node
  const { promised, commit } = state
  outbox.sendNow(progress.node, {
    type: 'Heartbeat',
    round: promised.round,
    node: promised.node,
    start: leadership.start,
    beat: leadership.beat,
    chosen: commit,
  })
}
