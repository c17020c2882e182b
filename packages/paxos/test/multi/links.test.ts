import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  intercept,
  isType,
  losing,
  progressOf,
  stateOf,
} from './support/cluster.ts'

describe('a link that comes up', () => {
  it('has what was under way sent again, at once', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1, 'a')
    cluster.cut(1, 3)
    cluster.settle()
    expect(progressOf(cluster, 1, 3)).toMatchObject({ match: 0, next: 2 })
    cluster.heal(1, 3)
    expect(progressOf(cluster, 1, 3).inflight).toEqual([{ to: 1, bytes: 1 }])
    cluster.settle()
    expect(progressOf(cluster, 1, 3)).toMatchObject({ match: 1, inflight: [], inflightBytes: 0 })
  })

  it('has a candidate ask again for the promise that it lacks, and for none that it has', () => {
    const cluster = createCluster(5)
    campaign(cluster, 1)
    deliverAll(cluster, ({ from, to }) => from === 2 || to === 2)
    intercept(cluster)
    for (const peer of [2, 3]) cluster.cut(1, peer)
    for (const peer of [2, 3]) cluster.heal(1, peer)
    expect(cluster.inFlight.filter(isType('Prepare')).map(({ to }) => to)).toEqual([3])
    cluster.settle()
    expect(cluster.observe(1).role).toBe('leader')
  })

  it('is no news to a replica that leads nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    intercept(cluster)
    const before = stateOf(cluster, 2)
    cluster.cut(2, 3)
    cluster.heal(2, 3)
    expect(stateOf(cluster, 2)).toEqual(before)
    expect(cluster.inFlight).toEqual([])
  })
})

describe('a link that breaks', () => {
  it("changes nobody's mind about who leads", () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.cut(1, 3)
    expect(cluster.observe(1).role).toBe('leader')
    expect(cluster.observe(3).leader).toBe(1)
    expect(eventsOf(cluster, 1, 'LinkChanged')).toEqual([])
  })

  it('ends the waiting for what one was asked: another is asked with the next beat', () => {
    const cluster = createCluster(3)
    elect(cluster, 2)
    losing(
      cluster,
      ({ to }) => to === 1,
      () => {
        for (const text of ['a', 'b']) cluster.propose(2, text)
        cluster.settle()
        beat(cluster, 2)
      },
    )
    cluster.crash(2)
    campaign(cluster, 1)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    expect(stateOf(cluster, 1).learning).toMatchObject({ from: 3 })
    cluster.cut(1, 3)
    expect(stateOf(cluster, 1).learning).toBeUndefined()
    cluster.heal(1, 3)
    beat(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ established: true, commitIndex: 2 })
  })

  it("ends a snapshot's transfer: another may be ordered", () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    cluster.isolate(3)
    for (const text of ['a', 'b']) cluster.propose(1, text)
    cluster.settle()
    cluster.buildSnapshot(1)
    cluster.rejoin(3)
    for (let i = 0; i < 3; i++) {
      cluster.fire(1, 'heartbeat')
      deliverAll(cluster, ({ snapshot }) => snapshot === undefined)
    }
    expect(stateOf(cluster, 1).transfers).toEqual(new Set([3]))
    cluster.cut(1, 3)
    expect(stateOf(cluster, 1).transfers).toEqual(new Set())
    cluster.heal(1, 3)
    cluster.run(500)
    expect(cluster.observe(3).commitIndex).toBe(2)
  })
})
