import { describe, expect, test } from 'vitest'
import type { Notification } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'
import { told } from './support/told.ts'

// What other protocols' elections got wrong, in Zab: the codes V1 to V18 of docs/zab.md.

/** A vote that `from` gives `to`, whatever `from` is doing. */
function vote(ensemble: Ensemble, from: number, to: number, fields: Partial<Notification>): void {
  const { round } = ensemble.state(to)
  const message: Notification = {
    type: 'NOTIFICATION',
    state: 'LOOKING',
    round,
    leader: from,
    epoch: 0,
    zxidEpoch: 0,
    zxidIndex: 0,
    config: told(ensemble.state(to)),
    ...fields,
  }
  ensemble.node(to).step({ type: 'receive', from, message }, ensemble.now())
}

/** Three voters, none of which has heard of another yet. */
function strangers(): Ensemble {
  const ensemble = new Ensemble(3)
  ensemble.inFlight = []
  ensemble.filter = () => false
  return ensemble
}

describe('who promised what', () => {
  test('V1: one epoch is promised to one leader, and an election does not take that back', () => {
    const ensemble = new Ensemble(3)
    ensemble.isolate(1)
    ensemble.filter = ({ message }) => message.type !== 'ACKEPOCH'
    ensemble.run(20)
    expect(ensemble.state(2)).toMatchObject({ acceptedEpoch: 1, currentEpoch: 0 })
    ensemble.resetLink(2, 3)
    expect(ensemble.state(2)).toMatchObject({ state: 'LOOKING', acceptedEpoch: 1 })
    ensemble.restart(2)
    expect(ensemble.state(2)).toMatchObject({ state: 'LOOKING', acceptedEpoch: 1 })
    ensemble.filter = () => true
    ensemble.elect()
    expect(ensemble.state(2).acceptedEpoch).toBe(2)
  })

  test('V2: a leader counts its own promise, and says it, when it is durable', () => {
    const ensemble = new Ensemble(3)
    ensemble.node(3).autoPersist = false
    ensemble.settle()
    expect(ensemble.state(3)).toMatchObject({ state: 'LEADING', acceptedEpoch: 1 })
    expect(ensemble.node(3).writing).toHaveLength(1)
    expect(ensemble.events(1, 'FollowerProcessLEADERINFO')).toEqual([])
    ensemble.crash(3)
    ensemble.start(3)
    expect(ensemble.state(3).acceptedEpoch).toBe(0) // and nobody has heard of it
  })

  test('V3: the write of an earlier attempt does not make the next one count', () => {
    const ensemble = new Ensemble(3)
    ensemble.node(3).autoPersist = false
    ensemble.settle()
    ensemble.resetLink(1, 3)
    ensemble.resetLink(2, 3)
    ensemble.run(500, () => ensemble.node(3).writing.length === 2)
    const { leadership } = ensemble.state(3)
    expect(leadership).toMatchObject({ epoch: 2, phase: 'DISCOVERY' })
    ensemble.node(3).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.events(1, 'FollowerProcessLEADERINFO')).toEqual([])
    ensemble.node(3).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.events(1, 'FollowerProcessLEADERINFO')[0]!.detail).toMatchObject({ epoch: 2 })
  })
})

