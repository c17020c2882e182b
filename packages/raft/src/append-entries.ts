import { assert, epochAt, isDurable, lastIndex, type LogIndex, type NodeId } from '@quorate/core'
import { becomeFollower } from './become.ts'
import { advanceCommit } from './commit.ts'
import { hearLeader } from './election-timer.ts'
import { lastIndexOfTerm } from './hints.ts'
import { appendReceived, truncateLog } from './log-writes.ts'
import { membershipIn } from './memberships.ts'
import type { AppendEntries } from './messages.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import { noteOwnEntry } from './propose.ts'

/** Follower handles AppendEntries. Raft (extended), figure 2, AppendEntries RPC, receiver steps 1-5. */
export function onAppendEntries(node: RaftNode, from: NodeId, message: AppendEntries): void {
  const { state, outbox } = node
  if (message.term < state.term) return answerMismatch(node, from, message, 0, 0) // step 1
  if (!areEntriesSound(message)) {
    ignore(node, message.type, 'unsound-entries', from)
    return outbox.resetLink(from)
  }
  followLeader(node, from, message.type)
  const { log, following } = state
  const { prevLogIndex, entries } = message
  const last = prevLogIndex + entries.length
  if (last <= state.commit) return owe(node, message, state.commit) // all known, whatever has been compacted (L5)
  if (prevLogIndex >= state.commit && epochAt(log, prevLogIndex) !== message.prevLogTerm) {
    return rejectMismatch(node, from, message) // step 2
  }
  appendMissing(node, message) // steps 3 and 4
  if (last > following.received) following.received = last
  owe(node, message, last)
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
  while (skip < entries.length && epochAt(log, prevLogIndex + skip + 1) === entries[skip]!.epoch) skip++
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
    lastIndexOfTerm(state.log, Math.min(prevLogIndex, lastIndex(state.log)), prevLogTerm),
  )
  trace(node, 'RejectAppendEntriesRequest', 'Raft figure 2, AppendEntries 2', {
    prevLogIndex,
    prevLogTerm,
    hint,
  })
  answerMismatch(node, from, message, hint, epochAt(state.log, hint)!)
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

/** Notes that the leader is owed an acknowledgement, up to what this append covers and no further (L3). */
function owe(node: RaftNode, message: AppendEntries, index: LogIndex): void {
  oweAck(node, message.session, message.round, index)
}

/** Notes that the leader is owed an acknowledgement up to `index`: one a turn, whatever has arrived in it. */
export function oweAck(node: RaftNode, session: number, round: number, index: LogIndex): void {
  const { following } = node.state
  if (index > following.ackIndex) following.ackIndex = index
  following.ackSession = session
  if (round > following.ackRound) following.ackRound = round
}

/**
 * Once a turn: acknowledges what has been appended, when it is durable. A new round of the leader is answered at once
 * all the same: that this replica still follows does not depend on its disk, and reads wait for it.
 */
export function sendAck(node: RaftNode, leader: NodeId): void {
  const { state, outbox, config } = node
  const { following, term } = state
  if (following.ackIndex < 0) return
  const { ackIndex: index, ackSession: session, ackRound: round } = following
  following.ackIndex = -1
  following.ackRound = 0
  const early = config.unsafe.ackBeforeDurable === true
  const waits = !early && (outbox.hasPersist || !isDurable(state.durability))
  if (round > following.round) {
    following.round = round
    if (waits) {
      answerRound(node, leader, session, round)
    }
  }
  const ack = {
    type: 'AppendEntriesResponse',
    term,
    session,
    round,
    success: true,
    index,
    hintIndex: 0,
    hintTerm: 0,
  } as const
  if (early) outbox.sendNow(leader, ack)
  else outbox.sendWhenDurable(leader, ack)
}

/**
 * Says that this replica follows, and how far its log is: what has arrived, and what of it is durable. The term must
 * be, too: after a crash without it the replica might follow an older leader again.
 */
export function answerRound(node: RaftNode, to: NodeId, session: number, round: number): void {
  const { term, following, durability, hardStateDirty, hardStateSequence } = node.state
  const { received } = following
  const isTermDurable = !hardStateDirty && durability.durableSequence >= hardStateSequence
  const durable = isTermDurable ? Math.min(received, durability.durableIndex) : 0
  node.outbox.sendNow(to, { type: 'HeartbeatResponse', term, session, round, received, durable })
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
