import {
  type Membership,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  type QuorateError,
  weightedOf,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeHardState, raft } from '../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import {
  beat,
  campaign,
  type Cluster,
  type ClusterOptions,
  createCluster,
  elect,
  leadersOf,
  repliesOf,
} from './support/cluster.ts'

const numRuns = Number(process.env['RAFT_RUNS'] ?? 15)
const tight: ClusterOptions = { maxInflightMessages: 2, maxBatchBytes: 3, compactionTail: 2, catchUpTail: 4 }

const fourElect = flexibleOf([1, 2, 3, 4, 5], { election: 4, replication: 2 })
const heavyOne = weightedOf([{ node: 1, weight: 3 }, 2, 3])
const threeGroups = hierarchicalOf([[1, 2, 3], [4, 5, 6], [7]])
const joint: Membership = {
  quorums: { type: 'joint', old: majorityOf([1, 2, 3]).quorums, next: fourElect.quorums },
  observers: [],
}

/** Are the clients of `id` served: is what they propose committed, and what they read confirmed? */
function serves(cluster: Cluster, id: number): boolean {
  const before = cluster.observe(id).commitIndex
  cluster.propose(id)
  const read = cluster.read(id)
  cluster.settle()
  beat(cluster, id)
  const isRead = repliesOf(cluster, id, read).some(({ type }) => type === 'readReady')
  expect(isRead).toBe(cluster.observe(id).commitIndex > before)
  return isRead
}

describe('any schedule, where quorums are not majorities', () => {
  it.each<[string, Membership]>([
    ['four of five elect and two decide', fourElect],
    ['all elect and one decides', gridOf([[1, 2, 3]])],
    ['one voter outweighs the others', heavyOne],
    ['a voter that weighs nothing may lead', weightedOf([{ node: 1, weight: 0 }, 2, 3, 4])],
    ['two of three groups', hierarchicalOf([[1, 2, 3], [4], [5]])],
    ['two systems at once', joint],
  ])(
    '%s: safe, and live once all is healed',
    (_, membership) => {
      fc.assert(
        fc.property(
          anySchedule(200, 350),
          fc.constantFrom('calm', 'stormy', 'slowDisks'),
          (choices, weather) => {
            const size = membership === heavyOne ? 3 : 5
            const chaos = new Chaos(size, { ...tight, membership }, weather)
            for (const one of choices) chaos.perform(one)
            chaos.recover()
          },
        ),
        { numRuns },
      )
    },
    3_600_000,
  )
})

describe('a leader elected by four of five', () => {
  function ledByOne(): Cluster {
    const cluster = createCluster(5, { membership: fourElect })
    elect(cluster, 1)
    return cluster
  }

  it('goes on with one follower, and not without', () => {
    const cluster = ledByOne()
    for (const id of [3, 4, 5]) cluster.crash(id)
    expect(serves(cluster, 1)).toBe(true)
    cluster.run(3_000)
    expect(cluster.observe(1).established).toBe(true)
    cluster.crash(2)
    expect(serves(cluster, 1)).toBe(false)
    cluster.run(3_000)
    expect(cluster.observe(1).role).not.toBe('leader')
  })

  it('cannot be replaced by three, who might know nothing of what two decided', () => {
    const cluster = ledByOne()
    for (const a of [1, 2]) for (const b of [3, 4, 5]) cluster.cut(a, b)
    expect(serves(cluster, 1)).toBe(true)
    campaign(cluster, 3)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([1])
    cluster.heal(2, 3)
    cluster.heal(2, 4)
    cluster.heal(2, 5)
    cluster.crash(1)
    cluster.run(5_000)
    const [leader] = leadersOf(cluster)
    expect(cluster.observe(leader!).commitIndex).toBeGreaterThanOrEqual(3)
  })
})

describe('weights', () => {
  it('let the heaviest voter go on alone, and nobody without it', () => {
    const cluster = createCluster(3, { membership: heavyOne })
    elect(cluster, 1)
    cluster.isolate(1)
    expect(serves(cluster, 1)).toBe(true)
    campaign(cluster, 2)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([1])
  })
})

describe('groups', () => {
  it('outvote each other whatever their size: four of seven voters are not enough, three are', () => {
    const cluster = createCluster(7, { membership: threeGroups })
    elect(cluster, 7)
    for (const id of [3, 4, 5, 6]) cluster.crash(id)
    expect(serves(cluster, 7)).toBe(true)
    for (const id of [3, 4]) cluster.start(id)
    cluster.crash(7)
    campaign(cluster, 1)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([])
  })
})

describe('quorums that Raft cannot work with', () => {
  function create(membership: Membership, base?: Membership): unknown {
    const meta = base === undefined ? undefined : { index: 3, epoch: 1, membership: base }
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const withBase = { ...image, base: meta, hardState: encodeHardState({ term: 1, votedFor: undefined }) }
    return raft().create({ self: 1, membership, snapshot: meta, image: withBase })
  }

  it.each<[string, Membership, string]>([
    [
      'a grid',
      gridOf([
        [1, 2],
        [3, 4],
      ]),
      'raft cannot start: in the first membership, two rows of the grid, which elect, share no voter',
    ],
    [
      'two of five elect',
      flexibleOf([1, 2, 3, 4, 5], { election: 2, replication: 4 }),
      'raft cannot start: in the first membership, two election quorums of 2 of 5 voters need not share a voter',
    ],
    ['nobody', majorityOf([]), 'raft cannot start: in the first membership, there are no voters'],
  ])('are refused when it starts: %s', (_, membership, text) => {
    expect(() => create(membership)).toThrow(text)
    try {
      create(membership)
    } catch (error) {
      expect((error as QuorateError).code).toBe('USAGE')
    }
  })

  it('are not looked for in what the disk holds: an old log must not keep a replica from starting', () => {
    const grid = gridOf([
      [1, 2],
      [3, 4],
    ])
    expect(() => create(majorityOf([1, 2, 3, 4]), grid)).not.toThrow()
  })
})
