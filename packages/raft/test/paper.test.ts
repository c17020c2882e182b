import { describe, expect, it } from 'vitest'
import { raft, type RaftMessage } from '../src/index.ts'
import {
  beat,
  campaign,
  clusterWithLogs,
  createCluster,
  deliverAll,
  elect,
  give,
  intercept,
  isType,
  leadersOf,
  messagesOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'
import { append, inRole, paperCluster, plain, send, vote, voteRequest } from './support/paper.ts'

/*
 * Section 5 of the paper (extended version), sentence by sentence where a sentence can be tested. The names say the rule in
 * own words. What the engine does beyond the paper (PreVote, CheckQuorum, stickiness) is off unless a rule needs it.
 */

describe('§5.1 terms', () => {
  it.each(['follower', 'candidate', 'leader'] as const)(
    'a %s that hears of a larger term takes it over and follows',
    (role) => {
      const cluster = inRole(role)
      give(cluster, 3, 1, append(5, 0, 0, []))
      expect(stateOf(cluster, 1)).toMatchObject({ role: 'follower', term: 5, leader: 3 })
    },
  )

  it('a request of an older term is refused, with the newer one', () => {
    const cluster = inRole('leader')
    give(cluster, 3, 1, vote(7, false))
    expect(send(cluster, 2, 1, voteRequest(3, 90, 2))).toMatchObject([{ granted: false, term: 7 }])
    expect(send(cluster, 2, 1, append(3, 0, 0, [3]))).toMatchObject([{ success: false, term: 7 }])
    expect(cluster.observe(1).lastIndex).toBe(1)
  })

  it('a term grows and never falls', () => {
    const cluster = inRole('follower')
    for (const term of [4, 2, 6, 1, 6]) give(cluster, 3, 1, append(term, 0, 0, []))
    expect(cluster.observe(1).epoch).toBe(6)
  })

  it('the current term is in every message', () => {
    const cluster = createCluster(3)
    const terms = new Set<boolean>()
    cluster.filter = ({ message }) => terms.add(Number.isInteger(message.term)).size > 0
    elect(cluster, 1)
    cluster.propose(2)
    cluster.read(3)
    cluster.settle()
    beat(cluster, 1)
    expect([...terms]).toEqual([true])
  })
})

describe('§5.2 leader election', () => {
  it('replicas start as followers', () => {
    const cluster = paperCluster(5)
    for (const id of cluster.nodes.keys()) expect(stateOf(cluster, id).role).toBe('follower')
  })

  it('a follower remains one as long as it hears from a leader', () => {
    const cluster = paperCluster(3)
    elect(cluster, 1)
    cluster.run(20_000)
    expect(leadersOf(cluster)).toEqual([1])
    expect(cluster.observe(2).epoch).toBe(1)
  })

  it('a leader sends heartbeats to all at its interval, whatever else it does not have to say', () => {
    const cluster = paperCluster(5)
    elect(cluster, 1)
    const beats = messagesOf(cluster, 'Heartbeat', () => cluster.run(500))
    expect(beats).toHaveLength(4 * 10)
    expect(new Set(beats.map(({ to }) => to))).toEqual(new Set([2, 3, 4, 5]))
  })

  it.each(['follower', 'candidate'] as const)('a %s that hears nothing for long enough campaigns', (role) => {
    const cluster = inRole(role)
    const before = cluster.observe(1).epoch
    for (let i = 0; i < 2; i++) cluster.fire(1, 'election')
    expect(stateOf(cluster, 1)).toMatchObject({ role: 'candidate' })
    expect(cluster.observe(1).epoch).toBeGreaterThan(before)
  })

  it('to campaign is to increment the term, vote for oneself and ask all others at once', () => {
    const cluster = paperCluster(5)
    const asked = messagesOf(cluster, 'RequestVote', () => cluster.fire(1, 'election'))
    expect(stateOf(cluster, 1)).toMatchObject({ role: 'candidate', term: 1, votedFor: 1 })
    expect(asked.map(({ to }) => to)).toEqual([2, 3, 4, 5])
  })

  it.each([
    [1, 0, true],
    [3, 0, false],
    [3, 1, true],
    [5, 1, false],
    [5, 2, true],
    [5, 4, true],
    [7, 2, false],
    [7, 3, true],
  ])('among %i, its own vote and %i others: a leader? %s', (size, others, wins) => {
    const cluster = paperCluster(size)
    cluster.fire(1, 'election')
    for (let id = 2; id < 2 + others; id++) give(cluster, id, 1, vote(1))
    expect(cluster.observe(1).role === 'leader').toBe(wins)
  })

  it('a refusal is no vote, and two from one voter are one', () => {
    const cluster = paperCluster(5)
    cluster.fire(1, 'election')
    for (const id of [3, 4, 5]) give(cluster, id, 1, vote(1, false))
    for (let i = 0; i < 3; i++) give(cluster, 2, 1, vote(1))
    expect(cluster.observe(1).role).toBe('candidate')
  })

  it('each replica votes for one candidate a term, the first that asks, and again for the same', () => {
    const cluster = paperCluster(3)
    expect(send(cluster, 2, 1, voteRequest(1, 0, 0))).toMatchObject([{ granted: true }])
    expect(send(cluster, 3, 1, voteRequest(1, 0, 0))).toMatchObject([{ granted: false }])
    expect(send(cluster, 2, 1, voteRequest(1, 0, 0))).toMatchObject([{ granted: true }])
    expect(send(cluster, 3, 1, voteRequest(2, 0, 0))).toMatchObject([{ granted: true }])
  })

  it('a new leader tells everybody at once, so that nobody else campaigns', () => {
    const cluster = paperCluster(5)
    const told = messagesOf(cluster, 'AppendEntries', () => elect(cluster, 1))
    expect(new Set(told.map(({ to }) => to))).toEqual(new Set([2, 3, 4, 5]))
    for (const id of [2, 3, 4, 5]) expect(cluster.observe(id).leader).toBe(1)
  })

  it('a candidate that hears of a leader of its term, or of a larger one, follows it; of a smaller, it goes on', () => {
    for (const [term, follows] of [
      [1, true],
      [2, true],
      [0, false],
    ] as const) {
      const cluster = inRole('candidate')
      give(cluster, 3, 1, append(term, 0, 0, []))
      expect(cluster.observe(1).role).toBe(follows ? 'follower' : 'candidate')
    }
  })

  it('after a split vote each candidate asks again in another term', () => {
    const cluster = paperCluster(4)
    for (const id of [1, 2]) cluster.fire(id, 'election')
    deliverAll(cluster, ({ from, to }) => (from === 1 && to === 3) || (from === 2 && to === 4))
    deliverAll(cluster, isType('RequestVoteResponse'))
    intercept(cluster, () => true)
    expect(leadersOf(cluster)).toEqual([])
    cluster.fire(1, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
    expect(cluster.observe(1).epoch).toBe(2)
  })

  it('the election timeout is drawn from a range, anew each time: its width keeps candidates apart', () => {
    const drawn: [number, number][] = []
    const engine = raft({ ...plain, electionTimeout: { min: 150, max: 300 } }).create({
      self: 1,
      membership: paperCluster(3).observe(1).membership,
      image: { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() },
      snapshot: undefined,
    })
    for (let i = 0; i < 5; i++) {
      for (const { range } of engine.take().timers)
        if (range !== undefined) drawn.push([range.min, range.max])
      engine.step({ type: 'persisted', token: { epoch: i, sequence: i } }, { wall: 0, monotonic: 0 })
      engine.step({ type: 'timeout', timer: 'election' }, { wall: 0, monotonic: 0 })
    }
    expect(drawn.length).toBeGreaterThanOrEqual(4)
    for (const range of drawn) expect(range).toEqual([150, 300])
  })
})

describe('§5.3 log replication', () => {
  it('a leader appends a command to its log and sends it to all others at once', () => {
    const cluster = paperCluster(5)
    elect(cluster, 1)
    const sent = messagesOf(cluster, 'AppendEntries', () => cluster.propose(1, 'x'))
    expect(sent.map(({ to }) => to)).toEqual([2, 3, 4, 5])
    for (const { message } of sent) {
      expect(message).toMatchObject({ prevLogIndex: 1, prevLogTerm: 1 })
      expect(message.entries.map(({ index, epoch }) => [index, epoch])).toEqual([[2, 1]])
    }
  })

  it.each([
    [1, 0, true],
    [3, 0, false],
    [3, 1, true],
    [5, 1, false],
    [5, 2, true],
  ])('among %i, an entry that %i others hold: committed? %s', (size, others, committed) => {
    const cluster = paperCluster(size)
    elect(cluster, 1)
    cluster.propose(1)
    deliverAll(cluster, ({ to, from }) => to <= 1 + others && from <= 1 + others)
    expect(cluster.observe(1).commitIndex).toBe(committed ? 2 : 1)
  })

  it('the client is answered, by applying its command, only when it is committed', () => {
    const cluster = paperCluster(3)
    elect(cluster, 1)
    cluster.propose(1)
    expect(cluster.node(1).applied).toHaveLength(1)
    cluster.settle()
    expect(cluster.node(1).applied).toHaveLength(2)
  })

  it.each([[[]], [[2]], [[1, 2]], [[1]]])(
    'committing commits all that lies before it, of earlier leaders too: log %o',
    (terms) => {
      const log = { terms, term: 2 }
      const cluster = clusterWithLogs({ 1: log, 2: log, 3: log }, plain)
      elect(cluster, 1)
      expect(cluster.observe(1).commitIndex).toBe(terms.length + 1)
      expect(cluster.node(1).applied.map(({ index }) => index)).toEqual(
        Array.from({ length: terms.length + 1 }, (_, i) => i + 1),
      )
    },
  )

  it('a follower that learns that an entry is committed applies it, in the order of the log', () => {
    const cluster = inRole('follower')
    give(cluster, 2, 1, append(1, 0, 0, [1, 1, 1], 2))
    expect(cluster.node(1).applied.map(({ index }) => index)).toEqual([1, 2])
    give(cluster, 2, 1, append(1, 3, 1, [], 3))
    expect(cluster.node(1).applied.map(({ index }) => index)).toEqual([1, 2, 3])
  })

  it('the leader tries again without end until every follower has every entry', () => {
    const cluster = paperCluster(3)
    elect(cluster, 1)
    cluster.filter = ({ to, message }) => to !== 3 || message.type !== 'AppendEntries'
    for (let i = 0; i < 5; i++) cluster.propose(1)
    const tries = messagesOf(cluster, 'AppendEntries', () => {
      for (let i = 0; i < 50; i++) beat(cluster, 1)
    })
    expect(tries.filter(({ to }) => to === 3).length).toBeGreaterThan(20)
    expect(cluster.observe(3).lastIndex).toBe(1)
    cluster.filter = () => true
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 6, commitIndex: 6 })
  })

  it('what goes before new entries is checked: a follower without it refuses them', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1, 2], term: 2 }, 2: {}, 3: {} }, plain)
    const answers = [
      [0, 0, true],
      [1, 1, true],
      [2, 2, true],
      [1, 2, false],
      [2, 1, false],
      [3, 3, false],
    ] as const
    for (const [index, term, success] of answers) {
      expect(send(cluster, 2, 1, append(4, index, term, []))).toMatchObject([{ success }])
    }
  })

  it.each([
    [2, 2, [3], [1, 2, 3]],
    [1, 1, [3, 4], [1, 3, 4]],
    [0, 0, [1], [1, 2]],
    [0, 0, [3], [3]],
    [1, 1, [2], [1, 2]],
    [2, 2, [], [1, 2]],
  ])(
    'entries in conflict with the leader’s are dropped and replaced, others stay: after (%i, %i) come %o',
    (index, prevTerm, terms, expected) => {
      const cluster = clusterWithLogs({ 1: { terms: [1, 2], term: 2 }, 2: {}, 3: {} }, plain)
      send(cluster, 2, 1, append(4, index, prevTerm, terms))
      expect(termsOf(cluster, 1)).toEqual(expected)
      expect(
        cluster
          .node(1)
          .durable.image(1)
          .entries.map(({ epoch }) => epoch),
      ).toEqual(expected)
    },
  )

  it('figure 7: a leader brings all logs to its own', () => {
    const logs = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ].map((terms) => ({ terms, term: 7 }))
    const cluster = clusterWithLogs(Object.fromEntries(logs.map((log, i) => [i + 1, log])), plain)
    elect(cluster, 1)
    beat(cluster, 1)
    for (const id of cluster.nodes.keys()) expect(termsOf(cluster, id)).toEqual([...logs[0]!.terms, 8])
  })

  it('a leader never overwrites nor drops an entry of its own log', () => {
    const cluster = clusterWithLogs(
      { 1: { terms: [1, 2, 2], term: 3 }, 2: { terms: [1, 3, 3, 3], term: 3 }, 3: { terms: [1, 2, 2] } },
      plain,
    )
    const before = cluster.node(1).durable.image(1).entries
    campaign(cluster, 1)
    give(cluster, 3, 1, vote(4))
    cluster.settle()
    expect(stateOf(cluster, 1).log.entries.slice(0, 3)).toEqual(before)
  })

  it('a slow follower keeps no entry from being committed, which takes one round to a majority', () => {
    const cluster = paperCluster(5)
    elect(cluster, 1)
    cluster.propose(1)
    const slow = intercept(cluster, ({ to }) => to >= 4)
    let rounds = 0
    for (; cluster.observe(1).commitIndex < 2; rounds++) {
      const wave = intercept(cluster, () => true)
      for (const { from, to, message } of wave) give(cluster, from, to, message)
    }
    expect(rounds).toBe(2) // there and back
    expect(slow).toHaveLength(2)
  })
})

