import { majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ZabOptions, type ZabState, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'
import {
  countSent,
  fedByFollowers,
  feeder,
  feeders,
  observers,
  replies,
  takeToLeader,
} from './support/fed.ts'
import { RandomRun } from './support/random-run.ts'

describe('who feeds whom', () => {
  test('without the option the leader feeds all', () => {
    const ensemble = fedByFollowers({ followersFeedObservers: false })
    expect(feeders(ensemble)).toEqual([3, 3, 3, 3])
  })

  test('observers are dealt out to the followers, and know who leads', () => {
    const ensemble = fedByFollowers()
    expect(feeders(ensemble)).toEqual([1, 2, 1, 2])
    for (const id of observers) {
      expect(ensemble.observe(id)).toMatchObject({
        role: 'observer',
        phase: 'BROADCAST',
        leader: 3,
        epoch: 1,
      })
    }
    expect(ensemble.state(3).leadership!.learners.map(({ node }) => node)).toEqual([1, 2])
    expect(ensemble.state(1).following!.relay!.learners.map(({ node }) => node)).toEqual([4, 6])
  })

  test('the leader sends its followers each command, and nothing to observers', () => {
    const ensemble = fedByFollowers()
    const counts = countSent(ensemble)
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(Object.fromEntries(counts)).toEqual({
      '3 PROPOSAL': 2,
      '1 ACK': 1,
      '2 ACK': 1,
      '3 COMMIT': 2,
      '1 INFORM': 2,
      '2 INFORM': 2,
      '4 ACK': 1,
      '5 ACK': 1,
      '6 ACK': 1,
      '7 ACK': 1,
    })
    for (const id of observers) expect(ensemble.applied(id)).toEqual(['x'])
    // In all as many as if the leader fed them: what is predicted holds for both.
    const byType: Record<string, number> = {}
    for (const [name, count] of counts) {
      const type = name.split(' ')[1]!
      byType[type] = (byType[type] ?? 0) + count
    }
    expect(byType).toEqual(zab().cost.commitMessages(3, 4))
  })
})

test('what a follower and its leader know of observers is renamed with them', () => {
  const ensemble = fedByFollowers()
  ensemble.propose(4, 'x')
  ensemble.settle()
  ensemble.filter = ({ message }) => message.type !== 'READINDEX'
  ensemble.read(4)
  ensemble.settle()
  const rename = (node: number): number => 10 * node
  const follower = zab().renameState(ensemble.state(1), rename) as ZabState
  expect(follower.following).toMatchObject({ leader: 30, elected: 30 })
  expect(follower.following!.relay!.learners.map(({ node }) => node)).toEqual([40, 60])
  expect(follower.following!.relay!.pendingReads).toMatchObject([{ reads: [{ node: 40 }] }])
  const leader = zab().renameState(ensemble.state(3), rename) as ZabState
  expect(leader.leadership!.relayed).toMatchObject([{ node: 40 }])
  const fed = zab().renameState({ ...ensemble.state(4), shunned: [2] }, rename) as ZabState
  expect(fed).toMatchObject({ following: { leader: 10, elected: 30 }, shunned: [20] })
  const message = {
    type: 'RELAYREJECT',
    connection: 1,
    origin: 4,
    originConnection: 2,
    sequences: [],
    reason: 'overloaded',
  } as const
  expect(zab().renameMessage(message, rename)).toEqual({ ...message, origin: 40 })
})

describe('an observer finds another who feeds it', () => {
  test('at once, when the follower that did is gone; and does not go back', () => {
    const ensemble = fedByFollowers()
    ensemble.crash(1)
    ensemble.run(200)
    expect(feeders(ensemble)).toEqual([2, 2, 2, 2])
    ensemble.start(1)
    ensemble.run(1_000)
    expect(feeders(ensemble)).toEqual([2, 2, 2, 2])
    ensemble.propose(3, 'x')
    ensemble.settle()
    for (const id of observers) expect(ensemble.applied(id)).toEqual(['x'])
  })

  test('when that one is silent; and the silent one gives the observer up', () => {
    const ensemble = fedByFollowers()
    ensemble.block(1, 4)
    ensemble.block(4, 1)
    ensemble.run(2_000)
    expect(feeder(ensemble, 4)).toBe(2)
    expect(ensemble.events(1, 'learner-dropped.silence')).toHaveLength(1)
    expect(ensemble.state(1).following!.relay!.learners.map(({ node }) => node)).toEqual([6])
  })

  test('when it is refused', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ to, message }) => message.type !== 'OBSERVERINFO' || to !== 1
    ensemble.restart(4)
    ensemble.until(() => feeder(ensemble, 4) === 1)
    const { connection } = ensemble.state(4).following!
    const refuse = (on: number) =>
      ensemble
        .node(4)
        .step({ type: 'receive', from: 1, message: { type: 'REFUSE', connection: on } }, ensemble.now())
    refuse(connection - 1)
    expect(feeder(ensemble, 4)).toBe(1) // that was for an earlier connection
    refuse(connection)
    expect(ensemble.state(4).shunned).toEqual([1])
    ensemble.run(500)
    expect(feeder(ensemble, 4)).toBe(2)
    expect(ensemble.state(4).shunned).toEqual([])
  })

  test('the leader, if no follower is left', () => {
    const ensemble = fedByFollowers()
    takeToLeader(ensemble)
    expect(feeder(ensemble, 4)).toBe(3)
    expect(ensemble.observe(4)).toMatchObject({ phase: 'BROADCAST', leader: 3 })
  })

  test('a follower does not refuse one that comes while it is being brought up to date itself', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ to, message }) => message.type !== 'UPTODATE' || to !== 1
    ensemble.restart(1)
    ensemble.run(50)
    expect(ensemble.state(1).following!.phase).toBe('ADOPTED')
    for (const id of [2, 3]) ensemble.cut(4, id)
    ensemble.restart(4)
    const info = { type: 'OBSERVERINFO', connection: 2 ** 40, acceptedEpoch: 1 } as const
    ensemble.node(1).step({ type: 'receive', from: 4, message: info }, ensemble.now())
    expect(ensemble.state(1).following!.relay).toMatchObject({ phase: 'DISCOVERY', epoch: 0 })
    expect(ensemble.inFlight.filter(({ from, to }) => from === 1 && to === 4)).toEqual([])
    const { connection, epoch } = ensemble.state(1).following!
    const message = { type: 'UPTODATE', connection, epoch, commit: 0 } as const
    ensemble.node(1).step({ type: 'receive', from: 3, message }, ensemble.now())
    expect(ensemble.inFlight.find(({ from, to }) => from === 1 && to === 4)!.message).toMatchObject({
      type: 'LEADERINFO',
      connection: 2 ** 40,
      epoch: 1,
      leader: 3,
    })
  })

  test('a follower without the option refuses, and so does one that has lost its leader', () => {
    const ensemble = fedByFollowers({ followersFeedObservers: false })
    const info = { type: 'OBSERVERINFO', connection: 2 ** 40, acceptedEpoch: 1 } as const
    ensemble.node(1).step({ type: 'receive', from: 4, message: info }, ensemble.now())
    expect(ensemble.inFlight.map(({ message }) => message)).toEqual([{ type: 'REFUSE', connection: 2 ** 40 }])
  })
})

