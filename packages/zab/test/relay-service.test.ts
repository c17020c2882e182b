import { majorityOf, makeEntry } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { ZabMessage } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'
import { countSent, fedByFollowers, feeder, replies, takeToLeader } from './support/fed.ts'

// What observers get from a follower that feeds them; see relay.test.ts for who feeds whom.

describe('synchronization by a follower', () => {
  test('DIFF from its own log', () => {
    const ensemble = fedByFollowers()
    ensemble.crash(4)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.start(4)
    ensemble.run(200)
    expect(feeder(ensemble, 4)).toBe(1)
    expect(ensemble.events(1, 'LeaderSyncFollower.DIFF').at(-1)!.detail).toMatchObject({
      learner: 4,
      index: 0,
    })
    expect(ensemble.applied(4)).toEqual(['a', 'b', 'c'])
  })

  test('SNAP, of its own machine', () => {
    const ensemble = fedByFollowers({ compactionTail: 0 })
    ensemble.crash(4)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(1)
    ensemble.start(4)
    ensemble.propose(3, 'd')
    ensemble.run(200)
    expect(feeder(ensemble, 4)).toBe(1)
    expect(ensemble.events(1, 'LeaderSyncFollower.SNAP')).toHaveLength(1)
    expect(ensemble.node(4).installed).toMatchObject({ index: 3 })
    expect(ensemble.applied(4)).toEqual(['d'])
  })

  test('another, if a snapshot does not arrive', () => {
    const ensemble = fedByFollowers({ compactionTail: 0 })
    ensemble.crash(4)
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.buildSnapshot(1)
    ensemble.start(4)
    ensemble.until(() => ensemble.inFlight.some(({ snapshot }) => snapshot !== undefined))
    ensemble.lose(({ snapshot }) => snapshot !== undefined)
    ensemble.node(1).step({ type: 'snapshotFailed', to: 4, cause: 'lost' }, ensemble.now())
    ensemble.run(1_000)
    expect(ensemble.observe(4)).toMatchObject({ phase: 'BROADCAST', commitIndex: 1 })
  })

  test('TRUNC of what was never committed', () => {
    const ensemble = fedByFollowers()
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.crash(4)
    const entry = makeEntry(2, 1, 0, 'command', undefined, Uint8Array.of(120)) // as a voter it once was may have
    ensemble.node(4).durable.apply({ type: 'append', entries: [entry] })
    ensemble.crash(3)
    ensemble.run(300)
    ensemble.start(4)
    ensemble.run(300)
    expect(ensemble.events(1, 'LeaderSyncFollower.TRUNC').at(-1)!.detail).toMatchObject({
      learner: 4,
      index: 1,
    })
    expect(ensemble.log(4)).toEqual(['a'])
  })

  test('waits for a follower that knows less to be committed than the observer does', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ to, message }) => message.type !== 'COMMIT' || to !== 1
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.applied(5)).toEqual(['x']) // from 2
    ensemble.cut(5, 2)
    ensemble.run(100)
    expect(feeder(ensemble, 5)).toBe(1)
    expect(ensemble.state(5).following!.phase).toBe('PROMISED')
    expect(ensemble.events(5, 'looking.below-commit')).toEqual([])
    ensemble.filter = () => true
    ensemble.propose(3, 'y')
    ensemble.settle()
    expect(ensemble.observe(5)).toMatchObject({ phase: 'BROADCAST', commitIndex: 2 })
    expect(ensemble.applied(5)).toEqual(['x', 'y'])
  })

  test('nothing uncommitted, though the follower has it in its log', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.restart(4)
    ensemble.filter = ({ from, message }) => message.type !== 'ACK' || from === 4
    ensemble.settle()
    expect(ensemble.log(1)).toEqual(['x'])
    expect(ensemble.observe(4)).toMatchObject({ phase: 'BROADCAST', lastIndex: 0 })
  })

  test('an observer that acknowledges nothing is not sent without end', () => {
    const ensemble = fedByFollowers({ maxInFlightMessages: 3 })
    ensemble.filter = ({ from, message }) => message.type !== 'ACK' || from !== 4
    for (let i = 0; i < 10; i++) {
      ensemble.propose(3, 'x')
      ensemble.settle()
    }
    expect(ensemble.applied(4)).toHaveLength(3)
    expect(ensemble.applied(6)).toHaveLength(10)
  })
})

