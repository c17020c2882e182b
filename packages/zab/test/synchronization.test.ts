import { compactLogTo, createTieredLog, makeEntry, noBytes, shedTo } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { chooseSync } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

/** A log whose entries have these epochs. */
function logOf(epochs: readonly number[]) {
  const entries = epochs.map((epoch, i) => makeEntry(i + 1, epoch, 0, 'command', undefined, noBytes))
  return createTieredLog({ index: 0, epoch: 0 }, entries, 1024)
}

describe('LearnerHandler.syncFollower: what a learner needs (zab.md, section 1.4)', () => {
  const leader = logOf([1, 1, 1, 3, 3])

  test.each([
    ['equal histories', 5, [3, 5, 1, 3], { mode: 'DIFF', index: 5, indexEpoch: 3 }],
    ['a learner behind, in the last epoch', 4, [3, 4, 1, 3], { mode: 'DIFF', index: 4, indexEpoch: 3 }],
    ['a learner behind, in an earlier epoch', 2, [1, 2], { mode: 'DIFF', index: 2, indexEpoch: 1 }],
    ['an empty learner', 0, [], { mode: 'DIFF', index: 0, indexEpoch: 0 }],
    ['a learner ahead in the same epoch', 7, [3, 7, 1, 3], { mode: 'TRUNC', index: 5, indexEpoch: 3 }],
    ['a suffix of the same epoch as an older run', 6, [1, 6], { mode: 'TRUNC', index: 3, indexEpoch: 1 }],
    ['a suffix of an epoch unknown here', 5, [2, 5, 1, 2], { mode: 'TRUNC', index: 2, indexEpoch: 1 }],
    ['two epochs unknown here', 6, [4, 6, 2, 5, 1, 3], { mode: 'TRUNC', index: 3, indexEpoch: 1 }],
    ['nothing in common', 3, [2, 3], { mode: 'TRUNC', index: 0, indexEpoch: 0 }],
  ])('%s', (_, last, runs, choice) => {
    expect(chooseSync(leader, last, runs)).toEqual(choice)
  })

  test('the same with all of the log on disk alone (txn-log sync)', () => {
    const log = logOf([1, 1, 1, 3, 3])
    shedTo(log, 5)
    expect(log.entries).toEqual([])
    expect(chooseSync(log, 2, [1, 2])).toEqual({ mode: 'DIFF', index: 2, indexEpoch: 1 })
    expect(chooseSync(log, 6, [4, 6, 2, 5, 1, 3])).toEqual({ mode: 'TRUNC', index: 3, indexEpoch: 1 })
    expect(chooseSync(log, 0, [])).toEqual({ mode: 'DIFF', index: 0, indexEpoch: 0 })
  })

  test('once it has forgotten what is needed, a snapshot', () => {
    const log = logOf([1, 1, 1, 3, 3])
    compactLogTo(log, 4)
    expect(chooseSync(log, 3, [1, 3])).toEqual({ mode: 'SNAP' })
    expect(chooseSync(log, 0, [])).toEqual({ mode: 'SNAP' })
    expect(chooseSync(log, 3, [3, 3])).toEqual({ mode: 'SNAP' })
    expect(chooseSync(log, 4, [3, 4, 1, 3])).toEqual({ mode: 'DIFF', index: 4, indexEpoch: 3 })
    expect(chooseSync(log, 9, [3, 9])).toEqual({ mode: 'TRUNC', index: 5, indexEpoch: 3 })
  })
})

/** Node 1 has entries of epoch 1 that nobody else has, and may never have. */
function withLostEntries(count: number): Ensemble {
  const ensemble = new Ensemble(3)
  ensemble.elect()
  ensemble.propose(3, 'a')
  ensemble.settle()
  ensemble.node(3).autoPersist = false
  for (let i = 0; i < count; i++) ensemble.propose(3, `lost${i}`)
  ensemble.settleAmong(1, 3)
  ensemble.isolate(1)
  ensemble.crash(3)
  ensemble.node(3).autoPersist = true
  ensemble.inFlight = []
  ensemble.start(3)
  ensemble.elect()
  return ensemble
}

