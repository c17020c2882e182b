import { assert, isVoter, lastEpoch, lastIndex, membersOf } from '@quorate/core'
import { hasVoteQuorum } from './become.ts'
import { membershipOf } from './node.ts'
import type { Progress } from './progress.ts'
import type { Leadership, RaftState } from './state.ts'

/** Checks what must hold of every state. Throws an `InvariantViolation`. For tests and simulation: looks at the whole log. */
export function validate(state: RaftState): void {
  validateLog(state)
  validatePointers(state)
  validateRole(state)
  if (state.leadership !== undefined) validateLeadership(state, state.leadership)
  else validateFollowing(state)
}

function validateLog({ log, term }: RaftState): void {
  let epoch = log.baseEpoch
  log.entries.forEach((entry, position) => {
    assert(entry.index === log.base + position + 1, 'a log is dense', { position, index: entry.index })
    assert(entry.epoch >= epoch, 'terms do not fall along a log', { index: entry.index, epoch: entry.epoch })
    epoch = entry.epoch
  })
  assert(lastEpoch(log) <= term, 'no entry is ahead of the term', { term, last: lastEpoch(log) })
}

/** base ≤ applied ≤ commit ≤ last, durable ≤ staged ≤ last. */
function validatePointers(state: RaftState): void {
  const { log, applied, commit, staged, durability, memberships, snapshotIndex } = state
  const last = lastIndex(log)
  const { durableIndex } = durability
  const context = { base: log.base, applied, commit, last, staged, durableIndex, snapshotIndex }
  assert(
    log.base <= applied && applied <= commit && commit <= last,
    'base ≤ applied ≤ commit ≤ last',
    context,
  )
  assert(durableIndex <= staged && staged <= last, 'durable ≤ staged ≤ last', context)
  assert(log.base <= snapshotIndex, 'a snapshot covers what has been compacted', context)
  assert(memberships[0]!.index <= log.base, 'the membership at the base is known', context)
  for (let i = 1; i < memberships.length; i++) {
    assert(memberships[i]!.index > memberships[i - 1]!.index, 'memberships are in order')
    assert(memberships[i]!.index <= last, 'a membership is in the log', context)
  }
}

function validateRole(state: RaftState): void {
  const { role, self, leader, leaderAlive, candidacy, leadership, votedFor } = state
  const isCandidate = role === 'candidate' || role === 'pre-candidate'
  const context = { role, self, leader, votedFor, term: state.term }
  assert((candidacy !== undefined) === isCandidate, 'candidates, and no others, ask for votes', context)
  assert((leadership !== undefined) === (role === 'leader'), 'leaders, and no others, replicate', context)
  assert((leader === self) === (role === 'leader'), 'a leader knows that it leads', context)
  assert(!isCandidate || leader === undefined, 'a candidate knows no leader', context)
  assert(
    !leaderAlive || (leader !== undefined && role === 'follower'),
    'only a follower hears a leader',
    context,
  )
  if (role === 'candidate' || role === 'leader') assert(votedFor === self, 'it voted for itself', context)
  if (role !== 'follower') assert(isVoter(membershipOf(state), self), 'only voters campaign', context)
  if (role === 'candidate') assert(!hasVoteQuorum(state), 'an election that is won is over', context)
}

function validateLeadership(state: RaftState, leadership: Leadership): void {
  const { log, commit, self } = state
  const members = membersOf(membershipOf(state)).filter((member) => member !== self)
  assert(
    members.every((member, i) => [...leadership.progress.keys()][i] === member),
    'a leader replicates to every other member, in order',
  )
  let bytes = 0
  for (let i = commit - log.base; i < log.entries.length; i++) bytes += log.entries[i]!.data.length
  assert(bytes === leadership.uncommittedBytes, 'uncommitted bytes are counted', {
    bytes,
    counted: leadership.uncommittedBytes,
  })
  const first = log.entries[leadership.start - log.base - 1]
  assert(first === undefined || first.epoch === state.term, "a leader's first entry is of its term")
  for (const progress of leadership.progress.values()) validateProgress(state, leadership, progress)
  const { rounds } = leadership.reads
  for (const { round, index } of rounds) {
    assert(round <= leadership.round && index <= commit, 'a round of reads has begun', { round, index })
  }
}

function validateProgress({ log }: RaftState, leadership: Leadership, progress: Progress): void {
  const { match, next, inflight, inflightBytes, session, round, sessionMatch } = progress
  const context = { ...progress, inflight: inflight.length }
  const last = lastIndex(log)
  assert(match < next && next <= last + 1, 'match < next ≤ last + 1', context)
  assert(match <= last && sessionMatch <= match, 'what matches is in the log', context)
  assert(
    session <= leadership.lastSession && round <= leadership.round,
    'sessions and rounds are allotted',
    context,
  )
  assert(progress.phase === 'replicate' || inflight.length === 0, 'only replication is pipelined', context)
  let bytes = 0
  let before = match
  for (const append of inflight) {
    assert(append.index > before && append.index < next, 'appends under way are in order', context)
    before = append.index
    bytes += append.bytes
  }
  assert(bytes === inflightBytes, 'bytes under way are counted', context)
}

function validateFollowing({ following, log, leader }: RaftState): void {
  const { received, sequences, commands, reads, forwarded, forwardedReads } = following
  assert(received <= lastIndex(log), 'what was received is in the log', { received, last: lastIndex(log) })
  assert(sequences.length === commands.length, 'each command has a sequence')
  const waits = sequences.length + reads.length + forwarded.length + forwardedReads.length
  assert(leader !== undefined || waits === 0, 'nothing waits for nobody', { waits })
}