describe('a follower that leaves its leader leaves its observers', () => {
  test('when the leader dies: they come to the new epoch, by way of other followers', () => {
    const ensemble = fedByFollowers()
    ensemble.propose(4, 'x')
    ensemble.settle()
    ensemble.crash(3)
    ensemble.run(500)
    expect(ensemble.observe(2)).toMatchObject({ established: true, epoch: 2 })
    expect(feeders(ensemble)).toEqual([1, 1, 1, 1])
    for (const id of observers)
      expect(ensemble.observe(id)).toMatchObject({ leader: 2, epoch: 2, phase: 'BROADCAST' })
    expect(ensemble.events(4, 'looking.leader-is-looking')).toHaveLength(1) // 1 told it
    ensemble.propose(4, 'y')
    ensemble.settle()
    for (const id of observers) expect(ensemble.applied(id)).toEqual(['x', 'y'])
  })

  test('and takes none of them along, though it comes back to the same leader', () => {
    const ensemble = fedByFollowers()
    const { connection } = ensemble.state(4).following!
    ensemble.filter = ({ from, to }) => from !== 1 || to <= 3 // 4 and 6 are not told
    ensemble.resetLink(1, 3)
    ensemble.filter = () => true
    ensemble.run(60, () => ensemble.state(1).following?.phase === 'BROADCAST')
    expect(ensemble.state(4).following!.connection).toBe(connection)
    expect(ensemble.state(1).following!.relay).toBeUndefined()
    const counts = countSent(ensemble)
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(counts.get('1 INFORM')).toBeUndefined()
    ensemble.run(1_000)
    expect(ensemble.state(4).following!.connection).toBeGreaterThan(connection)
    expect(ensemble.applied(4)).toEqual(['x'])
  })

  test('an observer that took a looking replica for a follower is told', () => {
    const ensemble = fedByFollowers()
    ensemble.isolate(1)
    ensemble.heal(1, 4)
    ensemble.settle()
    const info = { type: 'OBSERVERINFO', connection: 2 ** 40, acceptedEpoch: 1 } as const
    ensemble.node(1).step({ type: 'receive', from: 4, message: info }, ensemble.now())
    expect(ensemble.state(1).election!.waiting).toHaveLength(1)
    ensemble.rejoin(1)
    ensemble.until(() => ensemble.state(1).following !== undefined)
    // It follows now, so it feeds: the observer's connection is to this replica, not to an epoch.
    expect(ensemble.state(1).following!.relay!.learners).toMatchObject([{ node: 4, phase: 'CONNECTED' }])
  })
})

