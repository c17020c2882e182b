import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AnyQuorums,
  type NodeId,
  type QuorumSets,
  type QuorumWorkload,
  type VoterCapacity,
  bestStrategy,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  isElectionQuorum,
  isReplicationQuorum,
  majorityOf,
  minimalQuorums,
  quorumCapacity,
  quorumLoad,
  quorumResilience,
  strategyCapacity,
  strategyLoad,
  voterLoads,
} from '../src/index.ts'
import { simpleSystem } from './support/arbitrary.ts'
import { codeOf } from './support/code-of.ts'
import { subsetsOf } from './support/quorum-definitions.ts'

const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6] as const

/** Quoracle's way to give a system: the other quorums are the smallest sets that meet all of these. */
function withDual(election: readonly (readonly NodeId[])[]): QuorumSets {
  const meeting = subsetsOf([...new Set(election.flat())]).filter((set) =>
    election.every((quorum) => quorum.some((voter) => set.has(voter))),
  )
  const smallest = meeting.filter(
    (set) => !meeting.some((less) => less.size < set.size && [...less].every((voter) => set.has(voter))),
  )
  return { election, replication: smallest.map((set) => [...set]) }
}

function capacities(writes: readonly number[], readsPerWrite: number): ReadonlyMap<NodeId, VoterCapacity> {
  return new Map(writes.map((write, i) => [i + 1, { read: write * readsPerWrite, write }]))
}

function chooses(
  chosen: readonly { quorum: readonly NodeId[]; probability: number }[],
): Record<string, number> {
  return Object.fromEntries(chosen.map(({ quorum, probability }) => [quorum.join(), probability]))
}

describe('the figures of Whittaker et al., Read-Write Quorum Systems Made Practical (PaPoC 2021)', () => {
  // The code of the paper's listings, with their results: examples/paper.py of github.com/mwhittaker/quoracle.
  const slower = capacities([100, 100, 50, 50], 2)
  const rows = withDual([
    [a, b],
    [c, d],
  ])

  it('three voters and majorities: resilience 1, capacity 1.5', () => {
    const { quorums } = majorityOf([a, b, c])
    expect(quorumResilience(quorums).both).toBe(1)
    expect(quorumCapacity(quorums, { readFraction: 1 })).toBeCloseTo(1.5, 9)
  })

  it('a grid of unequal voters: 150', () => {
    const workload = { readFraction: 1, capacities: capacities([100, 100, 50, 50], 1) }
    expect(quorumCapacity(rows, workload)).toBeCloseTo(150, 6)
  })

  it.each([
    [1, 300],
    [0.5, 200],
    [0, 100],
  ])('a grid where reads are cheaper, with %d of reads: %d', (readFraction, capacity) => {
    expect(quorumCapacity(rows, { readFraction, capacities: slower })).toBeCloseTo(capacity, 6)
  })

  it('a distribution of workloads: 159', () => {
    const columns = withDual([
      [a, c],
      [b, d],
    ])
    const readFraction = [
      { fraction: 0, weight: 10 },
      { fraction: 0.25, weight: 4 },
      { fraction: 0.5, weight: 2 },
      { fraction: 0.75, weight: 1 },
      { fraction: 1, weight: 1 },
    ]
    expect(Math.floor(quorumCapacity(columns, { readFraction, capacities: slower }))).toBe(159)
  })

  it('strategies that withstand a failure: a grid falls from 300 to 100, two of four only to 200', () => {
    const twoOfFour = flexibleOf([a, b, c, d], { election: 2, replication: 3 }).quorums
    const workload = { readFraction: 1, capacities: slower }
    const capacity = (quorums: AnyQuorums, failures: number): number =>
      Math.round(quorumCapacity(quorums, { ...workload, failures }) * 1e6) / 1e6
    expect([capacity(rows, 0), capacity(rows, 1)]).toEqual([300, 100])
    expect([capacity(twoOfFour, 0), capacity(twoOfFour, 1)]).toEqual([300, 200])
    const { election } = bestStrategy(twoOfFour, { ...workload, failures: 1 })
    expect(chooses(election)).toEqual({ '1,2,3': expect.closeTo(0.5, 9), '1,2,4': expect.closeTo(0.5, 9) })
  })
})

