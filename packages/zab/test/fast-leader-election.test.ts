import { type NodeId, majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../src/index.ts'
import { told } from './support/told.ts'
import { Ensemble } from './support/ensemble.ts'

// What lookForLeader and WorkerReceiver do besides comparing votes; see elections.test.ts and votes.test.ts for those.

/** Gives `to` a vote of `from`. */
function give(ensemble: Ensemble, from: NodeId, to: NodeId, fields: Partial<Notification>): void {
  const { round } = ensemble.state(to)
  const nobody = { leader: 0, epoch: 0, zxidEpoch: 0, zxidIndex: 0 }
  const config = told(ensemble.state(to))
  const message: Notification = {
    type: 'NOTIFICATION',
    state: 'LOOKING',
    round,
    ...nobody,
    config,
    ...fields,
  }
  ensemble.node(to).step({ type: 'receive', from, message }, ensemble.now())
}

/** What `from` has sent to `to`, and is under way: the last vote. */
function answer(ensemble: Ensemble, from: NodeId, to: NodeId): Notification | undefined {
  const flights = ensemble.inFlight.filter(
    (flight) => flight.from === from && flight.to === to && flight.message.type === 'NOTIFICATION',
  )
  return flights.at(-1)?.message as Notification | undefined
}

describe('sending a vote again', () => {
  /** When node 1 sent its vote by the timer, counted from `since`, with the shortest delays that may be drawn. */
  function repetitions(ensemble: Ensemble, milliseconds: number): number[] {
    const times: number[] = []
    const start = ensemble.time
    while (ensemble.time - start < milliseconds) {
      const before = ensemble.events(1, 'FLENotmsgTimeout').length
      const end = ensemble.time + 10
      ensemble.run(10)
      ensemble.time = Math.max(ensemble.time, end)
      if (ensemble.events(1, 'FLENotmsgTimeout').length > before) times.push(ensemble.time - start)
    }
    return times
  }

  test('waits twice as long each time, up to the longest, and starts over with each election', () => {
    const notificationInterval = { min: 100, max: 800 }
    const ensemble = new Ensemble(3, { notificationInterval }, { drawDelay: (_, min) => min })
    ensemble.isolate(1)
    const first = repetitions(ensemble, 3_500)
    expect(first.slice(0, 5)).toEqual([100, 300, 700, 1_500, 2_300])
    ensemble.rejoin(1)
    ensemble.run(300)
    expect(ensemble.observe(1).phase).toBe('BROADCAST')
    ensemble.isolate(1)
    expect(repetitions(ensemble, 800).slice(0, 3)).toEqual([100, 300, 700])
  })

  test('is not waited for when a peer comes within reach', () => {
    const ensemble = new Ensemble(3)
    ensemble.isolate(1)
    ensemble.run(10_000)
    const { time } = ensemble
    ensemble.rejoin(1)
    ensemble.settle()
    expect(ensemble.observe(1).phase).toBe('BROADCAST')
    expect(ensemble.time).toBe(time)
  })
})

describe('who is answered', () => {
  test.each([
    ['a leader', 3, 'LEADING'],
    ['a follower', 2, 'FOLLOWING'],
  ] as const)(
    '%s answers whoever looks, voter or observer, with the vote that was decided',
    (_, by, state) => {
      const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
      ensemble.elect()
      ensemble.run(200)
      for (const from of [1, 4]) {
        give(ensemble, from, by, { leader: 0, round: 77 })
        expect(answer(ensemble, by, from)).toMatchObject({
          state,
          leader: 3,
          epoch: 1,
          round: ensemble.state(by).round,
        })
        ensemble.inFlight = []
      }
    },
  )

  test('one that looks answers who is behind, voter or observer', () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.filter = () => true
    ensemble.inFlight = []
    give(ensemble, 1, 2, { leader: 1, round: 0 })
    expect(answer(ensemble, 2, 1)).toMatchObject({ state: 'LOOKING', leader: 2, round: 1 })
    give(ensemble, 4, 2, { leader: 0, round: 0 })
    expect(answer(ensemble, 2, 4)).toMatchObject({ state: 'LOOKING', leader: 2, round: 1 })
    ensemble.inFlight = []
    give(ensemble, 4, 2, { leader: 0, round: 5 })
    expect(answer(ensemble, 2, 4)).toBeUndefined() // it asks again: nothing is decided yet
    expect(ensemble.state(2).round).toBe(1) // an observer's round says nothing
  })

  test('an observer answers nobody', () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.inFlight = []
    give(ensemble, 1, 4, { leader: 1 })
    expect(answer(ensemble, 4, 1)).toBeUndefined()
  })
})

