import {
  type Membership,
  decodeMembership,
  encodeCanonical,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  renameMembership,
  weightedOf,
  withWitnesses,
} from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { change, changesOf, endOf, expectInForce, leaderOf, ledBy3, nameOf } from './support/changes.ts'
import { type ZabState, validate, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

describe('a change of membership (ZooKeeper: reconfig)', () => {
  test.each<[string, number[], Membership, string[]]>([
    ['adds a voter', [4], majorityOf([1, 2, 3, 4]), ['1 2 3 | 1 2 3 4', '1 2 3 4']],
    ['removes a voter', [], majorityOf([2, 3]), ['1 2 3 | 2 3', '2 3']],
    ['replaces a voter', [4], majorityOf([2, 3, 4]), ['1 2 3 | 2 3 4', '2 3 4']],
    ['adds two voters and removes two', [4, 5], majorityOf([3, 4, 5]), ['1 2 3 | 3 4 5', '3 4 5']],
    ['replaces all', [4, 5, 6], majorityOf([4, 5, 6]), ['1 2 3 | 4 5 6', '4 5 6']],
    ['removes the leader', [], majorityOf([1, 2]), ['1 2 3 | 1 2', '1 2']],
    ['makes the leader an observer', [], majorityOf([1, 2], [3]), ['1 2 3 | 1 2', '1 2 + 3']],
    ['makes a voter an observer', [], majorityOf([2, 3], [1]), ['1 2 3 | 2 3', '2 3 + 1']],
    ['adds an observer, in one step', [4], majorityOf([1, 2, 3], [4]), ['1 2 3 + 4']],
    ['asks for what there is', [], majorityOf([1, 2, 3]), ['1 2 3']],
    ['shrinks to one', [], majorityOf([3]), ['1 2 3 | 3', '3']],
    ['shrinks to another one', [4], majorityOf([4]), ['1 2 3 | 4', '4']],
    [
      'adds two voters and an observer',
      [4, 5, 6],
      majorityOf([1, 2, 3, 4, 5], [6]),
      ['1 2 3 | 1 2 3 4 5 + 6', '1 2 3 4 5 + 6'],
    ],
    ['changes weights', [], weightedOf([{ node: 2, weight: 3 }, 1, 3]), ['1 2 3 | 1 2 3', '1 2 3']],
    [
      'goes to groups',
      [4, 5, 6],
      hierarchicalOf([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      ['1 2 3 | 1 2 3 4 5 6', '1 2 3 4 5 6'],
    ],
    [
      'goes to flexible quorums',
      [4],
      flexibleOf([1, 2, 3, 4], { election: 3, replication: 2 }),
      ['1 2 3 | 1 2 3 4', '1 2 3 4'],
    ],
  ])('%s', (_, spares, next, steps) => {
    const ensemble = ledBy3(spares)
    ensemble.propose(1, 'before')
    const sequence = change(ensemble, 3, next)
    expect(endOf(ensemble, 3, sequence)).toBe('done')
    expect(changesOf(ensemble, 3)).toEqual(steps)
    expectInForce(ensemble, next)
  })

  test('makes observers voters and voters observers, again and again', () => {
    const ensemble = new Ensemble(4, {}, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    for (const next of [majorityOf([2, 3, 4], [1]), majorityOf([1, 2, 3, 4]), majorityOf([1, 2, 4], [3])]) {
      const leader = leaderOf(ensemble)
      expect(endOf(ensemble, leader, change(ensemble, leader, next))).toBe('done')
      expectInForce(ensemble, next)
    }
  })

  test('serves clients all the while, and survives a restart of everybody', () => {
    const ensemble = ledBy3([4, 5, 6])
    const next = majorityOf([4, 5, 6])
    ensemble.reconfigure(3, next)
    for (let i = 0; i < 20; i++) {
      ensemble.propose(2, `c${i}`)
      ensemble.run(10)
    }
    ensemble.run(300)
    const served = ensemble.applied(4).filter((text) => text.startsWith('c')).length
    expect(served).toBeGreaterThan(5)
    for (const id of ensemble.nodes.keys()) ensemble.crash(id)
    for (const id of ensemble.nodes.keys()) ensemble.start(id)
    expectInForce(ensemble, next)
  })

  test('that removes the leader hands over: nobody waits for a silence', () => {
    const ensemble = ledBy3([])
    const sequence = ensemble.reconfigure(3, majorityOf([1, 2]))
    ensemble.run(60)
    expect(endOf(ensemble, 3, sequence)).toBe('done')
    expect(leaderOf(ensemble)).toBe(2)
    expect(ensemble.observe(3).role).toBe('observer')
  })

  test('is counted by the new voters when the leader is to leave: its own disk does not count', () => {
    const ensemble = ledBy3([4])
    ensemble.node(3).autoPersist = false
    const sequence = change(ensemble, 3, majorityOf([1, 2, 4]))
    expect(endOf(ensemble, 3, sequence)).toBe('done')
    expect(ensemble.state(3).durability.durableIndex).toBe(0)
    expect(leaderOf(ensemble)).toBe(4)
  })
})

describe('a change is refused', () => {
  test.each<[string, Membership]>([
    ['of nobody', majorityOf([])],
    [
      'that is joint itself',
      {
        quorums: { type: 'joint', old: majorityOf([1]).quorums, next: majorityOf([2]).quorums },
        observers: [],
      },
    ],
    [
      'whose election quorums need not meet',
      gridOf([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['with an observer who votes', { ...majorityOf([1, 2, 3]), observers: [3] }],
    ['with an observer who is nobody', { ...majorityOf([1, 2, 3]), observers: [0] }],
    ['with a witness, which Zab has not', withWitnesses(majorityOf([1, 2, 3]), [3])],
  ])('%s', (_, next) => {
    const ensemble = ledBy3([4, 5])
    expect(endOf(ensemble, 3, change(ensemble, 3, next))).toBe('invalid-membership definitely-not')
    expect(changesOf(ensemble, 3)).toEqual([])
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([2, 3])))).toBe('done')
  })

  test('by who does not lead, saying who does', () => {
    const ensemble = ledBy3([4])
    const sequence = change(ensemble, 2, majorityOf([1, 2, 3, 4]))
    expect(ensemble.node(2).replies).toMatchObject([
      { sequence, reason: 'not-leader', outcome: 'definitely-not', leader: 3 },
    ])
    const alone = new Ensemble(3)
    expect(endOf(alone, 1, alone.reconfigure(1, majorityOf([1])))).toBe('no-leader definitely-not')
  })

  test('while another is under way: newcomers catch up, it is not committed, or it is half way', () => {
    const ensemble = ledBy3([4])
    const during = (): string | undefined => endOf(ensemble, 3, ensemble.reconfigure(3, majorityOf([2, 3])))
    const first = ensemble.reconfigure(3, majorityOf([2, 3, 4]))
    expect(during()).toBe('change-pending definitely-not')
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    expect(during()).toBe('change-pending definitely-not')
    ensemble.until(() => changesOf(ensemble, 3).length === 2)
    expect(endOf(ensemble, 3, first)).toBeUndefined()
    expect(during()).toBe('change-pending definitely-not')
    ensemble.run(200)
    expect(endOf(ensemble, 3, first)).toBe('done')
    ensemble.reconfigure(3, majorityOf([2, 3]))
    ensemble.run(200)
    expect(nameOf(ensemble.observe(3).membership)).toBe('2 3')
  })

  test('while leadership is handed over', () => {
    const ensemble = ledBy3([])
    ensemble.node(1).autoPersist = false // it has not acknowledged all
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.node(3).step({ type: 'transfer', request: { replica: 3, sequence: 900 }, to: 1 }, ensemble.now())
    expect(endOf(ensemble, 3, ensemble.reconfigure(3, majorityOf([2, 3])))).toBe(
      'transferring definitely-not',
    )
  })
})

describe('newcomers', () => {
  test('that never come are given up, and nothing has changed', () => {
    const ensemble = ledBy3([4])
    ensemble.crash(4)
    const sequence = change(ensemble, 3, majorityOf([1, 2, 3, 4]), 5000)
    expect(endOf(ensemble, 3, sequence)).toBe('catch-up-failed definitely-not')
    expect(changesOf(ensemble, 3)).toEqual([])
    ensemble.start(4)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3, 4])))).toBe('done')
    expectInForce(ensemble, majorityOf([1, 2, 3, 4]))
  })

  test('count only when they are close behind', () => {
    const ensemble = ledBy3([4])
    for (let i = 0; i < 50; i++) ensemble.propose(3, `${i}`)
    ensemble.settle()
    ensemble.reconfigure(3, majorityOf([1, 2, 3, 4]))
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    expect(ensemble.state(4).log.entries.length).toBe(50)
    expect(ensemble.state(4).state).toBe('OBSERVING')
    ensemble.run(100)
    expect(ensemble.state(4).state).toBe('FOLLOWING')
  })

  test('are brought up to date with a snapshot, if the log has been compacted', () => {
    const ensemble = ledBy3([4], { compactionTail: 2 })
    for (let i = 0; i < 20; i++) ensemble.propose(3, `${i}`)
    ensemble.run(200)
    ensemble.buildSnapshot(3)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3, 4])))).toBe('done')
    expect(ensemble.events(3, 'LeaderSyncFollower.SNAP')).toHaveLength(1)
    expectInForce(ensemble, majorityOf([1, 2, 3, 4]))
  })

  test('that are no members keep still until they are asked to join', () => {
    const ensemble = new Ensemble(3, {}, { spares: [4] })
    const sent: string[] = []
    ensemble.filter = ({ from, to, message }) => {
      if (from === 4 || to === 4) sent.push(message.type)
      return true
    }
    ensemble.run(3000)
    expect(sent).toEqual([])
    expect(ensemble.observe(4)).toMatchObject({ role: 'observer', phase: 'LOOKING' })
  })

  test('a quorum of the new membership must be there: weights may make that one who is not', () => {
    const ensemble = ledBy3([])
    ensemble.crash(1)
    const sequence = change(ensemble, 3, weightedOf([{ node: 1, weight: 3 }, 2, 3]), 5000)
    expect(endOf(ensemble, 3, sequence)).toBe('catch-up-failed definitely-not')
    expect(ensemble.observe(3).established).toBe(true)
  })
})

