import { flexibleOf, gridOf, majorityOf, type Membership } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { beat, type Cluster, deliveredBy, proposeAll } from './support/cluster.ts'
import { isDone, isServed, ledOf, reconfigure, votersAt } from './support/members.ts'

describe('a change that is done', () => {
  const windows = [1, 2, 4, 20]

  it.each(windows)('outlives a power cut without those who left: new ones stay (window %i)', (window) => {
    expectSurvival(ledOf([4, 5, 6], { window }), [4, 5, 6])
  })

  // These have accepted what decides who decides, and heard afterwards that it is chosen.
  it.each(windows)('outlives a power cut without those who left: old ones stay (window %i)', (window) => {
    expectSurvival(ledOf([], { window }), [2, 3])
    expectSurvival(ledOf([4], { window }), [3, 4])
    expectSurvival(ledOf([], { window }), [2])
  })

  /** Whoever stays after a change has to know from its own disk that it decides. */
  function expectSurvival(cluster: Cluster, next: readonly number[]): void {
    proposeAll(cluster, 1, 'a', 'b')
    const sequence = reconfigure(cluster, 1, majorityOf(next))
    expect(cluster.run(5_000, () => isDone(cluster, 1, sequence))).toBe(true)
    for (const id of cluster.nodes.keys()) cluster.crash(id)
    for (const id of next) cluster.start(id)
    for (const id of next) expect(isServed(cluster, id)).toBe(true)
    for (const id of next) expect(votersAt(cluster, id)).toEqual(next)
  }
})

describe('a change to one voter, the leader', () => {
  it('is done though its writes are under way when it comes into force; and the next one may follow', () => {
    const cluster = ledOf([], { window: 4 })
    const node = cluster.node(1)
    node.autoPersist = false
    const sequence = reconfigure(cluster, 1, majorityOf([1]))
    cluster.settle()
    for (let i = 0; i < 4; i++) beat(cluster, 1)
    expect(votersAt(cluster, 1)).toEqual([1])
    expect(isDone(cluster, 1, sequence)).toBe(false)
    while (node.writing.length > 0) node.completeWrite(cluster.now())
    node.autoPersist = true
    cluster.run(500)
    expect(isDone(cluster, 1, sequence)).toBe(true)
    const following = reconfigure(cluster, 1, majorityOf([1, 2]))
    expect(cluster.run(5_000, () => isDone(cluster, 1, following))).toBe(true)
  })
})

describe('a leader that the new members cannot elect', () => {
  it.each<[string, Membership]>([
    ['four of five elect and two decide', flexibleOf([1, 2, 3, 4, 5], { election: 4, replication: 2 })],
    [
      'a row elects and a column decides',
      gridOf([
        [2, 4],
        [1, 5],
      ]),
    ],
  ])('gives up, though it reaches as many as decide: others may be elected (%s)', (_, next) => {
    const cluster = ledOf([4, 5])
    for (const id of [3, 4, 5]) cluster.cut(1, id)
    reconfigure(cluster, 1, next)
    cluster.run(100)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', established: false, membership: next })
    expect(isServed(cluster, 2)).toBe(true)
  })
})

describe('new members that have decided a slot without knowing that they decide', () => {
  it('are told by the leader that has left and counted what they accepted', () => {
    const cluster = ledOf([4, 5], { window: 2 })
    const next = majorityOf([4, 5])
    // They accept whatever comes, and hear of nothing that is chosen.
    cluster.filter = ({ message }) => message.type !== 'Learned'
    reconfigure(cluster, 1, next)
    cluster.settle()
    proposeAll(cluster, 1, 'theirs')
    expect(deliveredBy(cluster, 1).at(-1)).toBe('theirs')
    for (const id of [4, 5]) expect(cluster.observe(id).commitIndex).toBe(0)
    for (const id of [2, 3]) cluster.crash(id)
    for (const id of [4, 5]) cluster.cut(1, id)
    cluster.run(1_000)
    expect(cluster.observe(1).role).toBe('observer')
    for (const id of [4, 5]) cluster.heal(1, id)
    cluster.filter = () => true
    for (const id of [4, 5]) expect(isServed(cluster, id)).toBe(true)
  })
})
