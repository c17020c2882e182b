import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  elect,
  entryOf,
  eventsOf,
  give,
  ignoredAt,
  leadersOf,
  progressOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'

function proposeAndSettle(cluster: Cluster, leader: number, count = 1): void {
  for (let i = 0; i < count; i++) cluster.propose(leader)
  cluster.settle()
}

describe("a leader's and a follower's disk", () => {
  it('L17: a leader whose disk stalls hands over to whoever is furthest, at once', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.cut(1, 2)
    cluster.propose(1)
    cluster.settle()
    const before = cluster.time
    expect(cluster.run(5_000, () => cluster.observe(1).role !== 'leader')).toBe(true)
    expect(cluster.time - before).toBeLessThanOrEqual(650)
    expect(leadersOf(cluster)).toEqual([3])
    expect(eventsOf(cluster, 1, 'BeginTransfer').map(({ detail }) => detail)).toEqual([
      { to: 3, why: 'disk-stalled' },
    ])
    expect(cluster.observe(3)).toMatchObject({ epoch: 2, commitIndex: 3 })
  })

  it('L17: without one who could take over it steps down all the same', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    cluster.propose(1)
    cluster.settle()
    expect(cluster.run(5_000, () => cluster.observe(1).role !== 'leader')).toBe(true)
    expect(cluster.time).toBeLessThanOrEqual(750)
    expect(eventsOf(cluster, 1, 'StepDown').at(-1)!.detail).toMatchObject({ why: 'disk-stalled' })
    expect(cluster.run(3_000, () => leadersOf(cluster).length === 1)).toBe(true)
    expect(leadersOf(cluster)).not.toContain(1)
  })

  it('L17: a replica whose disk stalls does not campaign', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(2).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    cluster.crash(1)
    for (let i = 0; i < 6; i++) cluster.fire(2, 'election')
    const before = eventsOf(cluster, 2, 'PreVote').length
    cluster.fire(2, 'election')
    expect(eventsOf(cluster, 2, 'PreVote')).toHaveLength(before)
    expect(ignoredAt(cluster, 2)).toContain('disk-stalled')
  })

  it("L18: replication goes on when a follower's disk does", () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(2).autoPersist = false
    for (let i = 0; i < 20; i++) {
      proposeAndSettle(cluster, 1)
      beat(cluster, 1)
    }
    expect(progressOf(cluster, 1, 2).match).toBe(1)
    cluster.node(2).autoPersist = true
    cluster.node(2).drain(cluster.now())
    cluster.settle()
    expect(progressOf(cluster, 1, 2)).toMatchObject({ match: 21, phase: 'replicate' })
  })

  it('counts the own disk like any other: nothing is committed by a minority of disks', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (const id of [1, 3]) cluster.node(id).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(1)
    cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1).commitIndex).toBe(2)
  })
})

describe('conflicts', () => {
  it('entries of a deposed leader are replaced, in memory and on disk', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.isolate(1)
    for (let i = 0; i < 3; i++) cluster.propose(1)
    elect(cluster, 2)
    proposeAndSettle(cluster, 2)
    cluster.rejoin(1)
    cluster.settle()
    beat(cluster, 2)
    expect(termsOf(cluster, 1)).toEqual([1, 2, 2])
    expect(
      cluster
        .node(1)
        .durable.image(1)
        .entries.map(({ epoch }) => epoch),
    ).toEqual([1, 2, 2])
    expect(eventsOf(cluster, 1, 'ConflictAppendEntriesRequest')).toHaveLength(1)
  })

  it('unsound entries close the link and change nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const before = stateOf(cluster, 2).log
    for (const entries of [
      [entryOf(3, 1)],
      [entryOf(2, 9)],
      [{ ...entryOf(2, 1), kind: 'membership' as const }],
    ]) {
      give(cluster, 1, 2, {
        type: 'AppendEntries',
        term: 1,
        session: 1,
        round: 0,
        prevLogIndex: 1,
        prevLogTerm: 1,
        leaderCommit: 1,
        entries,
      })
    }
    expect(stateOf(cluster, 2).log).toEqual(before)
    expect(ignoredAt(cluster, 2).filter((reason) => reason === 'unsound-entries')).toHaveLength(3)
  })
})

describe('a follower cut off', () => {
  it('catches up when its link comes back', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.isolate(3)
    proposeAndSettle(cluster, 1, 50)
    cluster.rejoin(3)
    cluster.settle()
    expect(cluster.observe(3).lastIndex).toBe(51)
  })

  it('C1: with only the link to the leader cut, the leader stays and the term does not grow', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.cut(1, 3)
    cluster.run(10_000)
    expect(leadersOf(cluster)).toEqual([1])
    for (const id of [1, 2, 3]) expect(cluster.observe(id).epoch).toBe(1)
  })

  it('C2: a leader that can send but not receive is replaced', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.filter = ({ to }) => to !== 1
    expect(cluster.run(3_000, () => leadersOf(cluster).some((id) => id !== 1))).toBe(true)
    expect(cluster.observe(1).role).not.toBe('leader')
  })

  it('C3: a follower that can only send, or only receive, disturbs nobody', () => {
    for (const direction of ['from', 'to'] as const) {
      const cluster = createCluster(3)
      elect(cluster, 1)
      cluster.filter = (flight) => flight[direction] !== 3
      cluster.run(5_000)
      expect(leadersOf(cluster)).toEqual([1])
      cluster.filter = () => true
      cluster.run(1_000)
      expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1 })
      expect(cluster.observe(3).leader).toBe(1)
    }
  })

  it('C4: with everybody connected to one hub only, the hub comes to lead', () => {
    const cluster = createCluster(5)
    elect(cluster, 3)
    for (const a of [2, 3, 4, 5]) for (const b of [2, 3, 4, 5]) if (a < b) cluster.cut(a, b)
    expect(cluster.run(10_000, () => leadersOf(cluster).join() === '1')).toBe(true)
  })

  it('C6: in a chain there is one stable leader', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.cut(1, 3)
    cluster.run(2_000)
    const { epoch } = cluster.observe(1)
    cluster.run(20_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    expect(cluster.observe(1).epoch).toBe(epoch)
  })

  it.each([2, 0])(
    'P4, M13: a follower that lost what it had acknowledged is found out and filled again (kept: %i)',
    (kept) => {
      const cluster = createCluster(3)
      elect(cluster, 1)
      proposeAndSettle(cluster, 1, 4)
      beat(cluster, 1)
      cluster.crash(3)
      cluster.node(3).durable.apply({ type: 'truncateAfter', index: kept })
      cluster.start(3)
      cluster.settle()
      beat(cluster, 1)
      expect(eventsOf(cluster, 1, 'LostSuffix')).toHaveLength(1)
      expect(cluster.observe(3)).toMatchObject({ lastIndex: 5, commitIndex: 5 })
      expect(progressOf(cluster, 1, 3)).toMatchObject({ match: 5, phase: 'replicate' })
    },
  )

  it('campaigning with a log that a quorum lacks does not lose it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAndSettle(cluster, 1)
    campaign(cluster, 2)
    cluster.settle()
    expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 3 })
  })
})
