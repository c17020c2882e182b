import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { type Flight, ensembleOf, promptDisk, slowDisk, steal } from './support.ts'

/**
 * The acknowledgement of a proposal, by one thread, overtakes that of NEWLEADER, by another. The leader expected the
 * latter, and its ensemble goes without a leader though nothing has failed.
 */
describe('ZOOKEEPER-4685: the acknowledgement of a proposal may come before, or instead of, that of NEWLEADER', () => {
  /** 3 leads with 1, which comes back just as 2 goes; the two acknowledgements of 1 change places. */
  function play(unsafe?: UnsafeRules): { ensemble: Ensemble; late: Flight } {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.elect()
    ensemble.restart(1)
    ensemble.untilPhase(1, 'SYNCHRONIZATION')
    slowDisk(ensemble, 1)
    ensemble.deliverType('NEWLEADER', 1)
    ensemble.propose(3, 'x')
    ensemble.deliverType('PROPOSAL', 1)
    expect(ensemble.node(1).writing).toHaveLength(2)
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.node(1).completeWrite(ensemble.now())
    const [first, second] = steal(ensemble, (message, from) => message.type === 'ACK' && from === 1)
    expect([first!.message, second!.message]).toMatchObject([{ index: 0 }, { index: 1 }])
    ensemble.crash(2)
    expect(ensemble.observe(3).established).toBe(true)
    ensemble.inFlight.unshift(second!)
    ensemble.invariants.checkActions = false // the other comes when it is known already
    promptDisk(ensemble, 1)
    ensemble.settle()
    return { ensemble, late: first! }
  }

  test('one cumulative message does for both', () => {
    const { ensemble, late } = play()
    ensemble.inFlight.push(late)
    ensemble.settle()
    expect(ensemble.events(3, 'LeaderShutdown')).toEqual([])
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    expect(ensemble.applied(1)).toEqual(['x'])
  })

  test('expectNewLeaderAck: the leader gives up, and another epoch has to be founded', () => {
    const { ensemble } = play({ expectNewLeaderAck: true })
    expect(ensemble.events(3, 'LeaderShutdown').at(-1)!.detail).toMatchObject({ reason: 'no-quorum' })
    ensemble.run(1000)
    expect(ensemble.observe(1).epoch).toBe(2)
  })
})
