import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  clusterWithLogs,
  countMessages,
  createCluster,
  deliverAll,
  elect,
  entryOf,
  give,
  ignoredAt,
  intercept,
  isType,
  leadersOf,
  messagesOf,
  progressOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'

function proposeAndSettle(cluster: Cluster, leader: number, count = 1): void {
  for (let i = 0; i < count; i++) cluster.propose(leader)
  cluster.settle()
}

describe('steady state', () => {
  it.each([3, 5, 7])('costs exactly 2(n−1) messages for each of 100 commands one by one, for n = %i', (n) => {
    const cluster = createCluster(n)
    elect(cluster, 1)
    const counts = countMessages(cluster, () => {
      for (let i = 0; i < 100; i++) proposeAndSettle(cluster, 1)
    })
    expect(counts).toEqual({ AppendEntries: 100 * (n - 1), AppendEntriesResponse: 100 * (n - 1) })
    expect(cluster.observe(1).commitIndex).toBe(101)
  })

  it('costs the same for a batch of 100 taken in one turn, whose entries the followers share', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const { engine } = cluster.node(1)
    for (let i = 0; i < 100; i++) {
      engine!.step(
        { type: 'propose', request: { replica: 1, sequence: 1_000 + i }, data: new Uint8Array(8) },
        cluster.now(),
      )
    }
    const counts = countMessages(cluster, () => {
      const appends = messagesOf(cluster, 'AppendEntries', () => cluster.node(1).drain(cluster.now()))
      expect(appends.map(({ message }) => message.entries.length)).toEqual([100, 100])
      expect(appends[0]!.message.entries).toBe(appends[1]!.message.entries)
      cluster.settle()
    })
    expect(counts).toEqual({ AppendEntries: 2, AppendEntriesResponse: 2 })
    expect(cluster.observe(1).commitIndex).toBe(101)
  })

  it("does not wait for answers, nor for the leader's own disk", () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    for (let i = 0; i < 5; i++) cluster.propose(1)
    expect(cluster.inFlight.filter(isType('AppendEntries'))).toHaveLength(10)
    cluster.settle()
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 6, durableIndex: 1 })
  })

  it('answers all appends of a turn at once', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 5; i++) cluster.propose(1)
    const appends = intercept(cluster, ({ to }) => to === 2)
    const { engine } = cluster.node(2)
    for (const { message } of appends) engine!.step({ type: 'receive', from: 1, message }, cluster.now())
    const acks = messagesOf(cluster, 'AppendEntriesResponse', () => cluster.node(2).drain(cluster.now()))
    expect(acks.map(({ message }) => [message.success, message.index])).toEqual([[true, 6]])
  })

  it('bounds what is under way by messages and by bytes', () => {
    const byCount = createCluster(3, { maxInflightMessages: 3 })
    elect(byCount, 1)
    for (let i = 0; i < 10; i++) byCount.propose(1)
    expect(byCount.inFlight.filter(isType('AppendEntries'))).toHaveLength(6)
    byCount.settle()
    expect(byCount.observe(1).commitIndex).toBe(11)

    const byBytes = createCluster(3, { maxInflightBytes: 100 })
    elect(byBytes, 1)
    for (let i = 0; i < 10; i++) byBytes.propose(1, new Uint8Array(40))
    expect(byBytes.inFlight.filter(isType('AppendEntries'))).toHaveLength(6)
    byBytes.settle()
    expect(byBytes.observe(1).commitIndex).toBe(11)
  })

  it('cuts batches by size, though never to nothing', () => {
    const cluster = createCluster(3, { maxBatchBytes: 100 })
    elect(cluster, 1)
    cluster.isolate(3)
    for (const size of [40, 40, 40, 500, 40]) cluster.propose(1, new Uint8Array(size))
    cluster.settle()
    const appends = messagesOf(cluster, 'AppendEntries', () => {
      cluster.rejoin(3)
      cluster.settle()
    }).filter(({ to }) => to === 3)
    const sizes = appends.map(({ message }) => message.entries.map(({ data }) => data.length))
    expect(sizes.every((batch) => batch.length <= 1 || batch.reduce((a, b) => a + b) <= 100)).toBe(true)
    expect(cluster.observe(3).lastIndex).toBe(6)
  })
})

/** Figure 7 of the paper: a leader for term 8, and six followers whose logs differ from its own. */
const figure7 = {
  leader: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
  a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
  b: [1, 1, 1, 4],
  c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
  d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
  e: [1, 1, 1, 4, 4, 4, 4],
  f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
}

