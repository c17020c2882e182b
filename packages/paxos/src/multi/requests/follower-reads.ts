import type { NodeId } from '@quorate/core'
import { ballotOf, isSame } from '../ballot.ts'
import type { ReadIndexResponse } from '../messages.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'

/** Once a turn: the reads that have arrived at a member go to the leader as one. */
export function sendReadIndex(node: PaxosNode, leader: NodeId): void {
  const { state, outbox } = node
  const { following, promised } = state
  if (following.reads.length === 0) return
  state.allotted += 1
  following.forwardedReads.push({ id: state.allotted, sequences: following.reads, beat: following.beats })
  following.reads = []
  const { round, node: proposer } = promised
  outbox.sendNow(leader, { type: 'ReadIndex', round, node: proposer, id: state.allotted })
}

/** The leader answers: that read and the earlier ones, all of which it was asked for after they had arrived. */
export function onReadIndexResponse(node: PaxosNode, from: NodeId, message: ReadIndexResponse): void {
  const { state, outbox } = node
  if (state.leader !== from || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'not-my-leader', from)
  }
  const { forwardedReads } = state.following
  while (forwardedReads.length > 0 && forwardedReads[0]!.id <= message.id) {
    for (const sequence of forwardedReads.shift()!.sequences) {
      outbox.reply({ type: 'readReady', sequence, index: message.index })
    }
  }
}

/** How many heartbeats a member waits for an answer before it asks again. */
const patience = 2

/** Asks again for reads whose question or answer was lost: asking twice does no harm. */
export function repeatReadIndex(node: PaxosNode, leader: NodeId): void {
  const { state, outbox } = node
  const { following, promised } = state
  const { forwardedReads, beats } = following
  const oldest = forwardedReads[0]
  if (oldest === undefined || beats - oldest.beat < patience) return
  for (const reads of forwardedReads) reads.beat = beats
  trace(node, 'RepeatReadIndex', 'none', { leader, oldest: oldest.id })
  const { round, node: proposer } = promised
  outbox.sendNow(leader, { type: 'ReadIndex', round, node: proposer, id: forwardedReads.at(-1)!.id })
}
