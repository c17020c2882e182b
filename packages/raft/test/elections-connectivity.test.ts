import type { EngineDefinition, NodeId } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { raft, type RaftMessage, type RaftOptions } from '../src/index.ts'
import { checkedRaft } from './support/checked.ts'
import { type Cluster, createCluster, elect, leadersOf, prepareLog, stateOf } from './support/cluster.ts'

/** The longest election timeout. */
const timeout = 600

interface Setting {
  readonly preVote: boolean
  readonly checkQuorum: boolean
}

const off: Setting = { preVote: false, checkQuorum: false }
const settings: readonly Setting[] = [
  off,
  { preVote: false, checkQuorum: true },
  { preVote: true, checkQuorum: false },
  { preVote: true, checkQuorum: true },
]

/** Replicas with odd ids have the one setting, the others the other: as while settings are changed one replica at a time. */
function mixedRaft(odd: RaftOptions, even: RaftOptions): EngineDefinition<RaftMessage> {
  const definitions = [checkedRaft(even), checkedRaft(odd)]
  return { ...raft(), create: (init) => definitions[init.self % 2]!.create(init) }
}

function nameOf({ preVote, checkQuorum }: Setting): string {
  return `${preVote ? 'PreVote' : 'no PreVote'}, ${checkQuorum ? 'CheckQuorum' : 'no CheckQuorum'}`
}

const mixed = settings.flatMap((odd) =>
  settings.map((even) => [nameOf(odd), nameOf(even), odd, even] as const),
)

function termOf(cluster: Cluster): number {
  return Math.max(...[...cluster.nodes.keys()].map((id) => cluster.observe(id).epoch))
}

/** All links heal: within a few timeouts one leads, all follow it in its term, and what is proposed to it is committed. */
function expectRecovery(cluster: Cluster): void {
  cluster.filter = () => true
  for (const id of cluster.nodes.keys()) cluster.rejoin(id)
  cluster.run(6 * timeout)
  const leaders = leadersOf(cluster)
  expect(leaders).toHaveLength(1)
  const { epoch } = cluster.observe(leaders[0]!)
  for (const id of cluster.nodes.keys()) {
    expect(cluster.observe(id)).toMatchObject({ epoch, leader: leaders[0] })
  }
  const before = cluster.observe(leaders[0]!).commitIndex
  cluster.propose(leaders[0]!)
  cluster.run(timeout)
  for (const id of cluster.nodes.keys()) expect(cluster.observe(id).commitIndex).toBeGreaterThan(before)
}

/** Time passes; in no term do two lead. */
function expectSafety(cluster: Cluster, milliseconds: number): void {
  const led = new Map<number, NodeId>()
  const end = cluster.time + milliseconds
  while (cluster.time < end) {
    cluster.run(25)
    for (const id of leadersOf(cluster)) {
      const { epoch } = cluster.observe(id)
      expect(led.get(epoch) ?? id).toBe(id)
      led.set(epoch, id)
    }
  }
}

describe.each(mixed)('C7: odd replicas with %s, even ones with %s', (_odd, _even, odd, even) => {
  const both = odd.preVote && odd.checkQuorum && even.preVote && even.checkQuorum
  const create = (size: number): Cluster => createCluster(size, {}, mixedRaft(odd, even))

  it('C1: the link between the leader and a follower is cut', () => {
    const cluster = create(3)
    elect(cluster, 1)
    cluster.cut(1, 3)
    expectSafety(cluster, 10 * timeout)
    // One who asks before it campaigns disturbs nobody.
    if (odd.preVote) {
      expect(leadersOf(cluster)).toEqual([1])
      expect(termOf(cluster)).toBe(1)
    }
    expectRecovery(cluster)
  })

  it('C2: the leader sends and receives nothing', () => {
    const cluster = create(3)
    elect(cluster, 1)
    cluster.filter = ({ to }) => to !== 1
    expectSafety(cluster, 6 * timeout)
    // Only CheckQuorum makes a leader notice that nobody answers: without it the others hear from it for ever.
    if (odd.checkQuorum) {
      expect(cluster.observe(1).role).not.toBe('leader')
      expect(leadersOf(cluster)).toHaveLength(1)
    } else {
      expect(leadersOf(cluster)).toEqual([1])
      expect(termOf(cluster)).toBe(1)
    }
    expectRecovery(cluster)
  })

  it.each(['from', 'to'] as const)('C3: nothing passes %s a follower', (direction) => {
    const cluster = create(3)
    elect(cluster, 1)
    cluster.filter = (flight) => flight[direction] !== 3
    expectSafety(cluster, 6 * timeout)
    if (direction === 'from') expect(leadersOf(cluster)).toEqual([1])
    if (odd.preVote) expect(termOf(cluster)).toBe(1)
    expectRecovery(cluster)
    if (both) expect(termOf(cluster)).toBe(1)
  })

  it('C4: everybody reaches the hub alone, and another leads', () => {
    const cluster = create(5)
    elect(cluster, 3)
    for (const a of [2, 3, 4, 5]) for (const b of [2, 3, 4, 5]) if (a < b) cluster.cut(a, b)
    expectSafety(cluster, 10 * timeout)
    if (both) expect(leadersOf(cluster)).toEqual([1])
    expectRecovery(cluster)
  })

  it('C5: the hub alone reaches a quorum, and its log is behind', () => {
    const cluster = create(5)
    for (const id of cluster.nodes.keys()) cluster.crash(id)
    for (const id of [1, 2, 3, 4, 5]) prepareLog(cluster, id, { terms: id === 1 ? [1] : [1, 1] })
    for (const a of [2, 3, 4, 5]) for (const b of [2, 3, 4, 5]) if (a < b) cluster.cut(a, b)
    for (const id of [1, 2, 3, 4, 5]) cluster.start(id)
    expectSafety(cluster, 10 * timeout)
    // Who has a log that can win does not reach a quorum; who reaches one has no such log. Raft's price (§5.4.1).
    expect(leadersOf(cluster)).toEqual([])
    expectRecovery(cluster)
    for (const id of [1, 2, 3, 4, 5]) expect(stateOf(cluster, id).log.entries[1]).toMatchObject({ epoch: 1 })
  })

  it('C6: a chain, with the leader at its end', () => {
    const cluster = create(3)
    elect(cluster, 1)
    cluster.cut(1, 3)
    expectSafety(cluster, 4 * timeout)
    const before = termOf(cluster)
    expectSafety(cluster, 20 * timeout)
    if (odd.preVote) expect(termOf(cluster)).toBe(before)
    expectRecovery(cluster)
  })
})

describe('settings that are mixed for a while', () => {
  it('V9: a replica without PreVote that was cut off, in a high term, is taken back by those with it', () => {
    const cluster = createCluster(3, {}, mixedRaft(off, { preVote: true, checkQuorum: true }))
    elect(cluster, 2)
    cluster.isolate(3)
    cluster.run(5 * timeout)
    expect(cluster.observe(3).epoch).toBeGreaterThan(3)
    expectRecovery(cluster)
  })
})
