import { isDurable, type LogIndex, type NodeId } from '@quorate/core'
import type { PaxosNode } from '../node.ts'
import { grantLease } from './lease.ts'

/** Once a turn: tells the leader what has been accepted in its ballot. It leaves when that is durable (PMMC, figure 4, `p2b`). */
export function sendAccepted(node: PaxosNode, leader: NodeId): void {
  const { state, outbox, config } = node
  const { following, promised, received } = state
  if (!following.owes) return
  const { ranges } = following
  following.owes = false
  following.ranges = []
  const { round, node: proposer } = promised
  const message = { type: 'Accepted', round, node: proposer, to: received, ranges } as const
  if (config.unsafe.acceptBeforeDurable === true) outbox.sendNow(leader, message)
  else outbox.sendWhenDurable(leader, message)
}

/**
 * Says that no higher ballot has been promised, how far what the leader sent has arrived, and what of it is durable. At
 * once: that this replica still follows does not depend on its disk.
 */
export function answerBeat(node: PaxosNode, to: NodeId, beat: number): void {
  const { state, outbox } = node
  const { promised, received } = state
  state.following.beat = beat
  grantLease(node, to)
  outbox.sendNow(to, {
    type: 'HeartbeatAck',
    round: promised.round,
    node: promised.node,
    beat,
    received,
    durable: durableSlots(node),
    chosen: durablyChosen(node),
  })
}

/** How far what was received in the present ballot is durable. */
function durableSlots(node: PaxosNode): LogIndex {
  const { state, outbox } = node
  if (!isPromiseDurable(node)) return 0
  const isAllDurable = !outbox.hasPersist && isDurable(state.durability)
  return isAllDurable ? state.received : Math.min(state.received, state.acceptance.durableIndex)
}

/**
 * How far slots are known to be chosen, and their values durable here. Where others begin to decide, it is on disk, too,
 * that they do.
 */
export function durablyChosen({ state, outbox }: PaxosNode): LogIndex {
  const { durability, memberships, hardStateDirty, commit } = state
  const isEntering = hardStateDirty && memberships[memberships.length - 1]!.index > durability.durableIndex
  const isAllDurable = !isEntering && !outbox.hasPersist && isDurable(durability)
  return isAllDurable ? commit : Math.min(commit, durability.durableIndex)
}

/** Is the present promise on disk? Until then nothing counts as accepted in its ballot. */
export function isPromiseDurable({ state }: PaxosNode): boolean {
  return !state.hardStateDirty && state.durability.durableSequence >= state.hardStateSequence
}
