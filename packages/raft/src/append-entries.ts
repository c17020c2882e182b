import {
  assert,
  type Entry,
  epochAt,
  epochInLog,
  lastIndex,
  lastIndexOfEpoch,
  type LogIndex,
  type NodeId,
  membershipIn,
} from '@quorate/core'
import { oweAck } from './acknowledge.ts'
import { becomeFollower } from './become.ts'
import { advanceCommit } from './commit.ts'
import { hearLeader } from './election-timer.ts'
import { grantLease } from './lease.ts'
import { appendReceived, truncateLog } from './log-writes.ts'
import type { AppendEntries } from './messages.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import { noteOwnEntry } from './propose.ts'
import type { RaftState } from './state.ts'
import { isMistaken } from './witness.ts'

/** Follower handles AppendEntries. Raft (extended), figure 2, AppendEntries RPC, receiver steps 1-5. */
export function onAppendEntries(node: RaftNode, from: NodeId, message: AppendEntries): void {
  const { state, outbox, config } = node
  if (message.term < state.term) {
    trace(node, 'RejectStaleAppendEntries', 'Raft figure 2, AppendEntries 1', { from, term: message.term })
    return answerMismatch(node, from, message, 0, 0) // step 1
  }
  if (!areEntriesSound(message)) {
    ignore(node, message.type, 'unsound-entries', from)
    return outbox.resetLink(from)
  }
  if (isMistaken(state, message)) return ignore(node, message.type, 'not-for-my-log', from)
  followLeader(node, from, message.type)
  if (message.witness === true) state.following.witness = message.session
  grantLease(node, from, message.round)
  const { log, following } = state
  const { prevLogIndex, entries } = message
  const last = prevLogIndex + entries.length
  if (config.unsafe.purgedPrevIsConflict === true && prevLogIndex < log.base) truncateLog(node, log.base) // L5
  if (last <= state.commit) {
    if (entries.length > 0) trace(node, 'AppendBelowCommit', 'none', { last, commit: state.commit })
    return oweAck(node, message, state.commit) // all known, whatever has been compacted (L5)
  }
  if (prevLogIndex >= state.commit && epochAt(log, prevLogIndex) !== message.prevLogTerm) {
    return rejectMismatch(node, from, message) // step 2
  }
  appendMissing(node, message) // steps 3 and 4
  if (last > following.received) following.received = last
  oweAck(node, message, last) // so far and no further (L3)
  advanceCommit(node, Math.min(message.leaderCommit, following.received)) // step 5
}

/** The sender leads this term. Figure 2, rules for followers and candidates. */
export function followLeader(node: RaftNode, from: NodeId, what: string): void {
  const { state } = node
  if (state.leader !== from || state.role !== 'follower') {
    assert(state.role !== 'leader', 'a term has one leader', { term: state.term, other: from })
    assert(state.leader === undefined, 'a term has one leader', {
      term: state.term,
      one: state.leader,
      other: from,
    })
    becomeFollower(node, state.term, from, what)
  }
  hearLeader(node)
}

/** Steps 3 and 4: drops what conflicts, appends what is new; what is there already stays (a late message takes nothing back). */
function appendMissing(node: RaftNode, message: AppendEntries): void {
  const { state } = node
  const { log, following } = state
  const { prevLogIndex, entries } = message
  let skip = Math.max(0, state.commit - prevLogIndex)
  if (skip > 0) assertAgrees(state, entries[skip - 1]!)
  while (skip < entries.length && epochAt(log, prevLogIndex + skip + 1) === entries[skip]!.epoch) skip++
  if (skip > 0) {
    trace(node, 'RepeatedAppendEntries', 'Raft figure 2, AppendEntries 4', { prevLogIndex, known: skip })
  }
  if (skip === entries.length) return
  const keep = prevLogIndex + skip
  if (keep < lastIndex(log)) {
    assert(keep >= following.received, "a leader's log only grows", { keep, received: following.received })
    trace(node, 'ConflictAppendEntriesRequest', 'Raft figure 2, AppendEntries 3', {
      keep,
      dropped: lastIndex(log) - keep,
    })
    truncateLog(node, keep)
  }
  appendReceived(node, entries, skip)
  if (following.forwarded.length === 0) return
  for (let i = skip; i < entries.length; i++) {
    const { request } = entries[i]!
    if (request?.replica === state.self) noteOwnEntry(node, request.sequence)
  }
}

/** Everything up to the commit index is passed over, so there the leader must have what this replica has. */
function assertAgrees(state: RaftState, { index, epoch }: Entry): void {
  assert(epoch === epochAt(state.log, index), 'a leader holds what is committed', { index, epoch })
}

/**
 * Says that the logs do not match, and where they may: no index above the hint can match, because the terms there are
 * too high. With the same step on the leader's side, one append per term is enough to find the place (end of §5.3).
 */
function rejectMismatch(node: RaftNode, from: NodeId, message: AppendEntries): void {
  const { state } = node
  const { prevLogIndex, prevLogTerm } = message
  assert(prevLogIndex > state.commit, 'a leader holds what is committed', {
    prevLogIndex,
    commit: state.commit,
  })
  const hint = Math.max(
    state.commit,
    lastIndexOfEpoch(state.log, Math.min(prevLogIndex, lastIndex(state.log)), prevLogTerm),
  )
  trace(node, 'RejectAppendEntriesRequest', 'Raft figure 2, AppendEntries 2', {
    prevLogIndex,
    prevLogTerm,
    hint,
  })
  answerMismatch(node, from, message, hint, epochInLog(state.log, hint)!)
}

/** Refuses an append. Promises nothing, so it leaves at once. */
function answerMismatch(
  node: RaftNode,
  to: NodeId,
  message: AppendEntries,
  hintIndex: LogIndex,
  hintTerm: number,
): void {
  const { term } = node.state
  const { session, round, prevLogIndex } = message
  node.outbox.sendNow(to, {
    type: 'AppendEntriesResponse',
    term,
    session,
    round,
    success: false,
    index: prevLogIndex,
    hintIndex,
    hintTerm,
  })
}

/** Are they dense, of terms that do not fall and are not above the leader's, and readable? */
function areEntriesSound({ entries, prevLogIndex, prevLogTerm, term }: AppendEntries): boolean {
  let index = prevLogIndex
  let epoch = prevLogTerm
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    index += 1
    if (entry.index !== index || entry.epoch < epoch) return false
    epoch = entry.epoch
    if (entry.kind === 'membership' && membershipIn(entry) === undefined) return false
  }
  return epoch <= term
}

/** This replica was thought to hold more than it does: its disk lost something that it had promised. */
export function traceLost(node: RaftNode, leader: NodeId, index: LogIndex): void {
  trace(node, 'LostSuffix', 'none', { leader, index, lastIndex: lastIndex(node.state.log) })
}
