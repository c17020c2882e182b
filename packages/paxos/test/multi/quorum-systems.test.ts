import {
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  type Membership,
  type QuorateError,
  weightedOf,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multiPaxos } from '../../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import {
  beat,
  campaign,
  type Cluster,
  type ClusterOptions,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  intercept,
  isAmong,
  isType,
  leadersOf,
  proposeAll,
  repliesOf,
} from './support/cluster.ts'

const numRuns = Number(process.env['PAXOS_RUNS'] ?? 12)
const tight: ClusterOptions = { window: 3, maxInflightMessages: 2, maxBatchBytes: 3, compactionTail: 2 }

const fourElect = flexibleOf([1, 2, 3, 4, 5], { election: 4, replication: 2 })
const twoElect = flexibleOf([1, 2, 3, 4, 5], { election: 2, replication: 4 })
const rowsElect = gridOf([
  [1, 2],
  [3, 4],
])
const heavyOne = weightedOf([{ node: 1, weight: 3 }, 2, 3])
const threeGroups = hierarchicalOf([[1, 2, 3], [4, 5, 6], [7]])
const joint: Membership = {
  quorums: { type: 'joint', old: majorityOf([1, 2, 3]).quorums, next: fourElect.quorums },
  observers: [],
}

function create(membership: Membership, size = 5): Cluster {
  return createCluster(size, { membership })
}

/** Are the clients of `id` served: is what they propose chosen, and what they read confirmed? */
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

/** Does anybody lead, or come to lead, in time? */
function isLed(cluster: Cluster): boolean {
  cluster.run(5_000)
  return leadersOf(cluster).some((id) => cluster.observe(id).established)
}

describe('any schedule, whatever the quorums', () => {
  it.each<[string, number, Membership]>([
    ['four of five elect and two decide', 5, fourElect],
    ['two of five elect, who need not meet, and four decide', 5, twoElect],
    ['one elects and all decide', 3, flexibleOf([1, 2, 3], { election: 1, replication: 3 })],
    ['all elect and one decides', 3, gridOf([[1, 2, 3]])],
    ['a row elects, which need not meet another, and a column decides', 4, rowsElect],
    ['one voter outweighs the others', 3, heavyOne],
    ['a voter that weighs nothing may lead', 4, weightedOf([{ node: 1, weight: 0 }, 2, 3, 4])],
    ['two of three groups', 5, hierarchicalOf([[1, 2, 3], [4], [5]])],
    ['two systems at once', 5, joint],
  ])(
    '%s: safe, and live once all is healed',
    (_, size, membership) => {
      const property = fc.property(
        anySchedule(200, 350),
        fc.constantFrom('calm', 'stormy', 'slowDisks'),
        (choices, weather) => {
          const chaos = new Chaos(size, { ...tight, membership }, weather)
          for (const one of choices) chaos.perform(one)
          chaos.recover()
        },
      )
      fc.assert(property, { numRuns, endOnFailure: true })
    },
    3_600_000,
  )
})

describe('four of five elect, and two decide', () => {
  function ledByOne(): Cluster {
    const cluster = create(fourElect)
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
    expect(isLed(cluster)).toBe(false)
  })

  it('cannot be replaced by three, who might know nothing of what two decided', () => {
    const cluster = ledByOne()
    for (const a of [1, 2]) for (const b of [3, 4, 5]) cluster.cut(a, b)
    expect(serves(cluster, 1)).toBe(true)
    campaign(cluster, 3)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([1])
    for (const b of [3, 4, 5]) cluster.heal(2, b)
    cluster.crash(1)
    expect(isLed(cluster)).toBe(true)
    expect(cluster.observe(leadersOf(cluster)[0]!).commitIndex).toBeGreaterThanOrEqual(1)
  })
})

