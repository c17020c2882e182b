import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { type Flight, ensembleOf } from './support.ts'

/** A history so big that it takes longer than initLimit to get across: the leader gives up, and all begins again. */
describe('ZOOKEEPER-2678: a synchronization that takes longer than initLimit is not given up while it goes on', () => {
  /** 3 needs 1, which needs a snapshot: it is on its way for five seconds, and all else arrives. */
  function play(unsafe?: UnsafeRules): { ensemble: Ensemble; sent: Flight[] } {
    const ensemble = ensembleOf(3, unsafe, { compactionTail: 0 })
    ensemble.elect()
    ensemble.crash(1)
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.crash(2)
    ensemble.start(1)
    const sent: Flight[] = []
    ensemble.filter = (flight) => {
      if (flight.message.type !== 'SNAP') return true
      sent.push(flight)
      return false
    }
    ensemble.run(5000)
    return { ensemble, sent }
  }

  test('with a snapshot under way the leader waits', () => {
    const { ensemble, sent } = play()
    expect(sent).toHaveLength(1)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'SYNCHRONIZATION', epoch: 2 })
    ensemble.filter = () => true
    ensemble.inFlight.push(sent[0]!)
    ensemble.settle()
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 2 })
    expect(ensemble.node(1).appliedIndex).toBe(3)
  })

  test('absoluteInitLimit: one epoch after the other, each with the snapshot from its beginning', () => {
    const { ensemble, sent } = play({ absoluteInitLimit: true })
    expect(sent.length).toBeGreaterThan(2)
    expect(ensemble.state(3).acceptedEpoch).toBe(1 + sent.length)
    const reasons = ensemble.events(3, 'LeaderShutdown').map(({ detail }) => detail['reason'])
    expect(reasons.filter((reason) => reason === 'no-progress').length).toBeGreaterThan(1)
    expect([1, 3].some((id) => ensemble.observe(id).established)).toBe(false)
  })
})