describe('which votes count', () => {
  test('V7: one of an earlier round does not', () => {
    const ensemble = strangers()
    vote(ensemble, 2, 3, { leader: 3, round: ensemble.state(3).round - 1 })
    expect(ensemble.state(3).election!.received.size).toBe(0)
    ensemble.fire(3, 'notification')
    expect(ensemble.state(3)).toMatchObject({ state: 'LOOKING' })
    expect(ensemble.state(3).election!.finalizing).toBe(false)
    vote(ensemble, 2, 3, { leader: 3 })
    expect(ensemble.state(3).election!.finalizing).toBe(true)
  })

  test('V7: a new round forgets those of the last', () => {
    const ensemble = strangers()
    vote(ensemble, 2, 3, { leader: 3 })
    expect(ensemble.state(3).election!.received.size).toBe(1)
    vote(ensemble, 1, 3, { leader: 1, round: ensemble.state(3).round + 1 })
    expect([...ensemble.state(3).election!.received.keys()]).toEqual([1])
  })

  test('V8: both followers of a dead leader look for another, and one wins', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.crash(3)
    expect([1, 2].map((id) => ensemble.state(id).state)).toEqual(['LOOKING', 'LOOKING'])
    ensemble.elect()
    expect([1, 2].map((id) => ensemble.state(id).state)).toEqual(['FOLLOWING', 'LEADING'])
  })

  test('V10: an old round is answered, and its sender catches up', () => {
    const ensemble = new Ensemble(3)
    ensemble.isolate(3)
    for (let i = 0; i < 3; i++) {
      ensemble.cut(1, 2)
      ensemble.run(20)
      ensemble.heal(1, 2)
      ensemble.run(200)
    }
    expect(ensemble.state(1).round).toBeGreaterThan(ensemble.state(3).round)
    ensemble.rejoin(3)
    ensemble.run(300)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'BROADCAST', leader: 2 })
    expect(ensemble.state(3).round).toBe(ensemble.state(2).round)
  })

  test('V11: silence is no vote, and brings nobody to promise anything', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.isolate(1)
    const { acceptedEpoch, currentEpoch } = ensemble.state(1)
    ensemble.run(20_000)
    expect(ensemble.state(1)).toMatchObject({ state: 'LOOKING', acceptedEpoch, currentEpoch })
  })

  test('V12: a leader that gave up is elected again by the follower that still holds on to it', () => {
    const ensemble = new Ensemble(3, { stallLimit: 4 })
    ensemble.elect()
    ensemble.crash(1)
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'x')
    ensemble.filter = ({ message, from }) => !(from === 3 && message.type === 'NOTIFICATION')
    ensemble.run(1000, () => ensemble.state(3).state === 'LOOKING')
    expect(ensemble.state(2)).toMatchObject({ state: 'FOLLOWING', following: { leader: 3 } })
    ensemble.filter = () => true
    ensemble.node(3).autoPersist = true
    ensemble.node(3).drain(ensemble.now())
    ensemble.elect()
    expect(ensemble.applied(2)).toEqual(['x'])
  })

  test('V13: answering a vote is no sign of life from the leader', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.block(3, 2)
    for (let i = 0; i < 3; i++) ensemble.fire(2, 'tick')
    expect(ensemble.state(2).following!.silent).toBe(3)
    vote(ensemble, 1, 2, { round: 9 })
    expect(ensemble.inFlight.map(({ to, message }) => [to, message.type])).toContainEqual([1, 'NOTIFICATION'])
    expect(ensemble.state(2).following!.silent).toBe(3)
  })

  test('V14: a stray timer of an election that is over does nothing', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const before = [1, 2, 3].map((id) => ensemble.state(id))
    for (const id of [1, 2, 3]) for (const timer of ['notification', 'finalize']) ensemble.fire(id, timer)
    ensemble.settle()
    expect([1, 2, 3].map((id) => ensemble.state(id))).toEqual(before)
  })

  test('V14: the only voter elects itself once, however slow its disk is', () => {
    const ensemble = new Ensemble(1, {}, { autoPersist: false })
    ensemble.run(300)
    expect(ensemble.state(1)).toMatchObject({ state: 'LEADING', acceptedEpoch: 1 })
    expect(ensemble.observe(1).established).toBe(false)
    ensemble.node(1).autoPersist = true
    ensemble.node(1).drain(ensemble.now())
    expect(ensemble.observe(1)).toMatchObject({ established: true, epoch: 1 })
  })

  test('V16: those of strangers, and for strangers, do not', () => {
    const ensemble = strangers()
    const { vote: own } = ensemble.state(3)
    vote(ensemble, 9, 3, { leader: 9, epoch: 99 })
    vote(ensemble, 2, 3, { leader: 9, epoch: 99 })
    expect(ensemble.state(3).vote).toEqual(own)
    expect(ensemble.state(3).election!.received.size).toBe(0)
  })

  test('V17: one that was away for many rounds disturbs nobody', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.isolate(1)
    for (let i = 0; i < 50; i++) {
      // It is told of its peers again and again, and loses them before they answer.
      ensemble.filter = () => false
      ensemble.heal(1, 2)
      vote(ensemble, 2, 1, { leader: 2, epoch: 1, round: ensemble.state(1).round })
      ensemble.cut(1, 2)
    }
    ensemble.filter = () => true
    expect(ensemble.state(1).round).toBeGreaterThan(40)
    const events = ensemble.node(3).events.length
    ensemble.rejoin(1)
    ensemble.run(2000)
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', leader: 3, epoch: 1 })
    expect(
      ensemble
        .node(3)
        .events.slice(events)
        .map(({ name }) => name),
    ).not.toContain('LeaderShutdown')
  })

  test('V18: learners do not tick in step, nor with their leader', () => {
    const ranges = new Map<string, Set<string>>()
    const drawDelay = (node: number, min: number, max: number, timer: string): number => {
      const drawn = ranges.get(`${node} ${timer}`) ?? new Set()
      ranges.set(`${node} ${timer}`, drawn.add(`${min} to ${max}`))
      return min + ((max - min) * node) / 3
    }
    const ensemble = new Ensemble(3, {}, { drawDelay })
    ensemble.elect()
    ensemble.run(500)
    expect([...ranges.get('3 tick')!].at(-1)).toBe('50 to 50')
    for (const id of [1, 2]) {
      expect([...ranges.get(`${id} tick`)!]).toEqual(['50 to 75'])
      expect([...ranges.get(`${id} notification`)!][0]).toBe('60 to 90')
    }
  })
})

