import { assert, type LogIndex } from '@quorate/core'
import { compareBallots, isAbove } from '../ballot.ts'
import { ballotIn, entryIn, lastSlot } from '../disk/slot-log.ts'
import type { Progress } from '../leader/progress.ts'
import type { Leadership, PaxosState } from '../state.ts'

/** Checks what must hold of every state. Throws an `InvariantViolation`. For tests and simulation: looks at the whole log. */
export function validatePaxos(state: PaxosState): void {
  validateSlots(state)
  validatePointers(state)
  validateRole(state)
  if (state.leadership !== undefined) validateLeadership(state, state.leadership)
  else validateFollowing(state)
}

/** Each slot holds its own entry and the ballot of its acceptance, or nothing; PMMC, R2: all that is decided is there. */
function validateSlots({ log, commit }: PaxosState): void {
  assert(log.entries.length === log.ballots.length, 'each slot has a ballot')
  log.entries.forEach((entry, position) => {
    const slot = log.base + position + 1
    assert((entry === undefined) === (log.ballots[position] === undefined), 'a value has a ballot', { slot })
    assert(entry === undefined || entry.index === slot, 'an entry is in its own slot', { slot })
    assert(entry !== undefined || slot > commit, 'what is chosen is held', { slot, commit })
  })
  assert(log.entries.length === 0 || log.entries.at(-1) !== undefined, 'the last slot is no hole')
}

/** base ≤ applied ≤ commit, and what is in memory of the present ballot. */
function validatePointers(state: PaxosState): void {
  const { log, applied, commit, received, memberships, snapshotIndex, seenRound, promised } = state
  const context = { base: log.base, applied, commit, received, snapshotIndex }
  assert(log.base <= applied && applied <= commit, 'base ≤ applied ≤ commit', context)
  assert(commit <= Math.max(lastSlot(log), log.base), 'what is chosen is held or compacted', context)
  assert(log.base <= snapshotIndex, 'a snapshot covers what has been compacted', context)
  assert(seenRound >= promised.round, 'a promised round was seen', { seenRound, promised })
  assert(memberships.length > 0, 'a membership is known')
  for (let i = 1; i < memberships.length; i++) {
    assert(memberships[i]!.index >= memberships[i - 1]!.index, 'memberships are in order')
    assert(memberships[i]!.index <= commit, 'a membership that is known is chosen', context)
  }
}

function validateRole(state: PaxosState): void {
  const { role, self, leader, leaderAlive, phase1, leadership, promised } = state
  const context = { role, self, leader, promised }
  assert((phase1 !== undefined) === (role !== 'follower'), 'proposers, and no others, run phase 1', context)
  assert((leadership !== undefined) === (role === 'leader'), 'leaders, and no others, propose', context)
  assert((leader === self) === (role === 'leader'), 'a leader knows that it leads', context)
  assert(role !== 'candidate' || leader === undefined, 'a candidate knows no leader', context)
  assert(role === 'follower' || promised.node === self, 'a proposer has promised its own ballot', context)
  assert(leader === undefined || leader === promised.node, 'a ballot is led by its owner', context)
  assert(
    !leaderAlive || (leader !== undefined && role === 'follower'),
    'only a follower hears a leader',
    context,
  )
}

function validateLeadership(state: PaxosState, leadership: Leadership): void {
  const { promised, commit, received } = state
  const { start, next, top, taken, queue, pendingBytes } = leadership
  const context = { start, next, top, commit, received }
  assert(start <= next, 'start ≤ next', context)
  assert(taken === 0 || queue.length >= taken, 'what has a slot was queued', context)
  for (let slot = Math.max(start, state.log.base + 1); slot < next; slot++) {
    const ballot = ballotIn(state.log, slot)
    const isOwn = ballot !== undefined && compareBallots(ballot, promised) === 0
    assert(isOwn || slot <= commit, 'a leader has accepted what it proposed', { slot, ballot, promised })
  }
  const bytes = unchosenBytes(state, Math.max(start, commit + 1), next - 1) + bytesOf(queue)
  assert(bytes === pendingBytes, 'pending bytes are counted', { bytes, pendingBytes, ...context })
  for (const progress of leadership.progress.values()) validateProgress(leadership, progress)
  for (const { beat, index } of leadership.reads.rounds) {
    assert(beat <= leadership.beat && index <= commit, 'a round of reads has begun', { beat, index })
  }
}

function unchosenBytes({ log }: PaxosState, from: LogIndex, to: LogIndex): number {
  let bytes = 0
  for (let slot = from; slot <= to; slot++) bytes += entryIn(log, slot)?.data.length ?? 0
  return bytes
}

function bytesOf(queue: Leadership['queue']): number {
  return queue.reduce((sum, { data }) => sum + data.length, 0)
}

function validateProgress({ start, next: end, beat }: Leadership, progress: Progress): void {
  const { match, next, inflight, inflightBytes, extra } = progress
  const context = { node: progress.node, match, next, end }
  assert(start - 1 <= match && match < next && next <= end, 'start - 1 ≤ match < next ≤ end', context)
  assert(progress.beat <= beat, 'a beat that was answered has begun', context)
  for (const slot of extra)
    assert(slot > match + 1 && slot < end, 'what is above a gap is above it', { slot })
  const bytes = inflight.reduce((sum, accept) => sum + accept.bytes, 0)
  assert(bytes === inflightBytes, 'bytes under way are counted', { bytes, inflightBytes, ...context })
}

function validateFollowing({ following, leader, received, promised, log, commit }: PaxosState): void {
  const { sequences, commands, reads, forwarded, forwardedReads, start } = following
  assert(sequences.length === commands.length, 'each command has a sequence')
  const waits = sequences.length + reads.length + forwarded.length + forwardedReads.length
  assert(leader !== undefined || waits === 0, 'nothing waits for nobody', { waits })
  if (leader === undefined) return
  for (let slot = Math.max(start, commit + 1); slot <= received; slot++) {
    const ballot = ballotIn(log, slot)
    const isOf = ballot !== undefined && !isAbove(ballot, promised) && !isAbove(promised, ballot)
    assert(isOf, 'what was received was accepted in the ballot', { slot, ballot, promised })
  }
}
