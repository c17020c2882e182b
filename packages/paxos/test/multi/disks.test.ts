import { describe, expect, it } from 'vitest'
import {
  beat,
  createCluster,
  deliveredBy,
  elect,
  eventsOf,
  ignoredAt,
  isType,
  leadersOf,
  progressOf,
  proposeAll,
} from './support/cluster.ts'

describe("a leader's and a member's disk", () => {
  it('L17: a leader whose disk stalls gives up, and another is elected', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    proposeAll(cluster, 1, 'a')
    expect(cluster.run(5_000, () => cluster.observe(1).role !== 'leader')).toBe(true)
    expect(cluster.time).toBeLessThanOrEqual(700)
    expect(eventsOf(cluster, 1, 'StepDown').at(-1)!.detail).toMatchObject({ why: 'disk-stalled' })
    expect(cluster.run(3_000, () => leadersOf(cluster).length === 1)).toBe(true)
    expect(leadersOf(cluster)).not.toContain(1)
    cluster.run(200)
    expect(deliveredBy(cluster, leadersOf(cluster)[0]!)).toEqual(['a'])
  })

  it('L17: a disk that is slow and does not stall costs nobody the lead', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    for (let i = 0; i < 20; i++) {
      cluster.propose(1, `${i}`)
      cluster.run(100)
      cluster.node(1).completeWrite(cluster.now())
    }
    expect(leadersOf(cluster)).toEqual([1])
    expect(cluster.observe(1).commitIndex).toBe(20)
  })

  it('L17: a replica whose disk stalls does not campaign, and does when it is well again', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(2).autoPersist = false
    proposeAll(cluster, 1, 'a')
    cluster.crash(1)
    const phase1s = (): number =>
      eventsOf(cluster, 2, 'Phase1a').length + eventsOf(cluster, 2, 'AskAgain').length
    for (let i = 0; i < 4; i++) cluster.fire(2, 'election')
    const before = phase1s()
    for (let i = 0; i < 4; i++) cluster.fire(2, 'election')
    expect(phase1s()).toBe(before)
    expect(cluster.inFlight.filter(isType('Prepare'))).toEqual([])
    expect(ignoredAt(cluster, 2)).toContain('disk-stalled')
    cluster.node(2).autoPersist = true
    cluster.node(2).drain(cluster.now())
    for (let i = 0; i < 2; i++) cluster.fire(2, 'election')
    expect(phase1s()).toBeGreaterThan(before)
  })

  it('a candidate whose own promise does not reach the disk asks nobody, and holds nobody up', () => {
    const cluster = createCluster(3)
    cluster.node(1).autoPersist = false
    cluster.fire(1, 'election')
    cluster.run(3_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    expect(leadersOf(cluster)).not.toContain(1)
  })

  it("L18: it goes on when a member's disk does", () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(2).autoPersist = false
    for (let i = 0; i < 20; i++) {
      proposeAll(cluster, 1, `${i}`)
      beat(cluster, 1)
    }
    expect(progressOf(cluster, 1, 2).match).toBeLessThan(20)
    cluster.node(2).autoPersist = true
    cluster.node(2).drain(cluster.now())
    cluster.settle()
    expect(progressOf(cluster, 1, 2).match).toBe(20)
  })

  it("counts the leader's disk like any other: nothing is chosen by a minority of disks", () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (const id of [1, 3]) cluster.node(id).autoPersist = false
    proposeAll(cluster, 1, 'a')
    expect(cluster.observe(1).commitIndex).toBe(0)
    cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1).commitIndex).toBe(1)
  })

  it('L16: a lone voter chooses what is durable, and delivers nothing before', () => {
    const cluster = createCluster(1)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.propose(1, 'a')
    expect(deliveredBy(cluster, 1)).toEqual([])
    cluster.node(1).completeWrite(cluster.now())
    expect(deliveredBy(cluster, 1)).toEqual(['a'])
  })
})
