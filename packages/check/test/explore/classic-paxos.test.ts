import { describe, expect, it } from 'vitest'
import { exploreModel } from '../../src/explore/search/explore-model.ts'
import { classicPaxos, type PaxosOptions } from './models/classic-paxos.ts'

describe('single-decree Paxos, 2 proposers and 3 acceptors', () => {
  it.each(['bfs', 'dfs'] as const)('with a ballot for each proposer chooses one value, %s', (order) => {
    const report = exploreModel(classicPaxos({ ballots: 2 }), { order })
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct: 1_777, generated: 4_319 })
  })

  it('with 3 ballots chooses one value', () => {
    const report = exploreModel(classicPaxos({ ballots: 3 }))
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct: 74_681, depth: 24 })
    expect(report.bytesPerState).toBeLessThanOrEqual(16)
  })

  it('with crashes and restarts chooses one value', () => {
    const report = exploreModel(classicPaxos({ ballots: 2, crashes: 2 }))
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct: 20_584 })
  })
})

const bugs: readonly (readonly [name: string, steps: number, options: Omit<PaxosOptions, 'ballots'>])[] = [
  ['a majority minus one', 8, { promiseQuorums: [[0], [1], [2]], acceptQuorums: [[0], [1], [2]] }],
  ['a promise that is not persisted', 13, { bug: 'forgetPromise', crashes: 1 }],
  ['the accepted value of the highest ballot ignored', 12, { bug: 'ignoreAccepted' }],
  ['a ballot used again after a restart', 10, { bug: 'reuseBallot', crashes: 1 }],
  ['quorums that do not intersect', 10, { promiseQuorums: [[0, 1]], acceptQuorums: [[0, 1], [2]] }],
]

describe('seeded bugs of Paxos', () => {
  it.each(bugs)('%s: two values after %i steps, and no sooner', (_, steps, options) => {
    const report = exploreModel(classicPaxos({ ballots: 2, ...options }))
    expect(report.verdict).toBe('violated')
    const { path, message } = report.properties[0]!
    expect(message).toMatch(/^values \d and \d are chosen$/)
    expect(path!.steps).toHaveLength(steps)
  })
})