describe('synchronization', () => {
  test('TRUNC takes away what was never committed', () => {
    const ensemble = withLostEntries(3)
    expect(ensemble.log(1)).toEqual(['a', 'lost0', 'lost1', 'lost2'])
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(ensemble.events(1, 'FollowerProcessSyncMessage').at(-1)!.detail).toMatchObject({
      mode: 'TRUNC',
      index: 1,
    })
    expect(ensemble.log(1)).toEqual(['a'])
    ensemble.restart(1)
    expect(ensemble.log(1)).toEqual(['a'])
  })

  test('TRUNC across epochs, with what follows', () => {
    const ensemble = withLostEntries(2)
    ensemble.propose(3, 'b')
    ensemble.settle()
    ensemble.restart(3)
    ensemble.elect()
    const leader = [2, 3].find((id) => ensemble.observe(id).established)!
    ensemble.propose(leader, 'c')
    ensemble.settle()
    ensemble.rejoin(1)
    ensemble.run(500)
    const modes = ensemble.events(1, 'FollowerProcessSyncMessage').map(({ detail }) => detail['mode'])
    expect(modes.at(-1)).toBe('TRUNC')
    expect(modes).not.toContain('SNAP')
    expect(ensemble.applied(1)).toEqual(['a', 'b', 'c'])
    ensemble.restart(1)
    ensemble.run(500)
    expect(ensemble.applied(1)).toEqual(['a', 'b', 'c'])
  })

  test('SNAP, and the entries after it', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    ensemble.isolate(1)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.propose(3, 'd')
    ensemble.settle()
    expect(ensemble.observe(3).firstIndex).toBe(4)
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(ensemble.node(1).installed).toMatchObject({ index: 3 })
    expect(ensemble.applied(1)).toEqual(['d'])
    ensemble.restart(1)
    ensemble.run(500)
    expect(ensemble.node(1).appliedIndex).toBe(4)
  })

  test('a tail kept below a snapshot saves a SNAP', () => {
    const ensemble = new Ensemble(3, { compactionTail: 2 })
    ensemble.elect()
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.isolate(1)
    for (const text of 'bc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    expect(ensemble.observe(3).firstIndex).toBe(2)
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(ensemble.node(1).installed).toBeUndefined()
    expect(ensemble.applied(1)).toEqual(['a', 'b', 'c'])
  })

  test('what a synchronization under way needs is not compacted', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    ensemble.isolate(1)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    ensemble.untilSent('SNAP')
    ensemble.propose(3, 'd')
    ensemble.settleAmong(2, 3)
    ensemble.buildSnapshot(3)
    expect(ensemble.observe(3)).toMatchObject({ firstIndex: 4, commitIndex: 4 })
    ensemble.run(500)
    expect(ensemble.node(1).appliedIndex).toBe(4)
  })

  test('a learner that falls behind the log while it is up to date comes back by SNAP', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0, maxInFlightMessages: 1 })
    ensemble.elect()
    ensemble.filter = ({ from, message }) => !(from === 1 && message.type === 'ACK')
    for (const text of 'abcd') {
      ensemble.propose(3, text)
      ensemble.settle()
    }
    ensemble.buildSnapshot(3)
    ensemble.filter = () => true
    ensemble.run(1000)
    expect(ensemble.events(3, 'learner-dropped').map(({ detail }) => detail['reason'])).toContain(
      'fell-behind',
    )
    expect(ensemble.node(1).appliedIndex).toBe(4)
  })

  test('a snapshot that fails is sent again', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    ensemble.isolate(1)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    ensemble.untilSent('SNAP')
    ensemble.inFlight = ensemble.inFlight.filter(({ message }) => message.type !== 'SNAP')
    ensemble.node(3).step({ type: 'snapshotFailed', to: 1, cause: 'link' }, ensemble.now())
    ensemble.run(1000)
    expect(ensemble.node(1).appliedIndex).toBe(3)
  })

  test('late joiners synchronize while broadcast goes on', () => {
    const ensemble = new Ensemble(5, { maxBatchBytes: 3, maxInFlightMessages: 2 })
    ensemble.elect()
    for (const id of [1, 2]) ensemble.isolate(id)
    for (let i = 0; i < 20; i++) ensemble.propose(5, `a${i}`)
    ensemble.settle()
    for (const id of [1, 2]) ensemble.rejoin(id)
    for (let i = 0; i < 60; i++) {
      ensemble.propose(5, `b${i}`)
      for (let k = 0; k < 7; k++) ensemble.deliver()
    }
    ensemble.run(500)
    expect(ensemble.applied(5)).toHaveLength(80)
    for (const id of [1, 2]) expect(ensemble.applied(id)).toEqual(ensemble.applied(5))
    expect(ensemble.observe(5).epoch).toBe(1)
  })

  test('a truncation below the own commit is refused', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.invariants.checkActions = false // the message is forged
    ensemble.filter = ({ message }) => message.type !== 'DIFF'
    ensemble.cut(1, 3)
    ensemble.heal(1, 3)
    ensemble.until(() => ensemble.state(1).following?.phase === 'PROMISED')
    const { connection, epoch } = ensemble.state(1).following!
    const message = { type: 'TRUNC', connection, epoch, index: 0, indexEpoch: 0 } as const
    ensemble.node(1).step({ type: 'receive', from: 3, message }, ensemble.now())
    expect(ensemble.events(1, 'FollowerShutdown').at(-1)!.detail).toMatchObject({ reason: 'below-commit' })
    expect(ensemble.log(1)).toEqual(['a'])
  })

  test("V5: a leader's initial history is committed by a quorum of acknowledgements of NEWLEADER", () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.crash(3)
    ensemble.run(300)
    expect(ensemble.observe(2)).toMatchObject({
      phase: 'SYNCHRONIZATION',
      epoch: 2,
      commitIndex: 0,
      lastIndex: 1,
    })
    ensemble.filter = () => true
    ensemble.restart(1)
    ensemble.elect()
    for (const id of [1, 2]) expect(ensemble.applied(id)).toEqual(['x'])
  })
})