describe('changes of membership', () => {
  const done = (ensemble: Ensemble, sequence: number) =>
    replies(ensemble, 3, sequence).map((reply) => reply.type)

  test('leave observers where they are', () => {
    const ensemble = fedByFollowers()
    const sequence = ensemble.reconfigure(3, majorityOf([1, 2, 3], [4, 5, 6]))
    ensemble.run(1_000)
    expect(done(ensemble, sequence)).toEqual(['done'])
    expect([4, 5, 6].map((id) => feeder(ensemble, id))).toEqual([1, 2, 1])
    for (const id of [4, 5, 6]) expect(ensemble.events(id, 'looking.asked-to-join')).toEqual([])
  })

  test('let an observer go that is no member any more, once it knows', () => {
    const ensemble = fedByFollowers()
    ensemble.reconfigure(3, majorityOf([1, 2, 3], [4, 5, 6]))
    ensemble.run(2_000)
    expect(ensemble.state(2).following!.relay!.learners.map(({ node }) => node)).toEqual([5])
    expect(ensemble.observe(7).membership.observers).toEqual([4, 5, 6])
    expect(ensemble.observe(7).phase).toBe('LOOKING')
  })

  test('take an observer that is to vote to the leader', () => {
    const ensemble = fedByFollowers()
    ensemble.propose(4, 'x')
    ensemble.settle()
    const sequence = ensemble.reconfigure(3, majorityOf([1, 2, 3, 4], [5, 6, 7]))
    ensemble.run(2_000)
    expect(done(ensemble, sequence)).toEqual(['done'])
    expect(ensemble.observe(4)).toMatchObject({ role: 'follower', phase: 'BROADCAST', leader: 3 })
    expect(ensemble.events(4, 'looking.asked-to-join')).toHaveLength(1)
    expect(feeder(ensemble, 4)).toBe(3)
    ensemble.crash(1)
    ensemble.run(500)
    for (const id of [5, 6, 7]) expect([2, 4]).toContain(feeder(ensemble, id)) // it feeds others now
  })

  test('from a follower to an observer: those whom it feeds are served on', () => {
    const ensemble = fedByFollowers()
    const sequence = ensemble.reconfigure(3, majorityOf([2, 3], [1, 4, 5, 6, 7]))
    ensemble.run(1_000)
    expect(done(ensemble, sequence)).toEqual(['done'])
    const command = ensemble.propose(4, 'x')
    const read = ensemble.read(6)
    ensemble.settle()
    for (const id of observers) expect(ensemble.applied(id).at(-1)).toBe('x')
    expect(replies(ensemble, 6, read)).toMatchObject([{ type: 'readReady' }])
    expect(replies(ensemble, 4, command)).toEqual([])
  })
})

describe('the spread', () => {
  test('waits for a follower that does not answer until it has been asked twice, and no longer', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ from, to, message }) => !(from === 1 && to === 4 && message.type === 'NOTIFICATION')
    const { time } = ensemble
    ensemble.restart(4)
    ensemble.run(1_000, () => ensemble.observe(4).phase === 'BROADCAST')
    expect(feeder(ensemble, 4)).toBe(2)
    expect(ensemble.time - time).toBeLessThanOrEqual(1.5 * 60 + 20)
  })
})

test('random runs with observers behind followers keep every invariant, and come together', () => {
  const choices = fc.array(fc.noBias(fc.integer({ min: 0, max: 1_000_000 })), {
    minLength: 200,
    maxLength: 400,
  })
  const tight: ZabOptions = {
    followersFeedObservers: true,
    maxBatchBytes: 4,
    maxInFlightMessages: 3,
    compactionTail: 2,
    maxUncommittedBytes: 16,
  }
  let fed = 0
  let relayed = 0
  fc.assert(
    fc.property(choices, fc.constantFrom(6, 14), (list, faults) => {
      const ensemble = new Ensemble(5, tight, { membership: majorityOf([1, 2, 3], [4, 5]) })
      const random = new RandomRun(ensemble, { links: 'fifo', faults })
      random.play(list)
      random.recoverAll(8_000)
      const leader = [1, 2, 3].find((id) => ensemble.observe(id).established)!
      ensemble.propose(4, 'last')
      ensemble.settle()
      const ends = [...ensemble.nodes.values()].map((node) => node.appliedIndex)
      expect(new Set(ends).size).toBe(1)
      for (const id of [4, 5]) {
        expect(ensemble.observe(id).leader).toBe(leader)
        if (feeder(ensemble, id) !== leader) fed += 1
      }
      relayed += ensemble.state(leader).leadership!.relayed.length
    }),
    { numRuns: Number(process.env['ZAB_RUNS'] ?? 40) },
  )
  expect(fed).toBeGreaterThan(20)
  expect(relayed).toBeGreaterThan(20)
})
