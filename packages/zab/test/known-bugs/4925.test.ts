import type { Entry } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { ZabMessage } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { type Flight, ensembleOf, steal } from './support.ts'

/**
 * What a follower got by synchronization is not in the list from which it makes DIFFs. As a leader it leaves that out:
 * the next follower has a hole in its log.
 */
describe('ZOOKEEPER-4925: what came by synchronization is handed on by synchronization', () => {
  /** x came to 2 by synchronization, y by a proposal; then 2 leads, and 1 has neither. */
  function play(onSent: (flight: Flight) => Flight = (flight) => flight): Ensemble {
    const ensemble = ensembleOf(3)
    ensemble.elect()
    ensemble.isolate(1)
    ensemble.propose(3, 'w')
    ensemble.settle()
    ensemble.crash(2)
    ensemble.start(2)
    ensemble.run(1000)
    ensemble.isolate(2)
    ensemble.crash(1)
    ensemble.rejoin(2)
    ensemble.run(1000)
    ensemble.propose(3, 'y')
    ensemble.settle()
    expect(ensemble.applied(2)).toEqual(['w', 'y'])
    ensemble.crash(3)
    ensemble.start(1)
    ensemble.filter = (flight) => {
      const changed = onSent(flight)
      if (changed === flight) return true
      ensemble.inFlight.push(changed)
      return false
    }
    return ensemble
  }

  /** The bug, at the wire: every PROPOSAL that 2 sends leaves out the entries that came to 2 before y. */
  function withoutSynced(rename: (entry: Entry) => Entry): (flight: Flight) => Flight {
    return (flight) => {
      const { message } = flight
      if (flight.from !== 2 || message.type !== 'PROPOSAL' || message.entries[0]!.index !== 1) return flight
      return { ...flight, message: { ...message, entries: message.entries.slice(1).map(rename) } }
    }
  }

  test('the leader sends all of its log', () => {
    const ensemble = play()
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.applied(1)).toEqual(['w', 'y'])
  })

  test('a DIFF with a hole is refused each time: no such log comes about, and no leader on it', () => {
    const ensemble = play(withoutSynced((entry) => entry))
    ensemble.invariants.checkActions = false // the gap is made by hand
    const refusals = (): number =>
      ensemble.events(1, 'FollowerShutdown').filter(({ detail }) => detail['reason'] === 'proposal-not-next')
        .length
    ensemble.until(() => refusals() === 10)
    expect(ensemble.log(1)).toEqual([])
    expect(ensemble.observe(2).established).toBe(false)
  })

  test('numbers that do not tell a hole, as counters of zxids do not, let it into the log', () => {
    const closeUp = withoutSynced((entry) => ({ ...entry, index: entry.index - 1 }))
    const ensemble = play((flight) => {
      const { message } = flight
      // NEWLEADER, too, names what is there, and what is not.
      if (flight.from === 2 && message.type === 'NEWLEADER')
        return { ...flight, message: { ...message, index: message.index - 1 } }
      return closeUp(flight)
    })
    expect(() => ensemble.run(1000)).toThrow('ProcessConsistency')
  })
})

test('ZOOKEEPER-4925: a gap in the proposals breaks the session, and the next synchronization fills it', () => {
  const ensemble = ensembleOf(3)
  ensemble.elect()
  ensemble.invariants.checkActions = false // the gap is made by hand
  ensemble.propose(3, 'x')
  steal(ensemble, (message: ZabMessage, _from, to) => message.type === 'PROPOSAL' && to === 1)
  ensemble.propose(3, 'y')
  ensemble.settle()
  expect(ensemble.events(1, 'FollowerShutdown').at(-1)!.detail).toMatchObject({ reason: 'proposal-not-next' })
  ensemble.run(1000)
  expect(ensemble.applied(1)).toEqual(['x', 'y'])
})
