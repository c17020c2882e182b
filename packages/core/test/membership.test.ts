import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteWriter,
  type Membership,
  decodeMembership,
  encodeMembership,
  isVoter,
  majorityOf,
  membersOf,
  votersOf,
} from '../src/index.ts'
import { membership, nearly } from './support/arbitrary.ts'
import { codeOf } from './support/code-of.ts'

const joint: Membership = {
  quorums: { type: 'joint', old: majorityOf([1, 2, 3]).quorums, next: majorityOf([3, 4]).quorums },
  observers: [9],
}

/** A membership as its binary form would be if nothing checked it. */
function unchecked(voters: readonly number[], observers: readonly number[]): Uint8Array {
  const writer = new ByteWriter().u8(0).u32(voters.length)
  for (const voter of voters) writer.u32(voter)
  writer.u32(observers.length)
  for (const observer of observers) writer.u32(observer)
  return writer.copy()
}

describe('majorityOf', () => {
  it('sorts, and takes each replica once', () => {
    expect(majorityOf([3, 1, 2, 1], [10, 5, 10])).toEqual({
      quorums: { type: 'majority', voters: [1, 2, 3] },
      observers: [5, 10],
    })
  })

  it('refuses a replica that is both voter and observer', () => {
    expect(codeOf(() => majorityOf([1, 2], [3, 2]))).toBe('USAGE')
  })
})

describe('members', () => {
  it('are the voters of both sides, each once, and the observers', () => {
    expect(votersOf(joint)).toEqual([1, 2, 3, 4])
    expect(membersOf(joint)).toEqual([1, 2, 3, 4, 9])
    expect([isVoter(joint, 4), isVoter(joint, 9), isVoter(joint, 5)]).toEqual([true, false, false])
  })
})

describe('the binary form of a membership', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(membership, (value) => {
        expect(decodeMembership(encodeMembership(value))).toEqual(value)
      }),
    )
  })

  it('lets nothing through but memberships: anything else is DECODE', () => {
    fc.assert(
      fc.property(nearly(membership.map(encodeMembership)), (bytes) => {
        const code = codeOf(() => decodeMembership(bytes))
        if (code === 'none') expect(encodeMembership(decodeMembership(bytes))).toEqual(bytes)
        else expect(code).toBe('DECODE')
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['a voter twice, who would vote twice', unchecked([1, 1, 2], [])],
    ['voters out of order', unchecked([2, 1], [])],
    ['a replica 0, which is nobody', unchecked([0, 1], [])],
    ['a replica that is voter and observer', unchecked([1, 2], [2])],
    ['an observer twice', unchecked([1, 2], [3, 3])],
    ['bytes behind it', Uint8Array.of(...unchecked([1], []), 0)],
    ['a longer list than there are bytes for', Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0)],
    ['an unknown kind of quorum system', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['joint systems without end', new Uint8Array(1_000_000).fill(1)],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => decodeMembership(bytes))).toBe('DECODE')
  })
})
