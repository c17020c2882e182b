import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf, promptDisk, untilWriting } from './support.ts'

/**
 * A leader whose log begins late takes it for one that begins at the beginning (`minCommittedLog` is 0 right after an
 * election), and sends an empty joiner a part. Open in ZooKeeper.
 */
describe('ZOOKEEPER-4352: what a leader no longer holds goes as a snapshot', () => {
  /** a, b, c are a snapshot at 1 and 3, and 2 is empty; 3 leads. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe, { compactionTail: 0 })
    ensemble.elect()
    ensemble.isolate(2)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(1)
    ensemble.buildSnapshot(3)
    ensemble.crash(1)
    ensemble.crash(2)
    ensemble.rejoin(2)
    return ensemble
  }

  /** The bug, at the wire: in place of the snapshot, a DIFF from nothing, and then what the log of 3 has. */
  function partially(ensemble: Ensemble): void {
    ensemble.filter = (flight) => {
      const { from, to, message, snapshot } = flight
      if (message.type !== 'SNAP') return true
      const { connection, epoch } = message
      const diff = { type: 'DIFF', connection, epoch, index: 0, indexEpoch: 0 } as const
      ensemble.inFlight.push({ from, to, message: diff, snapshot: undefined })
      // The leader goes on behind it.
      const { index, epoch: indexEpoch } = snapshot!
      const received = { type: 'RECEIVED', connection, epoch, index, indexEpoch } as const
      ensemble.inFlight.push({ from: to, to: from, message: received, snapshot: undefined })
      return false
    }
  }

  test('the joiner has everything', () => {
    const ensemble = play()
    ensemble.start(2)
    ensemble.run(1000)
    expect(ensemble.events(2, 'FollowerProcessSyncMessage').at(-1)!.detail['mode']).toBe('SNAP')
    expect(ensemble.node(2).appliedIndex).toBe(3)
  })

  test('a part is refused each time: the joiner never takes it for all', () => {
    const ensemble = play()
    ensemble.invariants.checkActions = false // the part is made by hand
    partially(ensemble)
    ensemble.start(2)
    ensemble.until(() => ensemble.events(2, 'FollowerShutdown').length === 10)
    const reasons = ensemble.events(2, 'FollowerShutdown').map(({ detail }) => detail['reason'])
    expect(new Set(reasons)).toEqual(new Set(['history-mismatch', 'link-lost']))
    expect(ensemble.observe(3).established).toBe(false)
    expect(ensemble.state(2).currentEpoch).toBe(1)
  })

  test('believeNewLeader: it vouches for what it lacks, and with its epoch it leads next', () => {
    const ensemble = play({ believeNewLeader: true })
    partially(ensemble)
    ensemble.start(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    untilWriting(ensemble, 2)
    ensemble.node(2).completeWrite(ensemble.now())
    expect(ensemble.inFlight.at(-1)).toMatchObject({ from: 2, message: { type: 'ACK', index: 3 } })
    ensemble.deliverType('ACK')
    expect(ensemble.observe(3)).toMatchObject({ established: true, commitIndex: 3 }) // by 3 and 2, it thinks
    ensemble.crash(3)
    ensemble.restart(2)
    promptDisk(ensemble, 2)
    expect(ensemble.state(2)).toMatchObject({ currentEpoch: 2, log: { entries: [] } })
    expect(() => {
      ensemble.start(1)
      ensemble.run(1000)
    }).toThrow('LeaderLogCompleteness')
  })
})
