import type { Input, NodeId, RequestId } from '@quorate/core'
import { ballotOf, isSame } from '../ballot.ts'
import type { Forward } from '../messages.ts'
import { type PaxosNode, trace } from '../node.ts'
import type { Leadership } from '../state.ts'
import { denyLeadership, reject } from './answers.ts'

/**
 * A client of this replica proposes. Paxos Made Simple, §3: clients send commands to the leader, which decides where in
 * the sequence each should appear. A member passes them on. Slots are given once a turn.
 */
export function onPropose(node: PaxosNode, input: Extract<Input, { type: 'propose' }>): void {
  const { state } = node
  const { request, data } = input
  const { leadership, following } = state
  if (leadership !== undefined) {
    if (hasRoom(node, leadership, data)) return enqueue(leadership, request, data)
    trace(node, 'RefuseProposals', 'none', { from: state.self, count: 1, reason: 'overloaded' })
    reject(node, request.sequence, 'overloaded')
  } else if (state.leader !== undefined) {
    following.sequences.push(request.sequence)
    following.commands.push(data)
  } else {
    reject(node, request.sequence, 'no-leader')
  }
}

/** A member passes on its clients' proposals. A repeated or late message must not propose anything twice. */
export function onForward(node: PaxosNode, from: NodeId, message: Forward): void {
  const { state, outbox } = node
  const { leadership, promised } = state
  if (leadership === undefined || !isSame(ballotOf(message), promised)) {
    return denyLeadership(node, from, message)
  }
  const refused: number[] = []
  const before = leadership.forwarded.get(from) ?? 0
  let highest = before
  for (let i = 0; i < message.sequences.length; i++) {
    const sequence = message.sequences[i]!
    if (sequence <= highest) continue
    highest = sequence
    const data = message.commands[i]!
    // After one that is refused so are the others: a member's proposals are taken in order or not at all.
    if (refused.length === 0 && hasRoom(node, leadership, data)) {
      enqueue(leadership, { replica: from, sequence }, data)
    } else refused.push(sequence)
  }
  if ((message.sequences[0] ?? Infinity) <= before) {
    trace(node, 'RepeatedProposals', 'none', { from, first: message.sequences[0], highest: before })
  }
  leadership.forwarded.set(from, highest)
  if (refused.length === 0) return
  trace(node, 'RefuseProposals', 'none', { from, count: refused.length, reason: 'overloaded' })
  const { round, node: proposer } = promised
  outbox.sendNow(from, {
    type: 'ForwardRefused',
    round,
    node: proposer,
    sequences: refused,
    reason: 'overloaded',
  })
}

/** Any size fits when nothing else waits. */
function hasRoom({ config }: PaxosNode, { pendingBytes }: Leadership, data: Uint8Array): boolean {
  return pendingBytes === 0 || pendingBytes + data.length <= config.maxUncommittedBytes
}

function enqueue(leadership: Leadership, request: RequestId, data: Uint8Array): void {
  leadership.queue.push({ kind: 'command', request, data })
  leadership.pendingBytes += data.length
}
