import { type ReadMode, quorumIndex } from '@quorate/core'
import { reject } from '../broadcast/propose.ts'
import { findLearner, isSynchronized } from '../liveness/learners.ts'
import type { Read, ReadIndex } from '../message.ts'
import type { Zab } from '../node.ts'
import { answerRelayedReads } from '../relay/relay-reads.ts'
import type { Following, Leadership, Learner, ReadRound, ZabState } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/**
 * A client of this replica reads. ZooKeeper's sync goes to the leader and no further, so a deposed leader may answer
 * it; here the leader first hears from a quorum again. `lease` is treated as linearizable.
 */
export function onRead(zab: Zab, sequence: number, mode: ReadMode): void {
  const { state, options, out } = zab
  if (mode === 'sequential') {
    return out.reply({ type: 'readReady', sequence, index: state.commitIndex })
  }
  const reads = readsOfTurn(state)
  if (reads === undefined) return reject(zab, sequence, 'no-leader')
  if (countPending(state) >= options.maxPendingReads) return reject(zab, sequence, 'overloaded')
  reads.push(sequence)
}

/** Where this turn's reads are collected; undefined if nobody can confirm them. */
function readsOfTurn({ leadership, following }: ZabState): number[] | undefined {
  if (leadership?.phase === 'BROADCAST') return leadership.ownReads
  return following?.phase === 'BROADCAST' ? following.reads : undefined
}

function countPending({ leadership, following }: ZabState): number {
  let count = leadership?.ownReads.length ?? following?.reads.length ?? 0
  for (const { own } of leadership?.pendingReads ?? []) count += own.length
  for (const { sequences } of following?.pendingReads ?? []) count += sequences.length
  return count
}

/** Leader hears of a learner's reads; they take part in this turn's round. */
export function onForwardedRead(zab: Zab, leadership: Leadership, learner: Learner, message: Read): void {
  if (learner.phase !== 'UPTODATE') return ignore(zab, learner.node, message, 'wrong-phase')
  leadership.remoteReads.push({ node: learner.node, connection: learner.connection, round: message.round })
}

/** Leader, at the end of a turn: begins one round for all reads that came in it. Its commit covers all acknowledged. */
export function beginReadRound(zab: Zab, leadership: Leadership): void {
  const { state, options, out } = zab
  if (leadership.ownReads.length === 0 && leadership.remoteReads.length === 0) return
  const reads: ReadRound = {
    round: ++leadership.readRound,
    index: state.commitIndex,
    own: leadership.ownReads,
    remote: leadership.remoteReads,
  }
  leadership.ownReads = []
  leadership.remoteReads = []
  if (options.unsafe.skipQuorumOnReads) return answerReads(zab, leadership, reads)
  leadership.pendingReads.push(reads)
  for (const learner of leadership.learners) {
    if (!learner.voter || !isSynchronized(learner)) continue
    const { connection } = learner
    out.sendNow(learner.node, { type: 'PING', connection, epoch: leadership.epoch, round: reads.round })
  }
  confirmReads(zab, leadership)
}

/** Leader answers the rounds that a quorum has confirmed since they began. */
export function confirmReads(zab: Zab, leadership: Leadership): void {
  const { pendingReads } = leadership
  if (pendingReads.length === 0) return
  const confirmed = quorumIndex(zab.state.membership.quorums, (voter) => {
    if (voter === zab.state.self) return leadership.readRound
    return findLearner(leadership, voter)?.confirmed ?? 0
  })
  while (pendingReads.length > 0 && pendingReads[0]!.round <= confirmed) {
    answerReads(zab, leadership, pendingReads.shift()!)
  }
}

function answerReads(zab: Zab, leadership: Leadership, { own, remote, index, round }: ReadRound): void {
  const { out } = zab
  for (const sequence of own) out.reply({ type: 'readReady', sequence, index })
  for (const read of remote) {
    const { connection } = read
    if (findLearner(leadership, read.node)?.connection !== connection) continue
    out.sendNow(read.node, { type: 'READINDEX', connection, round: read.round, index })
  }
  trace(zab, 'reads-confirmed', 'Raft (dissertation), section 6.4', { round, index })
}

/** Learner hears how far it must have applied to serve the reads of one of its turns. */
export function onReadIndex(zab: Zab, following: Following, message: ReadIndex): void {
  const position = following.pendingReads.findIndex(({ round }) => round === message.round)
  if (position < 0) return ignore(zab, following.leader, message, 'not-asked-for')
  const [reads] = following.pendingReads.splice(position, 1)
  if (following.relay !== undefined) answerRelayedReads(zab, following.relay, message)
  for (const sequence of reads!.sequences) {
    zab.out.reply({ type: 'readReady', sequence, index: message.index })
  }
}
