import { type Input, type NodeId, quorumIndex, type ReadMode } from '@quorate/core'
import { beginRound, extendLease, holdsLease } from './lease.ts'
import type { ReadIndex, ReadIndexResponse } from './messages.ts'
import { ignore, membershipOf, type RaftNode, trace } from './node.ts'
import { denyLeadership, reject } from './requests.ts'
import type { Leadership, ReadRound } from './state.ts'

/** A client of this replica reads. Thesis §6.4. A lease read at the leader needs no answers while a lease lasts (§6.4.1). */
export function onRead(node: RaftNode, input: Extract<Input, { type: 'read' }>): void {
  const { state, outbox } = node
  const { sequence } = input.request
  const mode: ReadMode = input.mode
  if (mode === 'sequential') outbox.reply({ type: 'readReady', sequence, index: state.commit })
  else if (state.leadership !== undefined) {
    if (mode === 'lease' && isGateOpen(node, state.leadership) && holdsLease(node, state.leadership)) {
      trace(node, 'ReadByLease', 'Raft thesis 6.4.1', { index: state.commit })
      outbox.reply({ type: 'readReady', sequence, index: state.commit })
    } else state.leadership.reads.locals.push(sequence)
  } else if (state.leader !== undefined) state.following.reads.push(sequence)
  else reject(node, sequence, 'no-leader')
}

/** A member asks for its clients' reads. */
export function onReadIndex(node: RaftNode, from: NodeId, message: ReadIndex): void {
  const { state } = node
  if (message.term < state.term || state.leadership === undefined) {
    return denyLeadership(node, from, message)
  }
  state.leadership.reads.remotes.push({ node: from, id: message.id })
}

/**
 * Once a turn: begins a round for all reads that have arrived, at the commit index of now, if the leader knows what is
 * committed: after a commit in its own term (thesis §6.4, step 1). Gives whether every voter is to hear of it.
 */
export function beginReadRound(node: RaftNode, leadership: Leadership): boolean {
  const { state, config } = node
  const { reads } = leadership
  if (reads.locals.length === 0 && reads.remotes.length === 0) return false
  if (!isGateOpen(node, leadership)) {
    trace(node, 'ReadGateClosed', 'Raft thesis 6.4', { commit: state.commit, start: leadership.start })
    return false
  }
  beginRound(node, leadership)
  leadership.confirmed = true
  reads.rounds.push({
    round: leadership.round,
    index: state.commit,
    locals: reads.locals,
    remotes: reads.remotes,
  })
  reads.locals = []
  reads.remotes = []
  return config.unsafe.skipReadConfirmation !== true
}

/** Does the leader know what is committed? R1. */
function isGateOpen({ state, config }: RaftNode, { start }: Leadership): boolean {
  return state.commit >= start || config.unsafe.skipOwnTermReadGate === true
}

/** Which round an answer to `round` confirms: that one, and those before it. */
export function answeredRound({ config }: RaftNode, leadership: Leadership, round: number): number {
  return config.unsafe.reuseReadRounds === true ? leadership.round : round // R2
}

/**
 * Answers the rounds that a quorum, asked after the reads arrived, has confirmed (thesis §6.4, step 3). A replication
 * quorum: it meets every election quorum, so none had elected another leader.
 */
export function answerConfirmedReads(node: RaftNode, leadership: Leadership): void {
  const { state, config } = node
  const { rounds } = leadership.reads
  if (!leadership.confirmed) return
  leadership.confirmed = false
  extendLease(node, leadership)
  if (rounds.length === 0) return
  const { progress, round } = leadership
  const heard = (voter: NodeId): number => (voter === state.self ? round : (progress.get(voter)?.round ?? 0))
  const confirmed =
    config.unsafe.skipReadConfirmation === true ? round : quorumIndex(membershipOf(state).quorums, heard)
  while (rounds.length > 0 && rounds[0]!.round <= confirmed) answerRound(node, rounds.shift()!)
}

function answerRound(node: RaftNode, { round, index, locals, remotes }: ReadRound): void {
  const { state, outbox } = node
  trace(node, 'ReadsConfirmed', 'Raft thesis 6.4', { round, index })
  for (const sequence of locals) outbox.reply({ type: 'readReady', sequence, index })
  for (const { node: to, id } of remotes) {
    outbox.sendNow(to, { type: 'ReadIndexResponse', term: state.term, id, index })
  }
}

/** Once a turn: the reads that have arrived at a follower go to the leader as one. */
export function sendReadIndex(node: RaftNode, leader: NodeId): void {
  const { state, outbox } = node
  const { following } = state
  if (following.reads.length === 0) return
  state.allotted += 1
  following.forwardedReads.push({ id: state.allotted, sequences: following.reads, beat: following.beats })
  following.reads = []
  outbox.sendNow(leader, { type: 'ReadIndex', term: state.term, id: state.allotted })
}

/** The leader answers: that read and the earlier ones, all of which it was asked for after they had arrived. */
export function onReadIndexResponse(node: RaftNode, from: NodeId, message: ReadIndexResponse): void {
  const { state, outbox } = node
  if (message.term < state.term || state.leader !== from)
    return ignore(node, message.type, 'not-my-leader', from)
  const { forwardedReads } = state.following
  while (forwardedReads.length > 0 && forwardedReads[0]!.id <= message.id) {
    for (const sequence of forwardedReads.shift()!.sequences) {
      outbox.reply({ type: 'readReady', sequence, index: message.index })
    }
  }
}

/** How many heartbeats a member waits for an answer before it asks again. */
const readPatience = 2

/** Asks again for reads whose question or answer was lost: asking twice does no harm. */
export function repeatReadIndex(node: RaftNode, leader: NodeId): void {
  const { state, outbox } = node
  const { forwardedReads, beats } = state.following
  const oldest = forwardedReads[0]
  if (oldest === undefined || beats - oldest.beat < readPatience) return
  for (const reads of forwardedReads) reads.beat = beats
  trace(node, 'RepeatReadIndex', 'none', { leader, oldest: oldest.id })
  outbox.sendNow(leader, { type: 'ReadIndex', term: state.term, id: forwardedReads.at(-1)!.id })
}
