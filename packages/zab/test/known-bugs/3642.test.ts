import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf } from './support.ts'

/**
 * A leader dies after SNAP, before NEWLEADER: the learner keeps the snapshot in memory. The next leader sends a DIFF
 * from there; a restart loses all below it.
 */
describe('ZOOKEEPER-3642: a leader that dies between SNAP and NEWLEADER has changed nothing at the learner', () => {
  /** 1 has nothing of a, b, c, which 2 and 3 hold as a snapshot; 3 dies when its snapshot has come to 1. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe, { compactionTail: 0 })
    ensemble.elect()
    ensemble.isolate(1)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.buildSnapshot(2)
    ensemble.rejoin(1)
    ensemble.untilSent('SNAP')
    ensemble.deliverType('SNAP')
    expect(ensemble.state(1).following!.sync).toMatchObject({ mode: 'SNAP', index: 3 })
    ensemble.crash(3)
    return ensemble
  }

  test('the next leader sends its own snapshot, from the beginning', () => {
    const ensemble = play()
    expect(ensemble.observe(1)).toMatchObject({ lastIndex: 0, commitIndex: 0 })
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.events(1, 'FollowerProcessSyncMessage').at(-1)!.detail['mode']).toBe('SNAP')
    expect(ensemble.node(1).appliedIndex).toBe(3)
    ensemble.restart(1)
    ensemble.run(1000)
    expect(ensemble.node(1).appliedIndex).toBe(3)
  })

  test('installSnapInMemory: a DIFF follows, a restart loses all below it, and its epoch makes it the next leader', () => {
    const ensemble = play({ installSnapInMemory: true })
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.events(1, 'FollowerProcessSyncMessage').at(-1)!.detail).toMatchObject({
      mode: 'DIFF',
      index: 3,
    })
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', lastIndex: 3 })
    ensemble.crash(2)
    ensemble.restart(1)
    expect(ensemble.observe(1).lastIndex).toBe(0)
    expect(() => {
      ensemble.start(3)
      ensemble.run(1000)
    }).toThrow('LeaderLogCompleteness')
  })
})