describe("the figures of Quoracle's tutorial (github.com/mwhittaker/quoracle, README.md)", () => {
  const grid = withDual([
    [a, b, c],
    [d, e, f],
  ])
  const unequal = [1000, 500, 1000, 500, 1000, 500]

  it('a grid of two rows of three: resilience 1, of reads 1 and of writes 2', () => {
    expect(quorumResilience(grid)).toEqual({ election: 1, replication: 2, both: 1 })
    expect(minimalQuorums(grid).replication).toHaveLength(9)
  })

  it('its best strategy for a quarter of reads has load 3/8, and 1/3, 5/12 and 1/2 under others', () => {
    const strategy = bestStrategy(grid, { readFraction: 0.25 })
    expect(chooses(strategy.election)).toEqual({
      '1,2,3': expect.closeTo(0.5, 9),
      '4,5,6': expect.closeTo(0.5, 9),
    })
    const loads = [0.25, 0, 0.5, 1].map((readFraction) => strategyLoad(strategy, { readFraction }))
    expect(loads).toEqual([3 / 8, 1 / 3, 5 / 12, 1 / 2].map((load) => expect.closeTo(load, 9) as number))
    expect(strategyCapacity(strategy, { readFraction: 0.25 })).toBeCloseTo(8 / 3, 9)
  })

  it('a strategy made by hand has the loads that the tutorial works out', () => {
    const strategy = {
      election: [
        { quorum: [a, b, c], probability: 2 / 3 },
        { quorum: [d, e, f], probability: 1 / 3 },
      ],
      replication: [
        [a, d],
        [b, e],
        [c, f],
      ].map((quorum) => ({ quorum, probability: 1 / 3 })),
    }
    expect(strategyLoad(strategy, { readFraction: 1 })).toBeCloseTo(2 / 3, 9)
    expect(strategyLoad(strategy, { readFraction: 0 })).toBeCloseTo(1 / 3, 9)
    const loads = voterLoads(strategy, { readFraction: 0.25 })
    expect([...loads.values()]).toEqual(
      [5 / 12, 5 / 12, 5 / 12, 1 / 3, 1 / 3, 1 / 3].map((load) => expect.closeTo(load, 9) as number),
    )
  })

  it('two mixes that take turns: load 0.404', () => {
    const readFraction = [
      { fraction: 0.1, weight: 1 },
      { fraction: 0.75, weight: 1 },
    ]
    expect(quorumLoad(grid, { readFraction })).toBeCloseTo(0.40416666, 6)
  })

  it('unequal voters: 1333 commands with 75 % of reads; with cheap reads 10000, 3913 and 2000', () => {
    const same = { readFraction: 0.75, capacities: capacities(unequal, 1) }
    expect(quorumCapacity(grid, same)).toBeCloseTo(4000 / 3, 6)
    const cheap = capacities(unequal, 10)
    const found = [1, 0.5, 0].map((readFraction) => quorumCapacity(grid, { readFraction, capacities: cheap }))
    expect(found).toEqual(
      [10_000, 3913.043478, 2000].map((capacity) => expect.closeTo(capacity, 4) as number),
    )
  })

  it('writes that withstand a failure: 1000 on the grid, 1333 where any two of five decide', () => {
    const cheap = capacities(unequal, 10)
    const twoOfFive = flexibleOf([a, b, c, d, e], { election: 4, replication: 2 }).quorums
    const writes = (quorums: AnyQuorums, failures: number): number =>
      quorumCapacity(quorums, { readFraction: 0, capacities: cheap, failures })
    expect([writes(grid, 0), writes(grid, 1)]).toEqual(
      [2000, 1000].map((n) => expect.closeTo(n, 6) as number),
    )
    expect([writes(twoOfFive, 0), writes(twoOfFive, 1)]).toEqual(
      [2000, 4000 / 3].map((n) => expect.closeTo(n, 6) as number),
    )
  })
})

