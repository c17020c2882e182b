import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type NodeId,
  type QuorumSystem,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  isBlocked,
  isElectionQuorum,
  isQuorum,
  isReplicationQuorum,
  majorityOf,
  quorumIndex,
  renameQuorums,
  votersIn,
  weightedOf,
} from '../src/index.ts'
import { quorumSystem } from './support/arbitrary.ts'
import { decides, elects, subsetsOf } from './support/quorum-definitions.ts'

const someNodes = fc.uniqueArray(fc.integer({ min: 1, max: 9 })).map((nodes) => new Set(nodes))
const indexes = fc.array(fc.nat({ max: 6 }), { minLength: 9, maxLength: 9 })

describe('quorums', () => {
  it('are what the definition of their kind says', () => {
    fc.assert(
      fc.property(quorumSystem, someNodes, (system, set) => {
        const has = (voter: NodeId): boolean => set.has(voter)
        expect(isElectionQuorum(system, has)).toBe(elects(system, set))
        expect(isReplicationQuorum(system, has)).toBe(decides(system, set))
        expect(isQuorum(system, has)).toBe(elects(system, set) && decides(system, set))
      }),
      { numRuns: 1000 },
    )
  })

  it('are blocked if no set of those that are left decides', () => {
    fc.assert(
      fc.property(quorumSystem, someNodes, (system, lost) => {
        const left = votersIn(system).filter((voter) => !lost.has(voter))
        expect(isBlocked(system, (voter) => lost.has(voter))).toBe(
          !subsetsOf(left).some((set) => decides(system, set)),
        )
      }),
    )
  })

  it('share a voter, any one that elects with any one that decides', () => {
    const voting = quorumSystem.filter((system) => votersIn(system).length > 0)
    fc.assert(
      fc.property(voting, (system) => {
        const all = subsetsOf(votersIn(system))
        // The others have no one left who could decide: so no set apart from an election quorum decides.
        for (const set of all) {
          if (isElectionQuorum(system, (voter) => set.has(voter))) {
            expect(isBlocked(system, (voter) => set.has(voter))).toBe(true)
          }
        }
      }),
    )
  })

  it('are the same under other names', () => {
    const names = fc.shuffledSubarray([11, 12, 13, 14, 15, 16, 17, 18, 19], { minLength: 9 })
    fc.assert(
      fc.property(quorumSystem, names, someNodes, (system, name, set) => {
        const renamed = renameQuorums(system, (node) => name[node - 1]!)
        const has = (voter: NodeId): boolean => set.has(name.indexOf(voter) + 1)
        expect(isElectionQuorum(renamed, has)).toBe(elects(system, set))
        expect(isReplicationQuorum(renamed, has)).toBe(decides(system, set))
        expect(renameQuorums(renamed, (node) => name.indexOf(node) + 1)).toEqual(system)
      }),
    )
  })

  it('of weights do not need a voter of weight 0, nor can it stand in for another', () => {
    const { quorums } = weightedOf([1, 2, { node: 3, weight: 0 }])
    expect(isQuorum(quorums, (voter) => voter !== 3)).toBe(true)
    expect(isQuorum(quorums, (voter) => voter !== 2)).toBe(false)
  })

  it('of a hierarchy leave out groups that weigh nothing', () => {
    const quorums = hierarchicalOf([[1, 2, 3], [4, 5, 6], [{ node: 7, weight: 0 }]]).quorums
    expect(isQuorum(quorums, (voter) => [1, 2, 4, 5].includes(voter))).toBe(true)
    expect(isQuorum(quorums, (voter) => [1, 2, 3, 7].includes(voter))).toBe(false)
  })

  it('of a grid are a row to elect and a column to decide', () => {
    const { quorums } = gridOf([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const row = (voter: NodeId): boolean => voter <= 3
    const column = (voter: NodeId): boolean => voter % 3 === 1
    expect([isElectionQuorum(quorums, row), isReplicationQuorum(quorums, row)]).toEqual([true, false])
    expect([isElectionQuorum(quorums, column), isReplicationQuorum(quorums, column)]).toEqual([false, true])
  })

  it('of sizes are so many voters to elect and so many to decide', () => {
    const { quorums } = flexibleOf([1, 2, 3, 4, 5], { election: 4, replication: 2 })
    const upTo = (last: NodeId) => (voter: NodeId) => voter <= last
    expect([2, 3, 4].map((last) => isElectionQuorum(quorums, upTo(last)))).toEqual([false, false, true])
    expect([1, 2, 3].map((last) => isReplicationQuorum(quorums, upTo(last)))).toEqual([false, true, true])
  })
})

describe('quorumIndex', () => {
  it('is the highest index that the voters of some replication quorum have all reached', () => {
    fc.assert(
      fc.property(quorumSystem, indexes, (system, reached) => {
        const at = (voter: NodeId): number => reached[voter - 1]!
        const bests = subsetsOf(votersIn(system))
          .filter((set) => decides(system, set))
          .map((set) => Math.min(...[...set].map(at)))
        expect(quorumIndex(system, at)).toBe(Math.max(...bests))
      }),
      { numRuns: 1000 },
    )
  })

  it('asks for nothing where there are no voters', () => {
    const none: QuorumSystem = { type: 'majority', voters: [] }
    expect(isQuorum(none, () => false)).toBe(true)
    expect(isBlocked(none, () => true)).toBe(false)
    expect(quorumIndex(none, () => 0)).toBe(Infinity)
    const entered: QuorumSystem = { type: 'joint', old: majorityOf([1, 2, 3]).quorums, next: none }
    expect(quorumIndex(entered, (voter) => voter)).toBe(2)
  })

  it('is 0 where no set decides', () => {
    const weightless: QuorumSystem = { type: 'weighted', weights: [{ node: 1, weight: 0 }] }
    expect(quorumIndex(weightless, () => 7)).toBe(0)
    expect(isBlocked(weightless, () => false)).toBe(true)
  })
})