describe('§5.4.1 election restriction', () => {
  const logs = { shorter: [1, 1], same: [1, 1, 1], longer: [1, 1, 1, 1], later: [1, 2] }

  it.each([
    ['same', [3, 1], true],
    ['shorter', [3, 1], true],
    ['longer', [3, 1], false],
    ['later', [3, 1], false],
    ['later', [2, 2], true],
    ['later', [9, 1], false],
    ['longer', [1, 2], true],
  ] as const)(
    'a voter with the log “%s” asked for one that ends with %o: granted? %s',
    (log, [index, term], granted) => {
      const cluster = clusterWithLogs({ 1: { terms: logs[log], term: 2 }, 2: {}, 3: {} }, plain)
      expect(send(cluster, 2, 1, voteRequest(3, index, term))).toMatchObject([{ granted }])
    },
  )

  it('the request tells of the candidate’s log', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1, 2, 2], term: 5 }, 2: {}, 3: {} }, plain)
    const asked = messagesOf(cluster, 'RequestVote', () => cluster.fire(1, 'election'))
    for (const { message } of asked)
      expect(message).toMatchObject({ term: 6, lastLogIndex: 3, lastLogTerm: 2 })
  })
})

describe('§5.4.2 entries of earlier terms', () => {
  /** Replica 1 leads term 3 with entries of terms 1, 2 and 3; replica 2 says up to where it holds them. */
  function leaderHeldTo(index: number): number {
    const log = { terms: [1, 2], term: 2 }
    const cluster = clusterWithLogs({ 1: log, 2: log, 3: log }, plain)
    campaign(cluster, 1)
    deliverAll(cluster, isType('RequestVote', 'RequestVoteResponse'))
    intercept(cluster, () => true)
    const { session } = stateOf(cluster, 1).leadership!.progress.get(2)!
    give(cluster, 2, 1, {
      type: 'AppendEntriesResponse',
      term: 3,
      session,
      round: 0,
      success: true,
      index,
      hintIndex: 0,
      hintTerm: 0,
    })
    return cluster.observe(1).commitIndex
  }

  it('are not committed by counting replicas; those of the own term are, and all before them', () => {
    expect([1, 2, 3].map(leaderHeldTo)).toEqual([0, 0, 3])
  })

  it('keep their original term when a later leader sends them', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1, 2], term: 2 }, 2: {}, 3: {} }, plain)
    elect(cluster, 1)
    expect(termsOf(cluster, 3)).toEqual([1, 2, 3])
  })
})

