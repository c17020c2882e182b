import { type NodeId, type RequestId, type RejectReason, lastIndex, makeEntry } from '@quorate/core'
import { appendOwn } from '../history/history.ts'
import type { Reject, Request } from '../message.ts'
import type { Zab } from '../node.ts'
import { knownLeader } from '../observe.ts'
import type { Leadership, Learner, RequestSource } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/** A client of this replica proposes. */
export function onPropose(zab: Zab, request: RequestId, data: Uint8Array, time: number): void {
  const { state } = zab
  const { leadership, following } = state
  if (leadership !== undefined && leadership.phase === 'BROADCAST') {
    if (state.handover !== undefined) return refuseWhileHandingOver(zab, request.sequence)
    if (!propose(zab, leadership, request, data, time)) {
      traceRefusal(zab, state.self, 1, 'overloaded')
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
  const { node, connection } = learner
  const refused = forwardedCommands(zab, leadership, learner, message, time)
  if (refused !== undefined) zab.out.sendNow(node, { type: 'REJECT', connection, ...refused })
}

/** Proposes what a replica has forwarded, each command once. Gives those that are not proposed, if there are any. */
export function forwardedCommands(
  zab: Zab,
  leadership: Leadership,
  source: RequestSource,
  message: Pick<Request, 'sequences' | 'commands'>,
  time: number,
): Pick<Reject, 'sequences' | 'reason'> | undefined {
  const { node: replica } = source
  const isHandingOver = zab.state.handover !== undefined
  const turnedDown: number[] = []
  const first = message.sequences[0]
  if (first !== undefined && first <= source.lastRequest) {
    trace(zab, 'requests-repeated', 'not in the paper', { learner: replica, first })
  }
  for (let i = 0; i < message.sequences.length; i++) {
    const sequence = message.sequences[i]!
    if (sequence <= source.lastRequest) continue // a link that repeats would have it done twice
    source.lastRequest = sequence
    if (isHandingOver || !propose(zab, leadership, { replica, sequence }, message.commands[i]!, time))
      turnedDown.push(sequence)
  }
  if (turnedDown.length === 0) return undefined
  const reason = isHandingOver ? 'transferring' : 'overloaded'
  traceRefusal(zab, replica, turnedDown.length, reason)
  return { sequences: turnedDown, reason }
}

/** Nothing is added to a history that the designated leader is to have whole. */
function refuseWhileHandingOver(zab: Zab, sequence: number): void {
  traceRefusal(zab, zab.state.self, 1, 'transferring')
  reject(zab, sequence, 'transferring')
}

function traceRefusal(zab: Zab, from: NodeId, count: number, reason: RejectReason): void {
  trace(zab, 'requests-refused', 'not in the paper', { from, count, reason })
}

/** Turns a request down that was not begun. */
export function reject(zab: Zab, sequence: number, reason: RejectReason): void {
  const leader: NodeId | undefined = knownLeader(zab.state)
  zab.out.reply({ type: 'rejected', sequence, reason, outcome: 'definitely-not', leader })
}
