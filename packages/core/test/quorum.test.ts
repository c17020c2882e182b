import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type NodeId,
  type QuorumSystem,
  isBlocked,
  isQuorum,
  majorityOf,
  quorumIndex,
  votersOf,
} from '../src/index.ts'
import { quorumSystem } from './support/arbitrary.ts'

/** By the definition of a majority: a set decides if it has more than half of every list of voters. */
function decides(system: QuorumSystem, set: ReadonlySet<NodeId>): boolean {
  if (system.type === 'joint') return decides(system.old, set) && decides(system.next, set)
  if (system.voters.length === 0) return true
  return system.voters.filter((voter) => set.has(voter)).length * 2 > system.voters.length
}

function subsetsOf(nodes: readonly NodeId[]): ReadonlySet<NodeId>[] {
  return Array.from(
    { length: 2 ** nodes.length },
    (_, bits) => new Set(nodes.filter((_node, i) => (bits >> i) & 1)),
  )
}

function votersIn(system: QuorumSystem): readonly NodeId[] {
  return votersOf({ quorums: system, observers: [] })
}

const someNodes = fc.uniqueArray(fc.integer({ min: 1, max: 9 })).map((nodes) => new Set(nodes))
const indexes = fc.array(fc.nat({ max: 6 }), { minLength: 9, maxLength: 9 })

describe('quorums', () => {
  it('are more than half of each list of voters', () => {
    fc.assert(
      fc.property(quorumSystem, someNodes, (system, set) => {
        expect(isQuorum(system, (voter) => set.has(voter))).toBe(decides(system, set))
      }),
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

  it('share a voter, any two of them', () => {
    const voting = quorumSystem.filter((system) => votersIn(system).length > 0)
    fc.assert(
      fc.property(voting, (system) => {
        const all = subsetsOf(votersIn(system)).filter((set) => isQuorum(system, (voter) => set.has(voter)))
        for (const a of all) for (const b of all) expect([...a].some((voter) => b.has(voter))).toBe(true)
      }),
      { numRuns: 15 },
    )
  })
})

describe('quorumIndex', () => {
  it('is the highest index that the voters of some quorum have all reached', () => {
    fc.assert(
      fc.property(quorumSystem, indexes, (system, reached) => {
        const at = (voter: NodeId): number => reached[voter - 1]!
        const bests = subsetsOf(votersIn(system))
          .filter((set) => decides(system, set))
          .map((set) => Math.min(...[...set].map(at)))
        expect(quorumIndex(system, at)).toBe(Math.max(...bests))
      }),
      { numRuns: 500 },
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
})
