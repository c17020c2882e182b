import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteWriter,
  decodeMembership,
  encodeMembership,
  everyMember,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  isMember,
  isVoter,
  isWitness,
  majorityOf,
  membershipAt,
  membershipOf,
  membersOf,
  renameMembership,
  requireQuorums,
  type Membership,
  votersOf,
  weightedOf,
  withWitnesses,
  witnessProblem,
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

/** Bytes from numbers in 32 bits, the first one in 8. */
function words(tag: number, ...numbers: readonly number[]): Uint8Array {
  const writer = new ByteWriter().u8(tag)
  for (const number of numbers) writer.u32(number)
  return writer.copy()
}

const later: Membership = {
  ...majorityOf([1, 2, 3], [9]),
  pending: [
    { from: 10, membership: majorityOf([2, 3, 4], [9]) },
    { from: 20, membership: majorityOf([3, 4, 5]) },
  ],
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

describe('what is pending', () => {
  it('comes into force at its entry, and what follows it is pending still', () => {
    expect(membershipAt(later, 9)).toBe(later)
    expect(membershipAt(later, 10)).toEqual({
      ...majorityOf([2, 3, 4], [9]),
      pending: [{ from: 20, membership: majorityOf([3, 4, 5]) }],
    })
    expect(membershipAt(later, 19)).toEqual(membershipAt(later, 10))
    expect(membershipAt(later, 20)).toEqual(majorityOf([3, 4, 5]))
    expect(membershipAt(joint, 1_000)).toBe(joint)
  })

  it('is in no membership of now, but among all members', () => {
    expect(votersOf(later)).toEqual([1, 2, 3])
    expect(membersOf(later)).toEqual([1, 2, 3, 9])
    expect(isVoter(later, 4)).toBe(false)
    expect(everyMember(later)).toEqual([1, 2, 3, 4, 5, 9])
    expect(everyMember(joint)).toEqual(membersOf(joint))
  })

  it('is renamed with the rest', () => {
    const renamed = renameMembership(later, (node) => 10 - node)
    expect(renamed).toEqual({
      ...majorityOf([7, 8, 9], [1]),
      pending: [
        { from: 10, membership: majorityOf([6, 7, 8], [1]) },
        { from: 20, membership: majorityOf([5, 6, 7]) },
      ],
    })
  })
})

describe('witnesses', () => {
  const first = withWitnesses(majorityOf([1, 2, 3], [9]), [3])

  it('are voters, sorted, and not all of them', () => {
    expect(first).toEqual({ ...majorityOf([1, 2, 3], [9]), witnesses: [3] })
    expect([isWitness(first, 3), isWitness(first, 2), isWitness(majorityOf([3]), 3)]).toEqual([
      true,
      false,
      false,
    ])
    expect(membershipOf(gridOf([[1, 2, 3]]).quorums, [], [3, 1]).witnesses).toEqual([1, 3])
    expect(membershipOf(first.quorums, [])).toEqual(majorityOf([1, 2, 3]))
    for (const wrong of [[4], [9], [1, 2, 3]]) {
      expect(codeOf(() => withWitnesses(majorityOf([1, 2, 3], [9]), wrong))).toBe('USAGE')
    }
  })

  it('may not be a list of nobody, or out of order', () => {
    for (const witnesses of [[], [3, 2], [2, 2]]) {
      expect(witnessProblem({ ...majorityOf([1, 2, 3]), witnesses })).toBeDefined()
    }
  })

  it('are members like all voters', () => {
    expect(membersOf(first)).toEqual([1, 2, 3, 9])
    expect([1, 3, 9, 4].map((node) => isMember(first, node))).toEqual([true, true, true, false])
  })

  it('are renamed, and who is to observe behind joint quorums', () => {
    const changing: Membership = { ...joint, witnesses: [3], nextObservers: [1, 9] }
    expect(renameMembership(changing, (node) => 10 - node)).toEqual({
      ...renameMembership(joint, (node) => 10 - node),
      witnesses: [7],
      nextObservers: [1, 9],
    })
  })

  it('are refused by engines that have none', () => {
    expect(codeOf(() => requireQuorums('zab', first, { electionsMeet: true }))).toBe('USAGE')
    expect(codeOf(() => requireQuorums('raft', first, { electionsMeet: true, witnesses: true }))).toBe('none')
    const bad = { ...first, witnesses: [4] }
    expect(codeOf(() => requireQuorums('raft', bad, { electionsMeet: true, witnesses: true }))).toBe('USAGE')
  })

  it('count in what is in force at a later entry', () => {
    const pending = [{ from: 5, membership: first }]
    expect(membershipAt({ ...majorityOf([1, 2]), pending }, 5)).toEqual(first)
  })
})

describe('the binary form of a membership', () => {
  it('of majorities is what it was before there were other kinds and anything pending', () => {
    expect(encodeMembership(majorityOf([1, 2], [7]))).toEqual(words(0, 2, 1, 2, 1, 7))
    expect(encodeMembership({ ...joint, observers: [] })).toEqual(
      Uint8Array.of(1, ...words(0, 3, 1, 2, 3), ...words(0, 2, 3, 4), 0, 0, 0, 0),
    )
  })

  it.each<[string, Membership, Uint8Array]>([
    ['weights', weightedOf([1, { node: 2, weight: 5 }]), words(2, 2, 1, 1, 2, 5, 0)],
    ['a hierarchy', hierarchicalOf([[1], [2, 3]]), words(3, 2, 1, 1, 1, 2, 2, 1, 3, 1, 0)],
    ['a grid', gridOf([[4, 2, 1]]), words(4, 1, 3, 4, 2, 1, 0)],
    ['sizes', flexibleOf([1, 2, 3], { election: 3, replication: 1 }), words(5, 3, 1, 2, 3, 3, 1, 0)],
    [
      'what is pending',
      { ...majorityOf([1]), pending: [{ from: 5, membership: majorityOf([2]) }] },
      Uint8Array.of(...words(0, 1, 1, 0, 1, 5, 0), ...words(0, 1, 2, 0)),
    ],
    [
      'witnesses',
      withWitnesses(majorityOf([1, 2, 3]), [3]),
      Uint8Array.of(...words(0, 3, 1, 2, 3, 0, 0), ...words(1, 1, 3)),
    ],
    [
      'who is to observe behind joint quorums',
      { ...joint, observers: [], nextObservers: [1] },
      Uint8Array.of(
        1,
        ...words(0, 3, 1, 2, 3),
        ...words(0, 2, 3, 4),
        ...new Uint8Array(8),
        ...words(2, 1, 1),
      ),
    ],
  ])('of %s stays as it is', (_, value, bytes) => {
    expect(encodeMembership(value)).toEqual(bytes)
    expect(decodeMembership(bytes)).toEqual(value)
  })

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
    ['an unknown kind of quorum system', words(6, 0, 0)],
    ['a voter with two weights', words(2, 2, 1, 1, 1, 1, 0)],
    ['a voter in two groups', words(3, 2, 1, 1, 1, 1, 1, 1, 0)],
    ['a grid with a voter twice', words(4, 2, 2, 1, 2, 2, 3, 0)],
    ['a grid of nobody, however high', words(4, 0xffff_ffff, 0, 0)],
    ['a quorum of nobody', words(5, 2, 1, 2, 0, 2, 0)],
    ['a quorum of more than there are', words(5, 2, 1, 2, 2, 3, 0)],
    ['a list of nothing pending', words(0, 1, 1, 0, 0)],
    ['what is pending, out of order', encodeMembership({ ...later, pending: later.pending!.toReversed() })],
    ['a list of no witnesses', Uint8Array.of(...words(0, 1, 1, 0, 0), ...words(1, 0))],
    ['a witness that is no voter', Uint8Array.of(...words(0, 2, 1, 2, 0, 0), ...words(1, 1, 3))],
    ['witnesses alone', Uint8Array.of(...words(0, 1, 1, 0, 0), ...words(1, 1, 1))],
    ['a part that nobody knows', Uint8Array.of(...words(0, 1, 1, 0, 0), 3)],
    ['a part twice', Uint8Array.of(...words(0, 2, 1, 2, 0, 0), ...words(1, 1, 2), ...words(1, 1, 2))],
    ['observers to be where nothing is joint', Uint8Array.of(...words(0, 1, 1, 0, 0), ...words(2, 0))],
    ['an observer to be that is to vote', encodeMembership({ ...joint, nextObservers: [4] })],
    ['joint systems without end', new Uint8Array(1_000_000).fill(1)],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => decodeMembership(bytes))).toBe('DECODE')
  })
})
