import { majorityOf, type Membership, flexibleOf, weightedOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { change, changesOf, endOf, expectInForce, ledOf } from './support/members.ts'

describe('a change of membership', () => {
  it.each<[string, number[], Membership, string[]]>([
    ['adds a voter in one step', [4], majorityOf([1, 2, 3, 4]), ['1 2 3 4']],
    ['removes a voter in one step', [], majorityOf([1, 2]), ['1 2']],
    ['adds an observer in one step', [4], majorityOf([1, 2, 3], [4]), ['1 2 3 + 4']],
    ['makes a voter an observer in one step', [], majorityOf([1, 2], [3]), ['1 2 + 3']],
    ['asks for what there is', [], majorityOf([1, 2, 3]), ['1 2 3']],
    ['removes the leader', [], majorityOf([2, 3]), ['2 3']],
    ['makes the leader an observer', [], majorityOf([2, 3], [1]), ['2 3 + 1']],
    ['replaces a voter', [4], majorityOf([1, 2, 4]), ['1 2 3 | 1 2 4', '1 2 4']],
    ['replaces all', [4, 5, 6], majorityOf([4, 5, 6]), ['1 2 3 | 4 5 6', '4 5 6']],
    ['shrinks to one', [], majorityOf([1]), ['1 2 3 | 1', '1']],
    ['shrinks to another one', [4], majorityOf([4]), ['1 2 3 | 4', '4']],
    ['adds two voters and an observer', [4, 5, 6], majorityOf([1, 2, 3, 4, 5], [6]), ['1 2 3 | 1 2 3 4 5 + 6', '1 2 3 4 5 + 6']],
    ['changes weights', [], weightedOf([{ node: 1, weight: 3 }, 2, 3]), ['1 2 3 | 1 2 3', '1 2 3']],
    ['goes to flexible quorums', [4], flexibleOf([1, 2, 3, 4], { election: 3, replication: 2 }), ['1 2 3 | 1 2 3 4', '1 2 3 4']],
  ])('%s', (_, spares, next, steps) => {
    const cluster = ledOf(spares)
    const before = cluster.observe(1).lastIndex
    const sequence = change(cluster, 1, next)
    expect(changesOf(cluster, 1)).toEqual(steps.map((name, i) => [before + 1 + i, name]))
    expect(endOf(cluster, 1, sequence)).toBe('done')
    expectInForce(cluster, next)
  })
})