describe('figure 7', () => {
  it('the leader brings every follower to its own log, with at most one probe per term (L1)', () => {
    const logs = Object.values(figure7).map((terms) => ({ terms, term: 7 }))
    const cluster = clusterWithLogs(Object.fromEntries(logs.map((log, i) => [i + 1, log])))
    const appends = messagesOf(cluster, 'AppendEntriesResponse', () => elect(cluster, 1))
    expect(cluster.observe(1).epoch).toBe(8)
    beat(cluster, 1)
    const expected = [...figure7.leader, 8]
    for (const id of cluster.nodes.keys()) {
      expect(termsOf(cluster, id), `log of ${id}`).toEqual(expected)
      expect(cluster.observe(id).commitIndex).toBe(11)
      const refused = appends.filter(({ from, message }) => from === id && !message.success)
      const terms = new Set(figure7.leader.concat(logs[id - 1]!.terms))
      expect(refused.length, `probes of ${id}`).toBeLessThanOrEqual(Math.min(2, terms.size))
    }
  })
})

describe('finding where logs match', () => {
  it('takes one probe per distinct term at most, whatever the lengths (L1)', () => {
    const mine = [1, ...Array<number>(50).fill(3), ...Array<number>(50).fill(5), ...Array<number>(50).fill(7)]
    const theirs = [
      1,
      ...Array<number>(60).fill(2),
      ...Array<number>(60).fill(4),
      ...Array<number>(60).fill(6),
    ]
    const cluster = clusterWithLogs({
      1: { terms: mine, term: 7 },
      2: { terms: theirs, term: 7 },
      3: { terms: mine, term: 7 },
    })
    const answers = messagesOf(cluster, 'AppendEntriesResponse', () => elect(cluster, 1))
    const refused = answers.filter(({ from, message }) => from === 2 && !message.success)
    expect(refused.length).toBeLessThanOrEqual(4)
    expect(termsOf(cluster, 2)).toEqual([...mine, 8])
  })
})

