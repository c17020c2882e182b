import { majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { ZabMessage } from '../src/index.ts'
import { zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

/** Counts every message sent from now on, by type. */
function count(ensemble: Ensemble): Map<string, number> {
  const counts = new Map<string, number>()
  ensemble.filter = ({ message }) => {
    counts.set(message.type, (counts.get(message.type) ?? 0) + 1)
    return true
  }
  return counts
}

describe('messages', () => {
  test.each([1, 2, 3, 5, 7])(
    '%i voters: PROPOSAL, ACK and COMMIT, each to or from every follower',
    (size) => {
      const ensemble = new Ensemble(size)
      const leader = ensemble.elect()
      const counts = count(ensemble)
      for (let i = 1; i <= 4; i++) {
        ensemble.propose(leader, `${i}`)
        ensemble.settle()
        expect([...counts.values()].reduce((a, b) => a + b, 0)).toBe(i * zab().cost.messagesPerCommit(size))
      }
      for (const type of Object.keys(zab().cost.commitMessages(size)))
        expect(counts.get(type) ?? 0).toBe(4 * (size - 1))
    },
  )

  test('a batch costs as much as one command', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const counts = count(ensemble)
    const { engine } = ensemble.node(3)
    for (let i = 0; i < 100; i++) {
      const request = { replica: 3, sequence: 1000 + i }
      engine!.step({ type: 'propose', request, data: Uint8Array.of(i) }, ensemble.now())
    }
    ensemble.node(3).drain(ensemble.now())
    ensemble.settle()
    expect(ensemble.applied(1)).toHaveLength(100)
    expect(Object.fromEntries(counts)).toEqual({ PROPOSAL: 2, ACK: 2, COMMIT: 2 })
  })

  test('followers in step share one list of entries', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.propose(3, 'x')
    const lists = ensemble.inFlight.map(({ message }) =>
      message.type === 'PROPOSAL' ? message.entries : undefined,
    )
    expect(lists).toHaveLength(2)
    expect(lists[0]).toBe(lists[1])
  })

  test('proposals are pipelined, within the limits', () => {
    const ensemble = new Ensemble(3, { maxInFlightMessages: 4 })
    ensemble.elect()
    for (let i = 0; i < 10; i++) ensemble.propose(3, `${i}`)
    const sent = ensemble.inFlight.filter(({ message, to }) => message.type === 'PROPOSAL' && to === 1)
    expect(sent).toHaveLength(4)
    const counts = count(ensemble)
    ensemble.settle()
    expect(ensemble.applied(1)).toHaveLength(10)
    expect(counts.get('PROPOSAL')).toBeLessThan(2 * 6) // the rest came in batches
  })

  test('bytes in flight are bounded too', () => {
    const ensemble = new Ensemble(3, { maxInFlightBytes: 10 })
    ensemble.elect()
    for (let i = 0; i < 10; i++) ensemble.propose(3, 'xxxx')
    expect(ensemble.inFlight.filter(({ to }) => to === 1)).toHaveLength(3)
    ensemble.settle()
    expect(ensemble.applied(1)).toHaveLength(10)
  })
})

describe('commit', () => {
  test("needs a quorum of disks, the leader's being one of them", () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    for (const id of [1, 2, 3]) ensemble.node(id).autoPersist = false
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(0)
    ensemble.node(3).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(0)
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['x'])
    expect(ensemble.applied(2)).toEqual(['x']) // committed, though not durable here
  })

  test("does without the leader's disk", () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['x'])
  })

  test('counts no learner that has not acknowledged NEWLEADER', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.crash(1)
    ensemble.filter = ({ message, from }) => !(message.type === 'ACK' && from === 2)
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.node(1).autoPersist = false
    ensemble.start(1)
    // 1 has all of it in memory, and has promised the epoch on disk.
    ensemble.until(() => ensemble.state(1).following?.phase === 'PROMISED')
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.until(() => ensemble.state(1).following?.phase === 'ADOPTED')
    ensemble.settle()
    expect(ensemble.log(1)).toEqual(['x'])
    expect(ensemble.observe(3)).toMatchObject({ established: true, commitIndex: 0, lastIndex: 1 })
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(1)
  })

  test('an acknowledgement of what was not sent closes the connection', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.invariants.checkActions = false // the message is forged
    const { connection, epoch } = ensemble.state(1).following!
    const message: ZabMessage = { type: 'ACK', connection, epoch, index: 7 }
    ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
    expect(ensemble.events(3, 'learner-dropped').at(-1)!.detail).toMatchObject({ reason: 'ack-unknown' })
    expect(ensemble.observe(3)).toMatchObject({ established: true, commitIndex: 0 })
    ensemble.run(500)
    expect(ensemble.observe(1).leader).toBe(3)
  })
})