describe('known loads', () => {
  it('majorities of n have load (n + 1) / 2n, and withstand a minority', () => {
    for (const n of [1, 3, 5, 7, 9]) {
      const { quorums } = majorityOf(Array.from({ length: n }, (_, i) => i + 1))
      expect(quorumLoad(quorums, { readFraction: 0.3 })).toBeCloseTo((n + 1) / (2 * n), 9)
      expect(quorumResilience(quorums).both).toBe((n - 1) / 2)
    }
  })

  it('a grid of 20 in rows of 5 is refused, one of 12 in rows of 4 has load 1/3 to elect and 1/4 to decide', () => {
    const grid = (height: number, width: number): AnyQuorums =>
      gridOf(
        Array.from({ length: height }, (_, i) =>
          Array.from({ length: width }, (_row, j) => i * width + j + 1),
        ),
      ).quorums
    expect(() => quorumLoad(grid(4, 5), { readFraction: 1 })).toThrow(
      'quorums of 20 voters cannot be analysed: all sets are gone through, of 16 at most',
    )
    expect(quorumLoad(grid(3, 4), { readFraction: 1 })).toBeCloseTo(1 / 3, 9)
    expect(quorumLoad(grid(3, 4), { readFraction: 0 })).toBeCloseTo(1 / 4, 9)
    expect(quorumResilience(grid(3, 4))).toEqual({ election: 2, replication: 3, both: 2 })
  })

  it('three groups of three have quorums of 4, less than a majority', () => {
    const { quorums } = hierarchicalOf([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
    expect(new Set(minimalQuorums(quorums).replication.map(({ length }) => length))).toEqual(new Set([4]))
    expect(quorumLoad(quorums, { readFraction: 0 })).toBeCloseTo(4 / 9, 9)
    expect(quorumResilience(quorums).both).toBe(3)
  })
})

// The workload is the script's; the script states no results. Those for no failure are as the paper has them; those for one failure are our own.
describe('the workload of examples/case_study.py', () => {
  // Five voters, two of them half as fast, under a mix of workloads that is mostly 30 to 70 % reads.
  const workload: QuorumWorkload = {
    readFraction: [10, 20, 100, 100, 100, 60, 30, 30, 20].map((weight, i) => ({
      fraction: (9 - i) / 10,
      weight,
    })),
    capacities: capacities([2000, 1000, 2000, 1000, 2000], 2),
  }
  const majority = majorityOf([a, b, c, d, e]).quorums
  const grid = withDual([
    [a, b],
    [c, d, e],
  ])
  /** The paths through a bridge from left to right; those from top to bottom cross them. */
  const paths = withDual([
    [a, b],
    [a, c, e],
    [d, e],
    [b, c, d],
  ])

  it('majorities manage 3667, a grid 4200 and paths 4125 commands', () => {
    const found = [majority, grid, paths].map((quorums) => Math.round(quorumCapacity(quorums, workload)))
    expect(found).toEqual([3667, 4200, 4125])
  })

  it('if one may fail, majorities manage twice as much as the others', () => {
    const found = [majority, grid, paths].map((quorums) =>
      Math.round(quorumCapacity(quorums, { ...workload, failures: 1 })),
    )
    expect(found).toEqual([2750, 1375, 1375])
  })

  it('the paths from top to bottom are the sets that cross all from left to right', () => {
    const crossing = minimalQuorums(paths).replication.map((quorum) => quorum.join())
    expect(new Set(crossing)).toEqual(new Set(['1,4', '2,5', '1,3,5', '2,3,4']))
  })
})

describe('the analysis of any system', () => {
  it('finds the quorums that no voter can be left out of', () => {
    fc.assert(
      fc.property(nonempty(simpleSystem), (system) => {
        const sets = minimalQuorums(system)
        for (const [quorums, isQuorum] of [
          [sets.election, isElectionQuorum],
          [sets.replication, isReplicationQuorum],
        ] as const) {
          for (const quorum of quorums) {
            expect(isQuorum(system, (voter) => quorum.includes(voter))).toBe(true)
            for (const left of quorum) {
              expect(isQuorum(system, (voter) => voter !== left && quorum.includes(voter))).toBe(false)
            }
          }
        }
      }),
    )
  })

  it('gives a strategy than which no other tried has less load', () => {
    const random = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(
        nonempty(simpleSystem),
        fc.integer({ min: 0, max: 4 }),
        random,
        (system, quarters, weights) => {
          const workload = { readFraction: quarters / 4 }
          const sets = minimalQuorums(system)
          const weigh = (quorums: readonly (readonly NodeId[])[], offset: number) => {
            const given = quorums.map((quorum, i) => ({ quorum, weight: weights[(i + offset) % 60]! }))
            const total = given.reduce((sum, { weight }) => sum + weight, 0)
            return given.map(({ quorum, weight }) => ({ quorum, probability: weight / total }))
          }
          const other = { election: weigh(sets.election, 0), replication: weigh(sets.replication, 7) }
          const best = quorumLoad(system, workload)
          expect(best).toBeLessThanOrEqual(strategyLoad(other, workload) + 1e-9)
          expect(best).toBeGreaterThan(0)
        },
      ),
    )
  })

  it.each<[string, () => unknown]>([
    ['no voters', () => quorumLoad(majorityOf([]).quorums, { readFraction: 1 })],
    ['a read fraction above 1', () => quorumLoad(majorityOf([1]).quorums, { readFraction: 1.5 })],
    ['no mix at all', () => quorumLoad(majorityOf([1]).quorums, { readFraction: [] })],
    [
      'a voter that manages nothing',
      () =>
        quorumLoad(majorityOf([1]).quorums, {
          readFraction: 1,
          capacities: new Map([[1, { read: 0, write: 1 }]]),
        }),
    ],
    ['more failures than there are voters', () => minimalQuorums(majorityOf([1, 2, 3]).quorums, 2)],
  ])('refuses %s', (_, analyse) => {
    expect(codeOf(analyse)).toBe('USAGE')
  })
})

function nonempty(systems: typeof simpleSystem): typeof simpleSystem {
  return systems.filter((system) => system.type !== 'majority' || system.voters.length > 0)
}
