import { lastIndex } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  type ClusterOptions,
  clusterWithLogs,
  createCluster,
  elect,
  entryOf,
  eventsOf,
  ignoredAt,
  messagesOf,
  progressOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

function commit(cluster: Cluster, count: number, size = 1): void {
  for (let i = 0; i < count; i++) cluster.propose(1, new Uint8Array(size))
  cluster.settle()
  beat(cluster, 1)
}

/** Replica 3 is cut off while 40 entries are committed; of these the others keep the last few in memory. */
function clusterWithLaggard(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster(3, { memoryTail: 4, maxBatchBytes: 10, ...options })
  elect(cluster, 1)
  cluster.isolate(3)
  commit(cluster, 40)
  return cluster
}

function heldBy(cluster: Cluster, id: number): number {
  return stateOf(cluster, id).log.entries.length
}

/** Both replicas' logs, from their disks. */
function expectSameDisks(cluster: Cluster, a: number, b: number): void {
  const entriesOf = (id: number) => cluster.node(id).durable.image(1).entries
  expect(entriesOf(a).map(({ index, epoch }) => [index, epoch])).toEqual(
    entriesOf(b).map(({ index, epoch }) => [index, epoch]),
  )
}

describe('the log in memory', () => {
  it('is a tail; all of it stays on disk', () => {
    const cluster = clusterWithLaggard()
    for (const id of [1, 2]) {
      expect(heldBy(cluster, id)).toBeLessThanOrEqual(8)
      expect(cluster.node(id).durable.image(1).entries).toHaveLength(41)
      expect(cluster.observe(id)).toMatchObject({ commitIndex: 41, lastIndex: 41 })
      expect(cluster.observe(id).firstIndex).toBe(42 - heldBy(cluster, id))
    }
  })

  it('is bounded by bytes, too', () => {
    const cluster = createCluster(3, { memoryTailBytes: 1_000 })
    elect(cluster, 1)
    commit(cluster, 50, 100)
    for (const id of [1, 2, 3]) expect(stateOf(cluster, id).log.memoryBytes).toBeLessThanOrEqual(2_000)
  })

  it('holds what is not committed, applied and durable, however much that is', () => {
    const cluster = createCluster(3, { memoryTail: 0 })
    elect(cluster, 1)
    for (const id of [2, 3]) cluster.crash(id)
    for (let i = 0; i < 20; i++) cluster.propose(1)
    expect(heldBy(cluster, 1)).toBeGreaterThanOrEqual(20)
    const slow = createCluster(3, { memoryTail: 0 })
    elect(slow, 1)
    slow.node(1).autoPersist = false
    for (let i = 0; i < 20; i++) slow.propose(1)
    slow.settle()
    expect(slow.observe(1)).toMatchObject({ commitIndex: 21, durableIndex: 1 })
    expect(heldBy(slow, 1)).toBeGreaterThanOrEqual(20)
  })

  it('starts as a tail after a restart, whatever the disk holds', () => {
    const cluster = clusterWithLaggard({ compactionTail: 1_000 })
    cluster.buildSnapshot(1)
    cluster.crash(1)
    cluster.start(1)
    expect(heldBy(cluster, 1)).toBe(4)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 38, lastIndex: 41, commitIndex: 41 })
  })

  it('holds after a restart what is not applied yet', () => {
    const cluster = clusterWithLaggard()
    cluster.crash(1)
    cluster.start(1)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 1, lastIndex: 41, commitIndex: 0 })
    expect(heldBy(cluster, 1)).toBe(41)
  })
})

