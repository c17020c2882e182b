import { makeEntry } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { UnsafeRules, ZabMessage } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { type Flight, ensembleFrom } from './support.ts'

/**
 * The counter in a zxid has 32 bits. ZooKeeper's leader once let it run into the epoch; since then it gives up when the
 * counter is used up, and the ensemble is without a leader until another is elected. Here the index goes on, up to 2^53.
 */
describe.each([31, 32])('ZOOKEEPER-1277: an index of more than %i bits', (bits) => {
  const before = 2 ** bits - 3
  const letters = ['a', 'b', 'c', 'd', 'e', 'f']

  /** Six commands, at the leader and at a follower in turn: the third is at 2^bits. */
  function proposeAll(ensemble: Ensemble): void {
    for (const [i, letter] of letters.entries()) {
      ensemble.propose(i % 2 === 0 ? 3 : 1, letter)
      ensemble.settle()
    }
  }

  test('is reached without an election, an outage or disorder', () => {
    const ensemble = ensembleFrom(before)
    expect(ensemble.elect()).toBe(3)
    proposeAll(ensemble)
    ensemble.run(1000)
    for (const id of [1, 2, 3]) {
      expect(ensemble.applied(id)).toEqual(letters)
      const indexes = ensemble.node(id).applied.map(({ index }) => index)
      expect(indexes).toEqual(letters.map((_, i) => before + 1 + i))
      expect(ensemble.observe(id)).toMatchObject({ epoch: 2, leader: 3, commitIndex: 2 ** bits + 3 })
      expect(ensemble.node(id).replies).toEqual([])
    }
    expect(ensemble.events(3, 'LeaderShutdown')).toEqual([])
  })

  test('is there after a restart of all', () => {
    const ensemble = ensembleFrom(before)
    ensemble.elect()
    proposeAll(ensemble)
    for (const id of [1, 2, 3]) ensemble.crash(id)
    for (const id of [1, 2, 3]) ensemble.start(id)
    ensemble.elect()
    ensemble.propose(3, 'g')
    ensemble.settle()
    for (const id of [1, 2, 3]) expect(ensemble.applied(id)).toEqual([...letters, 'g'])
  })

  test('is compared as one when votes are: the longer history leads', () => {
    const ensemble = ensembleFrom(before)
    ensemble.elect()
    ensemble.isolate(1)
    for (const letter of letters) ensemble.propose(3, letter) // at 2 and 3
    ensemble.settle()
    ensemble.crash(3)
    ensemble.rejoin(1)
    expect(ensemble.elect()).toBe(2)
    for (const id of [1, 2]) expect(ensemble.applied(id)).toEqual(letters)
  })

  test.each([
    ['DIFF', {}],
    ['SNAP', { compactionTail: 0 }],
  ] as const)('is crossed by a learner that is synchronized with %s', (mode, options) => {
    const ensemble = ensembleFrom(before, undefined, options)
    ensemble.elect()
    ensemble.isolate(1)
    for (const letter of letters) ensemble.propose(3, letter)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    ensemble.run(1000)
    expect(ensemble.events(1, 'FollowerProcessSyncMessage').at(-1)!.detail['mode']).toBe(mode)
    expect(ensemble.node(1).appliedIndex).toBe(2 ** bits + 3)
  })

  test('is taken back across by TRUNC', () => {
    const ensemble = ensembleFrom(before)
    ensemble.elect()
    ensemble.crash(3)
    // What got no further than its own disk.
    const entries = letters.map((letter, i) =>
      makeEntry(before + 1 + i, 2, 0, 'command', undefined, Uint8Array.of(letter.charCodeAt(0))),
    )
    ensemble.node(3).durable.apply({ type: 'append', entries })
    ensemble.elect()
    ensemble.propose(2, 'z')
    ensemble.settle()
    ensemble.start(3)
    ensemble.run(1000)
    expect(ensemble.events(3, 'FollowerProcessSyncMessage').at(-1)!.detail).toMatchObject({
      mode: 'TRUNC',
      index: before,
    })
    expect(ensemble.log(3)).toEqual(['z'])
  })
})

describe('ZOOKEEPER-1277, put back', () => {
  const before = 2 ** 32 - 3

  /** Proposes a, b and c at 3, which leads; c would be the first that needs a 33rd bit. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleFrom(before, unsafe)
    expect(ensemble.elect()).toBe(3)
    for (const letter of 'abc') ensemble.propose(3, letter)
    return ensemble
  }

  test('the leader goes on', () => {
    const ensemble = play()
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['a', 'b', 'c'])
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 2 })
  })

  test('counterOf32Bits: it gives up, and what clients ask for meanwhile is turned down', () => {
    const ensemble = play({ counterOf32Bits: true })
    expect(ensemble.events(3, 'LeaderShutdown').at(-1)!.detail).toMatchObject({ reason: 'counter-used-up' })
    expect([1, 2, 3].some((id) => ensemble.observe(id).established)).toBe(false)
    expect(ensemble.node(3).replies.at(-1)).toMatchObject({ type: 'rejected', reason: 'no-leader' })
    const next = ensemble.elect()
    expect(ensemble.observe(next).epoch).toBe(3)
    expect(ensemble.applied(1)).toEqual(['a', 'b'])
    ensemble.propose(next, 'd')
    ensemble.settle()
    expect(ensemble.node(1).appliedIndex).toBe(2 ** 32)
  })

  test('counterOf32Bits: it also gives up on what a follower forwards', () => {
    const ensemble = ensembleFrom(before, { counterOf32Bits: true })
    ensemble.elect()
    for (const letter of 'abc') {
      ensemble.propose(1, letter)
      ensemble.settle()
    }
    ensemble.elect()
    expect(ensemble.events(3, 'LeaderShutdown').at(-1)!.detail).toMatchObject({ reason: 'counter-used-up' })
    expect(ensemble.applied(2)).toEqual(['a', 'b'])
  })

  test('a counter that wraps on the wire is refused for ever: nothing more is delivered elsewhere, and no leader stays', () => {
    const ensemble = ensembleFrom(before)
    ensemble.invariants.checkActions = false // followers see what nobody sent
    expect(ensemble.elect()).toBe(3)
    ensemble.filter = (flight) => {
      const wrapped = wrap(flight)
      if (wrapped === flight) return true
      ensemble.inFlight.push(wrapped)
      return false
    }
    for (const letter of 'abcd') ensemble.propose(3, letter)
    const shutdowns = (): number => [1, 2].flatMap((id) => ensemble.events(id, 'FollowerShutdown')).length
    for (let i = 1; i <= 20; i++) ensemble.until(() => shutdowns() >= i)
    expect([1, 2, 3].some((id) => ensemble.observe(id).established)).toBe(false)
    expect(ensemble.applied(1)).not.toContain('c')
    expect(ensemble.applied(2)).not.toContain('c')
  })
})

/** PROPOSALs with indexes of 32 bits. */
function wrap(flight: Flight): Flight {
  const { message } = flight
  if (message.type !== 'PROPOSAL' || message.entries.at(-1)!.index < 2 ** 32) return flight
  const entries = message.entries.map((entry) => ({ ...entry, index: entry.index >>> 0 }))
  return { ...flight, message: { ...message, entries } satisfies ZabMessage }
}