describe('two of five elect, and four decide', () => {
  it('elects with one follower, and goes on with three', () => {
    const cluster = create(twoElect)
    for (const id of [3, 4, 5]) cluster.crash(id)
    campaign(cluster, 1)
    cluster.settle()
    expect(cluster.observe(1).role).toBe('leader')
    expect(serves(cluster, 1)).toBe(false)
    for (const id of [3, 4]) cluster.start(id)
    expect(isLed(cluster)).toBe(true)
    expect(serves(cluster, leadersOf(cluster)[0]!)).toBe(true)
  })

  it('two may lead at once, elected by quorums that share nobody: ballots keep them apart', () => {
    const cluster = create(twoElect)
    campaign(cluster, 1)
    deliverAll(cluster, (flight) => isAmong(1, 2)(flight) && isType('Prepare', 'Promise')(flight))
    intercept(cluster)
    campaign(cluster, 4)
    deliverAll(cluster, (flight) => isAmong(4, 5)(flight) && isType('Prepare', 'Promise')(flight))
    intercept(cluster)
    expect(leadersOf(cluster)).toEqual([1, 4])
    cluster.propose(1, 'one')
    cluster.propose(4, 'four')
    cluster.run(5_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    expect(serves(cluster, leadersOf(cluster)[0]!)).toBe(true)
    cluster.run(200)
    const [first, ...others] = [1, 2, 3, 4, 5].map((id) => deliveredBy(cluster, id))
    for (const other of others) expect(other).toEqual(first)
  })

  it('what four decided the next two find', () => {
    const cluster = create(twoElect)
    elect(cluster, 1)
    cluster.crash(5)
    proposeAll(cluster, 1, 'a')
    expect(cluster.observe(1).commitIndex).toBe(1)
    for (const id of [1, 2, 3]) cluster.isolate(id)
    cluster.start(5)
    campaign(cluster, 5)
    cluster.settle()
    expect(cluster.observe(5).role).toBe('leader')
    cluster.propose(5, 'b')
    cluster.settle()
    for (const id of [1, 2, 3]) cluster.rejoin(id)
    cluster.run(5_000)
    expect(deliveredBy(cluster, 5)[0]).toBe('a')
  })
})

describe('rows elect, and columns decide', () => {
  it('a leader goes on with its column, and is replaced by any whole row', () => {
    const cluster = create(rowsElect, 4)
    elect(cluster, 1)
    cluster.crash(2)
    cluster.crash(4)
    expect(serves(cluster, 1)).toBe(true)
    cluster.crash(1)
    expect(isLed(cluster)).toBe(false)
    cluster.start(4)
    cluster.run(2_000)
    expect(leadersOf(cluster)).toHaveLength(0)
    cluster.start(1)
    expect(isLed(cluster)).toBe(true)
    expect(serves(cluster, leadersOf(cluster)[0]!)).toBe(true)
  })
})

describe('weights', () => {
  it('let the heaviest voter go on alone, and nobody without it', () => {
    const cluster = create(heavyOne, 3)
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
    const cluster = create(threeGroups, 7)
    elect(cluster, 7)
    for (const id of [3, 4, 5, 6]) cluster.crash(id)
    expect(serves(cluster, 7)).toBe(true)
    for (const id of [3, 4]) cluster.start(id)
    cluster.crash(7)
    campaign(cluster, 1)
    expect(isLed(cluster)).toBe(false)
  })
})

describe('two systems at once', () => {
  it('need a quorum of each', () => {
    const cluster = create(joint)
    elect(cluster, 1)
    for (const id of [4, 5]) cluster.crash(id)
    expect(serves(cluster, 1)).toBe(true)
    cluster.crash(3)
    expect(serves(cluster, 1)).toBe(true)
    cluster.crash(1)
    expect(isLed(cluster)).toBe(false)
    for (const id of [1, 3]) cluster.start(id)
    expect(isLed(cluster)).toBe(false)
    cluster.start(4)
    expect(isLed(cluster)).toBe(true)
  })
})

describe('quorums that Multi-Paxos cannot work with', () => {
  function start(membership: Membership): unknown {
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    return multiPaxos().create({ self: 1, membership, snapshot: undefined, image })
  }

  it.each<[string, Membership, string]>([
    [
      'that need not meet',
      { quorums: { type: 'flexible', voters: [1, 2, 3, 4], election: 2, replication: 2 }, observers: [] },
      'multi-paxos cannot start: in the first membership, election quorums of 2 and replication quorums of 2 of 4 voters need not share a voter',
    ],
    ['of nobody', majorityOf([]), 'multi-paxos cannot start: in the first membership, there are no voters'],
    [
      'that weigh nothing',
      { quorums: { type: 'weighted', weights: [{ node: 1, weight: 0 }] }, observers: [] },
      'multi-paxos cannot start: in the first membership, no vote weighs anything',
    ],
    [
      'that are pending',
      { ...majorityOf([1, 2]), pending: [{ from: 9, membership: majorityOf([]) }] },
      'multi-paxos cannot start: in the membership pending from entry 9 on, there are no voters',
    ],
  ])('are refused when it starts: %s', (_, membership, text) => {
    expect(() => start(membership)).toThrow(text)
    try {
      start(membership)
    } catch (error) {
      expect((error as QuorateError).code).toBe('USAGE')
    }
  })

  it.each([
    ['a grid', rowsElect],
    ['elections that need not meet', twoElect],
  ])('are not these, which Raft refuses: %s', (_, membership) => {
    expect(() => start(membership)).not.toThrow()
  })
})