describe('telling a vote', () => {
  /** Gives `to` votes of all others for themselves, and then for 5, in one turn. */
  function inOneTurn(ensemble: Ensemble, to: number): string[] {
    const { engine } = ensemble.node(to)
    ensemble.inFlight = []
    ensemble.filter = () => true
    const { round } = ensemble.state(to)
    const config = told(ensemble.state(to))
    for (const leader of ['own', 5] as const) {
      for (const from of [2, 3, 4, 5]) {
        const message: Notification = {
          type: 'NOTIFICATION',
          state: 'LOOKING',
          round,
          config,
          leader: leader === 'own' ? from : leader,
          epoch: 0,
          zxidEpoch: 0,
          zxidIndex: 0,
        }
        engine!.step({ type: 'receive', from, message }, ensemble.now())
      }
    }
    ensemble.node(to).drain(ensemble.now())
    return ensemble.inFlight.map(({ to: peer, message }) =>
      message.type === 'NOTIFICATION'
        ? `${peer}: ${message.state} ${message.leader}`
        : `${peer}: ${message.type}`,
    )
  }

  test('happens once a turn, however often it has changed, and before whoever won is followed', () => {
    const ensemble = new Ensemble(5)
    expect(inOneTurn(ensemble, 1)).toEqual([
      '2: LOOKING 5',
      '3: LOOKING 5',
      '4: LOOKING 5',
      '5: LOOKING 5',
      '5: FOLLOWERINFO',
      '5: FOLLOWING 5', // its last vote, answered
    ])
  })

  test('so elections take messages of the order of the square of the voters', () => {
    for (const size of [3, 5, 9, 15]) {
      const ensemble = new Ensemble(size)
      let sent = ensemble.inFlight.length
      ensemble.filter = ({ message }) => {
        if (message.type === 'NOTIFICATION') sent += 1
        return true
      }
      // All that has come is handled in one turn, as a host does that is busy.
      while (ensemble.inFlight.length > 0) {
        const arrived = ensemble.inFlight
        ensemble.inFlight = []
        for (const { from, to, message } of arrived) {
          ensemble.node(to).engine!.step({ type: 'receive', from, message }, ensemble.now())
        }
        for (const node of ensemble.nodes.values()) node.drain(ensemble.now())
      }
      expect(ensemble.observe(size).established).toBe(true)
      expect(sent).toBeLessThanOrEqual(3 * size * (size - 1))
    }
  })
})
