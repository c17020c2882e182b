import { LogImageBuilder, makeEntry, noBytes } from '@quorate/core'
import { majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { encodeHardState, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

describe('a start from disk', () => {
  test('takes nothing above the snapshot for committed', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    for (const text of 'ab') ensemble.propose(3, text)
    ensemble.settle()
    for (const id of [1, 2, 3]) ensemble.crash(id)
    ensemble.start(1)
    ensemble.run(1000)
    expect(ensemble.observe(1)).toMatchObject({ lastIndex: 2, commitIndex: 0 })
    expect(ensemble.applied(1)).toEqual([])
    ensemble.start(2)
    ensemble.elect()
    expect(ensemble.applied(1)).toEqual(['a', 'b'])
  })

  test('goes on behind the snapshot', () => {
    const ensemble = new Ensemble(3, { compactionTail: 1 })
    ensemble.elect()
    for (const text of 'abcd') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(1)
    expect(ensemble.observe(1).firstIndex).toBe(4)
    ensemble.propose(3, 'e')
    ensemble.settle()
    ensemble.restart(1)
    expect(ensemble.observe(1)).toMatchObject({ firstIndex: 4, commitIndex: 4, lastIndex: 5 })
    ensemble.run(500)
    expect(ensemble.applied(1)).toEqual(['e'])
  })

  function create(hardState: Uint8Array | undefined, epochs: readonly number[]): () => unknown {
    const image = new LogImageBuilder()
    const entries = epochs.map((epoch, i) => makeEntry(i + 1, epoch, 0, 'command', undefined, noBytes))
    image.apply({ type: 'append', entries })
    if (hardState !== undefined) image.apply({ type: 'setHardState', bytes: hardState })
    return () =>
      zab().create({ self: 1, membership: majorityOf([1]), image: image.image(1), snapshot: undefined })
  }

  test('asserts that acceptedEpoch ≥ currentEpoch ≥ epoch of the last entry', () => {
    expect(create(encodeHardState({ acceptedEpoch: 3, currentEpoch: 2 }), [1, 2])).not.toThrow()
    expect(create(encodeHardState({ acceptedEpoch: 1, currentEpoch: 2 }), [])).toThrow('acceptedEpoch')
    expect(create(encodeHardState({ acceptedEpoch: 2, currentEpoch: 1 }), [1, 2])).toThrow('acceptedEpoch')
    expect(create(undefined, [1])).toThrow('acceptedEpoch')
  })
})

/**
 * Crashes one replica at every one of its persists in turn, before and after it is durable, in a story with elections,
 * proposals, a truncation and a snapshot; in the end everyone must agree (and every invariant hold on the way).
 */
describe.each(['before', 'after'] as const)('a crash %s each persist', (when) => {
  /** Gives the number of persists that were seen. */
  function story(victim: number, at: number): number {
    const ensemble = new Ensemble(3, { compactionTail: 1 })
    const node = ensemble.node(victim)
    node.autoPersist = false
    let seen = 0
    const work = (until: () => boolean): void => {
      for (let i = 0; i < 3000 && !until(); i++) {
        if (node.writing.length > 0 && node.running) {
          seen += 1
          if (seen === at && when === 'before') ensemble.crash(victim)
          else node.completeWrite(ensemble.now())
          if (seen === at && when === 'after') ensemble.crash(victim)
          if (!node.running) ensemble.start(victim)
        } else if (!ensemble.deliver()) ensemble.run(5)
      }
      if (!until()) throw new Error(`stuck after persist ${seen}`)
    }
    const leader = (): number | undefined => [1, 2, 3].find((id) => ensemble.observe(id).established)
    const all = (count: number): boolean => [1, 2, 3].every((id) => ensemble.node(id).appliedIndex >= count)
    let sent = 0
    const propose = (): void => {
      work(() => leader() !== undefined)
      sent = Math.max(...[1, 2, 3].map((id) => ensemble.observe(id).lastIndex)) + 1
      ensemble.propose(leader()!, `${sent}`)
    }
    const quiet = (): boolean => {
      const phases = [1, 2, 3].map((id) => ensemble.observe(id))
      return phases.every(({ phase, epoch }) => phase === 'BROADCAST' && epoch === phases[0]!.epoch)
    }
    propose()
    propose()
    work(quiet)
    ensemble.cut(1, 2)
    ensemble.cut(1, 3)
    propose()
    propose()
    work(() => ensemble.inFlight.length === 0 && node.writing.length === 0)
    ensemble.buildSnapshot(leader()!)
    ensemble.heal(1, 2)
    ensemble.heal(1, 3)
    work(quiet)
    const first = leader()!
    ensemble.crash(first)
    ensemble.start(first)
    work(quiet)
    propose()
    work(() => quiet() && all(ensemble.observe(leader()!).lastIndex))
    const ends = [1, 2, 3].map((id) => [ensemble.node(id).appliedIndex, ensemble.observe(id).lastIndex])
    expect(new Set(ends.flat()).size).toBe(1)
    expect(ensemble.invariants.committed).toHaveLength(ends[0]![0]!)
    return seen
  }

  test.each([1, 2, 3])('of replica %i', (victim) => {
    const persists = story(victim, 0)
    expect(persists).toBeGreaterThan(6)
    for (let at = 1; at <= persists; at++) story(victim, at)
  })
})
