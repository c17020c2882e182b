import { assert, sameEntry } from '@quorate/core'
import { compareBallots } from '../ballot.ts'
import { ballotIn, entryIn, lastSlot } from '../disk/slot-log.ts'
import type { PaxosState } from '../state.ts'
import { describeEntry } from './proposal-table.ts'

/**
 * Checks what must hold between two states of one replica, the later one reached without a restart. Throws an
 * `InvariantViolation`. For tests and simulation: looks at the whole log. PMMC's names in brackets; `PaxosMonitor` checks
 * those that look at several replicas.
 */
export function checkPaxosDelta(before: PaxosState, after: PaxosState): void {
  assert(before.self === after.self, 'a replica keeps its id')
  checkBallot(before, after)
  checkGrowth(before, after)
  checkAccepted(before, after)
  checkChosen(before, after)
  checkLeadership(before, after)
}

/** A1: an acceptor adopts ballots that only grow. */
function checkBallot(before: PaxosState, after: PaxosState): void {
  const context = { before: before.promised, after: after.promised }
  assert(compareBallots(before.promised, after.promised) <= 0, 'A1: a promise only grows', context)
}

function checkGrowth(before: PaxosState, after: PaxosState): void {
  const grows: readonly (readonly [string, number, number])[] = [
    ['commit', before.commit, after.commit],
    ['applied (R4)', before.applied, after.applied],
    ['base', before.log.base, after.log.base],
    ['snapshot', before.snapshotIndex, after.snapshotIndex],
    ['seen round', before.seenRound, after.seenRound],
    ['allotted', before.allotted, after.allotted],
    ['durable persist', before.durability.durableSequence, after.durability.durableSequence],
    ['last proposed', before.requests.lastProposed, after.requests.lastProposed],
    ['last abandoned', before.requests.lastAbandoned, after.requests.lastAbandoned],
  ]
  for (const [what, was, is] of grows) assert(was <= is, `${what} only grows`, { was, is })
}

/** A3: what an acceptor has accepted stays, or gives way to a higher ballot. */
function checkAccepted(before: PaxosState, after: PaxosState): void {
  for (let slot = after.log.base + 1; slot <= lastSlot(before.log); slot++) {
    const was = ballotIn(before.log, slot)
    if (was === undefined) continue
    const is = ballotIn(after.log, slot)
    const stays = is !== undefined && compareBallots(was, is) <= 0
    assert(stays, 'A3: what was accepted gives way to nothing but a higher ballot', { slot, was, is })
    if (compareBallots(was, is) !== 0) continue
    const held = sameEntry(entryIn(before.log, slot)!, entryIn(after.log, slot)!)
    assert(held, 'A4: a ballot has one value for a slot', { slot, ballot: is })
  }
}

/** R1: what is chosen stays, as far as memory reaches. */
function checkChosen(before: PaxosState, after: PaxosState): void {
  for (let slot = Math.max(before.log.base, after.log.base) + 1; slot <= before.commit; slot++) {
    const was = entryIn(before.log, slot)!
    const is = entryIn(after.log, slot)
    const stays = is !== undefined && sameEntry(was, is)
    assert(stays, 'R1: what is chosen stays chosen', { slot, was: describeEntry(was) })
  }
}

/** Within a ballot a leader only stops; its slots and beats only grow. */
function checkLeadership(before: PaxosState, after: PaxosState): void {
  if (compareBallots(before.promised, after.promised) !== 0) return
  const context = { before: before.role, after: after.role, ballot: after.promised }
  if (before.role === 'leader') assert(after.role !== 'candidate', 'a ballot has one phase 1', context)
  if (after.role === 'leader') assert(before.role !== 'follower', 'only a candidate leads', context)
  const { leadership: was } = before
  const { leadership: is } = after
  if (was === undefined || is === undefined) return
  assert(was.start === is.start, 'a ballot has one start', { was: was.start, is: is.start })
  assert(was.next <= is.next && was.beat <= is.beat, 'slots and beats only grow')
  // A member that has left and come back meanwhile begins anew.
  if (latestIndex(before) !== latestIndex(after)) return
  for (const [member, { match }] of was.progress) {
    const now = is.progress.get(member)
    if (now !== undefined)
      assert(match <= now.match, 'what was accepted stays so', { member, match, now: now.match })
  }
}

/** Where the newest membership is known from. */
function latestIndex({ memberships }: PaxosState): number {
  return memberships[memberships.length - 1]!.index
}
