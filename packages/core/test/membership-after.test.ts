import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Configuration,
  type Entry,
  type LogIndex,
  type Membership,
  encodeMembership,
  flexibleOf,
  majorityOf,
  makeEntry,
  membershipAfter,
  membershipAt,
  noBytes,
  weightedOf,
} from '../src/index.ts'
import { membership } from './support/arbitrary.ts'

const before = majorityOf([1, 2, 3], [9])
const next = majorityOf([2, 3, 4], [9])

function entryOf(index: LogIndex, data: Uint8Array): Entry {
  return makeEntry(index, 1, 0, 'membership', undefined, data)
}

/** An entry as Multi-Paxos proposes it: whom its proposer knew to be in force, and who shall be from `from` on. */
function change(index: LogIndex, inForce: Configuration, from: LogIndex, later: Configuration): Entry {
  const { quorums, observers } = inForce
  return entryOf(index, encodeMembership({ quorums, observers, pending: [{ from, membership: later }] }))
}

describe('the membership after an entry that names a later one', () => {
  it('is the one in force, with the later one pending behind it', () => {
    const after = membershipAfter(before, change(5, before, 9, next))
    expect(after).toEqual({ ...before, pending: [{ from: 9, membership: next }] })
    expect(membershipAt(after, 8).quorums).toEqual(before.quorums)
    expect(membershipAt(after, 9)).toEqual(next)
  })

  it('is as before if the entry names others as in force than are: it was proposed without knowing of them', () => {
    for (const stale of [majorityOf([1, 2], [9]), majorityOf([1, 2, 3]), weightedOf([1, 2, 3], [9])]) {
      expect(membershipAfter(before, change(5, stale, 9, next))).toBe(before)
    }
  })

  it('is as before while another one is pending at its index', () => {
    const changing = membershipAfter(before, change(5, before, 9, next))
    for (const index of [6, 7, 8]) {
      expect(membershipAfter(changing, change(index, before, index + 4, majorityOf([7])))).toBe(changing)
    }
  })

  it('follows the one that was pending, once that is in force', () => {
    const changing = membershipAfter(before, change(5, before, 9, next))
    const last = flexibleOf([4, 5, 6], { election: 3, replication: 1 })
    expect(membershipAfter(changing, change(9, before, 13, last))).toBe(changing)
    expect(membershipAfter(changing, change(9, next, 13, last))).toEqual({
      ...next,
      pending: [{ from: 13, membership: last }],
    })
  })

  it('does not depend on the order in which a membership has its fields', () => {
    const { quorums, observers } = before
    const turned = { observers, quorums: { voters: [1, 2, 3], type: quorums.type } } as Membership
    expect(membershipAfter(turned, change(5, before, 9, next)).pending).toHaveLength(1)
  })
})

describe('the membership after any other entry of that kind', () => {
  it('is what an entry without anything pending says, whatever was before: Raft’s and Zab’s', () => {
    expect(membershipAfter(before, entryOf(5, encodeMembership(next)))).toEqual(next)
    const changing = membershipAfter(before, change(5, before, 9, next))
    expect(membershipAfter(changing, entryOf(6, encodeMembership(before)))).toEqual(before)
  })

  it('is as before if the bytes are bad', () => {
    const good = encodeMembership(next)
    for (const bad of [noBytes, Uint8Array.of(77), good.slice(0, -1), Uint8Array.of(...good, 0)]) {
      expect(membershipAfter(before, entryOf(5, bad))).toBe(before)
    }
  })

  it('is one of the two, whatever the bytes are, and the same whenever it is asked for', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      membership.map((other) => encodeMembership(other)),
    )
    fc.assert(
      fc.property(membership, bytes, fc.integer({ min: 1, max: 40 }), (known, data, index) => {
        const after = membershipAfter(known, entryOf(index, data))
        if (after !== known) expect(encodeMembership(after)).toEqual(data)
        expect(membershipAfter(known, entryOf(index, data))).toEqual(after)
      }),
      { numRuns: 300 },
    )
  })
})
