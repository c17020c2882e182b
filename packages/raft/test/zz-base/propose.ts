import type { Input, NodeId, RejectReason, RequestId } from '@quorate/core'
import { appendOwn } from './log-writes.ts'
import type { Forward, ForwardRefused } from './messages.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import type { RaftConfig } from './options.ts'
import { advanceProposed, denyLeadership, reject } from './requests.ts'
import type { Leadership } from './state.ts'
import { isTransferring } from './transfer.ts'

/**
 * A client of this replica proposes. Figure 2, rules for leaders: append to the local log, answer when applied; a
 * follower passes it on (§8). What goes to disk and network is built once a turn.
 */
export function onPropose(node: RaftNode, input: Extract<Input, { type: 'propose' }>): void {
  const { state } = node
  const { request, data } = input
  const { leadership, following } = state
  if (leadership !== undefined) {
    const reason = refuseProposal(node, leadership, data)
    if (reason !== undefined) {
      trace(node, 'RefuseProposals', 'none', { from: state.self, count: 1, reason })
      return reject(node, request.sequence, reason)
    }
    appendCommand(node, leadership, request, data)
    advanceProposed(node, request)
  } else if (state.leader !== undefined) {
    if (following.waitingBytes > 0 && following.waitingBytes + data.length > node.config.maxForwardedBytes) {
      trace(node, 'RefuseProposals', 'none', { from: state.self, count: 1, reason: 'overloaded' })
      return reject(node, request.sequence, 'overloaded')
    }
    following.sequences.push(request.sequence)
    following.commands.push(data)
    following.waitingBytes += data.length
  } else {
    reject(node, request.sequence, 'no-leader')
  }
}

/** A member passes on its clients' proposals. A repeated or late message must not append anything twice. */
export function onForward(node: RaftNode, from: NodeId, message: Forward): void {
  const { state, outbox } = node
  const { leadership } = state
  if (message.term < state.term || leadership === undefined) {
    return denyLeadership(node, from, message)
  }
  const refused: number[] = []
  let reason: RejectReason | undefined
  let highest = leadership.forwarded.get(from) ?? 0
  for (let i = 0; i < message.sequences.length; i++) {
    const sequence = message.sequences[i]!
    if (sequence <= highest) continue
    highest = sequence
    const data = message.commands[i]!
    // After one that is refused so are the others: a member's proposals are taken in order or not at all.
    reason ??= refuseProposal(node, leadership, data)
    if (reason === undefined) appendCommand(node, leadership, { replica: from, sequence }, data)
    else refused.push(sequence)
  }
  const first = message.sequences[0]
  if (first !== undefined && first <= (leadership.forwarded.get(from) ?? 0)) {
    trace(node, 'RepeatedProposals', 'none', { from, first, highest })
  }
  leadership.forwarded.set(from, highest)
  if (reason === undefined) return
  trace(node, 'RefuseProposals', 'none', { from, count: refused.length, reason })
  outbox.sendNow(from, { type: 'ForwardRefused', term: state.term, sequences: refused, reason })
}

/** The leader has not put these in its log and never will. Each is answered once, whatever the network repeats. */
export function onForwardRefused(node: RaftNode, from: NodeId, message: ForwardRefused): void {
  const { state } = node
  if (message.term < state.term || state.leader !== from)
    return ignore(node, message.type, 'not-my-leader', from)
  const { following } = state
  const { reason } = message
  trace(node, 'ForwardRefused', 'none', { from, count: message.sequences.length, reason })
  const refused = new Set(message.sequences)
  following.forwarded = following.forwarded.flatMap((batch) => {
    const waiting = batch.sequences.slice(batch.seen)
    for (const sequence of waiting) if (refused.has(sequence)) reject(node, sequence, reason)
    const left = waiting.filter((sequence) => !refused.has(sequence))
    if (left.length > 0) return [{ ...batch, sequences: left, seen: 0 }]
    following.waitingBytes -= batch.bytes
    return []
  })
}

/**
 * Once a turn: what has been collected goes to the leader, in one message if it is not too much for one. All that is on
 * its way is bounded by `maxForwardedBytes`, and so is what a turn sends.
 */
export function sendForwards(node: RaftNode, leader: NodeId): void {
  const { state, config } = node
  const { following } = state
  const { sequences, commands } = following
  if (sequences.length === 0) return
  let start = 0
  let bytes = 0
  for (let i = 0; i < commands.length; i++) {
    if (i > start && bytes + commands[i]!.length > config.maxBatchBytes) {
      sendForward(node, leader, sequences.slice(start, i), commands.slice(start, i), bytes)
      start = i
      bytes = 0
    }
    bytes += commands[i]!.length
  }
  if (start === 0) sendForward(node, leader, sequences, commands, bytes)
  else sendForward(node, leader, sequences.slice(start), commands.slice(start), bytes)
  following.sequences = []
  following.commands = []
}

function sendForward(
  node: RaftNode,
  leader: NodeId,
  sequences: readonly number[],
  commands: readonly Uint8Array[],
  bytes: number,
): void {
  const { term, self, following } = node.state
  node.outbox.sendNow(leader, { type: 'Forward', term, sequences, commands })
  following.forwarded.push({ sequences, bytes, seen: 0, beat: following.beats })
  for (const sequence of sequences) advanceProposed(node, { replica: self, sequence })
}

/**
 * An own proposal has come back in the log. The leader takes them in order, so those before it that have not come
 * never will in this term, and a later leader does not take what was sent to this one: their message was lost.
 */
export function noteOwnEntry(node: RaftNode, sequence: number): void {
  const { following } = node.state
  const { forwarded } = following
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
    following.waitingBytes -= batch.bytes
  }
}

/** Gives up proposals that the leader has not been heard to take for too long: their message, or its refusal, was lost. */
export function expireForwards(node: RaftNode): void {
  const { following } = node.state
  const { forwarded } = following
  while (forwarded.length > 0 && following.beats - forwarded[0]!.beat >= node.config.forwardBeats) {
    const { sequences, seen, bytes } = forwarded.shift()!
    following.waitingBytes -= bytes
    trace(node, 'ForwardExpired', 'none', { count: sequences.length - seen, beats: following.beats })
    for (const sequence of sequences.slice(seen)) {
      node.outbox.reply({
        type: 'rejected',
        sequence,
        reason: 'leadership-lost',
        outcome: 'unknown',
        leader: node.state.leader,
      })
    }
  }
}

/** Why the leader takes no proposal now: from the beginning of a transfer on the other's log must stay as good as its own (L15, T2). */
function refuseProposal(
  { state, config }: RaftNode,
  leadership: Leadership,
  data: Uint8Array,
): RejectReason | undefined {
  if (isTransferring(state)) return 'transferring'
  return hasRoom(config, leadership, data) ? undefined : 'overloaded'
}

/** Any size fits when nothing else waits (L13 of the list of pitfalls). */
function hasRoom(
  { maxUncommittedBytes }: RaftConfig,
  { uncommittedBytes }: Leadership,
  data: Uint8Array,
): boolean {
  return uncommittedBytes === 0 || uncommittedBytes + data.length <= maxUncommittedBytes
}

function appendCommand(node: RaftNode, leadership: Leadership, request: RequestId, data: Uint8Array): void {
  leadership.uncommittedBytes += data.length
  appendOwn(node, 'command', request, data)
}
