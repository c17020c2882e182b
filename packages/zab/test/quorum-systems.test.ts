import {
  type Membership,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  QuorateError,
  weightedOf,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ZabMessage, type ZabOptions, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'
import { RandomRun } from './support/random-run.ts'

const numRuns = Number(process.env['ZAB_RUNS'] ?? 25)
const tight: ZabOptions = {
  maxBatchBytes: 4,
  maxInFlightMessages: 3,
  compactionTail: 2,
  maxUncommittedBytes: 16,
}
const fourElect = flexibleOf([1, 2, 3, 4, 5], { election: 4, replication: 2 })

function leaderOf(ensemble: Ensemble): number | undefined {
  return [...ensemble.nodes.values()].find(({ id, running }) => running && ensemble.observe(id).established)
    ?.id
}

/** Are the clients of `id` served: is what they propose committed, and what they read confirmed? */
function serves(ensemble: Ensemble, id: number): boolean {
  const before = ensemble.observe(id).commitIndex
  ensemble.propose(id, 'x')
  const read = ensemble.read(id)
  ensemble.settle()
  const isRead = ensemble
    .node(id)
    .replies.some((reply) => reply.type === 'readReady' && reply.sequence === read)
  expect(isRead).toBe(ensemble.observe(id).commitIndex > before)
  return isRead
}

describe('random runs where quorums are not majorities keep every invariant, and come together', () => {
  test.each<[string, Membership]>([
    ['four of five elect and two decide', fourElect],
    ['all elect and one decides', gridOf([[1, 2, 3]])],
    ['one voter outweighs the others', weightedOf([{ node: 1, weight: 3 }, 2, 3])],
    ['a voter that weighs nothing may lead', weightedOf([{ node: 4, weight: 0 }, 1, 2, 3])],
    ['two of three groups', hierarchicalOf([[1, 2, 3], [4], [5]])],
    [
      'two systems at once',
      {
        quorums: { type: 'joint', old: majorityOf([1, 2, 3]).quorums, next: fourElect.quorums },
        observers: [],
      },
    ],
  ])('%s', (_, membership) => {
    const choices = fc.array(fc.noBias(fc.integer({ min: 0, max: 1_000_000 })), {
      minLength: 150,
      maxLength: 300,
    })
    fc.assert(
      fc.property(choices, fc.constantFrom(6, 14), (list, faults) => {
        const ensemble = new Ensemble(5, tight, { membership })
        const random = new RandomRun(ensemble, { links: 'fifo', faults })
        random.play(list)
        random.recoverAll(8_000)
        const leader = leaderOf(ensemble)
        expect(leader).toBeDefined()
        ensemble.propose(leader!, 'last')
        ensemble.settle()
        const ends = [...ensemble.nodes.values()].map((node) => node.appliedIndex)
        expect(new Set(ends).size).toBe(1)
        expect(ensemble.observe(leader!).lastIndex).toBe(ends[0])
      }),
      { numRuns },
    )
  })
})

describe('a leader elected by four of five', () => {
  test('goes on with one follower, and not without', () => {
    const ensemble = new Ensemble(5, {}, { membership: fourElect })
    const leader = ensemble.elect()
    const [last, ...others] = [1, 2, 3, 4, 5].filter((id) => id !== leader)
    for (const id of others) ensemble.crash(id)
    expect(serves(ensemble, leader)).toBe(true)
    ensemble.run(5_000)
    expect(ensemble.observe(leader).established).toBe(true)
    ensemble.crash(last!)
    ensemble.run(100)
    expect(ensemble.observe(leader).established).toBe(false)
  })

  test('is joined by who comes back, though fewer than elect have stayed', () => {
    const ensemble = new Ensemble(5, {}, { membership: fourElect })
    const leader = ensemble.elect()
    const [, back, ...others] = [1, 2, 3, 4, 5].filter((id) => id !== leader)
    for (const id of [back!, ...others]) ensemble.crash(id)
    ensemble.start(back!)
    ensemble.run(5_000)
    expect(ensemble.observe(back!)).toMatchObject({ phase: 'BROADCAST', leader })
  })

  test('has none among three: neither elected nor, if three of its voters are lost, waited for', () => {
    const ensemble = new Ensemble(5, {}, { membership: fourElect })
    const leader = ensemble.elect()
    const [last, gone] = [1, 2, 3, 4, 5].filter((id) => id !== leader)
    ensemble.crash(leader)
    ensemble.crash(gone!)
    ensemble.run(10_000)
    expect(leaderOf(ensemble)).toBeUndefined()
    ensemble.start(gone!)
    ensemble.run(5_000)
    expect(leaderOf(ensemble)).toBeDefined()
    expect(ensemble.observe(last!).phase).toBe('BROADCAST')
  })

  test('is elected with four votes', () => {
    const ensemble = new Ensemble(5, {}, { membership: fourElect })
    ensemble.crash(1)
    ensemble.crash(2)
    ensemble.run(3_000)
    expect(ensemble.events(5, 'UpdateLeader')).toEqual([])
    ensemble.start(2)
    ensemble.run(3_000)
    expect(ensemble.events(5, 'UpdateLeader')).toHaveLength(1)
  })

  test('founds its epoch with four, and two decide its initial history', () => {
    const ensemble = new Ensemble(5, {}, { membership: fourElect })
    ensemble.until(() => ensemble.state(5).leadership !== undefined)
    const leadership = () => ensemble.state(5).leadership!
    /** How many messages of a type the leader needs, besides itself, until that is there. */
    const count = (type: ZabMessage['type'], isThere: () => boolean): number => {
      for (let received = 0; ; received++) {
        if (isThere()) return received
        expect(ensemble.deliverType(type, 5)).toBe(true)
      }
    }
    expect(count('FOLLOWERINFO', () => leadership().epoch > 0)).toBe(3)
    while (ensemble.deliver(({ to }) => to !== 5));
    expect(count('ACKEPOCH', () => leadership().phase === 'SYNCHRONIZATION')).toBe(3)
    while (ensemble.deliver(({ to }) => to !== 5));
    expect(count('ACK', () => leadership().phase === 'BROADCAST')).toBe(1)
  })

  test('gives up discovery at once when too few are left to found an epoch, though enough to decide', () => {
    const ensemble = new Ensemble(5, {}, { membership: fourElect })
    ensemble.until(() => [...ensemble.nodes.keys()].some((id) => ensemble.state(id).leadership !== undefined))
    const leader = [...ensemble.nodes.keys()].find((id) => ensemble.state(id).leadership !== undefined)!
    expect(ensemble.state(leader).leadership!.phase).toBe('DISCOVERY')
    const [a, b] = [1, 2, 3, 4, 5].filter((id) => id !== leader)
    ensemble.cut(leader, a!)
    expect(ensemble.state(leader).leadership?.phase).toBe('DISCOVERY')
    ensemble.cut(leader, b!)
    expect(ensemble.state(leader).state).toBe('LOOKING')
  })
})

describe('weights', () => {
  test('let the heaviest voter go on alone, and nobody without it', () => {
    const membership = weightedOf([{ node: 3, weight: 3 }, 1, 2])
    const ensemble = new Ensemble(3, {}, { membership })
    expect(ensemble.elect()).toBe(3)
    ensemble.isolate(3)
    expect(serves(ensemble, 3)).toBe(true)
    ensemble.run(10_000)
    expect(leaderOf(ensemble)).toBe(3)
    ensemble.crash(3)
    ensemble.run(10_000)
    expect(leaderOf(ensemble)).toBeUndefined()
  })
})

describe('quorums that Zab cannot work with', () => {
  test.each<[string, Membership, string]>([
    [
      'a grid',
      gridOf([
        [1, 2],
        [3, 4],
      ]),
      'zab cannot start: in the first membership, two rows of the grid, which elect, share no voter',
    ],
    [
      'two of five elect',
      flexibleOf([1, 2, 3, 4, 5], { election: 2, replication: 4 }),
      'zab cannot start: in the first membership, two election quorums of 2 of 5 voters need not share a voter',
    ],
  ])('are refused when it starts: %s', (_, membership, text) => {
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const create = (): unknown => zab().create({ self: 1, membership, snapshot: undefined, image })
    expect(create).toThrow(text)
    expect(create).toThrow(QuorateError)
  })
})
