import { describe, expect, test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'

describe('proposals', () => {
  test('of a follower go to the leader in one message a turn', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const { engine } = ensemble.node(1)
    for (let i = 0; i < 3; i++) {
      const request = { replica: 1, sequence: 10 + i }
      engine!.step({ type: 'propose', request, data: Uint8Array.of(97 + i) }, ensemble.now())
    }
    ensemble.node(1).drain(ensemble.now())
    expect(ensemble.inFlight.map(({ message }) => message.type)).toEqual(['REQUEST'])
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['a', 'b', 'c'])
    expect(ensemble.node(1).applied[2]!.request).toEqual({ replica: 1, sequence: 12 })
    expect(ensemble.node(1).replies).toEqual([])
  })

  test('without a leader are turned down', () => {
    const ensemble = new Ensemble(3)
    const sequence = ensemble.propose(1, 'x')
    const reply = {
      type: 'rejected',
      sequence,
      reason: 'no-leader',
      outcome: 'definitely-not',
      leader: undefined,
    }
    expect(ensemble.node(1).replies).toEqual([reply])
  })

  test('are turned down when too much is uncommitted, at the leader and at followers', () => {
    const ensemble = new Ensemble(3, { maxUncommittedBytes: 10 })
    ensemble.elect()
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.propose(3, 'xxxxxxxx')
    const own = ensemble.propose(3, 'yyyy')
    const forwarded = ensemble.propose(1, 'zzzz')
    ensemble.settle()
    const reply = { type: 'rejected', reason: 'overloaded', outcome: 'definitely-not', leader: 3 }
    expect(ensemble.node(3).replies).toEqual([{ ...reply, sequence: own }])
    expect(ensemble.node(1).replies).toEqual([{ ...reply, sequence: forwarded }])
    ensemble.filter = () => true
    ensemble.propose(3, 'w') // still fits
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['xxxxxxxx', 'w'])
    ensemble.propose(3, 'xxxxxxxxxxxxxxxx') // larger than the limit, but alone
    ensemble.settle()
    expect(ensemble.applied(1)).toHaveLength(3)
    expect(ensemble.state(3).leadership!.uncommittedBytes).toBe(0)
  })

  test('of a leader that is deposed are abandoned', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.isolate(3)
    const before = ensemble.node(3).replies.length
    ensemble.rejoin(3)
    ensemble.run(500)
    const leader = [1, 2, 3].find((id) => ensemble.observe(id).established)!
    ensemble.filter = ({ message }) => message.type !== 'PROPOSAL'
    ensemble.propose(leader, 'x')
    const last = ensemble.propose(leader, 'y')
    ensemble.isolate(leader)
    expect(ensemble.node(leader).replies.slice(before).at(-1)).toEqual({
      type: 'abandoned',
      sequence: last,
      reason: 'leadership-lost',
    })
  })

  test('forwarded to a leader that is lost are abandoned', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const sequence = ensemble.propose(1, 'x')
    ensemble.crash(3)
    expect(ensemble.node(1).replies).toEqual([{ type: 'abandoned', sequence, reason: 'leadership-lost' }])
    ensemble.elect()
    expect(ensemble.applied(1)).toEqual([])
  })
})

