import { assert, checkTieredLog, lastEpoch, lastIndex, membersOf } from '@quorate/core'
import { hasVoteQuorum } from './become.ts'
import { isPromotable, lacksCommands, membershipOf } from './node.ts'
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
  checkTieredLog(log)
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
  assert(log.base === log.storedBase || log.base <= durableIndex, 'what is on disk alone is durable', context)
  assert(log.storedBase <= snapshotIndex, 'a snapshot covers what has been compacted', context)
  assert(memberships[0]!.index <= log.storedBase, 'the membership at the base is known', context)
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
  if (isCandidate) assert(isPromotable(state), 'only voters campaign', context)
  if (role === 'leader') assert(!lacksCommands(state), 'a leader has the commands', context)
  validateTransfer(state)
  if (role === 'candidate') assert(!hasVoteQuorum(state), 'an election that is won is over', context)
}

/** A transfer is of the term that its giver leads, or was told of before it stepped down. */
function validateTransfer({ role, term, transfer, leadership, self }: RaftState): void {
  if (transfer === undefined) return
  const context = { ...transfer, role, now: term }
  assert(transfer.to !== self, 'leadership is handed to another', context)
  assert(role === 'leader' || (role === 'follower' && transfer.sent), 'it is waited for', context)
  assert(role === 'leader' ? transfer.term === term : transfer.term <= term, 'of its own term', context)
  const round = leadership?.round ?? 0
  assert(round <= transfer.release, 'a transfer has rounds of its own', { ...context, round })
}

function validateLeadership(state: RaftState, leadership: Leadership): void {
  const { log, commit, self } = state
  const members = membersOf(membershipOf(state)).filter((member) => member !== self)
  const peers = [...leadership.progress.keys()]
  assert(
    members.every((member) => leadership.progress.has(member)),
    'a leader replicates to every other member',
  )
  assert(
    peers.every((peer, i) => peer !== self && (i === 0 || peer > peers[i - 1]!)),
    'a leader goes through its peers in order',
  )
  validateChange(state, leadership)
  let bytes = 0
  for (let i = commit - log.base; i < log.entries.length; i++) bytes += log.entries[i]!.data.length
  assert(bytes === leadership.uncommittedBytes, 'uncommitted bytes are counted', {
    bytes,
    counted: leadership.uncommittedBytes,
  })
  const first = log.entries[leadership.start - log.base - 1]
  assert(first === undefined || first.epoch === state.term, "a leader's first entry is of its term")
  for (const progress of leadership.progress.values()) validateProgress(state, leadership, progress)
  const { begun } = leadership.lease
  for (let i = 0; i < begun.length; i++) {
    const { round, at } = begun[i]!
    assert(round <= leadership.round, 'a round that a lease counts from has begun', { round })
    const earlier = begun[i - 1]
    assert(earlier === undefined || (earlier.round < round && earlier.at <= at), 'rounds begin in order')
  }
  const { rounds } = leadership.reads
  for (const { round, index } of rounds) {
    assert(round <= leadership.round && index <= commit, 'a round of reads has begun', { round, index })
  }
}

/** A change is under way at most: one membership is in the log and not committed, and none while newcomers catch up. */
function validateChange({ memberships, commit }: RaftState, { change }: Leadership): void {
  const open = memberships.filter(({ index }) => index > commit).length
  assert(change?.catchUp === undefined || open === 0, 'newcomers catch up before the change is in the log')
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
  const { received, sequences, commands, reads, forwarded, forwardedReads, waitingBytes } = following
  assert(received <= lastIndex(log), 'what was received is in the log', { received, last: lastIndex(log) })
  assert(sequences.length === commands.length, 'each command has a sequence')
  const sum = (bytes: readonly number[]): number => bytes.reduce((a, b) => a + b, 0)
  const inCommands = sum(commands.map(({ length }) => length))
  assert(
    waitingBytes === inCommands + sum(forwarded.map(({ bytes }) => bytes)),
    'bytes forwarded are counted',
  )
  const waits = sequences.length + reads.length + forwarded.length + forwardedReads.length
  assert(leader !== undefined || waits === 0, 'nothing waits for nobody', { waits })
}
