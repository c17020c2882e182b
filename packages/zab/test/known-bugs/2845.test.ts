import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf, promptDisk, slowDisk } from './support.ts'

/**
 * A follower logs p, which is not committed; the leader and the others crash, it does not. A new leader without p sends
 * an empty DIFF because the follower told what it had applied. A restart then brings p back.
 */
describe('ZOOKEEPER-2845: the last logged zxid is reported, and what is beyond the leader is truncated', () => {
  function play(unsafe?: UnsafeRules, watch = true): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.invariants.off = !watch
    ensemble.elect()
    // p is logged at 2 alone: 3 crashes before its own write, 1 never hears of it.
    slowDisk(ensemble, 3)
    ensemble.propose(3, 'p')
    ensemble.deliver(({ to }) => to === 2)
    expect(ensemble.log(2)).toEqual(['p'])
    ensemble.isolate(2)
    ensemble.crash(3)
    promptDisk(ensemble, 3)
    ensemble.start(3)
    expect(ensemble.elect()).toBe(3) // of epoch 2, by 1 and 3
    expect(ensemble.log(3)).toEqual([])
    ensemble.rejoin(2) // it has not restarted
    ensemble.run(1000)
    return ensemble
  }

  test('a log that went on is cut back, also after a restart', () => {
    const ensemble = play()
    expect(ensemble.events(2, 'FollowerProcessSyncMessage').at(-1)!.detail['mode']).toBe('TRUNC')
    expect(ensemble.log(2)).toEqual([])
    ensemble.restart(2)
    expect(ensemble.log(2)).toEqual([])
    ensemble.run(1000)
    expect(ensemble.observe(2).leader).toBe(3)
  })

  test('reportCommittedZxid: p stays in the log', () => {
    expect(() => play({ reportCommittedZxid: true })).toThrow('ProcessConsistency')
  })

  test('reportCommittedZxid: a restart finds it again, in an epoch whose leader never had it', () => {
    const ensemble = play({ reportCommittedZxid: true }, false)
    expect(ensemble.observe(2)).toMatchObject({ phase: 'BROADCAST', leader: 3 })
    ensemble.restart(2)
    expect(ensemble.log(2)).toEqual(['p'])
  })
})
