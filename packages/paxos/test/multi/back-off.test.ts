import { describe, expect, it } from 'vitest'
import {
  type Cluster,
  createCluster,
  drawFrom,
  eventsOf,
  isAmong,
  deliverAll,
  numbers,
  promisedBy,
} from './support/cluster.ts'
import { SlowNetwork } from './support/slow-network.ts'

const electionMax = 600

function established(cluster: Cluster): number[] {
  return [...cluster.nodes.keys()].filter((id) => cluster.node(id).running && cluster.observe(id).established)
}

/** Every replica starts phase 1 while requests of the others are under way, each up to `delay`: how long until one leads? */
function duel(voters: number, seed: number, delay: number): number {
  const cluster = createCluster(voters, { drawDelay: drawFrom(seed) })
  const random = numbers(seed + 1_000)
  const network = new SlowNetwork(cluster, () => delay * (0.5 + random() / 2))
  for (const id of cluster.nodes.keys()) {
    network.run((random() * delay) / 2)
    cluster.fire(id, 'election')
  }
  const led = network.run(100 * electionMax, () => established(cluster).length > 0)
  expect(led, `voters ${voters}, seed ${seed}`).toBe(true)
  return cluster.time
}

describe('duelling proposers (Paxos Made Simple, §2.4)', () => {
  it('without making way would go on for ever: each refuses the other in turn', () => {
    const cluster = createCluster(2)
    for (let i = 0; i < 10; i++) {
      cluster.fire(1 + (i % 2), 'election')
      deliverAll(cluster, (flight) => isAmong(1, 2)(flight) && flight.message.type === 'Prepare')
      cluster.inFlight = []
    }
    expect(promisedBy(cluster, 1)).toBe('10.2')
    expect(established(cluster)).toEqual([])
  })

  it.each([
    [3, 10],
    [3, 100],
    [3, 250],
    [5, 100],
    [5, 250],
    [7, 250],
  ])(
    '%i voters, messages of up to %i ms: one leads, mostly within one election timeout and a half, and always within four',
    (voters, delay) => {
      const took = Array.from({ length: 60 }, (_, seed) => duel(voters, seed + 1, delay)).sort(
        (a, b) => a - b,
      )
      expect(took[30]).toBeLessThan(1.5 * electionMax)
      expect(took[59]).toBeLessThan(4 * electionMax)
    },
  )

  it('wait twice as long each time in a row, and are quick again once somebody leads', () => {
    const cluster = createCluster(3)
    const delays: number[] = []
    for (let i = 0; i < 6; i++) {
      cluster.fire(1, 'election')
      cluster.inFlight = []
      const round = Number(promisedBy(cluster, 1).split('.')[0])
      cluster.node(1).step(
        {
          type: 'receive',
          from: 2,
          message: { type: 'Refuse', round, node: 1, promisedRound: round, promisedNode: 2 },
        },
        cluster.now(),
      )
      delays.push(cluster.node(1).timers.get('election')! - cluster.time)
    }
    expect(delays).toEqual([101, 201, 401, 451, 451, 451])
    expect(eventsOf(cluster, 1, 'Preempted')).toHaveLength(6)
    cluster.settle()
    cluster.elect()
    expect(cluster.node(1).engine!.capture()).toMatchObject({ preemptions: 0 })
  })
})
