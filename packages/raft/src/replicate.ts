import {
  bytesOf,
  type Entry,
  epochInLog,
  fetchedFrom,
  lastIndex,
  type LogIndex,
  type MemoryLog,
  votersOf,
} from '@quorate/core'
import { fetchEntries } from './fetch.ts'
import { membershipOf, type RaftNode, trace } from './node.ts'
import { advanceNext, becomeSnapshot, type Progress } from './progress.ts'
import type { Leadership } from './state.ts'
import { blankOut } from './witness.ts'

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
  const { state, config } = node
  const voters = isReadRound ? votersOf(membershipOf(state)) : undefined
  const memoryBase = state.log.base
  let shared: Batch | undefined
  let lowest = Infinity
  let isAnyBehind = false
  for (const progress of leadership.progress.values()) {
    const batch = isDue(node, progress) ? sendAppend(node, leadership, progress, shared) : undefined
    if (progress.next <= memoryBase && progress.phase !== 'snapshot') {
      isAnyBehind = true
      if (progress.next < lowest && needsFetch(node, leadership, progress)) lowest = progress.next
    }
    if (batch !== undefined) {
      if (batch.entries.length > 0) shared = batch
      continue
    }
    if (config.eagerCommit && sendCommit(node, leadership, progress)) continue
    if (voters?.includes(progress.node) === true) sendHeartbeat(node, leadership, progress)
  }
  if (!isAnyBehind) leadership.readBack.run = undefined
  else fetchEntries(node, leadership, lowest)
}

/** Could more be sent to it now, if it were in memory? */
function needsFetch(node: RaftNode, leadership: Leadership, progress: Progress): boolean {
  if (progress.phase !== 'replicate' || isWindowFull(node, progress)) return false
  return (
    progress.next > node.state.log.storedBase && fetchedFrom(leadership.readBack, progress.next) === undefined
  )
}

/** Has it something to learn, and may it be sent now? */
function isDue(node: RaftNode, progress: Progress): boolean {
  const { phase, next } = progress
  if (phase === 'snapshot') return false
  if (phase === 'probe') return !progress.paused
  return next <= lastFor(node, progress) && !isWindowFull(node, progress)
}

/** The last entry that it may be sent. */
function lastFor({ state, config }: RaftNode, { witness }: Progress): LogIndex {
  const last = lastIndex(state.log)
  return witness && config.unsafe.commitOnWitnesses !== true
    ? Math.min(last, state.durability.durableIndex)
    : last
}

/** Is as much under way to it as may be? */
function isWindowFull({ config }: RaftNode, { inflight, inflightBytes }: Progress): boolean {
  return inflight.length >= config.maxInflightMessages || inflightBytes >= config.maxInflightBytes
}

/**
 * Sends an append. Undefined if there is none to send: a snapshot has been ordered, since what comes next has been
 * compacted, or it has to be read back first.
 */
function sendAppend(
  node: RaftNode,
  leadership: Leadership,
  progress: Progress,
  shared: Batch | undefined,
): Batch | undefined {
  const { state, config, outbox } = node
  const prevLogIndex = progress.next - 1
  const prevLogTerm = epochInLog(state.log, prevLogIndex)
  if (prevLogTerm === undefined) {
    orderSnapshot(node, leadership, progress)
    return undefined
  }
  const batch = shared?.from === progress.next ? shared : findBatch(node, leadership, progress)
  if (batch === undefined) return undefined
  const entries = progress.witness ? blankOut(batch.entries, lastFor(node, progress)) : batch.entries
  outbox.sendNow(progress.node, {
    type: 'AppendEntries',
    term: state.term,
    session: progress.session,
    round: leadership.round,
    prevLogIndex,
    prevLogTerm,
    leaderCommit: state.commit,
    witness: progress.witness,
    entries,
  })
  if (config.eagerCommit) progress.told = Math.min(state.commit, prevLogIndex + entries.length)
  if (progress.phase === 'probe') progress.paused = true
  else {
    advanceNext(progress, prevLogIndex + entries.length, batch.bytes)
    if (isWindowFull(node, progress)) trace(node, 'WindowFull', 'none', { to: progress.node })
  }
  return batch
}

/**
 * With `eagerCommit`: tells a member that has all entries, with nothing under way to it, what has become committed since
 * it was last told. If that is lost, the next heartbeat makes up for it.
 */
function sendCommit(node: RaftNode, leadership: Leadership, progress: Progress): boolean {
  const { state, outbox } = node
  const { match, next, inflight, phase } = progress
  const known = Math.min(match, state.commit)
  const isIdle = phase === 'replicate' && inflight.length === 0 && next > lastIndex(state.log)
  if (!isIdle || known <= progress.told) return false
  progress.told = known
  outbox.sendNow(progress.node, {
    type: 'AppendEntries',
    term: state.term,
    session: progress.session,
    round: leadership.round,
    prevLogIndex: next - 1,
    prevLogTerm: epochInLog(state.log, next - 1)!,
    leaderCommit: state.commit,
    witness: progress.witness,
    entries: [],
  })
  return true
}

/** What it needs next; a probe needs nothing that is not in memory. Undefined if it has to be read back first. */
function findBatch(
  { state, config }: RaftNode,
  leadership: Leadership,
  progress: Progress,
): Batch | undefined {
  const { log } = state
  const { next: from, phase } = progress
  if (from > log.base) return takeBatch(log, from, config.maxBatchBytes)
  const entries = fetchedFrom(leadership.readBack, from)
  if (entries !== undefined) return { from, entries, bytes: bytesOf(entries) }
  return phase === 'probe' ? { from, entries: [], bytes: 0 } : undefined
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
    base: state.log.storedBase,
  })
  outbox.snapshot({
    type: 'send',
    to: progress.node,
    message: {
      type: 'InstallSnapshot',
      term: state.term,
      session: progress.session,
      round: leadership.round,
      witness: progress.witness,
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
