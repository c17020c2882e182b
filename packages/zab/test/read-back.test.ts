import { checkTieredLog, lastIndex, majorityOf, makeEntry } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { ZabOptions } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

const small: ZabOptions = { memoryTail: 4, maxBatchBytes: 10 }

function isLeading(ensemble: Ensemble, id: number): boolean {
  const { leadership, commitIndex, log } = ensemble.state(id)
  return leadership?.phase === 'BROADCAST' && commitIndex === lastIndex(log)
}

function propose(ensemble: Ensemble, leader: number, count: number): void {
  for (let i = 0; i < count; i++) ensemble.propose(leader, 'x')
  ensemble.settle()
}

/** 3 leads; 1 is cut off while 40 entries are committed, of which the others keep the last few in memory. */
function withLaggard(options: ZabOptions = small): Ensemble {
  const ensemble = new Ensemble(3, options)
  expect(ensemble.elect()).toBe(3)
  ensemble.isolate(1)
  propose(ensemble, 3, 40)
  return ensemble
}

/** What a node keeps, as it is on its disk. */
function stored(ensemble: Ensemble, id: number): readonly (readonly [number, number])[] {
  return ensemble
    .node(id)
    .durable.image(1)
    .entries.map(({ index, epoch }) => [index, epoch])
}

function readsOf(ensemble: Ensemble, id: number): unknown[] {
  return ensemble.events(id, 'history-read').map(({ detail }) => detail)
}

describe('the log in memory', () => {
  test('is a tail; all of it stays on disk', () => {
    const ensemble = withLaggard()
    for (const id of [2, 3]) {
      const { log } = ensemble.state(id)
      checkTieredLog(log)
      expect(log.entries.length).toBeLessThanOrEqual(8)
      expect(lastIndex(log)).toBe(40)
      expect(stored(ensemble, id)).toHaveLength(40)
    }
  })

  test('holds what is not committed, applied and durable, however much that is', () => {
    const ensemble = new Ensemble(3, { memoryTail: 0 })
    ensemble.elect()
    ensemble.node(3).autoPersist = false
    propose(ensemble, 3, 20)
    expect(ensemble.observe(3)).toMatchObject({ commitIndex: 20, durableIndex: 0 })
    expect(ensemble.state(3).log.entries).toHaveLength(20)
  })

  test('starts as a tail of what is applied, whatever the disk holds', () => {
    const ensemble = withLaggard({ ...small, compactionTail: 1000 })
    ensemble.buildSnapshot(2)
    ensemble.restart(2)
    const { log, applied } = ensemble.state(2)
    expect([log.storedBase, log.base, applied, lastIndex(log)]).toEqual([0, 36, 40, 40])
  })
})

