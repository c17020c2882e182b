import {
  assert,
  encodeMembership,
  entryAt,
  epochInLog,
  equalBytes,
  lastEpoch,
  lastIndex,
} from '@quorate/core'
import { knownLeader, observe } from './observe.ts'
import { latestRecord } from './reconfiguration/memberships.ts'
import type { Following, Leadership, Relay, Serving, ZabState } from './state.ts'

/** Entries from the end of the log that are looked at: a whole log is too long to look at after every step. */
const recentEntries = 64

/** Asserts what holds of every state between two steps, with all rules on. Throws an `InvariantViolation`. */
export function validate(state: ZabState): void {
  const last = lastIndex(state.log)
  const { acceptedEpoch, currentEpoch, applied, commitIndex, durability, saved } = state
  const context = { self: state.self, state: state.state, last, acceptedEpoch, currentEpoch, commitIndex }
  assert(acceptedEpoch >= currentEpoch, 'an epoch is promised before it is adopted', context)
  assert(currentEpoch >= lastEpoch(state.log), 'no entry is newer than the epoch adopted', context)
  assert(applied <= commitIndex && commitIndex <= last, 'applied ≤ committed ≤ logged', {
    ...context,
    applied,
  })
  assert(state.log.base <= applied, 'only what is applied is forgotten', { ...context, base: state.log.base })
  assert(saved <= last && durability.durableIndex <= saved, 'durable ≤ saved ≤ logged', {
    ...context,
    saved,
    durable: durability.durableIndex,
  })
  validateLog(state)
  validateMemberships(state)
  validateRole(state)
  const seen = observe(state)
  assert(
    !seen.established || knownLeader(state) === state.self,
    'an established leader knows itself',
    context,
  )
}

function validateMemberships(state: ZabState): void {
  const { memberships, membership, commitIndex, log, leadership } = state
  const context = { self: state.self, indexes: memberships.map(({ index }) => index) }
  assert(
    memberships.length > 0 && memberships[0]!.index === log.storedBase,
    'a log has a first membership',
    context,
  )
  assert(
    memberships.every(({ index, epoch }, i) => i === 0 || epochInLog(log, index) === epoch),
    'memberships are those in the log',
    context,
  )
  const last = latestRecord(state).membership
  const isInForce = equalBytes(encodeMembership(membership), encodeMembership(last))
  assert(isInForce, 'the last membership is in force', context)
  const open = memberships.filter(({ index }, i) => i > 0 && index > commitIndex).length
  assert(leadership?.phase !== 'BROADCAST' || open <= 1, 'one membership is pending at most', context)
  const isAsked = leadership?.change?.catchUp !== undefined
  assert(!isAsked || open === 0, 'newcomers catch up before the change is in the log', context)
}

function validateLog({ log }: ZabState): void {
  const last = lastIndex(log)
  for (let index = Math.max(log.base + 1, last - recentEntries); index <= last; index++) {
    const entry = entryAt(log, index)!
    const before = index === log.base + 1 ? log.baseEpoch : entryAt(log, index - 1)!.epoch
    assert(entry.index === index && entry.epoch >= before, 'zxids grow along the log', {
      index,
      entry: entry.index,
      epoch: entry.epoch,
      before,
    })
  }
}

function validateRole(state: ZabState): void {
  const { election, following, leadership, self } = state
  const expected = {
    LOOKING: election !== undefined && following === undefined && leadership === undefined,
    FOLLOWING: election === undefined && following !== undefined && leadership === undefined,
    OBSERVING: election === undefined && following !== undefined && leadership === undefined,
    LEADING: election === undefined && following === undefined && leadership !== undefined,
  }
  assert(expected[state.state], 'a replica has the state of its role, and no other', {
    self,
    state: state.state,
  })
  if (following !== undefined) validateFollowing(state, following)
  if (leadership !== undefined) validateLeadership(state, leadership)
  validateHandover(state)
}

function validateHandover({ self, handover, leadership }: ZabState): void {
  if (handover === undefined) return
  const { to, sent, ticks } = handover
  const context = { self, to, sent, ticks, phase: leadership?.phase }
  assert(to !== self && ticks > 0, 'leadership is on its way to another, and not for ever', context)
  const leads = leadership?.phase === 'BROADCAST'
  assert(leads !== sent, 'an established leader hands over, and then it is none', context)
}

function validateFollowing(state: ZabState, following: Following): void {
  const { phase, epoch, sync, leader } = following
  const context = { self: state.self, leader, phase, epoch }
  assert(leader !== state.self, 'nobody follows itself', context)
  assert(
    (sync !== undefined) === (phase === 'SYNCHRONIZATION'),
    'sync content is collected while synchronizing',
    context,
  )
  if (state.state === 'FOLLOWING') {
    assert(epoch === 0 || epoch === state.acceptedEpoch, 'a follower follows the epoch it promised', context)
  }
  const adopted = phase === 'ADOPTED' || phase === 'BROADCAST'
  assert(!adopted || epoch === state.currentEpoch, 'NEWLEADER adopts the epoch', context)
  assert(
    phase === 'BROADCAST' || following.sequences.length === 0,
    'requests are forwarded in broadcast',
    context,
  )
  if (following.relay !== undefined) validateRelay(state, following, following.relay)
}

function validateLeadership(state: ZabState, leadership: Leadership): void {
  const { epoch, phase } = leadership
  const context = { self: state.self, epoch, phase }
  assert(epoch === 0 || epoch === state.acceptedEpoch, 'a leader promises its own epoch', context)
  assert(phase === 'DISCOVERY' || epoch === state.currentEpoch, 'a leader adopts its own epoch', context)
  assert(phase === 'BROADCAST' || leadership.pendingReads.length === 0, 'reads wait for broadcast', context)
  assert(leadership.uncommittedBytes >= 0, 'what was committed was uncommitted before', context)
  validateLearners(state, leadership)
}

function validateRelay(state: ZabState, following: Following, relay: Relay): void {
  const { phase, epoch } = following
  const isOpen = relay.phase === 'BROADCAST'
  const context = { self: state.self, phase, epoch, fed: relay.epoch }
  assert(following.leader === following.elected, 'nobody feeds who is fed by a follower', context)
  assert(isOpen === (phase === 'BROADCAST'), 'a follower feeds once it is up to date', context)
  assert(relay.epoch === (isOpen ? epoch : 0), 'observers are fed in their epoch', context)
  validateLearners(state, relay)
}

function validateLearners(state: ZabState, { epoch, phase, learners }: Serving): void {
  const context = { self: state.self, epoch, phase }
  let before = 0
  for (const learner of learners) {
    const { node, voter, next, acked, committed, inFlightBytes } = learner
    const detail = { ...context, learner: node, next, acked, committed }
    // One that has been a voter until the last change of membership was sent what came before that.
    const sendable = Math.max(state.commitIndex + 1, latestRecord(state).index)
    assert(voter || next <= sendable, 'an observer is sent only what is committed', detail)
    assert(node > before && node !== state.self, 'learners are in order, each once', detail)
    assert(
      acked < Math.max(next, 1) && committed < Math.max(next, 1),
      'a learner has what it acknowledges',
      detail,
    )
    assert(next <= lastIndex(state.log) + 1, 'nothing is sent that is not there', detail)
    assert(inFlightBytes >= 0, 'what landed was in flight', detail)
    before = node
  }
}
