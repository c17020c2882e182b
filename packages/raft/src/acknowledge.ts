import { isDurable, type LogIndex, type NodeId } from '@quorate/core'
import type { AppendEntries, InstallSnapshot } from './messages.ts'
import type { RaftNode } from './node.ts'

/** Notes that the leader is owed an acknowledgement up to `index`: one a turn, whatever has arrived in it. */
export function oweAck(node: RaftNode, message: AppendEntries | InstallSnapshot, index: LogIndex): void {
  const { following } = node.state
  const { session, round } = message
  if (index > following.ackIndex) following.ackIndex = index
  if (session > following.ackSession) following.ackSession = session
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
    if (waits) answerRound(node, leader, session, round)
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
 * be, too: after a crash without it the replica might follow an older leader again. A log without commands is worth nothing
 * to a leader that does not know it for one.
 */
export function answerRound(node: RaftNode, to: NodeId, session: number, round: number): void {
  const { term, following, durability, hardStateDirty, hardStateSequence, blank } = node.state
  const received = blank && following.witness !== session ? 0 : following.received
  const isTermDurable = !hardStateDirty && durability.durableSequence >= hardStateSequence
  const durable = isTermDurable ? Math.min(received, durability.durableIndex) : 0
  node.outbox.sendNow(to, { type: 'HeartbeatResponse', term, session, round, received, durable })
}