describe('a follower that needs what is on disk alone (zab.md, section 1.4: the log on disk)', () => {
  test('gets a DIFF, read back run by run, and no SNAP', () => {
    const ensemble = withLaggard()
    ensemble.rejoin(1)
    ensemble.until(() => ensemble.observe(1).phase === 'BROADCAST')
    ensemble.settle()
    expect(ensemble.observe(1)).toMatchObject({ commitIndex: 40, lastIndex: 40 })
    expect(ensemble.events(3, 'LeaderSyncFollower').map(({ name }) => name)).not.toContain(
      'LeaderSyncFollower.SNAP',
    )
    expect(readsOf(ensemble, 3)).toEqual([
      { from: 1, to: 10 },
      { from: 11, to: 20 },
      { from: 21, to: 30 },
      ...(ensemble.state(3).log.base > 30 ? [{ from: 31, to: ensemble.state(3).log.base }] : []),
    ])
    expect(stored(ensemble, 1)).toEqual(stored(ensemble, 3))
    expect(ensemble.state(3).leadership!.readBack).toMatchObject({ asked: undefined, run: undefined })
  })

  test('is told to TRUNC to an entry that its leader has on disk alone', () => {
    const ensemble = new Ensemble(3, small)
    ensemble.elect()
    propose(ensemble, 3, 5)
    // 3 logs what nobody else will have, and is cut off; 2 leads 1 and gets far ahead.
    for (let i = 0; i < 3; i++) ensemble.propose(3, 'lost')
    ensemble.isolate(3)
    ensemble.until(() => isLeading(ensemble, 2))
    propose(ensemble, 2, 40)
    expect(ensemble.state(2).log.base).toBeGreaterThan(6)
    ensemble.rejoin(3)
    ensemble.until(() => ensemble.observe(3).phase === 'BROADCAST')
    ensemble.settle()
    expect(ensemble.events(2, 'LeaderSyncFollower.TRUNC')).toHaveLength(1)
    expect(stored(ensemble, 3)).toEqual(stored(ensemble, 2))
  })

  test('while it is read, everybody else goes on', () => {
    const ensemble = withLaggard()
    ensemble.node(3).autoFetch = false
    ensemble.rejoin(1)
    ensemble.until(() => ensemble.node(3).fetching.length > 0)
    propose(ensemble, 3, 1)
    expect(ensemble.observe(3).commitIndex).toBe(41)
    ensemble.node(3).autoFetch = true
    ensemble.node(3).completeFetch(ensemble.now())
    ensemble.until(() => ensemble.observe(1).commitIndex === 41)
    expect(stored(ensemble, 1)).toEqual(stored(ensemble, 3))
  })

  test('L11: what is not the history that was written there is not sent; it is asked for again', () => {
    const ensemble = withLaggard()
    ensemble.node(3).autoFetch = false
    ensemble.rejoin(1)
    ensemble.until(() => ensemble.node(3).fetching.length > 0)
    const wrong = [makeEntry(1, 7, 0, 'command', undefined, new Uint8Array(1))]
    ensemble.node(3).completeFetch(ensemble.now(), wrong)
    expect(ensemble.events(3, 'history-read-short')).toHaveLength(1)
    expect(ensemble.inFlight.filter(({ message }) => message.type === 'PROPOSAL')).toEqual([])
    ensemble.until(() => ensemble.node(3).fetching.length > 0)
    ensemble.node(3).autoFetch = true
    ensemble.node(3).completeFetch(ensemble.now())
    ensemble.until(() => ensemble.observe(1).commitIndex === 40)
    expect(stored(ensemble, 1)).toEqual(stored(ensemble, 3))
  })

  test('is not left behind by a compaction: what its synchronization needs stays on disk', () => {
    const ensemble = withLaggard({ ...small, compactionTail: 0 })
    ensemble.node(3).autoFetch = false
    ensemble.rejoin(1)
    ensemble.until(() => ensemble.node(3).fetching.length > 0)
    ensemble.buildSnapshot(3)
    expect(ensemble.state(3).log.storedBase).toBe(0)
    ensemble.node(3).autoFetch = true
    ensemble.node(3).completeFetch(ensemble.now())
    ensemble.until(() => ensemble.observe(1).commitIndex === 40)
  })

  test('an answer that comes when it no longer leads is of no use', () => {
    const ensemble = withLaggard()
    ensemble.node(3).autoFetch = false
    ensemble.rejoin(1)
    ensemble.until(() => ensemble.node(3).fetching.length > 0)
    ensemble.isolate(3)
    ensemble.until(() => ensemble.observe(3).role !== 'leader')
    ensemble.node(3).completeFetch(ensemble.now())
    expect(ensemble.observe(3).role).not.toBe('leader')
    expect(ensemble.events(3, 'history-read-short')).toEqual([])
  })

  test('an observer far behind gets it, too, and only what is committed', () => {
    const ensemble = new Ensemble(3, small, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    ensemble.isolate(4)
    propose(ensemble, 3, 40)
    ensemble.rejoin(4)
    ensemble.until(() => ensemble.observe(4).commitIndex === 40)
    expect(stored(ensemble, 4)).toEqual(stored(ensemble, 3))
  })
})
