import type { Message } from '@quorate/core'
import { raft } from '@quorate/raft'
import { type InFlight, Random, TimedCluster, linkDelay } from '@quorate/sim'
import { describe, expect, it } from 'vitest'

interface Trip {
  readonly path: string
  readonly order: number
  readonly sent: number
  readonly arrived: number
}

/** Every message of so many milliseconds that arrived. */
function tripsOf(seed: number, milliseconds: number): Trip[] {
  const cluster = new TimedCluster(raft(), 3, new Random(seed))
  const sent = new Map<InFlight<Message>, { order: number; at: number }>()
  const trips: Trip[] = []
  cluster.onEvent = (event) => {
    if (event.type === 'sent') sent.set(event.flight, { order: sent.size, at: cluster.now })
    if (event.type !== 'arrives') return
    const { order, at } = sent.get(event.flight)!
    trips.push({ path: `${event.flight.from}>${event.flight.to}`, order, sent: at, arrived: cluster.now })
  }
  cluster.run(milliseconds)
  return trips
}

describe('engines on links that take time', () => {
  it('a message takes as long as its link, and keeps its place on it', () => {
    const trips = tripsOf(1, 5000)
    expect(trips.length).toBeGreaterThan(300)
    for (const path of new Set(trips.map((trip) => trip.path))) {
      const own = trips.filter((trip) => trip.path === path)
      const orders = own.map(({ order }) => order)
      expect(orders).toEqual(orders.toSorted((a, b) => a - b))
      const delays = own.map(({ sent, arrived }) => arrived - sent)
      const least = Math.min(...delays)
      expect(least).toBeGreaterThanOrEqual(linkDelay.min)
      expect(least).toBeLessThanOrEqual(linkDelay.max * 1.5)
      expect(Math.max(...delays)).toBeLessThanOrEqual(least * 1.5 + 1e-6)
    }
  })

  it('each direction has a delay of its own, which the seed draws', () => {
    const least = (seed: number, path: string): number =>
      Math.min(
        ...tripsOf(seed, 5000)
          .filter((trip) => trip.path === path)
          .map(({ sent, arrived }) => arrived - sent),
      )
    const paths = ['1>2', '2>1'].filter((path) => tripsOf(1, 5000).some((trip) => trip.path === path))
    expect(paths).toHaveLength(2)
    expect(Math.abs(least(1, '1>2') - least(1, '2>1'))).toBeGreaterThan(0.1)
    expect(Math.abs(least(1, '1>2') - least(2, '1>2'))).toBeGreaterThan(0.1)
  })

  it('equal seeds give equal runs', () => {
    expect(tripsOf(5, 2000)).toEqual(tripsOf(5, 2000))
    expect(tripsOf(5, 2000)).not.toEqual(tripsOf(6, 2000))
  })

  it('what a broken link had under way does not arrive', () => {
    const cluster = new TimedCluster(raft(), 3, new Random(3))
    cluster.run(5000)
    const leader = [1, 2, 3].find((id) => cluster.engines.observe(id).established)!
    cluster.engines.propose(leader)
    expect(cluster.engines.inFlight.length).toBeGreaterThan(0)
    cluster.engines.isolate(leader)
    let arrived = 0
    cluster.onEvent = (event) => {
      if (event.type === 'arrives' && [event.flight.from, event.flight.to].includes(leader)) arrived += 1
    }
    cluster.run(2000)
    expect(arrived).toBe(0)
  })

  it('stops at the moment that was asked for', () => {
    const cluster = new TimedCluster(raft(), 3, new Random(3))
    expect(cluster.run(1234)).toBe(false)
    expect(cluster.now).toBe(1234)
    expect(cluster.run(60_000, () => cluster.engines.observe(1).leader !== undefined)).toBe(true)
  })
})
