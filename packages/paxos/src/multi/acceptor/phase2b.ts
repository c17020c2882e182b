import { assert, type Ballot, type Entry, type LogIndex, type NodeId } from '@quorate/core'
import { ballotOf, compareBallots, isSame, noBallot } from '../ballot.ts'
import { advancePromised, becomeFollower, restartAcceptance } from '../become.ts'
import { ballotIn, epochIn, lastSlot, putSlot } from '../disk/slot-log.ts'
import { hearLeader } from '../election-timer.ts'
import type { Accept, Heartbeat } from '../messages.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'
import type { PaxosState } from '../state.ts'
import { answerBeat } from './acknowledge.ts'
import { isLeasedToOther } from './lease.ts'
import { refuse } from './phase1b.ts'

/** Slots this far above what is known to be chosen are not accepted: a hole that long is one of memory, too. */
const farthest = 1_000_000

/**
 * Phase 2b (Paxos Made Simple, §2.2): accepts what is proposed, each value in its own slot, unless a higher ballot was
 * promised. PMMC, figure 4, `p2a`; invariant A2: only in the ballot that is adopted. Answered once a turn.
 */
export function onAccept(node: PaxosNode, from: NodeId, message: Accept): void {
  const { state, config } = node
  const ballot = ballotOf(message)
  if (config.unsafe.acceptBelowPromise === true && compareBallots(ballot, state.promised) < 0) {
    acceptSlots(node, ballot, message.entries)
    return answerBelowPromise(node, from, message)
  }
  if (!followBallot(node, from, message)) return
  acceptSlots(node, ballot, message.entries)
  state.following.owes = true
  state.following.chosen = Math.max(state.following.chosen, message.chosen)
  if (message.beat > state.following.beat) answerBeat(node, from, message.beat)
}

/** The leader of that ballot is heard of, unless a higher one was promised. Gives whether it is followed. */
export function followBallot(node: PaxosNode, from: NodeId, message: Accept | Heartbeat): boolean {
  const { state } = node
  const ballot = ballotOf(message)
  const order = compareBallots(ballot, state.promised)
  if (order < 0) {
    refuse(node, from, ballot)
    return false
  }
  if (from === state.self) {
    ignore(node, message.type, 'malformed', from)
    return false
  }
  if (order > 0) {
    // Who may propose in a ballot has the promises of a quorum: to accept in it is to promise it. But of a quorum of
    // which membership? One that has been replaced knows nothing of leases.
    if (isLeasedToOther(node, from)) {
      ignore(node, message.type, 'leased', from)
      return false
    }
    advancePromised(node, ballot)
  }
  if (order > 0 || state.leader !== from) {
    becomeFollower(node, from, message.type)
    state.preemptions = 0
    state.following.start = message.start
    restartAcceptance(state, Math.max(message.start - 1, state.commit))
    extendReceived(node)
  }
  hearLeader(node)
  return true
}

/** Accepts, in memory and for this turn's persist. PMMC, invariant A3: nothing accepted is ever taken back. */
export function acceptSlots(node: PaxosNode, ballot: Ballot, entries: readonly Entry[]): void {
  const { state, outbox } = node
  const open = openEntries(node, entries)
  if (open.length === 0) return
  const fresh = freshEntries(state, ballot, open)
  for (const entry of fresh) putSlot(state.log, entry, ballot)
  if (fresh.length > 0) outbox.persist({ type: 'accept', ballot, entries: fresh })
  noteReceived(node, open)
}

/** Those that have not been accepted in this ballot yet: what comes again is answered again, and not written again. */
function freshEntries({ log }: PaxosState, ballot: Ballot, entries: readonly Entry[]): readonly Entry[] {
  if (entries[0]!.index > lastSlot(log)) return entries
  const isHeld = (slot: LogIndex): boolean => isSame(ballotIn(log, slot) ?? noBallot, ballot)
  return entries.filter(({ index }) => !isHeld(index))
}

/** Those for slots that are not known to be chosen. What is proposed for one that is, is what was chosen (invariant A5). */
function openEntries(node: PaxosNode, entries: readonly Entry[]): readonly Entry[] {
  const { state } = node
  const { commit, log } = state
  const first = entries[0]
  if (first === undefined) return entries
  // In order, and all of them new: the common case.
  if (first.index > commit && entries[entries.length - 1]!.index <= commit + farthest) return entries
  return entries.filter(({ index, epoch }) => {
    if (index > commit + farthest) ignore(node, 'Accept', 'too-far-ahead')
    if (index > commit) return index <= commit + farthest
    const own = epochIn(log, index)
    assert(own === undefined || own === epoch, 'what is chosen is proposed again', { index, own, epoch })
    return false
  })
}

/** Notes which slots have arrived in this ballot: without a gap from its start, or above one. */
function noteReceived(node: PaxosNode, entries: readonly Entry[]): void {
  const { state } = node
  const { ranges } = state.following
  for (const { index } of entries) {
    if (index === state.received + 1) state.received = index
    else if (index > state.received) addToRanges(ranges, index)
  }
  extendReceived(node)
  if (ranges.length === 0) return
  trace(node, 'AcceptAboveGap', 'Paxos Made Simple 3', { received: state.received, ranges: [...ranges] })
}

/** Slots above a gap that has been filled count as received, too. */
export function extendReceived({ state }: PaxosNode): void {
  const { log, promised } = state
  if (state.received < state.commit) state.received = state.commit
  for (;;) {
    const ballot = ballotIn(log, state.received + 1)
    if (ballot === undefined || !isSame(ballot, promised)) return
    state.received += 1
  }
}

function addToRanges(ranges: number[], slot: LogIndex): void {
  if (ranges.length > 0 && ranges[ranges.length - 1] === slot - 1) ranges[ranges.length - 1] = slot
  else ranges.push(slot, slot)
}

/** Only for the unsafe rule `acceptBelowPromise`. */
function answerBelowPromise({ outbox }: PaxosNode, to: NodeId, { round, node, entries }: Accept): void {
  const last = entries[entries.length - 1]?.index ?? 0
  outbox.sendWhenDurable(to, { type: 'Accepted', round, node, to: last, ranges: [] })
}
