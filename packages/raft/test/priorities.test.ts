import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { raft, type RaftOptions } from '../src/index.ts'
import {
  beat,
  type Cluster,
  createCluster,
  elect,
  eventsOf,
  leadersOf,
  progressOf,
  stateOf,
} from './support/cluster.ts'

const priorities = { 1: 1, 2: 2, 3: 2 }

/** The range that a fresh replica's election timer is drawn from, in a cluster of five. */
function rangeOf(self: number, options: RaftOptions): { min: number; max: number } | undefined {
  const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
  const membership = majorityOf([1, 2, 3, 4, 5])
  const engine = raft(options).create({ self, membership, image, snapshot: undefined })
  return engine.take().timers.find(({ name }) => name === 'election')?.range
}

/** Heartbeats after which a leader first looks for a voter that should rather lead. */
const patience = 24

function beats(cluster: Cluster, id: number, count: number): void {
  for (let i = 0; i < count && cluster.observe(id).role === 'leader'; i++) beat(cluster, id)
}

describe('priorities', () => {
  it('those of lower priority wait one spread longer for each higher one', () => {
    expect(rangeOf(2, { priorities })).toEqual({ min: 300, max: 600 })
    expect(rangeOf(3, { priorities })).toEqual({ min: 300, max: 600 })
    expect(rangeOf(1, { priorities })).toEqual({ min: 600, max: 900 })
    expect(rangeOf(4, { priorities })).toEqual({ min: 900, max: 1_200 })
    expect(rangeOf(4, {})).toEqual({ min: 300, max: 600 })
    expect(raft({ priorities }).electionTimeout).toBe(1_200)
    expect(raft().electionTimeout).toBe(600)
  })

  it('the first that campaigns is one of the highest', () => {
    for (const [options, leader] of [
      [{ 5: 1 }, 5],
      [{ 3: 4, 5: 1 }, 3],
      [{ 1: -1 }, 2],
    ] as const) {
      const cluster = createCluster(5, { priorities: options })
      expect(cluster.elect()).toBe(leader)
    }
  })

  it('keep nobody from being elected: with the others down, the last of all leads in bounded time', () => {
    const cluster = createCluster(5, { priorities: { 1: 4, 2: 3, 3: 2, 4: 1 } })
    for (const id of [1, 2]) cluster.crash(id)
    cluster.cut(3, 4)
    expect(cluster.run(4_000, () => leadersOf(cluster).length === 1)).toBe(true)
    cluster.heal(3, 4)
    for (const id of [3]) cluster.crash(id)
    cluster.start(1)
    expect(cluster.run(4_000, () => leadersOf(cluster).length === 1)).toBe(true)
  })

  it('are no condition of a vote: one with a lower priority gets it', () => {
    const cluster = createCluster(3, { priorities: { 2: 9, 3: 9 } })
    elect(cluster, 1)
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('a leader hands over to a voter of higher priority, after some time in office', () => {
    const cluster = createCluster(3, { priorities })
    elect(cluster, 1)
    beats(cluster, 1, patience - 1)
    expect(leadersOf(cluster)).toEqual([1])
    beats(cluster, 1, 1)
    expect(leadersOf(cluster)).toEqual([2])
    expect(eventsOf(cluster, 1, 'PreferHigherPriority').map(({ detail }) => detail)).toEqual([
      { to: 2, priority: 2 },
    ])
    beats(cluster, 2, 10 * patience)
    expect(leadersOf(cluster)).toEqual([2])
    expect(cluster.observe(2).epoch).toBe(2)
  })

  it('by timers alone, the one with the highest comes to lead, and stays', () => {
    const cluster = createCluster(5, { priorities: { 4: 3, 2: 1 } })
    cluster.crash(4)
    cluster.elect()
    expect(leadersOf(cluster)).toEqual([2])
    cluster.start(4)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([4])
    const { epoch } = cluster.observe(4)
    cluster.run(30_000)
    expect(cluster.observe(4)).toMatchObject({ role: 'leader', epoch })
  })

  it('not to one who is behind, who is silent, or who does not vote', () => {
    const cluster = createCluster(3, { priorities: { 3: 2, 4: 9 }, observers: 1 })
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    beats(cluster, 1, 2 * patience)
    expect(progressOf(cluster, 1, 3).match).toBe(1)
    expect(leadersOf(cluster)).toEqual([1])
    cluster.node(3).autoPersist = true
    cluster.node(3).drain(cluster.now())
    cluster.settle()
    cluster.isolate(3)
    beats(cluster, 1, 2 * patience)
    expect(leadersOf(cluster)).toEqual([1])
    cluster.rejoin(3)
    beats(cluster, 1, 2 * patience)
    expect(leadersOf(cluster)).toEqual([3])
  })

  it('ever more seldom to one who does not take over', () => {
    const cluster = createCluster(3, { priorities: { 3: 2 } })
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    elect(cluster, 1)
    const tries: number[] = []
    for (let i = 1; i <= 240; i++) {
      beat(cluster, 1)
      if (eventsOf(cluster, 1, 'BeginTransfer').length > tries.length) tries.push(i)
    }
    // Each transfer takes 12 heartbeats, the last of which is the first of the 24, 48, 96 between them.
    expect(tries).toEqual([24, 83, 190])
    expect(stateOf(cluster, 1).transfer).toBeUndefined()
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('replicas are not all alike with them, which symmetry reduction is told', () => {
    expect('renameHardState' in raft({ priorities })).toBe(false)
    expect('renameHardState' in raft({ priorities: { 1: 0 } })).toBe(true)
    expect('renameHardState' in raft()).toBe(true)
  })

  it('must be numbers', () => {
    expect(() => raft({ priorities: { 1: Number.NaN } })).toThrow('priorities')
  })
})
