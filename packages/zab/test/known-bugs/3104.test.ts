import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf, leaderAlone, promptDisk, steal, untilWriting } from './support.ts'

/** NEWLEADER is queued before the content of the synchronization: the learner vouches for an incomplete history. */
describe('ZOOKEEPER-3104: NEWLEADER comes behind all that belongs to it', () => {
  /** a is committed by 3 and 1, then 1 is gone; 2 adopts epoch 2 and loses power at once; so does 3, and 1 comes back. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.elect()
    ensemble.isolate(2)
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.crash(1)
    ensemble.rejoin(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    untilWriting(ensemble, 2)
    ensemble.node(2).completeWrite(ensemble.now())
    ensemble.crash(2)
    ensemble.crash(3)
    promptDisk(ensemble, 2)
    ensemble.start(1)
    ensemble.start(2)
    ensemble.run(1000)
    return ensemble
  }

  test('whoever has adopted the epoch has the history', () => {
    const ensemble = play()
    expect(ensemble.observe(2)).toMatchObject({ established: true, epoch: 3 })
    expect(ensemble.applied(1)).toEqual(['a'])
  })

  test('newLeaderBeforeContent: one that has not leads, and what was delivered is lost', () => {
    expect(() => play({ newLeaderBeforeContent: true })).toThrow('LeaderLogCompleteness')
  })

  test('a NEWLEADER that comes before what it names is refused', () => {
    const ensemble = leaderAlone()
    ensemble.invariants.checkActions = false // the loss is made by hand
    ensemble.start(2)
    ensemble.untilSent('NEWLEADER')
    steal(ensemble, (message) => message.type === 'PROPOSAL')
    ensemble.settle()
    expect(ensemble.events(2, 'FollowerShutdown').at(-1)!.detail).toMatchObject({
      reason: 'history-mismatch',
    })
    expect(ensemble.state(2)).toMatchObject({ currentEpoch: 1 })
    ensemble.run(1000)
    expect(ensemble.log(2)).toEqual(['a'])
  })
})
