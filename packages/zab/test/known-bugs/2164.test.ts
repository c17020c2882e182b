import type { Message, NodeId } from '@quorate/core'
import type { ClusterEvent } from '@quorate/sim'
import { describe, expect, test } from 'vitest'
import { Ensemble } from '../support/ensemble.ts'
import type { Flight } from './support.ts'

/**
 * Connecting to a dead peer takes five seconds until it fails, and the votes for those who live wait behind it: two of
 * three do not come together in time.
 */
describe('ZOOKEEPER-2164: a dead peer keeps nobody waiting', () => {
  /** A bad host: a vote goes to the dead one first, and what the sender has for others waits until that has failed. */
  class BlockingSends {
    private readonly freeAt = new Map<NodeId, number>()
    private readonly waiting: { at: number; flight: Flight }[] = []
    private readonly ensemble: Ensemble

    /** @param connectTimeout what it takes until connecting to `dead` fails, milliseconds */
    constructor(ensemble: Ensemble, dead: NodeId, connectTimeout: number) {
      this.ensemble = ensemble
      ensemble.filter = (flight) => {
        if (flight.to === dead || ensemble.node(dead).running) return true
        const { type } = flight.message
        const free = Math.max(this.freeAt.get(flight.from) ?? 0, ensemble.time)
        const at = type === 'NOTIFICATION' ? free + connectTimeout : free
        this.freeAt.set(flight.from, at)
        this.waiting.push({ at, flight })
        return false
      }
    }

    /** Runs, in steps of ten milliseconds, and lets go of what has waited long enough. */
    run(milliseconds: number, until: () => boolean): boolean {
      for (const end = this.ensemble.time + milliseconds; this.ensemble.time < end && !until();) {
        this.ensemble.run(10, until)
        while (this.waiting[0] !== undefined && this.waiting[0].at <= this.ensemble.time) {
          this.ensemble.inFlight.push(this.waiting.shift()!.flight)
        }
        this.ensemble.settle()
        this.waiting.sort((a, b) => a.at - b.at)
      }
      return until()
    }
  }

  function isLed(ensemble: Ensemble): boolean {
    return [1, 2].some((id) => ensemble.observe(id).established)
  }

  test('votes go to those within reach alone, and at once', () => {
    const sent: NodeId[] = []
    const onEvent = (event: ClusterEvent<Message>): void => {
      if (event.type === 'sent') sent.push(event.flight.to)
    }
    const ensemble = new Ensemble(3, {}, { onEvent })
    expect(ensemble.elect()).toBe(3)
    ensemble.crash(3)
    sent.length = 0
    expect(ensemble.run(1000, () => isLed(ensemble))).toBe(true)
    expect(new Set(sent)).toEqual(new Set([1, 2]))
  })

  /** 3 leads and dies. Is there a leader again within twenty seconds? */
  function isReplaced(connectTimeout: number): boolean {
    const ensemble = new Ensemble(3)
    expect(ensemble.elect()).toBe(3)
    const host = new BlockingSends(ensemble, 3, connectTimeout)
    ensemble.crash(3)
    return host.run(20_000, () => isLed(ensemble))
  }

  test('a host that first tries the dead one, and fails at once, loses nothing', () => {
    expect(isReplaced(0)).toBe(true)
  })

  test('one whose sends wait for that is without a leader', () => {
    expect(isReplaced(5000)).toBe(false)
  })
})
