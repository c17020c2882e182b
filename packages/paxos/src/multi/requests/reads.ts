import { type Input, membershipAt, type NodeId, quorumIndex } from '@quorate/core'
import { ballotOf, isSame } from '../ballot.ts'
import { isEstablished } from '../leader/leadership.ts'
import { beginBeat } from '../leader/replicate.ts'
import type { ReadIndex } from '../messages.ts'
import { membershipAsOf } from '../memberships.ts'
import { type PaxosNode, trace } from '../node.ts'
import type { Leadership, ReadRound } from '../state.ts'
import { denyLeadership, reject } from './answers.ts'

/**
 * A client of this replica reads. A linearizable read waits until a quorum has answered a beat that began after the read
 * arrived: then nobody had promised a higher ballot before, so nothing was chosen that this leader does not know of. A
 * lease read needs no answer while a lease lasts.
 */
export function onRead(node: PaxosNode, input: Extract<Input, { type: 'read' }>): void {
  const { state, outbox, monotonic } = node
  const { mode } = input
  const { sequence } = input.request
  const { leadership } = state
  if (mode === 'sequential') outbox.reply({ type: 'readReady', sequence, index: state.commit })
  else if (leadership !== undefined) {
    if (mode === 'lease' && monotonic < leadership.leaseUntil && isGateOpen(node)) {
      trace(node, 'ReadByLease', 'none', { index: state.commit })
      outbox.reply({ type: 'readReady', sequence, index: state.commit })
    } else leadership.reads.locals.push(sequence)
  } else if (state.leader !== undefined) state.following.reads.push(sequence)
  else reject(node, sequence, 'no-leader')
}

/** A member asks for its clients' reads. */
export function onReadIndex(node: PaxosNode, from: NodeId, message: ReadIndex): void {
  const { leadership, promised } = node.state
  if (leadership === undefined || !isSame(ballotOf(message), promised)) {
    return denyLeadership(node, from, message)
  }
  leadership.reads.remotes.push({ node: from, id: message.id })
}

/** A new leader does not know what was chosen before everything that phase 1 found is. */
function isGateOpen(node: PaxosNode): boolean {
  return isEstablished(node) || node.config.unsafe.skipReadGate === true
}

/** Once a turn: begins a round for all reads that have arrived. Gives whether every voter is to hear of it. */
export function beginReadRound(node: PaxosNode, leadership: Leadership): boolean {
  const { state, config } = node
  const { reads } = leadership
  if (reads.locals.length === 0 && reads.remotes.length === 0) return false
  if (!isGateOpen(node)) {
    trace(node, 'ReadGateClosed', 'none', { commit: state.commit, top: leadership.top })
    return false
  }
  beginBeat(node, leadership)
  leadership.confirmed = true
  const { locals, remotes } = reads
  reads.rounds.push({ beat: leadership.beat, index: state.commit, locals, remotes })
  reads.locals = []
  reads.remotes = []
  return config.unsafe.skipReadConfirmation !== true
}

/** Once a turn: what follows from the beats that were answered. */
export function answerConfirmedReads(node: PaxosNode, leadership: Leadership): void {
  const { config } = node
  const { rounds } = leadership.reads
  if (!leadership.confirmed) return
  leadership.confirmed = false
  if (config.leaseGranted > 0) extendLease(node, leadership)
  while (rounds.length > 0) {
    const round = rounds[0]!
    const isConfirmed =
      config.unsafe.skipReadConfirmation === true || round.beat <= answeredBeat(node, leadership, round.index)
    if (!isConfirmed) return
    rounds.shift()
    answerRound(node, round)
  }
}

/**
 * The newest beat that a quorum has answered of those who decide the slot behind `index`: whoever would choose a value
 * there needs a promise of one of them.
 */
function answeredBeat({ state }: PaxosNode, { progress, beat }: Leadership, index: number): number {
  const heard = (voter: NodeId): number => (voter === state.self ? beat : (progress.get(voter)?.beat ?? 0))
  const membership = membershipAt(membershipAsOf(state, index), index + 1)
  return quorumIndex(membership.quorums, heard)
}

/** The lease runs from when the beat began that a quorum has answered: when they granted it is not known. */
function extendLease(node: PaxosNode, leadership: Leadership): void {
  const { config, state, monotonic } = node
  const answered = answeredBeat(node, leadership, state.commit)
  const { begun } = leadership
  let at: number | undefined
  while (begun.length > 0 && begun[0]!.beat <= answered) at = begun.shift()!.at
  if (at === undefined) return
  const from = config.unsafe.leaseFromAnswers === true ? monotonic : at
  leadership.leaseUntil = Math.max(leadership.leaseUntil, from + config.leaseUsed)
}

function answerRound(node: PaxosNode, { beat, index, locals, remotes }: ReadRound): void {
  const { state, outbox } = node
  const { round, node: proposer } = state.promised
  trace(node, 'ReadsConfirmed', 'none', { beat, index })
  for (const sequence of locals) outbox.reply({ type: 'readReady', sequence, index })
  for (const { node: to, id } of remotes) {
    outbox.sendNow(to, { type: 'ReadIndexResponse', round, node: proposer, id, index })
  }
}
