import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type QuorumSystem,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  isElectionQuorum,
  isReplicationQuorum,
  majorityOf,
  votersIn,
  weighsAnything,
  weightedOf,
} from '../src/index.ts'
import { quorumSystem } from './support/arbitrary.ts'
import { subsetsOf } from './support/quorum-definitions.ts'

const light = weightedOf([{ node: 1, weight: 0 }, 2, 3]).quorums
const groups = hierarchicalOf([
  [1, 2, { node: 3, weight: 0 }],
  [{ node: 4, weight: 0 }],
  [5, { node: 6, weight: 2 }],
]).quorums

function weighing(system: QuorumSystem): readonly number[] {
  return votersIn(system).filter((voter) => weighsAnything(system, voter))
}

describe('whose vote weighs something', () => {
  it.each<[string, QuorumSystem, number[]]>([
    ['every voter of a majority', majorityOf([1, 2, 3]).quorums, [1, 2, 3]],
    [
      'every voter of flexible quorums',
      flexibleOf([1, 2, 3], { election: 2, replication: 2 }).quorums,
      [1, 2, 3],
    ],
    [
      'every voter of a grid',
      gridOf([
        [1, 2],
        [3, 4],
      ]).quorums,
      [1, 2, 3, 4],
    ],
    ['those that have a weight', light, [2, 3]],
    ['those that have a weight, in groups that do', groups, [1, 2, 5, 6]],
    [
      'of two systems, those of either',
      { type: 'joint', old: light, next: majorityOf([1, 4]).quorums },
      [1, 2, 3, 4],
    ],
    ['nobody for being in both with nothing', { type: 'joint', old: light, next: light }, [2, 3]],
  ])('%s', (_, system, voters) => {
    expect(weighing(system)).toEqual(voters)
  })

  it('nobody who is no voter', () => {
    expect([0, 9].map((node) => weighsAnything(groups, node))).toEqual([false, false])
  })

  it('a voter of weight 0 makes no set a quorum', () => {
    fc.assert(
      fc.property(quorumSystem, (system) => {
        const voters = votersIn(system)
        for (const voter of voters) {
          if (weighsAnything(system, voter)) continue
          for (const set of subsetsOf(voters.filter((other) => other !== voter))) {
            const without = (node: number): boolean => set.has(node)
            const together = (node: number): boolean => node === voter || set.has(node)
            expect(isElectionQuorum(system, together)).toBe(isElectionQuorum(system, without))
            expect(isReplicationQuorum(system, together)).toBe(isReplicationQuorum(system, without))
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