describe('the end of a request', () => {
  test('says that nothing has changed, if the leader is lost while newcomers catch up', () => {
    const ensemble = ledBy3([4])
    ensemble.cut(3, 4)
    const sequence = ensemble.reconfigure(3, majorityOf([1, 2, 3, 4]))
    ensemble.isolate(3)
    ensemble.run(600)
    expect(endOf(ensemble, 3, sequence)).toBe('leadership-lost definitely-not')
    expect(nameOf(ensemble.observe(leaderOf(ensemble)).membership)).toBe('1 2 3')
  })

  test('leaves it open, if the leader is lost when it is in the log', () => {
    const ensemble = ledBy3([])
    ensemble.filter = ({ from }) => from !== 3
    const sequence = ensemble.reconfigure(3, majorityOf([2, 3]))
    ensemble.settle()
    expect(changesOf(ensemble, 3)).toEqual(['1 2 3 | 2 3'])
    ensemble.filter = () => true
    ensemble.isolate(3)
    ensemble.run(600)
    expect(endOf(ensemble, 3, sequence)).toBe('leadership-lost unknown')
    ensemble.rejoin(3)
    expectInForce(ensemble, majorityOf([1, 2, 3])) // it came to nothing: nobody else had it
    expect(changesOf(ensemble, 3)).toEqual([])
  })
})

