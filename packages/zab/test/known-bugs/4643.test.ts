import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf, leaderAlone, promptDisk, untilWriting } from './support.ts'

/** A crash between currentEpoch and the DIFF leaves a later epoch with a shorter log, which wins the next election. */
describe('ZOOKEEPER-4643: history, then currentEpoch, in one atomic persist', () => {
  test('the persist of NEWLEADER has them in this order', () => {
    const ensemble = leaderAlone()
    ensemble.start(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    untilWriting(ensemble, 2)
    const { persist } = ensemble.node(2).writing[0]!
    expect(persist.operations.map(({ type }) => type)).toEqual(['append', 'setHardState'])
    expect(persist.sync).toBe(true)
  })

  /** a and b are committed by 3 and 1; 2 has neither, and adopts epoch 2 while 3 leads. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.elect()
    ensemble.isolate(2)
    ensemble.propose(3, 'a')
    ensemble.propose(3, 'b')
    ensemble.settle()
    ensemble.crash(1)
    ensemble.rejoin(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    untilWriting(ensemble, 2)
    ensemble.node(2).completeWrite(ensemble.now())
    ensemble.crash(2)
    ensemble.crash(3)
    promptDisk(ensemble, 2)
    ensemble.start(2)
    ensemble.start(1)
    ensemble.run(1000)
    return ensemble
  }

  test('a crash can leave no higher epoch with a shorter log', () => {
    const ensemble = play()
    expect(ensemble.log(1)).toEqual(['a', 'b'])
    expect(ensemble.log(2)).toEqual(['a', 'b'])
  })

  test('currentEpochBeforeHistory: the epoch in a persist of its own does, and wins an election with it', () => {
    expect(() => play({ currentEpochBeforeHistory: true })).toThrow('LeaderLogCompleteness')
  })
})
