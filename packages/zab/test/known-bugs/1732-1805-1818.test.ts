import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf } from './support.ts'

/** Members that came at different times tell votes that differ in round, zxid and epoch: a new one finds no quorum. */
describe('ZOOKEEPER-1732, 1805, 1818: votes drift apart, and a new member joins all the same', () => {
  /** 5 leads throughout; 1 and 2 look again and again, and come back each time; 3 and 4 go, and 3 comes back. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(5, unsafe)
    expect(ensemble.elect()).toBe(5)
    for (let i = 0; i < 6; i++) {
      const away = i % 2 === 0 ? [1, 2] : [1]
      for (const id of away) ensemble.isolate(id)
      ensemble.run(100)
      for (const id of away) ensemble.rejoin(id)
      ensemble.run(200)
    }
    ensemble.propose(5, 'x') // the members' votes keep the zxid of their election
    ensemble.settle()
    ensemble.crash(4)
    ensemble.crash(3)
    ensemble.run(500)
    ensemble.start(3)
    ensemble.run(5000, () => ensemble.observe(3).phase === 'BROADCAST')
    return ensemble
  }

  test('by the id and epoch that members tell', () => {
    const ensemble = play()
    expect(ensemble.observe(3).leader).toBe(5)
    expect(ensemble.applied(3)).toEqual(['x'])
  })

  test('their votes all name the epoch of the leader that they follow, whenever they came (1805)', () => {
    const ensemble = play()
    for (const id of [1, 2, 3, 5]) expect(ensemble.state(id).vote).toMatchObject({ leader: 5, epoch: 1 })
    ensemble.crash(5)
    ensemble.elect()
    const told = [1, 2, 3].map((id) => ensemble.state(id).vote)
    expect(told).toEqual(Array(3).fill(expect.objectContaining({ epoch: 2, zxidEpoch: 1, zxidIndex: 1 })))
  })

  test('joinByWholeVotes: it never joins', () => {
    const ensemble = play({ joinByWholeVotes: true })
    expect(ensemble.observe(5).established).toBe(true)
    expect(new Set([1, 2, 5].map((id) => ensemble.state(id).round)).size).toBe(3)
    expect(ensemble.observe(3).phase).toBe('LOOKING')
    expect(ensemble.events(3, 'FLENotmsgTimeout').length).toBeGreaterThan(3)
  })
})