describe('reads', () => {
  test('are confirmed by a quorum after they were asked for', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.propose(3, 'x')
    ensemble.settle()
    const sequence = ensemble.read(3)
    expect(ensemble.inFlight.map(({ message }) => message.type)).toEqual(['PING', 'PING'])
    expect(ensemble.node(3).replies).toEqual([])
    ensemble.deliverType('PING')
    ensemble.deliverType('PONG')
    expect(ensemble.node(3).replies).toEqual([{ type: 'readReady', sequence, index: 1 }])
  })

  test('of one turn share a round', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const { engine } = ensemble.node(3)
    for (let i = 1; i <= 50; i++) {
      engine!.step(
        { type: 'read', request: { replica: 3, sequence: i }, mode: 'linearizable' },
        ensemble.now(),
      )
    }
    ensemble.node(3).drain(ensemble.now())
    expect(ensemble.inFlight).toHaveLength(2)
    ensemble.settle()
    expect(ensemble.node(3).replies).toHaveLength(50)
  })

  test('an answer to an earlier round does not confirm a later one', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.read(3)
    while (ensemble.deliverType('PING'));
    const sequence = ensemble.read(3)
    while (ensemble.deliverType('PONG'));
    expect(ensemble.node(3).replies.map((reply) => reply.sequence)).not.toContain(sequence)
    ensemble.settle()
    expect(ensemble.node(3).replies.map((reply) => reply.sequence)).toContain(sequence)
  })

  test('of a follower get their index from the leader', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.filter = ({ message, to }) => !(message.type === 'COMMIT' && to === 1)
    ensemble.propose(3, 'x')
    ensemble.settle()
    const sequence = ensemble.read(1)
    ensemble.settle()
    expect(ensemble.observe(1).commitIndex).toBe(0)
    expect(ensemble.node(1).replies).toEqual([{ type: 'readReady', sequence, index: 1 }])
  })

  test('sequential ones are answered at once', () => {
    const ensemble = new Ensemble(3)
    const sequence = ensemble.read(1, 'sequential')
    expect(ensemble.node(1).replies).toEqual([{ type: 'readReady', sequence, index: 0 }])
  })

  test('one voter confirms its own', () => {
    const ensemble = new Ensemble(1)
    ensemble.elect()
    const sequence = ensemble.read(1)
    expect(ensemble.node(1).replies).toEqual([{ type: 'readReady', sequence, index: 0 }])
  })

  /** 3 is cut off without being told, and its clients read while 2 leads and commits. */
  function readAtDeposed(skipQuorumOnReads: boolean): Ensemble {
    const ensemble = new Ensemble(3, skipQuorumOnReads ? { unsafe: { skipQuorumOnReads } } : {})
    ensemble.elect()
    ensemble.filter = ({ from, to }) => from !== 3 && to !== 3
    for (const id of [1, 2]) for (let i = 0; i < 6; i++) ensemble.fire(id, 'tick')
    ensemble.settle()
    ensemble.fire(2, 'finalize')
    ensemble.settle()
    if (ensemble.observe(1).phase === 'LOOKING') ensemble.fire(1, 'finalize')
    ensemble.settle()
    expect([ensemble.observe(2).established, ensemble.observe(3).established]).toEqual([true, true])
    ensemble.propose(2, 'x')
    ensemble.settle()
    ensemble.read(3)
    ensemble.settle()
    return ensemble
  }

  test('at a deposed leader are not answered, then turned down', () => {
    const ensemble = readAtDeposed(false)
    expect(ensemble.applied(1)).toEqual(['x'])
    expect(ensemble.node(3).replies).toEqual([])
    ensemble.run(500)
    expect(ensemble.node(3).replies).toMatchObject([{ type: 'rejected', reason: 'leadership-lost' }])
  })

  test('without the quorum would miss what was committed', () => {
    const ensemble = readAtDeposed(true)
    expect(ensemble.applied(1)).toEqual(['x'])
    expect(ensemble.node(3).replies).toMatchObject([{ type: 'readReady', index: 0 }])
  })

  test('at a lost leader, or forwarded to one, are turned down', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const sequence = ensemble.read(1)
    ensemble.crash(3)
    expect(ensemble.node(1).replies).toMatchObject([
      { type: 'rejected', sequence, reason: 'leadership-lost', outcome: 'definitely-not' },
    ])
  })

  test('too many at once are turned down', () => {
    const ensemble = new Ensemble(3, { maxPendingReads: 1 })
    ensemble.elect()
    ensemble.read(3)
    const sequence = ensemble.read(3)
    expect(ensemble.node(3).replies).toMatchObject([{ type: 'rejected', sequence, reason: 'overloaded' }])
  })
})