describe('a follower that needs what is on disk alone', () => {
  it('gets it read back, a run at a time, and no snapshot', () => {
    const cluster = clusterWithLaggard()
    cluster.rejoin(3)
    const appends = messagesOf(cluster, 'AppendEntries', () => {
      cluster.settle()
      beat(cluster, 1)
    }).filter(({ to }) => to === 3)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 41, commitIndex: 41 })
    expect(eventsOf(cluster, 1, 'SendSnapshot')).toEqual([])
    expect(eventsOf(cluster, 1, 'FetchEntries').map(({ detail }) => detail)).toEqual([
      { from: 2, to: 11 },
      { from: 12, to: 21 },
      { from: 22, to: 31 },
      ...(heldBy(cluster, 1) < 10 ? [{ from: 32, to: 41 - heldBy(cluster, 1) }] : []),
    ])
    for (const { message } of appends) expect(message.entries.length).toBeLessThanOrEqual(10)
    expectSameDisks(cluster, 1, 3)
  })

  it('is found out where it stands without reading: a probe carries no entries from the disk', () => {
    const cluster = clusterWithLaggard()
    cluster.node(1).autoFetch = false
    cluster.rejoin(3)
    cluster.settle()
    expect(progressOf(cluster, 1, 3)).toMatchObject({ phase: 'replicate', match: 1, next: 2 })
    expect(cluster.node(1).fetching).toEqual([{ from: 2, to: 11 }])
  })

  it('what was read back is let go of when nobody needs it any more', () => {
    const cluster = clusterWithLaggard()
    cluster.rejoin(3)
    cluster.settle()
    beat(cluster, 1)
    expect(stateOf(cluster, 1).leadership!.readBack).toMatchObject({ asked: undefined, run: undefined })
  })

  it('while it is read, everybody else goes on', () => {
    const cluster = clusterWithLaggard()
    cluster.node(1).autoFetch = false
    cluster.rejoin(3)
    cluster.settle()
    const sequence = cluster.propose(1)
    cluster.settle()
    expect(repliesOf(cluster, 1, sequence)).toEqual([])
    expect(cluster.observe(1).commitIndex).toBe(42)
    for (let i = 0; i < 8; i++) {
      cluster.node(1).completeFetch(cluster.now())
      cluster.settle()
    }
    beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 42, commitIndex: 42 })
  })

  it('two of them at one place are sent what was read once', () => {
    const cluster = createCluster(5, { memoryTail: 8, maxBatchBytes: 10 })
    elect(cluster, 1)
    for (const id of [4, 5]) cluster.isolate(id)
    commit(cluster, 40)
    cluster.node(1).autoFetch = false
    for (const id of [4, 5]) cluster.rejoin(id)
    cluster.settle()
    for (let reads = 0; cluster.node(1).fetching.length > 0; reads++) {
      expect(reads).toBeLessThan(5)
      cluster.node(1).completeFetch(cluster.now())
      cluster.settle()
    }
    beat(cluster, 1)
    for (const id of [4, 5]) expect(cluster.observe(id)).toMatchObject({ lastIndex: 41, commitIndex: 41 })
  })

  it('two of them at different places both arrive, the last one first', () => {
    const cluster = createCluster(5, { memoryTail: 8, maxBatchBytes: 10 })
    elect(cluster, 1)
    cluster.isolate(4)
    commit(cluster, 20)
    cluster.isolate(5)
    commit(cluster, 20)
    for (const id of [5, 4]) cluster.rejoin(id)
    cluster.settle()
    beat(cluster, 1)
    const fetched = eventsOf(cluster, 1, 'FetchEntries').map(({ detail }) => detail['from'] as number)
    expect(fetched.indexOf(2)).toBeLessThan(2)
    for (const id of [4, 5]) expect(cluster.observe(id)).toMatchObject({ lastIndex: 41, commitIndex: 41 })
    expectSameDisks(cluster, 4, 5)
  })

  it('gets what it needs though another is being probed at the same place', () => {
    const cluster = createCluster(5, { memoryTail: 8, maxBatchBytes: 10 })
    elect(cluster, 1)
    for (const id of [4, 5]) cluster.isolate(id)
    commit(cluster, 40)
    cluster.node(1).autoFetch = false
    cluster.rejoin(5)
    cluster.settle()
    expect(progressOf(cluster, 1, 5)).toMatchObject({ phase: 'replicate', next: 2 })
    // 4 comes before 5 in the turn, and is sent a probe without entries; 5 must not be sent the same.
    const appends = messagesOf(cluster, 'AppendEntries', () => cluster.rejoin(4))
    expect(appends.filter(({ to }) => to >= 4).map(({ to }) => to)).toEqual([4])
    expect(progressOf(cluster, 1, 5)).toMatchObject({ next: 2, inflight: [] })
    cluster.node(1).autoFetch = true
    cluster.node(1).completeFetch(cluster.now())
    cluster.settle()
    beat(cluster, 1)
    for (const id of [4, 5]) expect(cluster.observe(id)).toMatchObject({ lastIndex: 41, commitIndex: 41 })
  })

  it('bounds what is under way to it as ever', () => {
    const cluster = clusterWithLaggard({ maxInflightMessages: 2 })
    cluster.rejoin(3)
    cluster.deliver(({ to }) => to === 3) // the probe
    cluster.deliver(({ from }) => from === 3)
    const appends = cluster.inFlight.filter(({ to, message }) => to === 3 && message.type === 'AppendEntries')
    expect(appends.length).toBeLessThanOrEqual(2)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(3).commitIndex).toBe(41)
  })
})

