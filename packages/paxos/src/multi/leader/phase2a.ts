import { type Entry, type LogIndex, makeEntry, noBytes, votersOf } from '@quorate/core'
import { isAbove } from '../ballot.ts'
import { ballotIn, entryIn, putSlot } from '../disk/slot-log.ts'
import { membershipData, pendingBehind } from '../memberships.ts'
import { membershipOfSlot, type PaxosNode, trace } from '../node.ts'
import type { Leadership, Proposal } from '../state.ts'
import { advanceProposed } from '../requests/answers.ts'
import { isPromisedFor, sendPrepare } from './phase1a.ts'

/**
 * Phase 2a (Paxos Made Simple, §2.2), once a turn: gives slots to values. In each slot the value of the highest ballot
 * that phase 1 found, if it found any; a no-op in the holes below the last of these (§3); and what clients propose
 * behind them. No slot is proposed for before the one a window below is chosen (PMMC, invariant R5), and none without
 * the promises of those who decide it. The own acceptor accepts them like any other (C1: one value a slot and ballot).
 */
export function assignSlots(node: PaxosNode, leadership: Leadership): void {
  const { state, outbox, config } = node
  const first = leadership.next
  const limit = state.commit + config.window
  const fresh: Entry[] = []
  while (leadership.next <= limit) {
    const slot = leadership.next
    if (!isOpen(node, leadership, slot)) break
    const entry = nextEntry(node, leadership, slot)
    if (entry === undefined) break
    putSlot(state.log, entry, state.promised)
    fresh.push(entry)
    leadership.next = slot + 1
  }
  if (fresh.length === 0) return
  leadership.queue.splice(0, leadership.taken)
  leadership.taken = 0
  if (leadership.queue.length > 0 && leadership.next > limit) {
    trace(node, 'WindowFull', 'PMMC 4.4', { commit: state.commit, waiting: leadership.queue.length })
  }
  state.received = leadership.next - 1
  outbox.persist({ type: 'accept', ballot: state.promised, entries: fresh })
  if (first <= leadership.top) noteRecovery(node, leadership, first)
}

/** What goes into the slot: what phase 1 binds it to, or the next proposal, or nothing if there is none. */
function nextEntry(node: PaxosNode, leadership: Leadership, slot: LogIndex): Entry | undefined {
  if (slot <= leadership.top) {
    const entry = boundEntry(node, slot) ?? fill(node, slot)
    leadership.pendingBytes += entry.data.length
    return entry
  }
  const proposal = leadership.queue[leadership.taken]
  if (proposal !== undefined) return freshEntry(node, leadership, slot, proposal)
  // A membership that is chosen comes into force with the slots before it.
  return pendingBehind(node.state, slot) === undefined ? undefined : fill(node, slot)
}

/** The value of the highest ballot that was accepted in the slot by anyone who promised, this replica included. */
function boundEntry({ state, config }: PaxosNode, slot: LogIndex): Entry | undefined {
  const { log, phase1 } = state
  const found = phase1?.accepted.get(slot)
  phase1?.accepted.delete(slot)
  if (config.unsafe.ignoreAccepted === true) return undefined
  const own = entryIn(log, slot)
  if (own === undefined) return found?.entry
  if (found === undefined) return own
  const isOwnHigher = isAbove(ballotIn(log, slot)!, found.ballot)
  return isOwnHigher === (config.unsafe.takeLowestBallot !== true) ? own : found.entry
}

function freshEntry(
  node: PaxosNode,
  leadership: Leadership,
  slot: LogIndex,
  { kind, request, data }: Proposal,
): Entry {
  const { state, wall, config } = node
  const { round } = state.promised
  leadership.taken += 1
  if (request?.replica === state.self) advanceProposed(node, request)
  if (kind !== 'membership') return makeEntry(slot, round, wall, kind, request, data)
  if (leadership.change !== undefined) leadership.change.slot = slot
  const from = slot + (config.unsafe.membershipAtOnce === true ? 1 : config.window)
  const membership = membershipData(state, slot, from, data)
  leadership.pendingBytes += membership.length - data.length
  return makeEntry(slot, round, wall, kind, request, membership)
}

/** A no-op, so that what is chosen behind the slot can be delivered. */
function fill({ state, wall }: PaxosNode, slot: LogIndex): Entry {
  return makeEntry(slot, state.promised.round, wall, 'noop', undefined, noBytes)
}

/** Has a quorum of those who decide the slot promised? If not, they are asked, once a beat. */
function isOpen(node: PaxosNode, leadership: Leadership, slot: LogIndex): boolean {
  const { state, config } = node
  // Those who promised late know more to be chosen, and have told no values of it: that is to be learned.
  if (slot <= (state.phase1?.chosen ?? 0)) return false
  const membership = membershipOfSlot(state, slot)
  if (leadership.opened === membership || config.unsafe.skipNewQuorum === true) return true
  if (isPromisedFor(node, slot)) {
    leadership.opened = membership
    return true
  }
  if (leadership.askedAt === leadership.beat) return false
  leadership.askedAt = leadership.beat
  const { phase1, self, commit } = state
  const voters = votersOf(membership).filter((voter) => voter !== self && !phase1!.promised.has(voter))
  trace(node, 'AskNewVoters', 'PMMC 4.4', { slot, voters })
  for (const voter of voters) sendPrepare(node, voter, phase1!.partial.get(voter) ?? commit + 1)
  return false
}

function noteRecovery(node: PaxosNode, leadership: Leadership, first: LogIndex): void {
  const to = Math.min(leadership.next - 1, leadership.top)
  trace(node, 'ProposeAgain', 'Paxos Made Simple 3', { from: first, to, top: leadership.top })
}