describe('§5.5 crashes of followers and candidates', () => {
  it('requests to one that is down are sent again when it is back', () => {
    const cluster = paperCluster(3)
    elect(cluster, 1)
    cluster.crash(3)
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    cluster.start(3)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ lastIndex: 6, commitIndex: 6 })
  })

  it('a request carried out but not answered before a crash can come again: what is there is passed over', () => {
    const cluster = paperCluster(3)
    elect(cluster, 1)
    cluster.propose(1)
    const [request] = intercept(cluster, ({ to, message }) => to === 3 && message.type === 'AppendEntries')
    give(cluster, 1, 3, request!.message)
    intercept(cluster, ({ from }) => from === 3)
    const node = cluster.node(3)
    node.crash()
    node.start(cluster.now())
    const before = node.durable.image(1).entries
    expect(send(cluster, 1, 3, request!.message)).toMatchObject([{ success: true, index: 2 }])
    expect(node.durable.image(1).entries).toEqual(before)
    expect(node.writing).toEqual([])
  })

  it('a vote that was given and not heard of before a crash is given again, to the same', () => {
    const cluster = paperCluster(3)
    send(cluster, 2, 1, voteRequest(1, 0, 0))
    cluster.crash(1)
    cluster.start(1)
    expect(send(cluster, 3, 1, voteRequest(1, 0, 0))).toMatchObject([{ granted: false }])
    expect(send(cluster, 2, 1, voteRequest(1, 0, 0))).toMatchObject([{ granted: true }])
  })
})

