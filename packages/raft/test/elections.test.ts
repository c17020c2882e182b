import { describe, expect, it } from 'vitest'
import {
  campaign,
  clusterWithLogs,
  countMessages,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  give,
  ignoredAt,
  intercept,
  isType,
  leadersOf,
  messagesOf,
  stateOf,
} from './support/cluster.ts'

describe('an election', () => {
  it.each([3, 5, 7])('costs 2(n−1) pre-votes, 2(n−1) votes and 2(n−1) appends for %i voters', (n) => {
    const cluster = createCluster(n)
    const counts = countMessages(cluster, () => elect(cluster, 1))
    expect(counts).toEqual({
      RequestPreVote: n - 1,
      RequestPreVoteResponse: n - 1,
      RequestVote: n - 1,
      RequestVoteResponse: n - 1,
      AppendEntries: n - 1,
      AppendEntriesResponse: n - 1,
    })
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1, commitIndex: 1, leader: 1 })
    for (let id = 2; id <= n; id++) {
      expect(cluster.observe(id)).toMatchObject({ role: 'follower', epoch: 1, leader: 1, lastIndex: 1 })
    }
  })

  it('is held by timers alone', () => {
    const cluster = createCluster(5)
    const leader = cluster.elect()
    cluster.crash(leader)
    expect(cluster.run(1_200, () => leadersOf(cluster).length === 1)).toBe(true)
    expect(cluster.observe(leadersOf(cluster)[0]!).epoch).toBe(2)
  })

  it('without PreVote goes straight to a higher term', () => {
    const cluster = createCluster(3, { preVote: false })
    const counts = countMessages(cluster, () => elect(cluster, 2))
    expect(counts.RequestPreVote).toBeUndefined()
    expect(counts.RequestVote).toBe(2)
  })

  it('with a split vote elects nobody, and then somebody', () => {
    const cluster = createCluster(4)
    cluster.fire(1, 'election')
    cluster.fire(2, 'election')
    deliverAll(cluster, isType('RequestPreVote', 'RequestPreVoteResponse'))
    expect(cluster.observe(1).phase).toBe('candidate')
    expect(cluster.observe(2).phase).toBe('candidate')
    deliverAll(cluster, ({ from, to }) => (from === 1 && to === 3) || (from === 3 && to === 1))
    deliverAll(cluster, ({ from, to }) => (from === 2 && to === 4) || (from === 4 && to === 2))
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([])
    expect(cluster.elect(2_000)).toBeGreaterThan(0)
  })

  it('gives no vote to a candidate with an older log (§5.4.1)', () => {
    const cluster = clusterWithLogs({
      1: { terms: [1, 1] },
      2: { terms: [1, 2] },
      3: { terms: [1, 1, 1], term: 2 },
    })
    campaign(cluster, 3)
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([3])
    const other = clusterWithLogs({
      1: { terms: [1, 2] },
      2: { terms: [1, 2] },
      3: { terms: [1, 1, 1], term: 2 },
    })
    campaign(other, 3)
    other.settle()
    expect(leadersOf(other)).toEqual([])
  })
})