describe('reading back fails', () => {
  /** The leader has asked for entries 2 to 11 and has no answer yet. */
  function asking(options: ClusterOptions = {}): Cluster {
    const cluster = clusterWithLaggard(options)
    cluster.node(1).autoFetch = false
    cluster.rejoin(3)
    cluster.settle()
    expect(cluster.node(1).fetching).toEqual([{ from: 2, to: 11 }])
    return cluster
  }

  const appendsTo3 = (cluster: Cluster, run: () => void) =>
    messagesOf(cluster, 'AppendEntries', run).filter(({ to }) => to === 3)

  it('L11: with nothing to send nothing is sent, and it is asked again by the next heartbeat', () => {
    const cluster = asking()
    const appends = appendsTo3(cluster, () => {
      cluster.node(1).completeFetch(cluster.now(), [])
      cluster.settle()
    })
    expect(appends).toEqual([])
    expect(cluster.node(1).fetching).toEqual([])
    beat(cluster, 1)
    expect(cluster.node(1).fetching).toEqual([{ from: 2, to: 11 }])
    cluster.node(1).autoFetch = true
    cluster.node(1).completeFetch(cluster.now())
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(3).commitIndex).toBe(41)
  })

  it.each([
    ['of another term', [entryOf(2, 9)]],
    ['of another index', [entryOf(3, 1)]],
    ['with a hole', [entryOf(2, 1), entryOf(4, 1)]],
    ['beyond what was asked for', Array.from({ length: 30 }, (_, i) => entryOf(2 + i, 1))],
  ])('L11: entries %s are not sent', (_, entries) => {
    const cluster = asking()
    const appends = appendsTo3(cluster, () => {
      cluster.node(1).completeFetch(cluster.now(), entries)
      for (let i = 0; i < 3; i++) cluster.deliver(({ to }) => to === 3)
    })
    for (const { message } of appends) {
      expect([message.prevLogIndex, message.prevLogTerm]).toEqual([1, 1])
      const sent = message.entries.map(({ index, epoch }) => [index, epoch])
      expect(sent).toEqual(Array.from({ length: sent.length }, (__, i) => [2 + i, 1]))
      expect(sent.length).toBeLessThanOrEqual(10)
    }
    expect(appends).toHaveLength(entries[0]!.index === 2 && entries[0]!.epoch === 1 ? 1 : 0)
  })

  it('L11: what was compacted meanwhile is sent as a snapshot', () => {
    const cluster = asking({ compactionTail: 0 })
    cluster.buildSnapshot(1)
    cluster.node(1).completeFetch(cluster.now())
    cluster.settle()
    for (let i = 0; i < 2; i++) beat(cluster, 1)
    expect(cluster.node(3).installed).toMatchObject({ index: 41 })
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 41, commitIndex: 41 })
  })

  it('an answer to a former leadership, or to nothing, is ignored', () => {
    const cluster = asking()
    cluster.node(1).step({ type: 'fetched', from: 12, entries: [entryOf(12, 1)] }, cluster.now())
    expect(ignoredAt(cluster, 1).at(-1)).toBe('not-asked')
    cluster.isolate(1)
    elect(cluster, 2)
    cluster.rejoin(1)
    cluster.settle()
    beat(cluster, 2)
    expect(cluster.observe(1).role).toBe('follower')
    cluster.node(1).completeFetch(cluster.now())
    expect(ignoredAt(cluster, 1).at(-1)).toBe('not-leading')
    cluster.settle()
    beat(cluster, 2)
    expect(cluster.observe(3).commitIndex).toBe(42)
  })
})

