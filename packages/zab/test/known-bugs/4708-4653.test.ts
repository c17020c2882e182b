import { membersOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf } from './support.ts'

/**
 * A fresh leader compares its address, not yet resolved, with the one in the membership, resolved: it is not the
 * designated leader, so it may not commit, and so it stays.
 */
describe('ZOOKEEPER-4708, 4653: a member is who its id says, wherever it is', () => {
  const resolved = '10.0.0.3:2888'

  /** The bug, at the wire: 3 allows no commit unless the membership has it where it knows itself to be. */
  function compareAddresses(ensemble: Ensemble, known: string): void {
    ensemble.filter = ({ from, message }) =>
      from !== 3 || known === resolved || !['UPTODATE', 'COMMIT', 'INFORM'].includes(message.type)
  }

  function serving(ensemble: Ensemble): number[] {
    return [1, 2].filter((id) => ensemble.observe(id).phase === 'BROADCAST')
  }

  test('an engine knows ids alone: no address can be compared, or be wrong', () => {
    const ensemble = ensembleOf(3)
    expect(ensemble.elect()).toBe(3)
    expect(membersOf(ensemble.observe(3).membership)).toEqual([1, 2, 3])
    expect(JSON.stringify(ensemble.state(3).membership)).not.toMatch(/address|host|port/)
    ensemble.propose(1, 'x')
    ensemble.settle()
    expect(serving(ensemble)).toEqual([1, 2])
    expect(ensemble.applied(2)).toEqual(['x'])
  })

  test('a name that resolves late is a link that comes up late', () => {
    const ensemble = ensembleOf(3)
    ensemble.isolate(1)
    expect(ensemble.run(5000, () => serving(ensemble).length > 0)).toBe(true)
    expect(serving(ensemble)).toEqual([2])
    ensemble.rejoin(1)
    ensemble.run(2000)
    expect(serving(ensemble)).toEqual([1, 2])
  })

  test('a leader that compares addresses is stuck, and stays: nobody follows it, nobody replaces it', () => {
    const ensemble = ensembleOf(3)
    compareAddresses(ensemble, 'zk-3.zk:2888')
    ensemble.run(30_000)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'BROADCAST', epoch: 1 })
    expect(ensemble.events(3, 'LeaderShutdown')).toEqual([])
    expect(serving(ensemble)).toEqual([])
    ensemble.propose(1, 'x')
    ensemble.run(30_000)
    expect(ensemble.node(1).replies.at(-1)).toMatchObject({ type: 'rejected', reason: 'no-leader' })
    expect(ensemble.applied(1)).toEqual([])
  })

  test('it is not, once it is resolved', () => {
    const ensemble = ensembleOf(3)
    compareAddresses(ensemble, resolved)
    ensemble.run(1000)
    expect(serving(ensemble)).toEqual([1, 2])
  })
})