describe('whose vote counts', () => {
  test("an observer's does not, looking or settled, nor a stranger's", () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.filter = () => false
    ensemble.inFlight = []
    const mine = { ...ensemble.state(3).vote }
    for (const from of [4, 9]) {
      for (const state of ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'] as const) {
        give(ensemble, from, 3, { ...mine, state })
      }
    }
    expect(ensemble.state(3)).toMatchObject({ state: 'LOOKING', round: 1 })
    expect(ensemble.state(3).election!.finalizing).toBe(false)
    give(ensemble, 1, 3, mine)
    give(ensemble, 2, 3, mine)
    expect(ensemble.state(3).state).toBe('LEADING')
  })

  test('one for a leader that does not say itself that it leads does not', () => {
    const ensemble = new Ensemble(5)
    ensemble.filter = () => false
    ensemble.inFlight = []
    const settled = { leader: 5, epoch: 3, zxidEpoch: 3, zxidIndex: 7, round: 9, state: 'FOLLOWING' } as const
    for (const from of [2, 3, 4]) give(ensemble, from, 1, settled)
    expect(ensemble.state(1).state).toBe('LOOKING')
    give(ensemble, 5, 1, { ...settled, leader: 2 }) // it follows another itself
    expect(ensemble.state(1).state).toBe('LOOKING')
    give(ensemble, 5, 1, { ...settled, state: 'LEADING' })
    expect(ensemble.state(1)).toMatchObject({ state: 'FOLLOWING', round: 9, vote: { leader: 5 } })
  })

  test('by id and epoch alone, when an ensemble is joined that has a leader', () => {
    const ensemble = new Ensemble(5)
    ensemble.filter = () => false
    ensemble.inFlight = []
    give(ensemble, 2, 1, { state: 'FOLLOWING', leader: 5, epoch: 3, zxidEpoch: 1, zxidIndex: 4, round: 2 })
    give(ensemble, 5, 1, { state: 'LEADING', leader: 5, epoch: 3, zxidEpoch: 3, zxidIndex: 9, round: 7 })
    expect(ensemble.state(1)).toMatchObject({ state: 'FOLLOWING', round: 7 })
  })

  test('not if the epochs differ', () => {
    const ensemble = new Ensemble(5)
    ensemble.filter = () => false
    ensemble.inFlight = []
    give(ensemble, 2, 1, { state: 'FOLLOWING', leader: 5, epoch: 2, round: 7 })
    give(ensemble, 5, 1, { state: 'LEADING', leader: 5, epoch: 3, round: 9 })
    expect(ensemble.state(1).state).toBe('LOOKING')
  })
})

describe('what a vote tells', () => {
  test('the last zxid logged, committed or not', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.propose(3, 'b')
    ensemble.settle()
    ensemble.filter = () => false
    for (const id of [1, 2]) ensemble.resetLink(3, id)
    for (const id of [1, 2, 3]) {
      const { vote, commitIndex } = ensemble.state(id)
      expect(vote).toEqual({ leader: id, epoch: 1, zxidEpoch: 1, zxidIndex: 2 })
      expect(commitIndex).toBe(1)
    }
  })

  test('after a synchronization the epoch that was adopted with it', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.crash(3)
    ensemble.elect()
    ensemble.start(3)
    ensemble.run(500)
    const votes = [1, 2, 3].map((id) => ensemble.state(id).vote)
    for (const vote of votes) expect(vote).toMatchObject({ leader: 2, epoch: 2 })
  })

  test('nobody, from one whose disk does nothing: it does not stand, and still helps to elect', () => {
    const ensemble = new Ensemble(3, { stallLimit: 4 })
    ensemble.elect()
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'x')
    ensemble.run(500)
    expect(ensemble.observe(2).phase).toBe('BROADCAST') // a follower may be slow
    ensemble.filter = () => false
    ensemble.crash(3)
    expect(ensemble.state(2).vote).toEqual({ leader: 0, epoch: 0, zxidEpoch: 0, zxidIndex: 0 })
    ensemble.filter = () => true
    ensemble.run(200)
    expect(ensemble.state(1).state).toBe('LEADING')
    expect(ensemble.events(2, 'UpdateLeader')).toEqual([])
  })
})