describe('with next to nothing in memory', () => {
  it('figure 7 costs as many probes as with everything', () => {
    const logs = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ].map((terms) => ({ terms, term: 7 }))
    const refusals = [0, 100].map((memoryTail) => {
      const cluster = clusterWithLogs(Object.fromEntries(logs.map((log, i) => [i + 1, log])), {
        memoryTail,
        maxBatchBytes: 1,
      })
      cluster.run(5_000)
      const answers = messagesOf(cluster, 'AppendEntriesResponse', () => {
        const leader = [...cluster.nodes.keys()].find((id) => cluster.observe(id).role === 'leader')!
        cluster.isolate(leader === 1 ? 2 : 1)
        commitAt(cluster, leader)
        cluster.rejoin(leader === 1 ? 2 : 1)
        cluster.run(1_000)
      })
      for (const id of cluster.nodes.keys()) {
        expect(cluster.observe(id).commitIndex).toBe(cluster.observe(1).lastIndex)
        if (memoryTail === 0) expect(heldBy(cluster, id)).toBe(0)
      }
      return answers.filter(({ message }) => !message.success).length
    })
    expect(refusals[0]).toBe(refusals[1])
  })

  it('a log that diverged is brought back by hints that lie on disk', () => {
    const cluster = createCluster(5, { memoryTail: 0, maxBatchBytes: 4 })
    elect(cluster, 1)
    commit(cluster, 10)
    cluster.isolate(1)
    for (let i = 0; i < 5; i++) cluster.propose(1) // never committed
    elect(cluster, 2)
    for (let i = 0; i < 10; i++) cluster.propose(2)
    cluster.settle()
    beat(cluster, 2)
    expect(heldBy(cluster, 2)).toBe(0)
    cluster.rejoin(1)
    cluster.run(1_000)
    expect(cluster.observe(1)).toMatchObject({ lastIndex: 22, commitIndex: 22 })
    expectSameDisks(cluster, 1, 2)
    expect(eventsOf(cluster, 2, 'FetchEntries').length).toBeGreaterThan(0)
  })
})

function commitAt(cluster: Cluster, leader: number): void {
  for (let i = 0; i < 5; i++) cluster.propose(leader)
  cluster.settle()
  beat(cluster, leader)
}

describe('compaction of what is on disk', () => {
  it('keeps a tail that reaches below memory', () => {
    const cluster = clusterWithLaggard({ compactionTail: 25 })
    cluster.buildSnapshot(1)
    const { entries, base } = cluster.node(1).durable.image(1)
    expect(entries.length).toBeGreaterThan(heldBy(cluster, 1))
    expect(entries.length).toBeLessThanOrEqual(25)
    expect(base).toMatchObject({ index: 41 - entries.length, epoch: 1 })
    expect(stateOf(cluster, 1).log.storedBase).toBe(base!.index)
  })

  it('keeps its membership', () => {
    const cluster = clusterWithLaggard({ compactionTail: 0 })
    cluster.buildSnapshot(1)
    expect(cluster.observe(1).membership).toEqual(cluster.observe(2).membership)
    expect(stateOf(cluster, 1).log).toMatchObject({ storedBase: 41, runs: [] })
    expect(lastIndex(stateOf(cluster, 1).log)).toBe(41)
  })
})