describe('§5.6 timing', () => {
  it('safety does not depend on it: messages as late as can be, and timers as early', () => {
    const cluster = paperCluster(3)
    const late: { from: number; to: number; message: RaftMessage }[] = []
    cluster.filter = (flight) => late.push(flight) > 0
    for (let i = 0; i < 30; i++) {
      cluster.fire((i % 3) + 1, cluster.observe((i % 3) + 1).role === 'leader' ? 'heartbeat' : 'election')
      for (let j = 0; j < i % 7; j++) cluster.deliver()
      if (cluster.observe(1).role === 'leader') cluster.propose(1)
    }
    for (const { from, to, message } of late.slice(0, 300)) give(cluster, from, to, message)
    const commit = Math.min(...[1, 2, 3].map((id) => cluster.observe(id).commitIndex))
    const prefixes = [1, 2, 3].map((id) => JSON.stringify(termsOf(cluster, id).slice(0, commit)))
    expect(new Set(prefixes).size).toBe(1)
  })

  it('availability does: heartbeats that are not well below the election timeout are refused', () => {
    expect(() => raft({ heartbeatInterval: 200, electionTimeout: { min: 300, max: 600 } })).toThrow(
      'heartbeat',
    )
    expect(() => raft({ heartbeatInterval: 150, electionTimeout: { min: 300, max: 600 } })).not.toThrow()
  })
})
