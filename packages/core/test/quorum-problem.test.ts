import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Membership,
  type NodeId,
  type QuorumSystem,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  quorumProblem,
  requireQuorums,
  votersIn,
  weightedOf,
} from '../src/index.ts'
import { quorumSystem, simpleSystem } from './support/arbitrary.ts'
import { codeOf } from './support/code-of.ts'
import { decides, elects, subsetsOf } from './support/quorum-definitions.ts'

const raftNeeds = { electionsMeet: true }
const paxosNeeds = { electionsMeet: false }

/** Sizes that need not meet. */
const anySizes: fc.Arbitrary<QuorumSystem> = fc
  .record({ count: fc.integer({ min: 1, max: 7 }), a: fc.nat(), b: fc.nat() })
  .map(({ count, a, b }) => ({
    type: 'flexible',
    voters: Array.from({ length: count }, (_, i) => i + 1),
    election: 1 + (a % count),
    replication: 1 + (b % count),
  }))

type Sets = readonly ReadonlySet<NodeId>[]

/** Does no set of `others` lie wholly outside a set of `some`? */
function meet(system: QuorumSystem, some: Sets, isOther: (set: ReadonlySet<NodeId>) => boolean): boolean {
  const voters = votersIn(system)
  return some.every((set) => !isOther(new Set(voters.filter((voter) => !set.has(voter)))))
}

/** By the definition: do election quorums meet replication quorums, and each other if they must? */
function isSafe(system: QuorumSystem, electionsMeet: boolean): boolean {
  const quorums = subsetsOf(votersIn(system)).filter((set) => elects(system, set))
  return (
    meet(system, quorums, (set) => decides(system, set)) &&
    (!electionsMeet || meet(system, quorums, (set) => elects(system, set)))
  )
}

