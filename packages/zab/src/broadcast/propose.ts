import { type NodeId, type RequestId, type RejectReason, lastIndex, makeEntry } from '@quorate/core'
import { appendOwn } from '../history/history.ts'
import type { Request } from '../message.ts'
import type { Zab } from '../node.ts'
import { knownLeader } from '../observe.ts'
import type { Leadership, Learner } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/** A client of this replica proposes. */
export function onPropose(zab: Zab, request: RequestId, data: Uint8Array, time: number): void {
  const { state } = zab
  const { leadership, following } = state
  if (leadership !== undefined && leadership.phase === 'BROADCAST') {
    if (!propose(zab, leadership, request, data, time)) {
      traceRefusal(zab, state.self, 1)
      return reject(zab, request.sequence, 'overloaded')
    }
    state.lastOwnProposal = request.sequence
  } else if (following !== undefined && following.phase === 'BROADCAST') {
    following.sequences.push(request.sequence)
    following.commands.push(data)
    state.lastOwnProposal = request.sequence
  } else {
    reject(zab, request.sequence, 'no-leader')
  }
}

/**
 * Leader gives the command the next zxid. Zab (DSN 2011), step l.3.1; LeaderProcessRequest. It is sent and persisted at
 * the end of the turn. False if too much is uncommitted.
 */
function propose(
  { state, options }: Zab,
  leadership: Leadership,
  request: RequestId,
  data: Uint8Array,
  time: number,
): boolean {
  const bytes = leadership.uncommittedBytes + data.length
  if (bytes > options.maxUncommittedBytes && leadership.uncommittedBytes > 0) return false
  leadership.uncommittedBytes = bytes
  appendOwn(state, makeEntry(lastIndex(state.log) + 1, leadership.epoch, time, 'command', request, data))
  return true
}

/** Leader handles forwarded commands. ZooKeeper, LearnerHandler.run, case REQUEST. */
export function onRequest(
  zab: Zab,
  leadership: Leadership,
  learner: Learner,
  message: Request,
  time: number,
): void {
  if (learner.phase !== 'UPTODATE') return ignore(zab, learner.node, message, 'wrong-phase')
  const { node: replica, connection } = learner
  const turnedDown: number[] = []
  const first = message.sequences[0]
  if (first !== undefined && first <= learner.lastRequest) {
    trace(zab, 'requests-repeated', 'not in the paper', { learner: replica, first })
  }
  for (let i = 0; i < message.sequences.length; i++) {
    const sequence = message.sequences[i]!
    if (sequence <= learner.lastRequest) continue // a link that repeats would have it done twice
    learner.lastRequest = sequence
    if (!propose(zab, leadership, { replica, sequence }, message.commands[i]!, time))
      turnedDown.push(sequence)
  }
  if (turnedDown.length > 0) {
    traceRefusal(zab, replica, turnedDown.length)
    zab.out.sendNow(replica, { type: 'REJECT', connection, sequences: turnedDown, reason: 'overloaded' })
  }
}

function traceRefusal(zab: Zab, from: NodeId, count: number): void {
  trace(zab, 'requests-refused', 'not in the paper', { from, count, reason: 'overloaded' })
}

/** Turns a request down that was not begun. */
export function reject(zab: Zab, sequence: number, reason: RejectReason): void {
  const leader: NodeId | undefined = knownLeader(zab.state)
  zab.out.reply({ type: 'rejected', sequence, reason, outcome: 'definitely-not', leader })
}