describe('lost, late and repeated messages', () => {
  it('L2: a heartbeat commits no more than the member is known to hold', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1)
    intercept(cluster, ({ to }) => to === 3)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(2)
    cluster.fire(1, 'heartbeat')
    const heartbeat = cluster.inFlight.find(({ to }) => to === 3)!
    expect(heartbeat.message).toMatchObject({ type: 'Heartbeat', leaderCommit: 1 })
  })

  it('L3: an acknowledgement covers what its append covers, not what lies behind it', () => {
    const cluster = clusterWithLogs({
      1: { terms: [1], term: 3 },
      2: { terms: [1, 2, 2, 2], term: 2 },
      3: {},
    })
    give(cluster, 1, 2, {
      type: 'AppendEntries',
      term: 3,
      session: 1,
      round: 0,
      prevLogIndex: 0,
      prevLogTerm: 0,
      leaderCommit: 9,
      entries: [entryOf(1, 1)],
    })
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ success: true, index: 1 })
    expect(cluster.observe(2).commitIndex).toBe(1)
    expect(termsOf(cluster, 2)).toEqual([1, 2, 2, 2])
  })

  it('L3, L4: a late or repeated refusal takes back nothing that is known to match', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAndSettle(cluster, 1, 3)
    const { session, match } = progressOf(cluster, 1, 2)
    expect(match).toBe(4)
    const refusal = {
      type: 'AppendEntriesResponse',
      term: 1,
      session,
      round: 0,
      success: false,
      index: 3,
      hintIndex: 1,
      hintTerm: 1,
    } as const
    give(cluster, 2, 1, refusal)
    expect(progressOf(cluster, 1, 2)).toMatchObject({ match: 4, next: 5, phase: 'replicate' })
    expect(ignoredAt(cluster, 1)).toContain('overtaken')
  })

  it('L4: an append that overtook another is refused, and both arrive in the end', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1)
    const [first] = intercept(cluster, ({ to }) => to === 2)
    cluster.propose(1)
    cluster.settle()
    give(cluster, 1, 2, first!.message)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(2)).toMatchObject({ lastIndex: 3, commitIndex: 3 })
    expect(progressOf(cluster, 1, 2)).toMatchObject({ match: 3, phase: 'replicate' })
  })

  it('L5: an append below the commit index is answered with it and takes nothing back, compacted or not', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    const appends = messagesOf(cluster, 'AppendEntries', () => proposeAndSettle(cluster, 1, 3))
    beat(cluster, 1)
    cluster.buildSnapshot(2)
    expect(cluster.observe(2)).toMatchObject({ firstIndex: 5, commitIndex: 4 })
    for (const { to, message } of appends) if (to === 2) give(cluster, 1, 2, message)
    const answers = intercept(cluster, isType('AppendEntriesResponse'))
    expect(answers.map(({ message }) => message)).toMatchObject(
      Array.from({ length: 3 }, () => ({ success: true, index: 4 })),
    )
    expect(cluster.observe(2)).toMatchObject({ lastIndex: 4, commitIndex: 4 })
  })

  it('L5: an append that begins below what was compacted and ends above it is taken', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    proposeAndSettle(cluster, 1, 3)
    beat(cluster, 1)
    cluster.buildSnapshot(2)
    const entries = stateOf(cluster, 1).log.entries
    give(cluster, 1, 2, {
      type: 'AppendEntries',
      term: 1,
      session: 1,
      round: 1,
      prevLogIndex: 1,
      prevLogTerm: 1,
      leaderCommit: 4,
      entries: [...entries.slice(1), entryOf(5, 1)],
    })
    expect(cluster.observe(2)).toMatchObject({ lastIndex: 5, commitIndex: 4, firstIndex: 5 })
  })

  it('L6: a full window that is lost whole is sent again after a heartbeat', () => {
    const cluster = createCluster(3, { maxInflightMessages: 4 })
    elect(cluster, 1)
    for (let i = 0; i < 8; i++) cluster.propose(1)
    intercept(cluster, ({ to }) => to === 2)
    cluster.settle()
    cluster.propose(1)
    expect(intercept(cluster, ({ to }) => to === 2)).toEqual([])
    cluster.settle()
    expect(progressOf(cluster, 1, 2).inflight).toHaveLength(4)
    beat(cluster, 1)
    expect(cluster.observe(2).lastIndex).toBe(10)
    expect(progressOf(cluster, 1, 2)).toMatchObject({ match: 10, phase: 'replicate', inflight: [] })
  })

  it('L6: a slow disk is not mistaken for a lost append', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(2).autoPersist = false
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    const counts = countMessages(cluster, () => {
      for (let i = 0; i < 5; i++) beat(cluster, 1)
    })
    expect(counts).toEqual({ Heartbeat: 10, HeartbeatResponse: 10 })
    expect(progressOf(cluster, 1, 2)).toMatchObject({ phase: 'replicate', match: 1, next: 7 })
    while (cluster.node(2).writing.length > 0) cluster.node(2).completeWrite(cluster.now())
    cluster.settle()
    expect(progressOf(cluster, 1, 2).match).toBe(6)
  })

  it('L7: a follower left in probe by a lost answer comes back to replication with the next heartbeat', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAndSettle(cluster, 1)
    cluster.node(1).step({ type: 'peerUp', peer: 2 }, cluster.now())
    intercept(cluster, ({ to }) => to === 2)
    expect(progressOf(cluster, 1, 2)).toMatchObject({ phase: 'probe', paused: true })
    beat(cluster, 1)
    expect(progressOf(cluster, 1, 2)).toMatchObject({ phase: 'replicate', match: 2 })
  })

  it('L8: answers of an earlier session advance and rewind nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1)
    deliverAll(cluster, isType('AppendEntries'))
    const late = intercept(cluster, ({ from }) => from === 2)
    cluster.node(1).step({ type: 'peerUp', peer: 2 }, cluster.now())
    intercept(cluster, ({ to }) => to === 2)
    for (const { message } of late) give(cluster, 2, 1, message)
    expect(progressOf(cluster, 1, 2)).toMatchObject({ match: 1, phase: 'probe' })
    expect(ignoredAt(cluster, 1)).toContain('other-session')
    beat(cluster, 1)
    expect(progressOf(cluster, 1, 2).match).toBe(2)
  })

  it('L9: sessions are never used twice within a leadership', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const sessions = new Set<number>()
    for (let i = 0; i < 5; i++) {
      cluster.node(1).step({ type: 'peerUp', peer: 2 + (i % 2) }, cluster.now())
      sessions.add(progressOf(cluster, 1, 2 + (i % 2)).session)
    }
    expect(sessions.size).toBe(5)
  })

  it('repeating and reversing everything changes nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const seen: typeof cluster.inFlight = []
    cluster.filter = (flight) => seen.push(flight) > 0
    for (let i = 0; i < 5; i++) proposeAndSettle(cluster, 1)
    cluster.filter = () => true
    for (const { from, to, message } of [...seen, ...[...seen].reverse()]) give(cluster, from, to, message)
    cluster.settle()
    beat(cluster, 1)
    expect(leadersOf(cluster)).toEqual([1])
    for (const id of [1, 2, 3]) expect(cluster.observe(id)).toMatchObject({ lastIndex: 6, commitIndex: 6 })
  })

  it('L14: followers learn the last commit by the next heartbeat, without a message of its own before', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAndSettle(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(1)
    beat(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(2)
    expect(cluster.node(3).applied).toHaveLength(2)
  })

  it('L14: a follower that restarts idle learns it too', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAndSettle(cluster, 1, 3)
    cluster.crash(2)
    cluster.start(2)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(4)
  })

  it('L14: even if nobody told the leader of the restart', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAndSettle(cluster, 1, 3)
    const node = cluster.node(2)
    node.crash()
    node.start(cluster.now())
    beat(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(4)
  })
})