describe('votes', () => {
  it('V1: a vote stays when a candidate steps down within its term', () => {
    const cluster = createCluster(3)
    cluster.fire(2, 'election')
    deliverAll(cluster, isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote'))
    expect(stateOf(cluster, 1)).toMatchObject({ term: 1, votedFor: 2 })
    intercept(cluster, () => true)
    cluster.fire(1, 'election')
    expect(cluster.observe(1).phase).toBe('pre-candidate')
    give(cluster, 2, 1, {
      type: 'AppendEntries',
      term: 1,
      session: 1,
      round: 0,
      prevLogIndex: 5,
      prevLogTerm: 1,
      leaderCommit: 0,
      entries: [],
    })
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', leader: 2 })
    give(cluster, 3, 1, {
      type: 'RequestVote',
      term: 1,
      lastLogIndex: 9,
      lastLogTerm: 1,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    expect(stateOf(cluster, 1).votedFor).toBe(2)
    expect(cluster.inFlight.at(-1)).toMatchObject({
      to: 3,
      message: { type: 'RequestVoteResponse', granted: false, commit: 0, commitTerm: 0 },
    })
  })

  it("V2: a candidate's own vote counts only when it is durable, and it asks nobody before", () => {
    const cluster = createCluster(1)
    cluster.node(1).autoPersist = false
    cluster.fire(1, 'election')
    expect(cluster.observe(1)).toMatchObject({ phase: 'candidate', epoch: 1 })
    cluster.crash(1)
    cluster.start(1)
    expect(stateOf(cluster, 1)).toMatchObject({ term: 0, votedFor: undefined })

    const three = createCluster(3)
    three.node(1).autoPersist = false
    three.fire(1, 'election')
    const asked = messagesOf(three, 'RequestVote', () => three.settle())
    expect(three.observe(1).phase).toBe('candidate')
    expect(asked).toEqual([])
    expect(messagesOf(three, 'RequestVote', () => three.node(1).completeWrite(three.now()))).toHaveLength(2)
  })

  it('V3: an own vote that becomes durable after the term has moved on counts for nothing', () => {
    const cluster = createCluster(3)
    cluster.node(1).autoPersist = false
    cluster.fire(1, 'election')
    cluster.settle()
    give(cluster, 2, 1, { type: 'NotLeader', term: 7 })
    cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 7 })
  })

  it('V6: a pre-vote for a shorter log is refused as a vote would be', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1] }, 2: { terms: [1, 1] }, 3: { terms: [1, 1] } })
    campaign(cluster, 1)
    cluster.settle()
    expect(cluster.observe(1).phase).toBe('pre-candidate')
    expect(eventsOf(cluster, 2, 'RefusePreVote')[0]!.detail).toMatchObject({ refusal: 'log-behind' })
  })

  it('V7: a pre-vote granted in an earlier round counts for nothing', () => {
    const cluster = createCluster(3)
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('RequestPreVote'))
    const late = intercept(cluster, isType('RequestPreVoteResponse'))
    cluster.fire(1, 'election')
    intercept(cluster, () => true)
    for (const { from, message } of late) give(cluster, from, 1, message)
    expect(cluster.observe(1).phase).toBe('pre-candidate')
    expect(ignoredAt(cluster, 1)).toContain('other-round')
  })

  it('V7: nor does one from before a restart', () => {
    const cluster = createCluster(3)
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('RequestPreVote'))
    const late = intercept(cluster, isType('RequestPreVoteResponse'))
    cluster.crash(1)
    cluster.start(1)
    cluster.fire(1, 'election')
    intercept(cluster, () => true)
    for (const { from, message } of late) give(cluster, from, 1, message)
    expect(cluster.observe(1).phase).toBe('pre-candidate')
  })

  it('V8: the leader dies, both followers ask for pre-votes at once: one wins', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(1)
    for (const id of [2, 3]) cluster.fire(id, 'election')
    for (const id of [2, 3]) cluster.fire(id, 'election')
    expect(stateOf(cluster, 2)).toMatchObject({ role: 'pre-candidate', leader: undefined })
    cluster.settle()
    expect(cluster.run(2_000, () => leadersOf(cluster).length === 1)).toBe(true)
  })

  it('V9: a high term with a short log and a low term with a long log still elect', () => {
    const cluster = clusterWithLogs({
      1: { terms: [1], term: 9 },
      2: { terms: [1, 1, 1] },
      3: { terms: [1] },
    })
    cluster.crash(3)
    expect(cluster.run(5_000, () => leadersOf(cluster).length > 0)).toBe(true)
    expect(leadersOf(cluster)).toEqual([2])
    expect(cluster.observe(2).epoch).toBeGreaterThan(9)
  })

  it('V10: a refused pre-vote with a higher term is adopted', () => {
    const cluster = clusterWithLogs({ 1: { term: 2 }, 2: { term: 8 }, 3: { term: 8 } })
    campaign(cluster, 1)
    cluster.settle()
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 8 })
    campaign(cluster, 1)
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('V11: a replica that hears nobody keeps its term', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.isolate(3)
    cluster.run(10_000)
    expect(cluster.observe(3)).toMatchObject({ phase: 'pre-candidate', epoch: 1 })
    cluster.rejoin(3)
    cluster.run(1_000)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1 })
    expect(cluster.observe(3)).toMatchObject({ role: 'follower', leader: 1, epoch: 1 })
  })

  it('V12: a former leader gets the pre-vote of a follower that still believes in it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(3)
    cluster.crash(1)
    cluster.start(1)
    expect(stateOf(cluster, 2)).toMatchObject({ leader: 1, leaderAlive: true })
    cluster.fire(1, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
    expect(cluster.observe(1).epoch).toBe(2)
  })

  it('V13: granting a pre-vote changes neither term, vote nor timer', () => {
    const cluster = createCluster(3)
    cluster.time = 100
    const timer = cluster.node(2).timers.get('election')
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('RequestPreVote'))
    expect(cluster.node(2).timers.get('election')).toBe(timer)
    expect(stateOf(cluster, 2)).toMatchObject({ term: 0, votedFor: undefined, leaderAlive: false })
  })

  it('V14: a sitting leader does not campaign, nor does a lone voter whose vote is being written', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.fire(1, 'election')
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1 })
    const alone = createCluster(1)
    alone.node(1).autoPersist = false
    alone.fire(1, 'election')
    alone.fire(1, 'election')
    expect(alone.observe(1)).toMatchObject({ phase: 'candidate', epoch: 1 })
    expect(alone.node(1).timers.has('election')).toBe(true)
  })

  it('V15: an observer that is asked for its vote votes: the asker may know that it is a voter', () => {
    const cluster = createCluster(3, { observers: 1 })
    give(cluster, 1, 4, {
      type: 'RequestVote',
      term: 3,
      lastLogIndex: 0,
      lastLogTerm: 0,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    expect(stateOf(cluster, 4)).toMatchObject({ term: 3, votedFor: 1 })
  })

  it('V16: votes of others than voters count for nothing', () => {
    const cluster = createCluster(3, { observers: 1 })
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('RequestPreVote', 'RequestPreVoteResponse'))
    for (const from of [4, 9])
      give(cluster, from, 1, {
        type: 'RequestVoteResponse',
        term: 1,
        granted: true,
        commit: 0,
        commitTerm: 0,
      })
    expect(cluster.observe(1).phase).toBe('candidate')
    expect(ignoredAt(cluster, 1).filter((reason) => reason === 'no-voter')).toHaveLength(2)
  })

  it('V16: pre-votes of others than voters count for nothing', () => {
    const cluster = createCluster(3, { observers: 1 })
    cluster.fire(1, 'election')
    const { round } = stateOf(cluster, 1).candidacy!
    give(cluster, 4, 1, {
      type: 'RequestPreVoteResponse',
      term: 0,
      round,
      granted: true,
      commit: 0,
      commitTerm: 0,
    })
    expect(cluster.observe(1).phase).toBe('pre-candidate')
  })

  it('a repeated request gets the same vote, and another candidate none', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 3, {
      type: 'RequestVote',
      term: 1,
      lastLogIndex: 0,
      lastLogTerm: 0,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    give(cluster, 1, 3, {
      type: 'RequestVote',
      term: 1,
      lastLogIndex: 0,
      lastLogTerm: 0,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    give(cluster, 2, 3, {
      type: 'RequestVote',
      term: 1,
      lastLogIndex: 5,
      lastLogTerm: 1,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    const granted = cluster.inFlight.map(({ to, message }) => [to, 'granted' in message && message.granted])
    expect(granted).toEqual([
      [1, true],
      [1, true],
      [2, false],
    ])
  })

  it('V4: a granted vote leaves when it is durable, together with its term', () => {
    const cluster = createCluster(3)
    cluster.node(3).autoPersist = false
    give(cluster, 1, 3, {
      type: 'RequestVote',
      term: 4,
      lastLogIndex: 0,
      lastLogTerm: 0,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    expect(cluster.inFlight).toEqual([])
    expect(cluster.node(3).writing[0]!.persist).toMatchObject({
      sync: true,
      operations: [{ type: 'setHardState' }],
    })
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.inFlight).toMatchObject([{ to: 1, message: { granted: true, term: 4 } }])
  })
})

describe('stickiness', () => {
  it('without it: those whose leader a refused candidate has deposed do not campaign together', () => {
    const drawn: [number, number, number][] = []
    const plain = { leaderStickiness: false, preVote: false, checkQuorum: false }
    const cluster = createCluster(3, {
      ...plain,
      drawDelay: (id, min, max, name) => {
        if (name === 'election') drawn.push([id, min, max])
        return (min + max) / 2 + id
      },
    })
    elect(cluster, 1)
    cluster.propose(1)
    cluster.settle()
    const empty = { lastLogIndex: 0, lastLogTerm: 0, commit: 0, commitTerm: 0 }
    for (const id of [2, 3]) {
      drawn.length = 0
      give(cluster, 5 - id, id, { type: 'RequestVote', term: 9, ...empty, release: 0 })
      expect(stateOf(cluster, id)).toMatchObject({ term: 9, votedFor: undefined, leaderAlive: false })
      // The time for which the leader would have counted as alive is the same for all: not what to campaign by.
      expect(drawn).toHaveLength(1)
      expect(drawn[0]![2]).toBeGreaterThan(drawn[0]![1])
    }
  })

  it('a follower of a live leader ignores a vote request and keeps its term', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 3, 2, {
      type: 'RequestVote',
      term: 9,
      lastLogIndex: 99,
      lastLogTerm: 9,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    expect(stateOf(cluster, 2)).toMatchObject({ term: 1, leader: 1 })
    expect(ignoredAt(cluster, 2)).toContain('leader-alive')
    cluster.fire(2, 'election') // the minimum election timeout has passed in silence
    give(cluster, 3, 2, {
      type: 'RequestVote',
      term: 9,
      lastLogIndex: 99,
      lastLogTerm: 9,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    expect(stateOf(cluster, 2)).toMatchObject({ term: 9, votedFor: 3 })
  })

  it('a leader does not step down for a vote request, but for an answer of a higher term', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 3, 1, {
      type: 'RequestVote',
      term: 9,
      lastLogIndex: 99,
      lastLogTerm: 9,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    expect(cluster.observe(1).role).toBe('leader')
    give(cluster, 3, 1, {
      type: 'HeartbeatResponse',
      term: 9,
      session: 1,
      round: 1,
      received: 0,
      durable: 0,
    })
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 9 })
  })

  it('a candidate stuck in a higher term is freed', () => {
    const cluster = createCluster(3, { preVote: false })
    elect(cluster, 1)
    cluster.isolate(3)
    cluster.fire(3, 'election')
    cluster.fire(3, 'election')
    expect(cluster.observe(3).epoch).toBe(2)
    cluster.rejoin(3)
    expect(
      cluster.run(5_000, () => leadersOf(cluster).length === 1 && cluster.observe(3).leader !== undefined),
    ).toBe(true)
  })

  it('a repeated old heartbeat does not keep a leader alive', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.fire(1, 'heartbeat')
    const [heartbeat] = cluster.inFlight.filter(({ to }) => to === 2)
    cluster.settle()
    cluster.fire(2, 'election')
    give(cluster, 1, 2, heartbeat!.message)
    expect(stateOf(cluster, 2).leaderAlive).toBe(false)
    expect(ignoredAt(cluster, 2)).toContain('old-round')
  })
})