describe('quorumProblem', () => {
  it('accepts a system of one kind exactly if its quorums meet', () => {
    const voting = fc.oneof(simpleSystem, anySizes).filter((system) => votersIn(system).length > 0)
    fc.assert(
      fc.property(voting, fc.boolean(), (system, electionsMeet) => {
        expect(quorumProblem(system, { electionsMeet }) === undefined).toBe(isSafe(system, electionsMeet))
      }),
      { numRuns: 600 },
    )
  })

  it('accepts no joint system whose quorums do not meet', () => {
    fc.assert(
      fc.property(quorumSystem, fc.boolean(), (system, electionsMeet) => {
        if (quorumProblem(system, { electionsMeet }) === undefined) {
          expect(isSafe(system, electionsMeet)).toBe(true)
        }
      }),
    )
  })

  it('accepts what Raft can do with: any two elections share a voter', () => {
    const five = [1, 2, 3, 4, 5]
    const accepted = [
      majorityOf(five),
      weightedOf([{ node: 1, weight: 3 }, 2, 3]),
      hierarchicalOf([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      flexibleOf(five, { election: 4, replication: 2 }),
      gridOf([five]),
    ]
    expect(accepted.map(({ quorums }) => quorumProblem(quorums, raftNeeds))).toEqual(
      accepted.map(() => undefined),
    )
    const entered: QuorumSystem = {
      type: 'joint',
      old: majorityOf(five).quorums,
      next: majorityOf([]).quorums,
    }
    expect(quorumProblem(entered, raftNeeds)).toBeUndefined()
  })

  it.each<[string, QuorumSystem, string]>([
    [
      'a grid',
      gridOf([
        [1, 2],
        [3, 4],
      ]).quorums,
      'two rows of the grid, which elect, share no voter, so two leaders could be elected at once',
    ],
    [
      'small election quorums',
      flexibleOf([1, 2, 3, 4, 5], { election: 2, replication: 4 }).quorums,
      'two election quorums of 2 of 5 voters need not share a voter, so two leaders could be elected at once',
    ],
    [
      'half of the voters',
      flexibleOf([1, 2, 3, 4], { election: 2, replication: 3 }).quorums,
      'two election quorums of 2 of 4 voters need not share a voter, so two leaders could be elected at once',
    ],
  ])('refuses %s to Raft and lets Paxos have it', (_, system, problem) => {
    expect(quorumProblem(system, raftNeeds)).toBe(problem)
    expect(quorumProblem(system, paxosNeeds)).toBeUndefined()
    const joint: QuorumSystem = { type: 'joint', old: majorityOf([1, 2, 3]).quorums, next: system }
    expect(quorumProblem(joint, raftNeeds)).toBe(problem)
  })

  it.each<[QuorumSystem, string]>([
    [{ type: 'majority', voters: [] }, 'there are no voters'],
    [{ type: 'majority', voters: [1, 2, 2] }, 'replica 2 is listed twice and would count twice'],
    [{ type: 'majority', voters: [2, 1] }, 'replica 1 is listed behind 2; lists are sorted'],
    [{ type: 'majority', voters: [0] }, "0 is no replica's id"],
    [{ type: 'weighted', weights: [] }, 'there are no voters'],
    [{ type: 'weighted', weights: [{ node: 1, weight: 0 }] }, 'no vote weighs anything'],
    [
      { type: 'weighted', weights: [{ node: 1, weight: 0.5 }] },
      'replica 1 has weight 0.5; a weight is a whole number from 0 to 4294967295',
    ],
    [
      { type: 'hierarchical', groups: [[{ node: 1, weight: 1 }], [{ node: 1, weight: 1 }]] },
      'replica 1 is listed twice and would count twice',
    ],
    [{ type: 'hierarchical', groups: [[{ node: 1, weight: 0 }], []] }, 'no vote weighs anything'],
    [
      { type: 'grid', rows: [[1, 2], [3]] },
      'row 2 of the grid has 1 replicas and row 1 has 2; rows are equally long',
    ],
    [{ type: 'grid', rows: [[]] }, 'there are no voters'],
    [
      {
        type: 'grid',
        rows: [
          [1, 2],
          [3, 2],
        ],
      },
      'replica 2 is listed twice and would count twice',
    ],
    [
      { type: 'flexible', voters: [1, 2, 3, 4, 5], election: 3, replication: 2 },
      'election quorums of 3 and replication quorums of 2 of 5 voters need not share a voter, so a new leader could miss ' +
        'what was decided; together they must be more than 5',
    ],
    [
      { type: 'flexible', voters: [1, 2, 3], election: 3, replication: 0 },
      'replication quorums of 0; the size of a quorum of 3 voters is a whole number from 1 to 3',
    ],
    [
      { type: 'flexible', voters: [1, 2, 3], election: 4, replication: 1 },
      'election quorums of 4; the size of a quorum of 3 voters is a whole number from 1 to 3',
    ],
    [
      {
        type: 'joint',
        old: { type: 'majority', voters: [1] },
        next: { type: 'weighted', weights: [{ node: 2, weight: 0 }] },
      },
      'no vote weighs anything',
    ],
  ])('says what is wrong with %j', (system, problem) => {
    expect(quorumProblem(system, paxosNeeds)).toBe(problem)
  })
})

describe('the builders', () => {
  it('sort, and give a bare replica the weight 1', () => {
    expect(weightedOf([{ node: 3, weight: 2 }, 1], [9, 8])).toEqual({
      quorums: {
        type: 'weighted',
        weights: [
          { node: 1, weight: 1 },
          { node: 3, weight: 2 },
        ],
      },
      observers: [8, 9],
    })
    expect(flexibleOf([3, 1, 2], { election: 2, replication: 2 }).quorums).toEqual({
      type: 'flexible',
      voters: [1, 2, 3],
      election: 2,
      replication: 2,
    })
  })

  it.each<[string, () => Membership]>([
    ['a voter with two weights', () => weightedOf([1, 1])],
    ['a voter in two groups', () => hierarchicalOf([[1, 2], [2]])],
    ['a ragged grid', () => gridOf([[1, 2], [3]])],
    ['a voter twice', () => flexibleOf([1, 1], { election: 2, replication: 2 })],
    ['quorums that do not meet', () => flexibleOf([1, 2], { election: 1, replication: 1 })],
    ['a voter who is an observer', () => gridOf([[1, 2]], [2])],
  ])('refuse %s', (_, build) => {
    expect(codeOf(build)).toBe('USAGE')
  })
})

describe('requireQuorums', () => {
  const grid = gridOf([
    [1, 2],
    [3, 4],
  ])

  it('says who refuses what, why, and what to do instead', () => {
    expect(() => requireQuorums('raft', grid, raftNeeds)).toThrow(
      'raft cannot start: in the first membership, two rows of the grid, which elect, share no voter, so two leaders could ' +
        'be elected at once; take majority, weighted or hierarchical quorums, or flexible ones that elect with more than ' +
        'half of the voters',
    )
    expect(codeOf(() => requireQuorums('raft', grid, raftNeeds))).toBe('USAGE')
    expect(codeOf(() => requireQuorums('paxos', grid, paxosNeeds))).toBe('none')
  })

  it('looks at what is pending, too', () => {
    const membership = { ...majorityOf([1, 2, 3]), pending: [{ from: 7, membership: grid }] }
    expect(() => requireQuorums('zab', membership, raftNeeds)).toThrow(
      'zab cannot start: in the membership pending from entry 7 on, two rows',
    )
  })
})
