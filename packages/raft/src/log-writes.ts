import {
  appendEntry,
  assert,
  compactLogTo,
  type Entry,
  type EntryKind,
  epochInLog,
  lastIndex,
  type LogIndex,
  makeEntry,
  noteTruncation,
  type RequestId,
  resetLogTo,
  type SnapshotMeta,
  truncateLogAfter,
} from '@quorate/core'
import { encodeHardState } from './hard-state.ts'
import { appendMembership, membershipAt, rebaseMemberships, truncateMemberships } from './memberships.ts'
import { type RaftNode, trace } from './node.ts'
import { dropClients } from './requests.ts'

/** The leader appends an entry of its own term. It goes to disk and followers with the rest of the turn. */
export function appendOwn(
  node: RaftNode,
  kind: EntryKind,
  request: RequestId | undefined,
  data: Uint8Array,
): void {
  const { log, term } = node.state
  appendEntry(log, makeEntry(lastIndex(log) + 1, term, node.wall, kind, request, data))
}

/** Appends received entries behind the last one; the caller has checked that they are dense. */
export function appendReceived(node: RaftNode, entries: readonly Entry[], skip: number): void {
  const { state } = node
  const { log, memberships } = state
  assert(skip >= entries.length || entries[skip]!.index === lastIndex(log) + 1, 'a log has no holes')
  for (let i = skip; i < entries.length; i++) {
    const entry = entries[i]!
    appendEntry(log, entry)
    if (entry.kind === 'membership') {
      if (node.config.unsafe.membershipWhenCommitted !== true) appendMembership(memberships, entry) // M2
    } else if (entry.kind === 'blank') becomeBlank(node)
  }
}

/** From here on commands are missing: nobody may ever take this replica for one that has them. */
function becomeBlank(node: RaftNode): void {
  const { state } = node
  if (state.blank) return
  state.blank = true
  state.hardStateDirty = true
  dropClients(node)
}

/** Drops every entry above `index`, in memory; on disk, the next append replaces them. */
export function truncateLog(node: RaftNode, index: LogIndex): void {
  const { state } = node
  assert(index >= state.commit, 'a committed entry is never dropped', { index, commit: state.commit })
  truncateLogAfter(state.log, index)
  truncateMemberships(state, index)
  state.staged = Math.min(state.staged, index)
  const { outstanding } = state.durability
  if (outstanding.length > 0 && outstanding[outstanding.length - 1]!.index > index) {
    trace(node, 'TruncateUnderWay', 'none', { index, writes: outstanding.length })
  }
  if (node.config.unsafe.trustOvertakenWrites === true) {
    state.durability.durableIndex = Math.min(state.durability.durableIndex, index) // P6
  } else noteTruncation(state.durability, index)
}

/** Hands what has changed to this turn's persist: term and vote before entries, so that no entry is ahead of its term. */
export function stageWrites(node: RaftNode): void {
  const { state, outbox } = node
  const { log } = state
  if (state.hardStateDirty) {
    const votedFor = node.config.unsafe.persistNoVote === true ? undefined : state.votedFor
    const { term, blank } = state
    const hard = blank ? { term, votedFor, blank } : { term, votedFor }
    outbox.persist({ type: 'setHardState', bytes: encodeHardState(hard) })
    state.hardStateDirty = false
    state.hardStateSequence = state.durability.lastSequence + 1
  }
  const last = lastIndex(log)
  if (state.staged < last) {
    outbox.persist({ type: 'append', entries: log.entries.slice(state.staged - log.base) })
    state.staged = last
  }
}

/** Forgets entries up to `index`, which a durable snapshot covers. Losing this in a crash is harmless. */
export function compactLog(node: RaftNode, index: LogIndex): void {
  const { state } = node
  stageWrites(node)
  const meta: SnapshotMeta = {
    index,
    epoch: epochInLog(state.log, index)!,
    membership: membershipAt(state, index),
  }
  node.outbox.persist({ type: 'compactTo', meta }, false)
  compactLogTo(state.log, index)
  rebaseMemberships(state, meta)
}

/** Starts the log over behind an installed snapshot, which holds more than this replica knows to be committed. */
export function resetLog(node: RaftNode, meta: SnapshotMeta): void {
  const { state } = node
  assert(meta.index > state.commit, 'a snapshot takes nothing back', {
    index: meta.index,
    commit: state.commit,
  })
  stageWrites(node)
  noteTruncation(state.durability, state.commit)
  node.outbox.persist({ type: 'installSnapshot', meta })
  resetLogTo(state.log, meta.index, meta.epoch)
  state.memberships = [{ index: meta.index, membership: meta.membership }]
  state.staged = lastIndex(state.log)
}
