import { type Entry, assert, entryAt, epochAt, lastIndex } from '@quorate/core'
import type { ZabState } from './state.ts'

/** How many entries below the commit are compared: enough to see a rewrite, cheap enough for every step. */
const comparedEntries = 64

/** Asserts what holds between a state and a later one of the same run of a replica. Throws an `InvariantViolation`. */
export function checkDelta(before: ZabState, after: ZabState): void {
  const self = after.self
  assert(before.self === after.self, 'a replica keeps its id', { before: before.self, after: self })
  grows('acceptedEpoch', before.acceptedEpoch, after.acceptedEpoch, self)
  grows('currentEpoch', before.currentEpoch, after.currentEpoch, self)
  grows('commitIndex', before.commitIndex, after.commitIndex, self)
  grows('applied', before.applied, after.applied, self)
  grows('base', before.log.base, after.log.base, self)
  grows('connections', before.connections, after.connections, self)
  grows('durableSequence', before.durability.durableSequence, after.durability.durableSequence, self)
  checkCommitted(before, after)
  checkLeadership(before, after)
  checkTruncation(before, after)
}

function grows(what: string, before: number, after: number, self: number): void {
  assert(after >= before, `${what} never goes back`, { self, before, after })
}

/** What was committed stays: CommittedLogDurability, seen from one replica. */
function checkCommitted(before: ZabState, after: ZabState): void {
  const from = Math.max(before.log.base, after.log.base, before.commitIndex - comparedEntries)
  for (let index = from; index <= before.commitIndex; index++) {
    assert(epochAt(before.log, index) === epochAt(after.log, index), 'a committed entry stays', {
      self: after.self,
      index,
      before: epochAt(before.log, index),
      after: epochAt(after.log, index),
    })
  }
}

/** A leader's history only grows, and its phases only go forward. */
function checkLeadership(before: ZabState, after: ZabState): void {
  const was = before.leadership
  const is = after.leadership
  if (was === undefined || is === undefined || was.epoch === 0 || was.epoch !== is.epoch) return
  const order = ['DISCOVERY', 'SYNCHRONIZATION', 'BROADCAST']
  const context = { self: after.self, epoch: is.epoch, before: was.phase, after: is.phase }
  assert(order.indexOf(is.phase) >= order.indexOf(was.phase), "a leader's phases go forward", context)
  assert(is.readRound >= was.readRound, 'rounds of reads are numbered upwards', context)
  const last = lastIndex(before.log)
  assert(lastIndex(after.log) >= last, "a leader's history only grows", context)
  const kept = last <= after.log.base || sameEntry(entryAt(before.log, last), entryAt(after.log, last))
  assert(kept, "a leader's history is never rewritten", context)
}

/** Outside of an adoption, which changes currentEpoch, entries are only added. */
function checkTruncation(before: ZabState, after: ZabState): void {
  if (before.currentEpoch !== after.currentEpoch || after.following?.torn !== undefined) return
  if (before.following?.torn !== undefined || before.following?.connection !== after.following?.connection)
    return
  if (before.following !== undefined && before.following.phase !== after.following?.phase) return
  assert(lastIndex(after.log) >= lastIndex(before.log), 'only an adoption takes entries away', {
    self: after.self,
    before: lastIndex(before.log),
    after: lastIndex(after.log),
  })
}

function sameEntry(a: Entry | undefined, b: Entry | undefined): boolean {
  return a === b || (a?.index === b?.index && a?.epoch === b?.epoch)
}
