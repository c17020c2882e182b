import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { leaderAlone, promptDisk, slowDisk } from './support.ts'

/** Followers acknowledge NEWLEADER before the DIFF is on disk; the leader serves; all crash, and it stays dead. */
describe('ZOOKEEPER-3911: NEWLEADER is acknowledged only with the history durable', () => {
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = leaderAlone(unsafe)
    ensemble.start(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    slowDisk(ensemble, 2)
    ensemble.settle()
    return ensemble
  }

  test('the leader is not established before a quorum has its history on disk', () => {
    const ensemble = play()
    expect(ensemble.log(2)).toEqual(['a'])
    expect(ensemble.observe(3)).toMatchObject({
      phase: 'SYNCHRONIZATION',
      established: false,
      commitIndex: 0,
    })
    ensemble.node(2).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3)).toMatchObject({ established: true, commitIndex: 1 })
  })

  test('ackNewLeaderBeforeDurable: what was delivered is lost', () => {
    const ensemble = play({ ackNewLeaderBeforeDurable: true })
    expect(ensemble.applied(3)).toEqual(['a'])
    ensemble.crash(3) // and stays dead
    ensemble.restart(2) // without what it had not written
    promptDisk(ensemble, 2)
    expect(() => {
      ensemble.start(1)
      ensemble.run(1000)
    }).toThrow('LeaderLogCompleteness')
  })
})
