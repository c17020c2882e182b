import { encodeMembership, type Membership, membershipIn, makeEntry } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Change,
  emptyRoster,
  enterJoint,
  leaveJoint,
  membershipOfRoster,
  type Roster,
} from '../src/index.ts'
import { leaveJoint as leaveJointMembership } from '../src/joint.ts'

const anyChange: fc.Arbitrary<Change> = fc.record({
  type: fc.constantFrom('voter', 'learner', 'remove'),
  node: fc.integer({ min: 1, max: 6 }),
})

/** Voters 1, 2 and 3; learner 4. */
const roster: Roster = { ...emptyRoster, voters: [1, 2, 3], learners: [4] }

function joinOf(changes: readonly Change[]): Roster | undefined {
  return enterJoint(roster, changes, false).roster
}

/** As it comes back from a log. */
function fromLog(membership: Membership): Membership | undefined {
  const data = encodeMembership(membership)
  return membershipIn(makeEntry(1, 1, 0, 'membership', undefined, data))
}

describe('the membership of a joint roster', () => {
  it('says that a voter becomes an observer when it is left (M8)', () => {
    const joint = membershipOfRoster(joinOf([{ type: 'learner', node: 3 }])!)
    expect(joint).toMatchObject({ observers: [4], nextObservers: [3, 4] })
    expect(leaveJointMembership(joint)).toEqual({
      quorums: { type: 'majority', voters: [1, 2] },
      observers: [3, 4],
    })
  })

  it('leads, from the log too, where the roster leads', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 6 }), (changes) => {
        const joint = joinOf(changes)
        fc.pre(joint !== undefined)
        const membership = membershipOfRoster(joint)
        expect(fromLog(membership)).toEqual(membership)
        expect(leaveJointMembership(membership)).toEqual(membershipOfRoster(leaveJoint(joint).roster!))
      }),
    )
  })
})
