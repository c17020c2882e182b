import { describe, expect, test } from 'vitest'
import type { Ensemble } from '../support/ensemble.ts'
import { completeInPart, leaderAlone, promptDisk, untilWriting } from './support.ts'

/** As 3911, but the append has been issued, asynchronously: a crash comes after the acknowledgement, before the fsync. */
describe('ZOOKEEPER-3023, 4646: an append that is issued is not one that is durable', () => {
  /** 2 has been given all of the history of 3, and its disk is at it. */
  function play(): Ensemble {
    const ensemble = leaderAlone()
    ensemble.start(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    untilWriting(ensemble, 2)
    return ensemble
  }

  test('a crash before the fsync leaves neither acknowledgement nor half a history', () => {
    const ensemble = play()
    const [write] = ensemble.node(2).writing
    expect(write!.held.map(({ message }) => message.type)).toEqual(['ACK'])
    expect(ensemble.inFlight.filter(({ message }) => message.type === 'ACK')).toEqual([])
    ensemble.restart(2)
    expect(ensemble.state(2)).toMatchObject({ acceptedEpoch: 2, currentEpoch: 1 })
    expect(ensemble.log(2)).toEqual([])
    expect(ensemble.applied(3)).toEqual([])
  })

  test('a host that calls it durable when it is issued loses what was delivered', () => {
    const ensemble = play()
    completeInPart(ensemble, 2, () => false)
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['a'])
    ensemble.crash(3)
    ensemble.restart(2)
    promptDisk(ensemble, 2)
    expect(ensemble.log(2)).toEqual([])
    expect(() => {
      ensemble.start(1)
      ensemble.run(1000)
    }).toThrow('LeaderLogCompleteness')
  })
})