describe('a state with a change under way', () => {
  test('has other ids as if it had had them from the start', () => {
    const rename = (id: number): number => 10 - id
    const ensemble = ledBy3([4, 5])
    change(ensemble, 3, majorityOf([2, 3], [1]))
    ensemble.crash(5)
    ensemble.reconfigure(3, majorityOf([2, 3, 4, 5]))
    const state = ensemble.state(3)
    const renamed = zab().renameState(state, rename) as ZabState
    expect(renamed.membership).toEqual(majorityOf([7, 8], [9]))
    expect(renamed.memberships.map(({ membership }) => nameOf(membership))).toEqual([
      '7 8 9',
      '7 8 9 | 7 8',
      '7 8 + 9',
    ])
    expect(renamed.leadership!.change).toMatchObject({
      target: majorityOf([5, 6, 7, 8]),
      catchUp: { newcomers: [5, 6] },
    })
    expect(() => validate(renamed)).not.toThrow()
    expect(zab().renameState(renamed, rename)).toEqual(state)
    expect(encodeCanonical(state).length).toBeGreaterThan(100)
  })

  test('has what it was told renamed, too, and so have messages', () => {
    const swap = (id: number): number => (id < 3 ? 3 - id : id)
    const ensemble = ledBy3([4])
    ensemble.reconfigure(3, majorityOf([2, 3, 4]))
    ensemble.until(() => changesOf(ensemble, 2).length > 0)
    ensemble.crash(3)
    ensemble.until(() => ensemble.state(1).hint !== undefined || changesOf(ensemble, 1).length > 0)
    const flight = ensemble.inFlight.find(({ message }) => message.type === 'NOTIFICATION')!
    const message = zab().renameMessage(flight.message, swap)
    if (message.type !== 'NOTIFICATION') return expect.unreachable()
    expect(decodeMembership(message.config.data)).toEqual(
      renameMembership(decodeMembership((flight.message as typeof message).config.data), swap),
    )
    const { hint } = zab().renameState(ensemble.state(1), swap) as ZabState
    expect(hint === undefined ? undefined : nameOf(hint.membership)).toBe(
      ensemble.state(1).hint === undefined ? undefined : '1 2 3 | 1 3 4',
    )
  })
})

describe('a JOIN', () => {
  test('of an epoch that is over is ignored', () => {
    const ensemble = ledBy3([4])
    change(ensemble, 3, majorityOf([1, 2, 3, 4]))
    ensemble.isolate(4)
    const message = { type: 'JOIN', epoch: 0, votes: true } as const
    ensemble.node(4).step({ type: 'receive', from: 3, message }, ensemble.now())
    expect(ensemble.events(4, 'FilterNonexistentMessage.stale-join')).toHaveLength(1)
    expect(ensemble.observe(4).phase).toBe('LOOKING')
  })

  test('makes a voter that looks for a leader ask, and judge the answer', () => {
    const ensemble = ledBy3([])
    ensemble.isolate(1)
    ensemble.rejoin(1)
    ensemble.inFlight = []
    const message = { type: 'JOIN', epoch: 1, votes: true } as const
    ensemble.node(1).step({ type: 'receive', from: 3, message }, ensemble.now())
    expect(ensemble.inFlight.map(({ to, message: sent }) => [to, sent.type])).toEqual([[3, 'NOTIFICATION']])
  })
})
