import { assert, type LogIndex } from '@quorate/core'
import { extendReceived } from '../acceptor/phase2b.ts'
import { isSame } from '../ballot.ts'
import { ballotIn, entryIn, lastSlot, sliceSlots } from '../disk/slot-log.ts'
import { onMembershipChosen } from '../reconfigure.ts'
import { learnMembership } from '../memberships.ts'
import { latestMembership, type PaxosNode, trace } from '../node.ts'
import { noteOwnEntries } from '../requests/forward.ts'
import type { Leadership, PaxosState } from '../state.ts'

/**
 * Every slot up to `index` is chosen, and this replica holds what was chosen. PMMC, figure 1: `decisions` without a gap.
 * It is handed to the host at the end of the turn.
 */
export function advanceCommit(node: PaxosNode, index: LogIndex): void {
  const { state } = node
  const { commit, log, leadership } = state
  if (index <= commit) return
  assert(index <= lastSlot(log), 'what is chosen is held', { index, last: lastSlot(log) })
  trace(node, 'Decide', 'PMMC figure 1, decision', { from: commit, to: index })
  let isChange = false
  for (let slot = commit + 1; slot <= index; slot++) {
    const entry = entryIn(log, slot)!
    if (entry.kind === 'membership' && learnMembership(state, entry)) isChange = true
    if (leadership !== undefined && isProposed(leadership, slot)) leadership.pendingBytes -= entry.data.length
  }
  state.commit = index
  skipChosen(state)
  if (state.received < index) extendReceived(node)
  if (isChange || latestMembership(state).pending !== undefined) onMembershipChosen(node, isChange)
}

/** Has this leader given the slot a value in its ballot? */
export function isProposed({ start, next }: Leadership, slot: LogIndex): boolean {
  return slot >= start && slot < next
}

/** A leader may learn that slots are chosen for which it has not proposed yet: those are not for it to give any more. */
export function skipChosen({ leadership, commit }: PaxosState): void {
  if (leadership !== undefined && leadership.next <= commit) leadership.next = commit + 1
}

/**
 * The leader says what is chosen: what was accepted in its own ballot is the very value that it proposed. Anything else
 * in a slot may be another one, and has to be learned.
 */
export function decideAccepted(node: PaxosNode): void {
  const { state, config } = node
  const { log, promised, following } = state
  let to = state.commit
  while (to < following.chosen) {
    const ballot = ballotIn(log, to + 1)
    if (ballot === undefined) break
    if (!isSame(ballot, promised) && config.unsafe.trustAnyAccepted !== true) break
    to += 1
  }
  advanceCommit(node, to)
}

/** Hands what is chosen to the host, in the order of slots, once a turn. PMMC, figure 1, `perform`. */
export function deliver(node: PaxosNode): void {
  const { state, outbox } = node
  if (state.commit <= state.applied) return
  const entries = sliceSlots(state.log, state.applied + 1, state.commit)
  outbox.apply(entries)
  state.applied = state.commit
  noteOwnEntries(node, entries)
}
