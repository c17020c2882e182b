import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf } from './support.ts'

/**
 * A COMMIT comes between NEWLEADER and UPTODATE, for a proposal that is no longer where the follower looks for it. It
 * falls over and starts again; while clients write, so it does each time.
 */
describe('ZOOKEEPER-4394: a COMMIT between NEWLEADER and UPTODATE', () => {
  /** 1 connects again and again; each time 2 and 3 commit something before its acknowledgement of NEWLEADER arrives. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.elect()
    ensemble.restart(1)
    for (let i = 1; i <= 5; i++) {
      ensemble.until(() => isAcknowledging(ensemble) || ensemble.observe(1).phase === 'BROADCAST')
      ensemble.propose(3, `x${i}`)
      while (ensemble.deliver(({ from, message }) => from !== 1 || message.type !== 'ACK'));
      expect(ensemble.applied(3)).toHaveLength(i)
    }
    return ensemble
  }

  /** Is the acknowledgement of 1 on its present connection under way? */
  function isAcknowledging(ensemble: Ensemble): boolean {
    const connection = ensemble.state(1).following?.connection
    return ensemble.inFlight.some(
      ({ from, message }) => from === 1 && message.type === 'ACK' && message.connection === connection,
    )
  }

  test('is never sent: UPTODATE brings what was committed meanwhile', () => {
    const ensemble = play()
    expect(ensemble.applied(1)).toEqual([])
    ensemble.settle()
    expect(ensemble.events(1, 'FollowerShutdown')).toEqual([])
    expect(ensemble.events(1, 'FollowerProcessUPTODATE').at(-1)!.detail).toMatchObject({ commit: 5 })
    expect(ensemble.applied(1)).toHaveLength(5)
  })

  test('and if it came, would be waited out', () => {
    const ensemble = ensembleOf(3)
    ensemble.elect()
    ensemble.invariants.checkActions = false // it is made by hand
    ensemble.restart(1)
    ensemble.propose(3, 'x')
    ensemble.settleAmong(2, 3)
    ensemble.untilSent('UPTODATE')
    const { connection, epoch } = ensemble.state(1).following!
    ensemble.inFlight.unshift({
      from: 3,
      to: 1,
      message: { type: 'COMMIT', connection, epoch, index: 1 },
      snapshot: undefined,
    })
    ensemble.settle()
    expect(ensemble.events(1, 'FilterNonexistentMessage').at(-1)!.detail).toMatchObject({ type: 'COMMIT' })
    expect(ensemble.applied(1)).toEqual(['x'])
  })

  test('commitBeforeUpToDate: the follower starts over with every write, and never joins', () => {
    const ensemble = play({ commitBeforeUpToDate: true })
    expect(ensemble.events(1, 'FollowerShutdown').length).toBeGreaterThanOrEqual(4)
    expect(ensemble.events(1, 'FollowerProcessUPTODATE')).toHaveLength(1) // the one before its restart
    expect(ensemble.applied(1)).toEqual([])
  })
})