describe('commands of an observer behind a follower', () => {
  test('are proposed as its own, and answered there', () => {
    const ensemble = fedByFollowers()
    const sequence = ensemble.propose(4, 'x')
    ensemble.settle()
    const [entry] = ensemble.node(4).applied
    expect(entry!.request).toEqual({ replica: 4, sequence })
    for (const id of [1, 2, 3, 4, 5, 6, 7]) expect(ensemble.applied(id)).toEqual(['x'])
  })

  test('are turned down there', () => {
    const ensemble = fedByFollowers({ maxUncommittedBytes: 4 })
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.propose(3, 'aaaa')
    ensemble.settle()
    const sequence = ensemble.propose(4, 'b')
    ensemble.settle()
    expect(replies(ensemble, 4, sequence)).toEqual([
      { type: 'rejected', sequence, reason: 'overloaded', outcome: 'definitely-not', leader: 3 },
    ])
  })

  test('are done once, though every message comes twice', () => {
    const ensemble = fedByFollowers()
    const twice = (type: ZabMessage['type']): void => {
      const flight = ensemble.inFlight.find(({ message }) => message.type === type)!
      ensemble.duplicate(flight)
    }
    ensemble.propose(4, 'x')
    twice('REQUEST')
    ensemble.deliverType('REQUEST')
    expect(ensemble.inFlight.map(({ message }) => message.type)).toEqual(['RELAYREQUEST'])
    twice('RELAYREQUEST')
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['x'])
    expect(ensemble.events(3, 'requests-repeated')).toHaveLength(1)
  })

  test('sent by a way that it has left do not come behind later ones', () => {
    const ensemble = fedByFollowers()
    const first = ensemble.propose(4, 'first')
    ensemble.deliverType('REQUEST')
    ensemble.cut(1, 4) // the command is on its way from 1 to 3
    expect(replies(ensemble, 4, first)).toEqual([
      { type: 'abandoned', sequence: first, reason: 'leadership-lost' },
    ])
    const late = ensemble.inFlight.filter(({ message }) => message.type === 'RELAYREQUEST')
    ensemble.inFlight = ensemble.inFlight.filter((flight) => !late.includes(flight))
    ensemble.run(500)
    expect(feeder(ensemble, 4)).toBe(2)
    ensemble.propose(4, 'second')
    ensemble.settle()
    ensemble.inFlight.push(...late)
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['second'])
    expect(ensemble.events(3, 'FilterNonexistentMessage.other-connection')).toHaveLength(1)
  })

  test('nor do those that it sent to the leader itself before', () => {
    const ensemble = fedByFollowers()
    takeToLeader(ensemble)
    ensemble.propose(4, 'first')
    ensemble.inFlight = []
    const { connection } = ensemble.state(4).following!
    const message = {
      type: 'RELAYREQUEST',
      connection: ensemble.state(2).following!.connection,
      origin: 4,
      originConnection: connection + 1,
      sequences: [900],
      commands: [Uint8Array.of(115)],
    } as const
    ensemble.node(3).step({ type: 'receive', from: 2, message }, ensemble.now())
    expect(ensemble.state(3).leadership!.learners.map(({ node }) => node)).toEqual([1, 2])
    const old = { ...message, originConnection: connection, sequences: [901] }
    ensemble.node(3).step({ type: 'receive', from: 2, message: old }, ensemble.now())
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['s'])
  })

  test('are given up with the follower that forwarded them', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ message }) => message.type !== 'RELAYREQUEST'
    const sequence = ensemble.propose(4, 'x')
    ensemble.settle()
    ensemble.resetLink(1, 3)
    ensemble.settle()
    expect(replies(ensemble, 4, sequence)).toEqual([
      { type: 'abandoned', sequence, reason: 'leadership-lost' },
    ])
  })
})

describe('reads of an observer behind a follower', () => {
  test('are confirmed by the leader, once for all of a turn', () => {
    const ensemble = fedByFollowers()
    ensemble.propose(3, 'x')
    ensemble.settle()
    const counts = countSent(ensemble)
    const [own, first, second] = [ensemble.read(1), ensemble.read(4), ensemble.read(6)]
    ensemble.settle()
    for (const [id, sequence] of [
      [1, own],
      [4, first],
      [6, second],
    ] as const) {
      expect(replies(ensemble, id, sequence)).toEqual([{ type: 'readReady', sequence, index: 1 }])
    }
    expect(counts.get('3 READINDEX')).toBe(3) // no two came in one turn here
    expect(counts.get('1 READINDEX')).toBe(2)
  })

  test('see what was committed before, though the follower has not heard of it', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ to, message }) => message.type !== 'COMMIT' || to !== 1
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.observe(4).commitIndex).toBe(0)
    const sequence = ensemble.read(4)
    ensemble.settle()
    expect(replies(ensemble, 4, sequence)).toMatchObject([{ type: 'readReady', index: 1 }])
  })

  test('are not answered by way of a leader that was replaced', () => {
    const voters = [1, 2, 3, 4, 5]
    const ensemble = new Ensemble(
      6,
      { followersFeedObservers: true },
      { membership: majorityOf(voters, [6]) },
    )
    expect(ensemble.elect()).toBe(5)
    ensemble.run(500, () => ensemble.observe(6).phase === 'BROADCAST')
    expect(feeder(ensemble, 6)).toBe(1)
    const apart = [1, 5, 6]
    for (const a of apart)
      for (const b of [2, 3, 4])
        for (const [from, to] of [
          [a, b],
          [b, a],
        ])
          ensemble.block(from!, to!)
    const sequence = ensemble.read(6)
    ensemble.run(200)
    expect(ensemble.observe(5).established).toBe(true) // it does not know yet
    expect(replies(ensemble, 6, sequence)).toEqual([])
    ensemble.run(3_000)
    expect(ensemble.observe(4)).toMatchObject({ established: true, epoch: 2 })
    expect(replies(ensemble, 6, sequence)).toMatchObject([{ type: 'rejected', outcome: 'definitely-not' }])
  })

  test('fail when the follower loses the leader', () => {
    const ensemble = fedByFollowers()
    ensemble.filter = ({ message }) => message.type !== 'READINDEX'
    const sequence = ensemble.read(4)
    ensemble.settle()
    ensemble.resetLink(1, 3)
    ensemble.settle()
    expect(replies(ensemble, 4, sequence)).toMatchObject([{ type: 'rejected', reason: 'leadership-lost' }])
  })
})
