import { majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { supersedes } from '../src/election/vote.ts'
import { zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

describe('FastLeaderElection: the order of votes', () => {
  const vote = (epoch: number, zxidEpoch: number, zxidIndex: number, leader: number) => ({
    epoch,
    zxidEpoch,
    zxidIndex,
    leader,
  })

  test.each([
    ['the epoch of the adopted history first', vote(2, 1, 1, 1), vote(1, 1, 9, 9)],
    ['then the epoch of the last zxid', vote(2, 2, 1, 1), vote(2, 1, 9, 9)],
    ['then its index', vote(2, 2, 5, 1), vote(2, 2, 4, 9)],
    ['then the id', vote(2, 2, 5, 2), vote(2, 2, 5, 1)],
    ['anyone before nobody', vote(0, 0, 0, 1), vote(0, 0, 0, 0)],
  ])('%s', (_, better, worse) => {
    expect(supersedes(better, worse)).toBe(true)
    expect(supersedes(worse, better)).toBe(false)
    expect(supersedes(better, better)).toBe(false)
  })
})

describe('cold start', () => {
  test.each([1, 2, 3, 4, 5, 7])('%i voters elect the highest id, at once', (size) => {
    const ensemble = new Ensemble(size)
    expect(ensemble.elect()).toBe(size)
    expect(ensemble.time).toBeLessThan(100)
    for (const id of ensemble.nodes.keys()) {
      expect(ensemble.observe(id)).toMatchObject({ phase: 'BROADCAST', epoch: 1, leader: size })
    }
  })

  test('a quorum does not wait for the rest', () => {
    const ensemble = new Ensemble(3)
    ensemble.crash(3)
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.time).toBeLessThan(100)
    ensemble.start(3)
    ensemble.run(100)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'BROADCAST', leader: 2 }) // joins; does not take over
  })

  test('fewer than a quorum elect nobody', () => {
    const ensemble = new Ensemble(5)
    for (const id of [3, 4, 5]) ensemble.crash(id)
    ensemble.run(10_000)
    for (const id of [1, 2])
      expect(ensemble.observe(id)).toMatchObject({ phase: 'LOOKING', role: 'candidate' })
  })
})

describe('who wins', () => {
  test('V6: the longest log, whatever the ids', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.isolate(2)
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.crash(3)
    ensemble.rejoin(2)
    expect(ensemble.elect()).toBe(1)
    expect(ensemble.applied(2)).toEqual(['x'])
  })

  test('a later epoch before a longer log', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.filter = ({ message }) => message.type !== 'PROPOSAL'
    for (const text of 'abc') ensemble.propose(3, text) // never leave it
    ensemble.filter = () => true
    ensemble.crash(3)
    expect(ensemble.elect()).toBe(2)
    ensemble.crash(2)
    ensemble.start(3)
    ensemble.elect()
    expect(ensemble.state(1).currentEpoch).toBeGreaterThan(1)
    expect(ensemble.observe(1).established).toBe(true)
    expect(ensemble.log(3)).toEqual([])
  })
})

describe('finalizeWait', () => {
  test('a quorum waits for a voter within reach that has not spoken', () => {
    const ensemble = new Ensemble(3, { finalizeWait: 30 })
    ensemble.filter = ({ from }) => from !== 3
    ensemble.inFlight = ensemble.inFlight.filter(ensemble.filter)
    ensemble.settle()
    expect(ensemble.observe(2).phase).toBe('LOOKING')
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.time).toBeGreaterThanOrEqual(30)
    expect(ensemble.events(2, 'FLEWaitNewNotmsg')).toHaveLength(1)
  })

  test('a better vote within it is taken', () => {
    const ensemble = new Ensemble(3, { finalizeWait: 30 })
    const late = ensemble.inFlight.filter(({ from }) => from === 3)
    ensemble.filter = (flight) => flight.from !== 3 || late.push(flight) === 0
    ensemble.inFlight = ensemble.inFlight.filter(({ from }) => from !== 3)
    ensemble.settle()
    expect(ensemble.state(2).election!.finalizing).toBe(true)
    ensemble.filter = () => true
    ensemble.inFlight.push(...late)
    expect(ensemble.elect()).toBe(3)
  })
})

