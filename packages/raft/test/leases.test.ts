import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import type { RaftOptions } from '../src/index.ts'
import {
  beat,
  campaign,
  type Cluster,
  type ClusterOptions,
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
  prepareLog,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { readNow, transfer } from './support/leadership.ts'

const leaseDuration = 300
/** What a leader may count on with the default drift of 5 %: 300 · 0.95 / 1.05, rounded down. */
const used = 271
const leased: RaftOptions = { leaseDuration }
/** Nothing but the lease keeps a voter from voting. */
const unguarded: RaftOptions = { ...leased, checkQuorum: false, leaderStickiness: false, preVote: false }

/** Replica 1 leads, has committed its first entry, and a quorum has answered a round that began now. */
function ledCluster(options: ClusterOptions = leased, size = 3): Cluster {
  const cluster = createCluster(size, options)
  elect(cluster, 1)
  cluster.time += 50
  beat(cluster, 1)
  return cluster
}

describe('a lease read (thesis §6.4.1)', () => {
  it('is answered by the leader at once and without a message while its lease lasts', () => {
    const cluster = ledCluster()
    const counts = countMessages(cluster, () => expect(readNow(cluster, 1)).toBe(1))
    expect(counts).toEqual({})
    cluster.time += used
    expect(readNow(cluster, 1)).toBe(1)
    cluster.time += 1
    expect(readNow(cluster, 1)).toBeUndefined()
  })

  it('without a lease is served as a linearizable one', () => {
    const cluster = ledCluster({})
    const sequence = cluster.read(1, 'lease')
    expect(repliesOf(cluster, 1, sequence)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 1, sequence)).toEqual([{ type: 'readReady', sequence, index: 1 }])
  })

  it('a linearizable read asks a quorum all the same', () => {
    expect(readNow(ledCluster(), 1, 'linearizable')).toBeUndefined()
  })

  it('goes on without end while heartbeats are answered', () => {
    const cluster = ledCluster()
    for (let i = 0; i < 40; i++) {
      cluster.run(50)
      expect(readNow(cluster, 1)).toBe(1)
    }
  })

  it('R1: is not answered before the first commit of the term', () => {
    const cluster = createCluster(3, leased)
    campaign(cluster, 1)
    cluster.filter = ({ message }) => message.type !== 'AppendEntries'
    cluster.settle()
    cluster.filter = ({ message }) => message.type !== 'AppendEntriesResponse'
    beat(cluster, 1)
    expect(stateOf(cluster, 1).leadership!.lease.until).toBeGreaterThan(cluster.time)
    expect(readNow(cluster, 1)).toBeUndefined()
  })

  it('of a follower goes to the leader', () => {
    const cluster = ledCluster()
    const sequence = cluster.read(2, 'lease')
    expect(repliesOf(cluster, 2, sequence)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 2, sequence)).toEqual([{ type: 'readReady', sequence, index: 1 }])
  })

  it('of a single voter needs nobody', () => {
    const cluster = createCluster(1, leased)
    elect(cluster, 1)
    beat(cluster, 1)
    expect(readNow(cluster, 1)).toBe(1)
  })

  it('answers of observers count for nothing', () => {
    const cluster = createCluster(3, { ...leased, observers: 2 })
    elect(cluster, 1)
    cluster.time += 1_000
    cluster.filter = ({ from }) => from < 2 || from > 3
    beat(cluster, 1)
    expect(readNow(cluster, 1)).toBeUndefined()
  })
})

/** Answers of a round come late, and from then on replica 1 hears nothing and 2 is elected as soon as it can be. */
function deposeAfterLateAnswers(options: ClusterOptions): Cluster {
  const cluster = ledCluster(options)
  cluster.time += 1_000
  cluster.fire(1, 'heartbeat')
  deliverAll(cluster, isType('Heartbeat'))
  cluster.time += 250
  deliverAll(cluster, isType('HeartbeatResponse'))
  cluster.isolate(1)
  cluster.time += 51
  campaign(cluster, 2)
  cluster.settle()
  cluster.propose(2)
  cluster.settle()
  expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 3 })
  expect(cluster.observe(1).role).toBe('leader')
  return cluster
}

