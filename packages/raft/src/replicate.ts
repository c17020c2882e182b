import { type Entry, epochAt, lastIndex, type LogIndex, type MemoryLog, votersOf } from '@quorate/core'
import { membershipOf, type RaftNode, trace } from './node.ts'
import { advanceNext, becomeSnapshot, type Progress } from './progress.ts'
import type { Leadership } from './state.ts'

/** Entries for an append. Followers that need the same ones share the list. */
interface Batch {
  readonly from: LogIndex
  readonly entries: readonly Entry[]
  readonly bytes: number
}

/**
 * Once a turn: what each member lacks goes to it in one append (figure 2, rules for leaders, third). Appends follow
 * each other without waiting for answers (thesis §10.2.2) and for the leader's own disk (§10.2.1). If a round of reads
 * has begun, voters that get no append get a heartbeat.
 */
export function replicate(node: RaftNode, leadership: Leadership, isReadRound: boolean): void {
  const voters = isReadRound ? votersOf(membershipOf(node.state)) : undefined
  let batch: Batch | undefined
  for (const progress of leadership.progress.values()) {
    if (isDue(node, progress)) {
      batch = sendAppend(node, leadership, progress, batch)
      if (batch !== undefined) continue
    }
    if (voters?.includes(progress.node) === true) sendHeartbeat(node, leadership, progress)
  }
}

/** Has it something to learn, and may it be sent now? */
function isDue(node: RaftNode, progress: Progress): boolean {
  const { phase, next } = progress
  if (phase === 'snapshot') return false
  if (phase === 'probe') return !progress.paused
  return next <= lastIndex(node.state.log) && !isWindowFull(node, progress)
}

/** Is as much under way to it as may be? */
function isWindowFull({ config }: RaftNode, { inflight, inflightBytes }: Progress): boolean {
  return inflight.length >= config.maxInflightMessages || inflightBytes >= config.maxInflightBytes
}

/** Sends an append, or orders a snapshot (then undefined) if what comes next has been compacted. */
function sendAppend(
  node: RaftNode,
  leadership: Leadership,
  progress: Progress,
  shared: Batch | undefined,
): Batch | undefined {
  const { state, config, outbox } = node
  const { log } = state
  const prevLogIndex = progress.next - 1
  const prevLogTerm = epochAt(log, prevLogIndex)
  if (prevLogTerm === undefined) {
    orderSnapshot(node, leadership, progress)
    return undefined
  }
  const batch = shared?.from === progress.next ? shared : takeBatch(log, progress.next, config.maxBatchBytes)
  outbox.sendNow(progress.node, {
    type: 'AppendEntries',
    term: state.term,
    session: progress.session,
    round: leadership.round,
    prevLogIndex,
    prevLogTerm,
    leaderCommit: state.commit,
    entries: batch.entries,
  })
  if (progress.phase === 'probe') progress.paused = true
  else {
    advanceNext(progress, prevLogIndex + batch.entries.length, batch.bytes)
    if (isWindowFull(node, progress)) trace(node, 'WindowFull', 'none', { to: progress.node })
  }
  return batch
}

/** The entries from `from` on, as many as fit, though at least one if there is any. */
function takeBatch(log: MemoryLog, from: LogIndex, maxBytes: number): Batch {
  const start = from - log.base - 1
  const end = log.entries.length
  let bytes = 0
  let position = start
  while (position < end) {
    const size = log.entries[position]!.data.length
    if (bytes + size > maxBytes && position > start) break
    bytes += size
    position += 1
  }
  return { from, entries: log.entries.slice(start, position), bytes }
}

/**
 * Orders the newest snapshot to be sent. Figure 13, InstallSnapshot RPC. Not to a member that has not been heard of
 * lately: it could not take it (S13).
 */
function orderSnapshot(node: RaftNode, leadership: Leadership, progress: Progress): void {
  const { state, config, outbox } = node
  if (progress.round === 0 || progress.quiet >= config.quietLimit) {
    trace(node, 'WithholdSnapshot', 'none', { to: progress.node, quiet: progress.quiet })
    progress.paused = true
    return
  }
  becomeSnapshot(progress, state.snapshotIndex, ++leadership.lastSession)
  trace(node, 'SendSnapshot', 'Raft figure 13', {
    to: progress.node,
    next: progress.next,
    base: state.log.base,
  })
  outbox.snapshot({
    type: 'send',
    to: progress.node,
    message: {
      type: 'InstallSnapshot',
      term: state.term,
      session: progress.session,
      round: leadership.round,
    },
  })
}

/** Says that the leader is there, and what is committed of what the member is known to hold (L2). */
export function sendHeartbeat(node: RaftNode, leadership: Leadership, progress: Progress): void {
  const { state, outbox } = node
  outbox.sendNow(progress.node, {
    type: 'Heartbeat',
    term: state.term,
    session: progress.session,
    round: leadership.round,
    leaderCommit: Math.min(progress.match, state.commit),
  })
}