describe('failures', () => {
  test('a leader whose links break is replaced without any timeout', () => {
    const ensemble = new Ensemble(3)
    ensemble.propose(ensemble.elect(), 'x')
    ensemble.settle()
    const { time } = ensemble
    ensemble.crash(3)
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.time - time).toBeLessThan(30)
    expect(ensemble.observe(2)).toMatchObject({ epoch: 2, commitIndex: 1 })
  })

  test('a leader that falls silent is replaced within twice the election timeout', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.run(333)
    const { time } = ensemble
    ensemble.filter = ({ from, to }) => from !== 3 && to !== 3
    ensemble.run(5000, () => ensemble.observe(2).established || ensemble.observe(1).established)
    expect(ensemble.time - time).toBeLessThan(2 * zab().electionTimeout)
    ensemble.run(1000)
    expect(ensemble.observe(3)).toMatchObject({ established: false, phase: 'LOOKING' })
  })

  test('a replica that reaches the leader, but nobody who follows it, joins', () => {
    const ensemble = new Ensemble(3)
    expect(ensemble.elect()).toBe(3)
    ensemble.crash(1)
    ensemble.cut(1, 2)
    ensemble.start(1)
    ensemble.propose(3, 'x')
    ensemble.run(2000)
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', leader: 3 })
    expect(ensemble.applied(1)).toEqual(['x'])
  })

  test('a partition leaves the majority its leader, and gives the minority none', () => {
    const ensemble = new Ensemble(5)
    ensemble.elect()
    for (const a of [4, 5]) for (const b of [1, 2, 3]) ensemble.cut(a, b)
    ensemble.run(2000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 2 })
    for (const id of [4, 5])
      expect(ensemble.observe(id)).toMatchObject({ phase: 'LOOKING', established: false })
    for (const a of [4, 5]) for (const b of [1, 2, 3]) ensemble.heal(a, b)
    ensemble.run(500)
    for (const id of [4, 5]) expect(ensemble.observe(id)).toMatchObject({ leader: 3, epoch: 2 })
  })

  test('a voter that lost only its leader takes nobody with it', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.cut(1, 3)
    ensemble.run(3000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    expect(ensemble.observe(2)).toMatchObject({ leader: 3, epoch: 1 })
    expect(ensemble.observe(1).leader).toBeUndefined()
    ensemble.heal(1, 3)
    ensemble.run(2000)
    expect(ensemble.observe(1)).toMatchObject({ leader: 3, epoch: 1 })
  })

  test('votes for a leader that is dead do not make anyone follow it', () => {
    const ensemble = new Ensemble(5)
    ensemble.elect()
    ensemble.filter = ({ from, to }) => from !== 5 && to !== 5 // 5 is dead, and no link has told
    ensemble.restart(1) // hears from 2, 3 and 4 that they follow 5
    ensemble.run(150)
    expect(ensemble.state(1).election!.outside.size).toBe(3)
    expect(ensemble.observe(1).phase).toBe('LOOKING')
  })

  test('one that is rounds behind catches up', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.isolate(1)
    for (let i = 0; i < 5; i++) {
      ensemble.cut(2, 3)
      ensemble.run(50)
      ensemble.heal(2, 3)
      ensemble.run(300)
    }
    ensemble.crash(3)
    expect(ensemble.state(2).round - ensemble.state(1).round).toBeGreaterThan(2)
    ensemble.rejoin(1)
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.state(1).round).toBe(ensemble.state(2).round)
  })
})

describe('observers', () => {
  const membership = majorityOf([1, 2, 3], [4, 5])

  test('follow, and are never elected', () => {
    const ensemble = new Ensemble(5, {}, { membership })
    expect(ensemble.elect()).toBe(3)
    ensemble.run(300)
    for (const id of [4, 5]) {
      expect(ensemble.observe(id)).toMatchObject({ role: 'observer', phase: 'BROADCAST', leader: 3 })
    }
    ensemble.crash(3)
    ensemble.run(500)
    ensemble.crash(2)
    ensemble.run(2000)
    for (const id of [1, 4, 5])
      expect(ensemble.observe(id)).toMatchObject({ established: false, phase: 'LOOKING' })
    expect(ensemble.observe(4).role).toBe('observer')
  })
})

describe('a stalled disk', () => {
  test('costs a leader its leadership, and keeps it out of the next election', () => {
    const ensemble = new Ensemble(3, { stallLimit: 4 })
    ensemble.elect()
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'x')
    ensemble.run(1000)
    expect(ensemble.events(3, 'disk-stalled')).toHaveLength(1)
    expect(ensemble.observe(2)).toMatchObject({ established: true, epoch: 2 })
    expect(ensemble.applied(1)).toEqual(['x']) // 1 and 2 had it
    ensemble.node(3).autoPersist = true
    ensemble.node(3).drain(ensemble.now())
    ensemble.run(2000)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'BROADCAST', leader: 2 })
  })

  test('a failed persist takes the replica out', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.node(3).autoPersist = false
    const sequence = ensemble.propose(3, 'x')
    const { token } = ensemble.node(3).writing[0]!.persist
    ensemble.node(3).step({ type: 'persistFailed', token, cause: 'EIO' }, ensemble.now())
    expect(ensemble.node(3).replies).toContainEqual({
      type: 'abandoned',
      sequence,
      reason: 'leadership-lost',
    })
    const late = ensemble.propose(3, 'y')
    expect(ensemble.node(3).replies.at(-1)).toMatchObject({
      type: 'rejected',
      sequence: late,
      reason: 'stopping',
    })
    expect(ensemble.elect()).toBe(2)
  })
})
