import { majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

// Reads, by the codes R1 to R12 of docs/zab.md: never stale, whoever is asked, and whatever happens meanwhile.
// `sync` is what a linearizable read does: the index that it gives is the barrier.

/** Voters 1 to 3, of which 3 leads, and observer 4. */
function withObserver(): Ensemble {
  const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
  expect(ensemble.elect()).toBe(3)
  ensemble.run(300)
  expect(ensemble.observe(4).phase).toBe('BROADCAST')
  return ensemble
}

function learner(ensemble: Ensemble, node: number) {
  return ensemble.state(3).leadership!.learners.find((one) => one.node === node)!
}

function answer(ensemble: Ensemble, node: number, sequence: number) {
  return ensemble.node(node).replies.find((reply) => reply.sequence === sequence)
}

/** What 3 says goes nowhere, and nobody is told, until 2 leads. */
function depose(ensemble: Ensemble): void {
  for (const id of [1, 2, 4])
    for (const [from, to] of [
      [3, id],
      [id, 3],
    ] as const)
      ensemble.block(from, to)
  ensemble.node(3).timers.clear() // its process stands still
  expect(ensemble.run(3000, () => ensemble.observe(2).established)).toBe(true)
  expect(ensemble.observe(3).established).toBe(true)
}

function heal(ensemble: Ensemble): void {
  for (const id of [1, 2, 4])
    for (const [from, to] of [
      [3, id],
      [id, 3],
    ] as const)
      ensemble.unblock(from, to)
}

describe('sequential reads', () => {
  test('name the index that they reflect, also where nobody leads', () => {
    const ensemble = withObserver()
    ensemble.filter = ({ message, to }) => !(message.type === 'COMMIT' && to === 1)
    ensemble.propose(3, 'x')
    ensemble.settle()
    const indexes = [1, 2, 3, 4].map((id) => answer(ensemble, id, ensemble.read(id, 'sequential')))
    expect(indexes).toMatchObject([0, 1, 1, 1].map((index) => ({ type: 'readReady', index })))
    ensemble.filter = () => true
    for (const id of [1, 2, 3, 4]) ensemble.isolate(id)
    expect(answer(ensemble, 2, ensemble.read(2, 'sequential'))).toMatchObject({ index: 1 })
  })

  test('never go back at one replica, through elections and synchronizations', () => {
    const ensemble = withObserver()
    const seen = new Map<number, number>()
    for (let i = 0; i < 12; i++) {
      const up = [1, 2, 3].filter((id) => ensemble.node(id).running)
      const leader = up.find((id) => ensemble.observe(id).established)
      if (leader !== undefined) ensemble.propose(leader, `${i}`)
      if (i % 3 === 2) ensemble.resetLink(1 + (i % 2), 3)
      ensemble.run(40 * (i % 4))
      for (const id of [1, 2, 3, 4]) {
        const reply = answer(ensemble, id, ensemble.read(id, 'sequential'))
        const index = reply?.type === 'readReady' ? reply.index : -1
        expect(index).toBeGreaterThanOrEqual(seen.get(id) ?? 0)
        seen.set(id, index)
      }
    }
    expect(Math.min(...seen.values())).toBeGreaterThan(5)
  })
})

describe('sync', () => {
  test.each([1, 2, 3, 4])(
    'a sequential read at replica %i after it sees all that was committed before',
    (id) => {
      const ensemble = withObserver()
      // It hears of nothing but what it asks for itself.
      ensemble.filter = ({ message, to }) => to !== id || !['COMMIT', 'INFORM'].includes(message.type)
      for (const text of 'abc') ensemble.propose(3, text)
      ensemble.settle()
      const before = answer(ensemble, id, ensemble.read(id, 'sequential'))
      expect(before).toMatchObject({ index: id === 3 ? 3 : 0 })
      const barrier = ensemble.read(id, 'linearizable')
      ensemble.settle()
      expect(answer(ensemble, id, barrier)).toMatchObject({ type: 'readReady', index: 3 })
      // A replica serves it, and all that follow, once its machine has applied that much.
      ensemble.filter = () => true
      ensemble.resetLink(id, id === 3 ? 1 : 3)
      ensemble.run(1000)
      expect(ensemble.node(id).appliedIndex).toBe(3)
      expect(answer(ensemble, id, ensemble.read(id, 'sequential'))).toMatchObject({ index: 3 })
    },
  )

  test('`lease` is linearizable: it asks a quorum, too', () => {
    const ensemble = withObserver()
    const sequence = ensemble.read(3, 'lease')
    expect(ensemble.inFlight.map(({ message }) => message.type)).toEqual(['PING', 'PING'])
    expect(answer(ensemble, 3, sequence)).toBeUndefined()
    ensemble.settle()
    expect(answer(ensemble, 3, sequence)).toMatchObject({ type: 'readReady', index: 0 })
  })
})

describe('linearizable reads', () => {
  test('R1: a leader that is not established answers none', () => {
    const ensemble = new Ensemble(3)
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.run(100)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'SYNCHRONIZATION', established: false })
    for (const id of [1, 2, 3]) {
      const sequence = ensemble.read(id)
      ensemble.settle()
      expect(answer(ensemble, id, sequence)).toMatchObject({ type: 'rejected', reason: 'no-leader' })
    }
  })

  test('R2: an answer on an earlier connection confirms nothing', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const late = ensemble.state(3).leadership!.learners.map(({ node, connection }) => ({ node, connection }))
    ensemble.resetLink(1, 3)
    ensemble.resetLink(2, 3)
    expect(ensemble.elect()).toBe(3)
    ensemble.run(300)
    const sequence = ensemble.read(3)
    const { epoch, readRound } = ensemble.state(3).leadership!
    ensemble.invariants.checkActions = false // the messages are forged
    for (const { node, connection } of late) {
      const message = { type: 'PONG', connection, epoch, round: readRound } as const
      ensemble.node(3).step({ type: 'receive', from: node, message }, ensemble.now())
    }
    expect(answer(ensemble, 3, sequence)).toBeUndefined()
    ensemble.settle()
    expect(answer(ensemble, 3, sequence)).toMatchObject({ type: 'readReady' })
  })

  test('R3: a read takes the commit of its own round, not that of an older one', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const older = ensemble.read(3)
    ensemble.propose(3, 'x')
    ensemble.settleAmong(1, 3)
    const newer = ensemble.read(3)
    ensemble.settle()
    expect(answer(ensemble, 3, older)).toMatchObject({ index: 0 })
    expect(answer(ensemble, 3, newer)).toMatchObject({ index: 1 })
  })

  test('R4: one that waits while the members change needs the quorums of then', () => {
    const ensemble = new Ensemble(3, {}, { membership: majorityOf([1, 2, 3]), spares: [4, 5] })
    expect(ensemble.elect()).toBe(3)
    ensemble.reconfigure(3, majorityOf([3, 4, 5]))
    ensemble.until(() => ensemble.observe(3).lastIndex > 0)
    // The joint membership is in the leader's log, and nothing that the newcomers say gets through.
    for (const id of [4, 5]) ensemble.block(id, 3)
    const sequence = ensemble.read(3)
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(0)
    expect(ensemble.observe(3).membership.quorums.type).toBe('joint')
    for (const id of [1, 2]) expect(learner(ensemble, id).confirmed).toBe(1)
    expect(answer(ensemble, 3, sequence)).toBeUndefined()
    for (const id of [4, 5]) ensemble.unblock(id, 3)
    ensemble.run(500)
    expect(answer(ensemble, 3, sequence)).toMatchObject({ type: 'readReady', index: 0 })
    expect(ensemble.observe(3).membership.quorums).toEqual(majorityOf([3, 4, 5]).quorums)
  })

  test.each([1, 4])(
    'R5: those of replica %i that were forwarded to a leader that is lost are turned down',
    (id) => {
      const ensemble = withObserver()
      const sequence = ensemble.read(id)
      ensemble.crash(3)
      expect(answer(ensemble, id, sequence)).toMatchObject({
        reason: 'leadership-lost',
        outcome: 'definitely-not',
      })
      ensemble.elect()
      ensemble.run(500)
      const again = ensemble.read(id)
      ensemble.settle()
      expect(answer(ensemble, id, again)).toMatchObject({ type: 'readReady', index: 0 })
    },
  )

  test('R8: a leader that stood still while another one committed answers nothing stale', () => {
    const ensemble = withObserver()
    depose(ensemble)
    ensemble.propose(2, 'x')
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['x'])
    const sequence = ensemble.read(3)
    const own = ensemble.read(3, 'lease')
    ensemble.settle()
    expect(answer(ensemble, 3, sequence)).toBeUndefined()
    heal(ensemble)
    ensemble.settle()
    ensemble.node(3).timers.set('tick', ensemble.time)
    ensemble.run(zab().electionTimeout * 3)
    for (const read of [sequence, own]) {
      expect(answer(ensemble, 3, read)).toMatchObject({ type: 'rejected', reason: 'leadership-lost' })
    }
    const again = ensemble.read(3)
    ensemble.settle()
    expect(answer(ensemble, 3, again)).toMatchObject({ type: 'readReady', index: 1 })
  })

  test('R8: nor does a follower, or an observer, of such a leader', () => {
    const ensemble = withObserver()
    // 1 and 4 stay with 3; what they say to it arrives, and what it says to them.
    const others = [2] as const
    ensemble.cut(1, 2)
    ensemble.cut(2, 4)
    for (const id of others) {
      ensemble.block(3, id)
      ensemble.block(id, 3)
    }
    const reads = [1, 4].map((id) => [id, ensemble.read(id)] as const)
    ensemble.settle() // 1 and 3 are a quorum: these are answered rightly
    for (const [id, sequence] of reads) expect(answer(ensemble, id, sequence)).toMatchObject({ index: 0 })
    ensemble.block(1, 3)
    const late = ensemble.read(4)
    ensemble.settle() // 3 has nobody left who confirms
    expect(answer(ensemble, 4, late)).toBeUndefined()
    ensemble.run(2000)
    expect(answer(ensemble, 4, late)).toMatchObject({ type: 'rejected', reason: 'leadership-lost' })
  })

  test('R9: the index is taken before leadership is confirmed', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const sequence = ensemble.read(3)
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(1)
    expect(answer(ensemble, 3, sequence)).toMatchObject({ index: 0 })
  })

  test('R10: the index covers what earlier leaders committed, though the new one has heard of no commit', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.filter = ({ message }) => message.type !== 'COMMIT'
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect([1, 2, 3].map((id) => ensemble.observe(id).commitIndex)).toEqual([0, 0, 1])
    ensemble.filter = () => true
    ensemble.crash(3)
    const leader = ensemble.elect()
    for (const id of [leader, 3 - leader]) {
      const sequence = ensemble.read(id)
      ensemble.settle()
      expect(answer(ensemble, id, sequence)).toMatchObject({ type: 'readReady', index: 1 })
    }
  })

  test('R11: after a restart of all, reads wait for a leader, and see all that was acknowledged', () => {
    const ensemble = withObserver()
    for (const text of 'ab') ensemble.propose(3, text)
    ensemble.settle()
    for (const id of [1, 2, 3, 4]) ensemble.crash(id)
    ensemble.start(1)
    expect(answer(ensemble, 1, ensemble.read(1))).toMatchObject({ type: 'rejected', reason: 'no-leader' })
    expect(answer(ensemble, 1, ensemble.read(1, 'sequential'))).toMatchObject({ index: 0 })
    for (const id of [2, 4]) ensemble.start(id)
    ensemble.elect()
    ensemble.run(500)
    for (const id of [1, 2, 4]) {
      const sequence = ensemble.read(id)
      ensemble.settle()
      expect(answer(ensemble, id, sequence)).toMatchObject({ type: 'readReady', index: 2 })
    }
  })

  test('R12: losing leadership fails all that wait', () => {
    const ensemble = withObserver()
    const waiting = [
      [3, ensemble.read(3)],
      [1, ensemble.read(1)],
      [4, ensemble.read(4)],
    ] as const
    ensemble.deliverType('READ')
    ensemble.isolate(3)
    for (const [id, sequence] of waiting) {
      const replies = ensemble.node(id).replies.filter((reply) => reply.sequence === sequence)
      expect(replies).toMatchObject([
        { type: 'rejected', reason: 'leadership-lost', outcome: 'definitely-not' },
      ])
    }
  })
})