describe('how long a lease lasts', () => {
  it('R7: it is counted from when the round began, not from when it was answered', () => {
    const cluster = ledCluster()
    cluster.time += 1_000
    cluster.fire(1, 'heartbeat')
    const began = cluster.time
    deliverAll(cluster, isType('Heartbeat'))
    cluster.time += 200
    cluster.settle()
    cluster.time = began + used
    expect(readNow(cluster, 1)).toBe(1)
    cluster.time += 1
    expect(readNow(cluster, 1)).toBeUndefined()
  })

  it('R7: so one who was deposed answers nothing stale', () => {
    expect(readNow(deposeAfterLateAnswers(leased), 1)).toBeUndefined()
  })

  it('R7: with leaseFromAnswers it does', () => {
    const cluster = deposeAfterLateAnswers({ ...leased, unsafe: { leaseFromAnswers: true } })
    expect(readNow(cluster, 1)).toBe(1)
  })

  it('is shorter by what clocks may drift', () => {
    for (const [clockDrift, length] of [
      [0, 300],
      [0.05, 271],
      [0.5, 100],
    ] as const) {
      const cluster = ledCluster({ ...leased, clockDrift })
      cluster.time += length
      cluster.time -= 1
      expect(readNow(cluster, 1)).toBe(1)
      cluster.time += 2
      expect(readNow(cluster, 1)).toBeUndefined()
    }
  })

  it('a drift of 100 % and more, or a negative lease, cannot be', () => {
    expect(() => createCluster(3, { clockDrift: 1 })).toThrow('clockDrift')
    expect(() => createCluster(3, { clockDrift: -0.1 })).toThrow('clockDrift')
    expect(() => createCluster(3, { leaseDuration: -1 })).toThrow('leaseDuration')
  })

  it('R8: a leader that slept through its lease asks', () => {
    const cluster = ledCluster()
    cluster.isolate(1)
    cluster.time += 500
    campaign(cluster, 2)
    cluster.settle()
    cluster.propose(2)
    cluster.settle()
    expect(readNow(cluster, 1)).toBeUndefined()
  })

  it('R7: it does not rest on CheckQuorum, whose window is longer', () => {
    const cluster = ledCluster()
    cluster.isolate(1)
    for (let i = 0; i < 5; i++) {
      cluster.time += 60
      cluster.fire(1, 'heartbeat')
    }
    expect(cluster.observe(1).role).toBe('leader')
    expect(readNow(cluster, 1)).toBeUndefined()
  })

  it('a repeated answer extends nothing', () => {
    const cluster = ledCluster()
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isType('Heartbeat'))
    const answers = cluster.inFlight.map(({ from, message }) => ({ from, message }))
    cluster.settle()
    const { until } = stateOf(cluster, 1).leadership!.lease
    cluster.time += 100
    cluster.fire(1, 'heartbeat')
    cluster.inFlight = []
    for (const { from, message } of answers) give(cluster, from, 1, message)
    expect(stateOf(cluster, 1).leadership!.lease.until).toBe(until)
  })
})

