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

const nothing = (node: number) => ({ node, weight: 0 })

/** Two of three groups decide; 3 weighs nothing in one, and 5 and 6 are a group that does not count. */
function groupsOf(): Membership {
  return hierarchicalOf([[1, 2, nothing(3)], [4], [nothing(5), nothing(6)], [7]])
}

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
    ['a voter weighs nothing', weightedOf([{ node: 4, weight: 0 }, 1, 2, 3])],
    ['one in a group and a whole group weigh nothing', groupsOf()],
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

describe('voters that weigh nothing', () => {
  const cases: [string, Membership, number[], number[]][] = [
    ['weighted', weightedOf([1, 2, 3, nothing(4), nothing(5)]), [4, 5], [1]],
    ['hierarchical', groupsOf(), [3, 5, 6], [1, 2]],
  ]

  test.each(cases)('follow, acknowledge and serve: %s', (_, membership, light) => {
    const ensemble = new Ensemble(7, {}, { membership })
    const leader = ensemble.elect()
    expect(light).not.toContain(leader)
    ensemble.run(100)
    for (const id of light) {
      expect(ensemble.observe(id)).toMatchObject({ role: 'follower', phase: 'BROADCAST', leader })
      expect(serves(ensemble, id)).toBe(true)
      const learner = ensemble.state(leader).leadership!.learners.find(({ node }) => node === id)!
      expect(learner.acked).toBe(ensemble.observe(leader).lastIndex)
      expect(ensemble.state(id).vote.leader).toBe(leader)
    }
  })

  test.each(cases)('are not needed: %s', (_, membership, light, spare) => {
    const ensemble = new Ensemble(7, {}, { membership })
    for (const id of [...light, ...spare.slice(1)]) ensemble.crash(id)
    ensemble.elect()
    expect(serves(ensemble, leaderOf(ensemble)!)).toBe(true)
  })

  test.each(cases)('do not elect, decide, or keep a leader: %s', (_, membership, light) => {
    const ensemble = new Ensemble(7, {}, { membership })
    const leader = ensemble.elect()
    const others = [...ensemble.nodes.keys()].filter((id) => !light.includes(id) && id !== leader)
    for (const id of others) ensemble.block(id, leader)
    ensemble.propose(leader, 'x')
    ensemble.settle()
    for (const id of light) expect(ensemble.log(id)).toEqual(['x'])
    expect(ensemble.observe(leader).commitIndex).toBe(0) // they have acknowledged it, and do not count
    for (const id of others) ensemble.crash(id)
    ensemble.run(10_000)
    expect(leaderOf(ensemble)).toBeUndefined()
    for (const id of light) expect(ensemble.events(id, 'UpdateLeader')).toEqual([])
  })

  test('have the best history for themselves: it was never committed, and never matters', () => {
    const membership = weightedOf([1, 2, 3, nothing(4)])
    const ensemble = new Ensemble(4, {}, { membership })
    expect(ensemble.elect()).toBe(3)
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.filter = ({ to, message }) => message.type !== 'PROPOSAL' || to === 4
    for (const text of 'xyz') ensemble.propose(3, text)
    ensemble.settle()
    expect(ensemble.log(4)).toEqual(['a', 'x', 'y', 'z'])
    expect(ensemble.observe(3).commitIndex).toBe(1) // 3 and 4 have it, which is one vote of three
    ensemble.crash(3)
    ensemble.filter = () => true
    expect(ensemble.state(4).vote.leader).toBe(0)
    ensemble.until(() => (ensemble.state(2).leadership?.epoch ?? 0) > 0)
    ensemble.block(1, 2) // so that 4 promises first, with the longer history
    ensemble.settle()
    const promised = ensemble.events(2, 'LeaderProcessACKEPOCH').map(({ detail }) => detail['learner'])
    expect(promised).toEqual([4])
    expect(ensemble.state(2).leadership).toMatchObject({ phase: 'DISCOVERY' })
    ensemble.unblock(1, 2)
    expect(ensemble.elect()).toBe(2)
    ensemble.run(100)
    expect(ensemble.events(2, 'LeaderShutdown')).toEqual([]) // giving up for 4 would never end
    expect(ensemble.events(4, 'FLEHandleNotmsg').length).toBeGreaterThan(0)
    expect(ensemble.log(4)).toEqual(['a'])
    expect(ensemble.events(4, 'history-truncated')).toHaveLength(1)
    ensemble.start(3)
    ensemble.run(1_000)
    for (const id of [1, 2, 3, 4]) expect(ensemble.applied(id)).toEqual(['a'])
  })

  test('keep what was committed alive only together with a voter that has it', () => {
    const membership = weightedOf([1, 2, 3, nothing(4)])
    const ensemble = new Ensemble(4, {}, { membership })
    ensemble.elect()
    ensemble.isolate(1)
    ensemble.propose(3, 'a') // on 2, 3 and 4
    ensemble.settle()
    ensemble.crash(3)
    ensemble.crash(2)
    ensemble.rejoin(1)
    ensemble.run(5_000)
    expect(leaderOf(ensemble)).toBeUndefined() // 1 and 4 would be a majority if 4 counted
    ensemble.start(2)
    expect(ensemble.elect()).toBe(2)
    ensemble.run(500)
    for (const id of [1, 2, 4]) expect(ensemble.applied(id)).toEqual(['a'])
  })

  test('are voted for by nobody', () => {
    const membership = weightedOf([1, 2, 3, nothing(4)])
    const ensemble = new Ensemble(4, {}, { membership })
    const { round } = ensemble.state(1)
    const vote = {
      type: 'NOTIFICATION',
      state: 'LOOKING',
      leader: 4,
      epoch: 9,
      zxidEpoch: 9,
      zxidIndex: 9,
    } as const
    const { inFlight } = ensemble
    const sent = inFlight.find(({ message }) => message.type === 'NOTIFICATION')!.message
    const message = { ...sent, ...vote, round } as ZabMessage
    for (const from of [2, 4]) ensemble.node(1).step({ type: 'receive', from, message }, ensemble.now())
    expect(ensemble.events(1, 'FilterNonexistentMessage.cannot-lead')).toHaveLength(2)
    expect(ensemble.state(1).vote.leader).toBe(1)
    expect(ensemble.elect()).toBe(3)
  })

  test('may weigh something in the other of two systems, and then may lead', () => {
    const old = weightedOf([1, 2, nothing(3)]).quorums
    const membership: Membership = {
      quorums: { type: 'joint', old, next: majorityOf([1, 2, 3]).quorums },
      observers: [],
    }
    expect(new Ensemble(3, {}, { membership }).elect()).toBe(3)
    const both: Membership = { quorums: { type: 'joint', old, next: old }, observers: [] }
    expect(new Ensemble(3, {}, { membership: both }).elect()).toBe(2)
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
