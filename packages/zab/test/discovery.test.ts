import { describe, expect, test } from 'vitest'
import { decodeHardState, encodeHardState } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

describe('hard state', () => {
  test('round trips, and is empty at first', () => {
    const state = { acceptedEpoch: 2 ** 40, currentEpoch: 7 }
    expect(decodeHardState(encodeHardState(state))).toEqual(state)
    expect(decodeHardState(undefined)).toEqual({ acceptedEpoch: 0, currentEpoch: 0 })
  })

  test('bad bytes and newer versions are told apart', () => {
    expect(() => decodeHardState(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'DECODE' }))
    expect(() => decodeHardState(Uint8Array.of(9))).toThrow(
      expect.objectContaining({ code: 'NEWER_VERSION' }),
    )
  })
})

describe('Zab, phase 1', () => {
  test('the new epoch is above all that a quorum has promised', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.crash(3)
    ensemble.elect()
    ensemble.crash(2)
    ensemble.start(3)
    ensemble.elect()
    expect(ensemble.state(1).acceptedEpoch).toBe(3)
    ensemble.start(2)
    ensemble.run(1000)
    for (const id of [1, 2, 3])
      expect(ensemble.state(id)).toMatchObject({ acceptedEpoch: 3, currentEpoch: 3 })
  })

  test('whoever of them promised it', () => {
    const ensemble = new Ensemble(3)
    ensemble.filter = ({ message }) => message.type !== 'FOLLOWERINFO'
    ensemble.settle()
    const message = { type: 'FOLLOWERINFO', connection: 2 ** 40, acceptedEpoch: 9 } as const
    ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
    expect(ensemble.state(3)).toMatchObject({ acceptedEpoch: 10, currentEpoch: 0, leadership: { epoch: 10 } })
  })

  test('a promise given before does not count again', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.restart(2)
    ensemble.run(500)
    const promises = ensemble
      .events(3, 'LeaderProcessACKEPOCH')
      .filter(({ detail }) => detail['learner'] === 2)
    expect(promises.map(({ detail }) => detail['counts'])).toEqual([true, false])
    expect(ensemble.observe(2)).toMatchObject({ leader: 3, epoch: 1 })
  })

  test('an epoch below the own promise is refused', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.crash(3)
    ensemble.elect()
    ensemble.filter = ({ message }) => message.type !== 'LEADERINFO'
    ensemble.restart(1)
    ensemble.until(() => ensemble.observe(1).phase === 'DISCOVERY')
    expect(ensemble.state(1).acceptedEpoch).toBe(2)
    const { connection } = ensemble.state(1).following!
    const message = { type: 'LEADERINFO', connection, epoch: 1, leader: 2, voter: true } as const
    ensemble.node(1).step({ type: 'receive', from: 2, message }, ensemble.now())
    expect(ensemble.events(1, 'FollowerShutdown').at(-1)!.detail).toMatchObject({
      reason: 'epoch-below-promise',
    })
    ensemble.filter = () => true
    expect(ensemble.state(1)).toMatchObject({ acceptedEpoch: 2, currentEpoch: 2 })
    ensemble.run(2000)
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', leader: 2 })
  })

  test('a promise that was not heard of is asked for anew, in the next epoch', () => {
    const ensemble = new Ensemble(3)
    ensemble.crash(1)
    ensemble.filter = ({ message }) => message.type !== 'ACKEPOCH'
    ensemble.settle()
    expect(ensemble.state(2)).toMatchObject({ acceptedEpoch: 1, currentEpoch: 0 })
    ensemble.filter = () => true
    ensemble.resetLink(2, 3) // 2 comes back to the same attempt, or to the next one
    ensemble.elect()
    const promises = ensemble.events(3, 'LeaderProcessACKEPOCH').map(({ detail }) => detail['counts'])
    expect(promises).toContain(true)
    expect(ensemble.state(3).currentEpoch).toBe(2)
  })

  test('a latecomer gets the same epoch', () => {
    const ensemble = new Ensemble(3)
    ensemble.isolate(1)
    ensemble.elect()
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(ensemble.state(1)).toMatchObject({ acceptedEpoch: 1, currentEpoch: 1 })
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
  })

  test.each([
    ['of a later epoch', { currentEpoch: 1, lastEpoch: 0, lastIndex: 0 }, true],
    ['with a later zxid', { currentEpoch: 0, lastEpoch: 0, lastIndex: 1 }, true],
    ['no better', { currentEpoch: 0, lastEpoch: 0, lastIndex: 0 }, false],
  ])('a leader that finds a follower %s gives up, or not', (_, summary, givesUp) => {
    const ensemble = new Ensemble(3)
    ensemble.filter = ({ message }) => message.type !== 'ACKEPOCH'
    ensemble.settle()
    const { epoch, learners } = ensemble.state(3).leadership!
    const { connection } = learners[0]!
    const message = { type: 'ACKEPOCH', connection, epoch, counts: true, runs: [], ...summary } as const
    ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
    const shutdowns = ensemble.events(3, 'LeaderShutdown').map(({ detail }) => detail['reason'])
    expect(shutdowns).toEqual(givesUp ? ['follower-is-ahead'] : [])
  })

  test('a voter that promised a later epoch to nobody is taken in with the next one', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    // 2 promises epoch 2 to 3, which dies before it can do anything with it.
    ensemble.isolate(1)
    ensemble.cut(2, 3)
    ensemble.heal(2, 3)
    ensemble.filter = ({ message }) => message.type !== 'ACKEPOCH'
    ensemble.run(300, () => ensemble.state(2).acceptedEpoch === 2)
    ensemble.filter = () => true
    ensemble.isolate(2)
    ensemble.restart(3)
    ensemble.node(3).stored = undefined
    expect(ensemble.state(2)).toMatchObject({ acceptedEpoch: 2, currentEpoch: 1 })
    ensemble.rejoin(2)
    ensemble.rejoin(1)
    ensemble.run(3000)
    for (const id of [1, 2, 3]) {
      expect(ensemble.observe(id).phase).toBe('BROADCAST')
      expect(ensemble.state(id).currentEpoch).toBeGreaterThan(2)
    }
  })

  test('an established leader gives way to a later promise', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const message = { type: 'FOLLOWERINFO', connection: 2 ** 40, acceptedEpoch: 9 } as const
    ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
    expect(ensemble.events(3, 'LeaderShutdown').at(-1)!.detail).toMatchObject({
      reason: 'later-epoch-promised',
    })
  })

  test('discovery without progress is given up', () => {
    const ensemble = new Ensemble(3, { initLimit: 4 })
    ensemble.filter = ({ message }) => message.type !== 'FOLLOWERINFO'
    ensemble.run(2000)
    const reasons = ensemble.events(3, 'LeaderShutdown').map(({ detail }) => detail['reason'])
    expect(reasons).toContain('no-progress')
    ensemble.filter = () => true
    ensemble.elect()
  })

  describe('and a voter that looks again', () => {
    /** 5 has won. 1 and 4 lose it and begin the next round; 2 and 3 are within reach, and say nothing any more. */
    function doubted(epochLimit: number): Ensemble {
      const ensemble = new Ensemble(5, { epochLimit })
      ensemble.filter = ({ message }) => message.type !== 'FOLLOWERINFO'
      ensemble.until(() => ensemble.state(5).leadership !== undefined)
      ensemble.settle()
      const silent = [2, 3]
      ensemble.filter = ({ from, to }) => !silent.includes(from) && !silent.includes(to)
      for (const id of [1, 4]) ensemble.resetLink(id, 5)
      ensemble.settle()
      expect(ensemble.state(5).leadership).toMatchObject({ phase: 'DISCOVERY', epoch: 0, hasDoubters: true })
      for (const id of [1, 4]) expect(ensemble.state(id).state).toBe('LOOKING')
      return ensemble
    }

    test('end it early: with that one the next election is won', () => {
      const ensemble = doubted(4)
      const { time } = ensemble
      ensemble.run(3_000, () => ensemble.observe(5).established)
      expect(ensemble.time - time).toBeLessThan(6 * 50)
      expect(ensemble.events(5, 'LeaderShutdown')[0]!.detail).toMatchObject({ reason: 'voter-is-looking' })
      for (const id of [1, 4]) expect(ensemble.observe(id)).toMatchObject({ phase: 'BROADCAST', leader: 5 })
    })

    test('without that limit the initial limit has to pass', () => {
      const ensemble = doubted(20)
      const { time } = ensemble
      ensemble.run(3_000, () => ensemble.observe(5).established)
      expect(ensemble.observe(5).established).toBe(true)
      expect(ensemble.time - time).toBeGreaterThan(19 * 50)
    })

    test('end nothing when enough have come', () => {
      const ensemble = new Ensemble(3)
      ensemble.node(3).autoPersist = false
      ensemble.until(() => ensemble.state(3).leadership !== undefined)
      ensemble.resetLink(1, 3)
      ensemble.settle()
      expect(ensemble.state(3).leadership).toMatchObject({ phase: 'DISCOVERY', hasDoubters: true })
      ensemble.node(3).autoPersist = true
      ensemble.node(3).drain(ensemble.now())
      ensemble.run(1_000)
      expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
      expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', leader: 3 })
    })
  })
})