describe('a voter that has given its word', () => {
  it('votes for nobody else until its own clock has run that long, whatever timers and options say', () => {
    const cluster = ledCluster(unguarded)
    for (const [wait, isElected] of [
      [leaseDuration - 1, false],
      [1, true],
    ] as const) {
      cluster.time += wait
      cluster.fire(2, 'election')
      cluster.fire(2, 'election')
      cluster.settle()
      expect(leadersOf(cluster).includes(2)).toBe(isElected)
    }
  })

  it('neither votes nor takes the term over', () => {
    const cluster = ledCluster(unguarded)
    const end = { lastLogIndex: 9, lastLogTerm: 1, commit: 1, commitTerm: 1 }
    give(cluster, 2, 3, { type: 'RequestVote', term: 5, ...end, release: 0 })
    expect(ignoredAt(cluster, 3)).toContain('leased')
    expect(cluster.observe(3).epoch).toBe(1)
  })

  it('does not vote in a term that it was told of otherwise', () => {
    const cluster = ledCluster(unguarded)
    give(cluster, 2, 3, { type: 'NotLeader', term: 5 })
    const end = { lastLogIndex: 9, lastLogTerm: 1, commit: 1, commitTerm: 1 }
    give(cluster, 2, 3, { type: 'RequestVote', term: 5, ...end, release: 0 })
    expect(eventsOf(cluster, 3, 'RefuseVote.leased')).toHaveLength(1)
    cluster.time += leaseDuration
    give(cluster, 2, 3, { type: 'RequestVote', term: 5, ...end, release: 0 })
    expect(stateOf(cluster, 3).votedFor).toBe(2)
  })

  it('promises no pre-vote either, and does not campaign itself', () => {
    const cluster = ledCluster({ ...unguarded, preVote: true })
    const end = { lastLogIndex: 9, lastLogTerm: 1, commit: 1, commitTerm: 1 }
    give(cluster, 2, 3, { type: 'RequestPreVote', term: 1, round: 1, ...end })
    expect(eventsOf(cluster, 3, 'RefusePreVote.leased')).toHaveLength(1)
    cluster.fire(3, 'election')
    cluster.fire(3, 'election')
    expect(cluster.observe(3).role).toBe('follower')
    expect(ignoredAt(cluster, 3)).toContain('leased')
  })

  it('votes for the holder itself: whoever campaigns leads no more', () => {
    const cluster = ledCluster(unguarded)
    cluster.crash(1)
    cluster.start(1)
    cluster.settle()
    cluster.time += leaseDuration
    for (const id of [2, 3]) give(cluster, 1, id, { ...heartbeat(cluster), round: 99 })
    cluster.inFlight = []
    cluster.fire(1, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('counts from its own clock for each new round, and not for a repeated one', () => {
    const cluster = ledCluster()
    const { until } = stateOf(cluster, 2).lease
    expect(until).toBe(cluster.time + leaseDuration)
    cluster.time += 100
    const repeated = { ...heartbeat(cluster), round: stateOf(cluster, 1).leadership!.round }
    give(cluster, 1, 2, repeated)
    expect(stateOf(cluster, 2).lease.until).toBe(until)
    give(cluster, 1, 2, { ...repeated, round: repeated.round + 1 })
    expect(stateOf(cluster, 2).lease.until).toBe(cluster.time + leaseDuration)
  })
})

function heartbeat(cluster: Cluster) {
  const { term } = stateOf(cluster, 1)
  return { type: 'Heartbeat', term, session: 1, round: 0, leaderCommit: 0 } as const
}

/** Replica 1 holds a lease; the others restart, and 2 is elected as soon as it can be. */
function deposeByRestart(options: ClusterOptions): Cluster {
  const cluster = ledCluster(options)
  cluster.isolate(1)
  for (const id of [2, 3]) {
    cluster.crash(id)
    cluster.start(id)
  }
  cluster.time += 100
  cluster.fire(2, 'election')
  cluster.settle()
  if (cluster.observe(2).role === 'leader') cluster.propose(2)
  cluster.settle()
  return cluster
}

describe('after a restart', () => {
  it('a voter does not know whom it gave its word, and waits', () => {
    const cluster = deposeByRestart(leased)
    expect(leadersOf(cluster)).toEqual([1])
    expect(readNow(cluster, 1)).toBe(1)
    expect(ignoredAt(cluster, 2)).toContain('leased')
    cluster.time += leaseDuration - 100
    cluster.fire(2, 'election')
    cluster.settle()
    expect(cluster.observe(2).role).toBe('leader')
  })

  it('with forgetLease, one who was deposed answers with stale state', () => {
    const cluster = deposeByRestart({ ...leased, unsafe: { forgetLease: true } })
    expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 3 })
    expect(readNow(cluster, 1)).toBe(1)
  })

  it('the first start waits for nothing, nor does one without leases', () => {
    const fresh = createCluster(3, leased)
    elect(fresh, 1)
    const cluster = createCluster(3)
    cluster.crash(2)
    prepareLog(cluster, 2, { terms: [1] })
    cluster.start(2)
    elect(cluster, 2)
  })

  it('a leader holds no lease until a quorum has answered again', () => {
    const cluster = ledCluster(leased, 1)
    cluster.crash(1)
    cluster.start(1)
    cluster.time += leaseDuration + 1
    cluster.fire(1, 'election')
    expect(readNow(cluster, 1)).toBeUndefined()
  })
})

/** Replica 2 leads after a transfer, and has committed more; replica 1 does not hear of it. */
function handOver(options: ClusterOptions): Cluster {
  const cluster = ledCluster(options, 5)
  transfer(cluster, 1, 2)
  cluster.filter = ({ to }) => to !== 1
  cluster.settle()
  cluster.propose(2)
  cluster.settle()
  expect(leadersOf(cluster)).toEqual([1, 2])
  expect(cluster.observe(2).commitIndex).toBe(3)
  return cluster
}

describe('leases and transfers', () => {
  it('R6: a transfer is not held up by the lease, which the leader gives back', () => {
    const cluster = ledCluster({ ...unguarded, checkQuorum: true, leaderStickiness: true })
    transfer(cluster, 1, 2)
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([2])
    expect(readNow(cluster, 2)).toBeUndefined()
    beat(cluster, 2)
    expect(readNow(cluster, 2)).toBe(2)
  })

  it('R6: from its beginning no read is served by lease', () => {
    expect(readNow(handOver(leased), 1)).toBeUndefined()
  })

  it('R6: with keepLeaseInTransfer the old leader answers with stale state', () => {
    expect(readNow(handOver({ ...leased, unsafe: { keepLeaseInTransfer: true } }), 1)).toBe(1)
  })

  it('R6: after one that was given up, not until a quorum has answered a round that began since', () => {
    const cluster = ledCluster()
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    transfer(cluster, 1, 2)
    for (let i = 0; i < 11; i++) {
      cluster.run(50)
      expect(readNow(cluster, 1)).toBeUndefined()
      cluster.settle()
    }
    cluster.fire(1, 'heartbeat') // here it is given up
    expect(stateOf(cluster, 1).transfer).toBeUndefined()
    expect(readNow(cluster, 1)).toBeUndefined()
    cluster.settle()
    expect(readNow(cluster, 1)).toBe(1)
  })

  it('R6: a campaign of a transfer that was given up gets no vote of those who have given their word since', () => {
    const cluster = ledCluster(unguarded)
    transfer(cluster, 1, 2)
    deliverAll(cluster, isType('TimeoutNow'))
    const late = intercept(cluster, isType('RequestVote'))
    cluster.isolate(2)
    for (let i = 0; i < 13; i++) {
      cluster.time += 50
      beat(cluster, 1)
    }
    expect(readNow(cluster, 1)).toBe(1)
    for (const { to, message } of late.filter((flight) => flight.to === 3)) give(cluster, 2, to, message)
    expect(ignoredAt(cluster, 3)).toContain('leased')
    expect(cluster.observe(3).epoch).toBe(1)
  })

  it('R6: an order of a transfer that was given up is not followed by one who has given its word since', () => {
    const cluster = ledCluster(unguarded)
    transfer(cluster, 1, 2)
    const [order] = intercept(cluster, isType('TimeoutNow'))
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    for (let i = 0; i < 13; i++) beat(cluster, 1)
    give(cluster, 1, 2, order!.message)
    expect(cluster.observe(2)).toMatchObject({ role: 'follower', epoch: 1 })
  })

  it('a leader that hands its stalled disk over serves nothing by lease', () => {
    const cluster = ledCluster(leased, 5)
    cluster.node(1).autoPersist = false
    cluster.propose(1)
    cluster.filter = ({ to, message }) => to !== 1 || message.type !== 'RequestVote'
    cluster.run(650, () => stateOf(cluster, 1).transfer !== undefined)
    expect(readNow(cluster, 1)).toBeUndefined()
  })
})

describe('leases and changes of membership', () => {
  it('R4, R7: one given by the voters before counts no more, until a quorum of those in force has given its own', () => {
    const cluster = createCluster(5, { ...leased, membership: majorityOf([1, 2, 3], [4, 5]) })
    elect(cluster, 1)
    cluster.time += 50
    beat(cluster, 1)
    expect(readNow(cluster, 1)).toBe(1)
    cluster.reconfigure(1, majorityOf([1, 4, 5], [2, 3]))
    expect(cluster.observe(1).membership.quorums.type).toBe('joint')
    expect(readNow(cluster, 1)).toBeUndefined()
    // The new voters' answers are lost: the others' alone do not do, however fresh.
    cluster.filter = ({ from, message }) => from < 4 || !message.type.endsWith('Response')
    for (let i = 0; i < 3; i++) {
      cluster.time += 50
      beat(cluster, 1)
      expect(readNow(cluster, 1)).toBeUndefined()
    }
    cluster.filter = () => true
    cluster.time += 50
    beat(cluster, 1)
    beat(cluster, 1)
    expect(cluster.observe(1).membership).toEqual(majorityOf([1, 4, 5], [2, 3]))
    beat(cluster, 1)
    expect(readNow(cluster, 1)).toBe(cluster.observe(1).commitIndex)
  })

  it('the word of a witness counts like that of any voter', () => {
    const membership = { ...majorityOf([1, 2, 3]), witnesses: [3] }
    const cluster = createCluster(3, { ...leased, membership })
    elect(cluster, 1)
    cluster.isolate(2)
    cluster.time += 500
    beat(cluster, 1)
    expect(readNow(cluster, 1)).toBe(1)
  })
})
