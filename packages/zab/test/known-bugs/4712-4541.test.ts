import type { StorageOperation } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf, promptDisk, slowDisk } from './support.ts'

/**
 * A follower shuts down, and its log writer lives on: it appends to the log, and acknowledges, after the database has
 * been loaded for the next epoch.
 */
describe('ZOOKEEPER-4712, 4541: a write of an earlier session is over, or done, before the next one begins', () => {
  /** x of epoch 1 is with the log writer of 1 when its leader and it go; 3 without x then leads epoch 2. */
  function play(): { ensemble: Ensemble; ghost: readonly StorageOperation[] } {
    const ensemble = ensembleOf(3)
    ensemble.elect()
    for (const id of [1, 3]) slowDisk(ensemble, id)
    ensemble.propose(3, 'x')
    ensemble.deliverType('PROPOSAL', 1)
    const ghost = ensemble.node(1).writing[0]!.persist.operations
    for (const id of [1, 2, 3]) ensemble.crash(id)
    for (const id of [1, 3]) {
      promptDisk(ensemble, id)
      ensemble.start(id)
    }
    expect(ensemble.elect()).toBe(3)
    ensemble.propose(3, 'y') // committed by 3 and 1
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['y'])
    return { ensemble, ghost }
  }

  /** 3 stays dead; 1 begins again with what its disk has, and 2 with nothing. */
  function goOn(ensemble: Ensemble): void {
    ensemble.crash(3)
    ensemble.restart(1)
    ensemble.start(2)
    ensemble.run(1000)
  }

  test('what a crash finds unwritten never gets to the disk', () => {
    const { ensemble } = play()
    goOn(ensemble)
    expect(ensemble.applied(2)).toEqual(['y'])
  })

  test('a host whose old log writer lives on has another history on disk than the one it vouched for', () => {
    const { ensemble, ghost } = play()
    for (const operation of ghost) ensemble.node(1).durable.apply(operation)
    expect(() => goOn(ensemble)).toThrow('LeaderLogCompleteness')
  })

  test('without a restart, completions are in order: nothing of the next epoch is durable before x', () => {
    const ensemble = ensembleOf(3)
    ensemble.elect()
    for (const id of [1, 3]) slowDisk(ensemble, id)
    ensemble.propose(3, 'x') // in memory at 3 and 1, on no disk
    ensemble.deliverType('PROPOSAL', 1)
    ensemble.isolate(1)
    ensemble.crash(3)
    promptDisk(ensemble, 3)
    ensemble.start(3)
    const leader = ensemble.elect()
    ensemble.propose(leader, 'y')
    ensemble.settle()
    ensemble.rejoin(1) // with the write of x still under way
    // The promise of epoch 2 waits for x too.
    ensemble.until(() => ensemble.node(1).writing.length > 1)
    ensemble.settle()
    expect(ensemble.state(leader).leadership!.learners.find(({ node }) => node === 1)!.phase).toBe('INVITED')
    promptDisk(ensemble, 1)
    ensemble.settle()
    ensemble.restart(1)
    expect(ensemble.log(1)).toEqual(['y'])
  })
})

describe('ZOOKEEPER-4712: an acknowledgement of an earlier session', () => {
  /**
   * 1 writes x, and its acknowledgement is held for that; it crashes, comes back without x to the same leader, and is
   * about to write x again when the old log writer sends what it held. (No link does this: it would be another's.)
   */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.elect()
    for (const id of [1, 2]) slowDisk(ensemble, id)
    ensemble.propose(3, 'x')
    ensemble.settle()
    const ghost = ensemble.node(1).writing[0]!.held[0]!.message
    expect(ghost).toMatchObject({ type: 'ACK', index: 1 })
    ensemble.restart(1)
    ensemble.until(() => ensemble.node(1).writing.length > 0 && ensemble.node(1).writing[0]!.held.length > 0)
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual([]) // on its own disk alone
    ensemble.send(1, 3, ghost)
    ensemble.settle()
    return ensemble
  }

  test('is told by its connection, and counts for nothing', () => {
    const ensemble = play()
    expect(ensemble.events(3, 'FilterNonexistentMessage.other-connection')).toHaveLength(1)
    expect(ensemble.applied(3)).toEqual([])
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['x'])
  })

  test('countEarlierConnections: one disk is taken for two, and what was delivered is lost', () => {
    const ensemble = play({ countEarlierConnections: true })
    expect(ensemble.applied(3)).toEqual(['x'])
    ensemble.crash(3)
    for (const id of [1, 2]) {
      ensemble.restart(id)
      promptDisk(ensemble, id)
    }
    expect(() => ensemble.elect()).toThrow('LeaderLogCompleteness')
  })
})
