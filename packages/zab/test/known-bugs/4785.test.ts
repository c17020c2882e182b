import { describe, expect, test } from 'vitest'
import type { Ensemble } from '../support/ensemble.ts'
import { completeInPart, ensembleOf, promptDisk, slowDisk, untilWriting } from './support.ts'

/**
 * A learner is synchronized while a proposal is not yet committed. It acknowledges NEWLEADER before it has written that
 * one, as which it counts for it too; a bounce, and it is gone.
 */
describe('ZOOKEEPER-4785: proposals not yet committed are part of what a learner acknowledges', () => {
  /** x is on the disk of 3, not on that of 2; 1 has just been given NEWLEADER with it. */
  function play(): Ensemble {
    const ensemble = ensembleOf(3)
    ensemble.elect()
    ensemble.crash(1)
    slowDisk(ensemble, 2)
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual([])
    ensemble.start(1)
    ensemble.untilPhase(1, 'SYNCHRONIZATION')
    untilWriting(ensemble, 1)
    return ensemble
  }

  /** 1 bounces; the two that had x only in memory, if at all, go on without the third. */
  function bounce(ensemble: Ensemble): void {
    ensemble.crash(3)
    ensemble.restart(1)
    ensemble.restart(2)
    promptDisk(ensemble, 1)
    promptDisk(ensemble, 2)
    ensemble.elect()
  }

  test('they are in the persist that the acknowledgement waits for', () => {
    const ensemble = play()
    const { persist, held } = ensemble.node(1).writing[0]!
    expect(persist.operations.map(({ type }) => type)).toEqual(['append', 'setHardState'])
    expect(held.map(({ message }) => message)).toMatchObject([{ type: 'ACK', index: 1 }])
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual([])
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['x'])
    bounce(ensemble)
    ensemble.run(1000)
    expect([ensemble.applied(1), ensemble.applied(2)]).toEqual([['x'], ['x']])
  })

  test('a host that leaves them queued, and the acknowledgement not, loses what was delivered', () => {
    const ensemble = play()
    completeInPart(ensemble, 1, ({ type }) => type !== 'append')
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['x'])
    expect(() => bounce(ensemble)).toThrow('LeaderLogCompleteness')
  })
})
