import type { Entry, NodeId } from '@quorate/core'
import { ballotOf, isSame } from '../ballot.ts'
import type { ForwardRefused, NotLeader } from '../messages.ts'
import { becomeFollower } from '../become.ts'
import { suspectLeader } from '../election-timer.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'
import { advanceProposed, reject } from './answers.ts'

/** Once a turn: what clients of this member propose goes to the leader in one message. */
export function sendForwards(node: PaxosNode, leader: NodeId): void {
  const { state, outbox } = node
  const { following, promised, self } = state
  const { sequences, commands } = following
  if (sequences.length === 0) return
  outbox.sendNow(leader, {
    type: 'Forward',
    round: promised.round,
    node: promised.node,
    sequences,
    commands,
  })
  following.forwarded.push({ sequences, seen: 0, beat: following.beats })
  for (const sequence of sequences) advanceProposed(node, { replica: self, sequence })
  following.sequences = []
  following.commands = []
}

/** The leader has not proposed these and never will. Each is answered once, whatever the network repeats. */
export function onForwardRefused(node: PaxosNode, from: NodeId, message: ForwardRefused): void {
  const { state } = node
  if (state.leader !== from || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'not-my-leader', from)
  }
  const { following } = state
  const { reason } = message
  trace(node, 'ForwardRefused', 'none', { from, count: message.sequences.length, reason })
  const refused = new Set(message.sequences)
  following.forwarded = following.forwarded.flatMap((batch) => {
    const waiting = batch.sequences.slice(batch.seen)
    for (const sequence of waiting) if (refused.has(sequence)) reject(node, sequence, reason)
    const left = waiting.filter((sequence) => !refused.has(sequence))
    return left.length === 0 ? [] : [{ sequences: left, seen: 0, beat: batch.beat }]
  })
}

/**
 * Own proposals are among what was chosen. The leader gives them slots in the order in which they were forwarded, and a
 * slot below may only have gone to a no-op: so those before the last one that have not come never will.
 */
export function noteOwnEntries(node: PaxosNode, entries: readonly Entry[]): void {
  const { following, self } = node.state
  if (following.forwarded.length === 0) return
  for (const { request } of entries) if (request?.replica === self) noteOwn(node, request.sequence)
}

function noteOwn(node: PaxosNode, sequence: number): void {
  const { forwarded } = node.state.following
  while (forwarded.length > 0) {
    const batch = forwarded[0]!
    const { sequences } = batch
    while (batch.seen < sequences.length && sequences[batch.seen]! <= sequence) {
      if (sequences[batch.seen]! < sequence) {
        trace(node, 'ForwardLost', 'none', { sequence: sequences[batch.seen]!, seen: sequence })
        reject(node, sequences[batch.seen]!, 'no-leader')
      }
      batch.seen += 1
    }
    if (batch.seen < sequences.length) return
    forwarded.shift()
  }
}

/** Gives up proposals that have not been chosen for too long: their message, or its refusal, was lost. */
export function expireForwards(node: PaxosNode): void {
  const { state, config, outbox } = node
  const { following, leader } = state
  const { forwarded } = following
  while (forwarded.length > 0 && following.beats - forwarded[0]!.beat >= config.forwardBeats) {
    const { sequences, seen } = forwarded.shift()!
    trace(node, 'ForwardExpired', 'none', { count: sequences.length - seen, beats: following.beats })
    for (const sequence of sequences.slice(seen)) {
      outbox.reply({ type: 'rejected', sequence, reason: 'leadership-lost', outcome: 'unknown', leader })
    }
  }
}

/** The one who was taken for the leader says that it no longer is. It never will be again in that ballot. */
export function onNotLeader(node: PaxosNode, from: NodeId, message: NotLeader): void {
  const { state } = node
  if (state.leader !== from || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'not-my-leader', from)
  }
  trace(node, 'LeaderResigned', 'none', { leader: from })
  becomeFollower(node, undefined, message.type)
  suspectLeader(node)
}