describe('observers', () => {
  test('hear of what is committed, and cost nobody a vote', () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    ensemble.run(300)
    const counts = count(ensemble)
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(Object.fromEntries(counts)).toEqual({ PROPOSAL: 2, ACK: 3, COMMIT: 2, INFORM: 1 })
    expect(ensemble.applied(4)).toEqual(['x'])
    ensemble.crash(1)
    ensemble.crash(2)
    ensemble.propose(3, 'y')
    ensemble.run(1000)
    expect(ensemble.observe(3).established).toBe(false)
  })

  test('never hold what is not committed', () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    ensemble.crash(4)
    ensemble.filter = ({ message }) => message.type !== 'ACK' || !('index' in message) || message.index < 2
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.propose(3, 'y')
    ensemble.settle()
    ensemble.start(4)
    ensemble.run(150)
    expect(ensemble.observe(3)).toMatchObject({ commitIndex: 1, lastIndex: 2 })
    expect(ensemble.log(4)).toEqual(['x'])
    ensemble.filter = () => true
    ensemble.propose(3, 'z')
    ensemble.settle()
    expect(ensemble.applied(4)).toEqual(['x', 'y', 'z'])
  })

  test('forward what their clients propose and read', () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    ensemble.run(300)
    const sequence = ensemble.propose(4, 'x')
    ensemble.settle()
    expect(ensemble.node(4).applied[0]!.request).toEqual({ replica: 4, sequence })
    const read = ensemble.read(4)
    ensemble.settle()
    expect(ensemble.node(4).replies).toContainEqual({ type: 'readReady', sequence: read, index: 1 })
  })
})

describe('losing a quorum', () => {
  test('a leader notices within the limit, by silence alone', () => {
    const ensemble = new Ensemble(3, { tick: 10, syncLimit: 3 })
    ensemble.elect()
    ensemble.run(100)
    expect(ensemble.observe(3).established).toBe(true)
    ensemble.filter = () => false
    ensemble.run(50)
    expect(ensemble.observe(3).established).toBe(false)
  })

  test('and at once, if its links break', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.cut(1, 3)
    expect(ensemble.observe(3).established).toBe(true)
    ensemble.cut(2, 3)
    expect(ensemble.observe(3).established).toBe(false)
  })

  test('one follower that falls silent is dropped, the other goes on', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.filter = ({ from, to }) => from !== 1 && to !== 1
    ensemble.run(2000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    expect(ensemble.state(3).leadership!.learners.map(({ node }) => node)).toEqual([2])
    expect(ensemble.observe(1).leader).toBeUndefined()
    ensemble.filter = () => true
    ensemble.run(2000)
    expect(ensemble.observe(1).leader).toBe(3)
  })
})

/**
 * Zab (DSN 2011), figure 1: P1 proposes A and B, P2 proposes C, P1 comes back and proposes D and E. With primary order,
 * B is never delivered after C, whoever else recovered it.
 */
test('primary order: a proposal of an old primary is not delivered among those of a new one', () => {
  const ensemble = new Ensemble(5)
  expect(ensemble.elect()).toBe(5) // P1
  ensemble.node(5).autoPersist = false // nothing of A and B survives at it
  ensemble.propose(5, 'A')
  ensemble.propose(5, 'B')
  ensemble.deliverType('PROPOSAL', 1)
  ensemble.deliverType('PROPOSAL', 1)
  expect(ensemble.log(1)).toEqual(['A', 'B'])
  ensemble.isolate(1)
  ensemble.crash(5)
  expect(ensemble.elect()).toBe(4) // P2: 1 and its history are out of reach
  ensemble.propose(4, 'C')
  ensemble.settle()
  ensemble.node(5).autoPersist = true
  ensemble.start(5)
  ensemble.cut(1, 5)
  ensemble.run(500)
  expect(ensemble.applied(5)).toEqual(['C'])
  ensemble.crash(4)
  ensemble.rejoin(1) // with A and B in its log; but C is of a later epoch
  expect(ensemble.elect()).toBe(5) // P1 again
  ensemble.propose(5, 'D')
  ensemble.propose(5, 'E')
  ensemble.start(4)
  ensemble.run(500)
  for (const id of [1, 2, 3, 4, 5]) expect(ensemble.applied(id)).toEqual(['C', 'D', 'E'])
})
