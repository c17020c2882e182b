import { assert, epochAt, lastIndex } from '@quorate/core'
import type { RaftState } from './state.ts'

/**
 * Checks what must hold between two states of one replica, the later one reached without a restart. Throws an
 * `InvariantViolation`. For tests and simulation: looks at the whole log.
 */
export function checkDelta(before: RaftState, after: RaftState): void {
  checkTerm(before, after)
  checkGrowth(before, after)
  checkCommitted(before, after)
  if (before.term !== after.term) return
  checkRole(before, after)
  checkLeadership(before, after)
}

/** Figure 2: terms only grow, and a vote is given once a term. */
function checkTerm(before: RaftState, after: RaftState): void {
  const context = { before: before.term, after: after.term, votedFor: after.votedFor }
  assert(before.self === after.self, 'a replica keeps its id')
  assert(before.term <= after.term, 'a term only grows', context)
  if (before.term === after.term && before.votedFor !== undefined) {
    assert(before.votedFor === after.votedFor, 'a vote is never changed within its term', context)
  }
}

function checkGrowth(before: RaftState, after: RaftState): void {
  const grows: readonly (readonly [string, number, number])[] = [
    ['commit', before.commit, after.commit],
    ['applied', before.applied, after.applied],
    ['base', before.log.base, after.log.base],
    ['base on disk', before.log.storedBase, after.log.storedBase],
    ['snapshot', before.snapshotIndex, after.snapshotIndex],
    ['allotted', before.allotted, after.allotted],
    ['durable persist', before.durability.durableSequence, after.durability.durableSequence],
    ['last proposed', before.requests.lastProposed, after.requests.lastProposed],
    ['last abandoned', before.requests.lastAbandoned, after.requests.lastAbandoned],
  ]
  for (const [what, was, is] of grows) assert(was <= is, `${what} only grows`, { was, is })
}

/** What was committed stays, entry by entry, as far as memory reaches. */
function checkCommitted(before: RaftState, after: RaftState): void {
  for (let index = Math.max(before.log.base, after.log.base); index <= before.commit; index++) {
    const was = epochAt(before.log, index)
    const is = epochAt(after.log, index)
    assert(was === is, 'a committed entry stays', { index, was, is })
  }
}

/** Within a term a leader only steps down, and only a candidate becomes one. */
function checkRole(before: RaftState, after: RaftState): void {
  const context = { before: before.role, after: after.role, term: after.term }
  if (before.role === 'leader') {
    assert(
      after.role === 'leader' || after.role === 'follower' || after.role === 'pre-candidate',
      'a leader steps down',
      context,
    )
  } else if (after.role === 'leader') {
    assert(before.role === 'candidate', 'a candidate becomes leader', context)
  }
  if (before.leader !== undefined && after.leader !== undefined) {
    assert(before.leader === after.leader, 'a term has one leader', context)
  }
}

/** Figure 3, Leader Append-Only; and what a follower has acknowledged stays acknowledged. */
function checkLeadership(before: RaftState, after: RaftState): void {
  if (before.leadership === undefined || after.leadership === undefined) return
  for (let index = after.log.base + 1; index <= lastIndex(before.log); index++) {
    assert(epochAt(before.log, index) === epochAt(after.log, index), 'a leader only appends', { index })
  }
  assert(before.leadership.round <= after.leadership.round, 'rounds only grow')
  for (const [member, was] of before.leadership.progress) {
    const is = after.leadership.progress.get(member)
    // One who has left and comes back is a stranger.
    const isStranger = is?.round === 0 && is.match === 0 && is.session > was.session
    if (is === undefined || isStranger) continue
    assert(was.session <= is.session && was.round <= is.round, 'sessions and rounds only grow', { member })
    const isLoss = is.match === 0 && is.session > was.session
    assert(was.match <= is.match || isLoss, 'what matches stays', { member, was: was.match, is: is.match })
  }
}
