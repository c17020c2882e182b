import { describe, expect, it } from 'vitest'
import type { PaxosMessage } from '../../src/index.ts'
import {
  acceptedBy,
  beat,
  bytesOf,
  campaign,
  clusterWithDisks,
  countMessages,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  eventsOf,
  give,
  ignoredAt,
  intercept,
  isAmong,
  isType,
  leadersOf,
  losing,
  messagesOf,
  progressOf,
  promisedBy,
  proposeAll,
  release,
  stateOf,
} from './support/cluster.ts'

function prepare(round: number, node: number, from = 1): PaxosMessage {
  return { type: 'Prepare', round, node, from, window: 4096 }
}

describe('phase 1', () => {
  it.each([3, 5, 7])('costs 2(n−1) messages and a durable promise each, for %i voters', (n) => {
    const cluster = createCluster(n)
    const counts = countMessages(cluster, () => elect(cluster, 1))
    expect(counts).toEqual({ Prepare: n - 1, Promise: n - 1, Heartbeat: n - 1, HeartbeatAck: n - 1 })
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', phase: 'phase 2', epoch: 1, leader: 1 })
    for (let id = 2; id <= n; id++) {
      expect(cluster.observe(id)).toMatchObject({ role: 'follower', epoch: 1, leader: 1, lastIndex: 0 })
      expect(stateOf(cluster, id).durability.lastSequence).toBe(1)
    }
  })

  it('is run once for all slots (Paxos Made Simple, §3)', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const counts = countMessages(cluster, () => {
      for (let i = 0; i < 20; i++) proposeAll(cluster, 1, `${i}`)
    })
    expect(counts).toEqual({ Accept: 40, Accepted: 40 })
  })

  it('is started by timers alone, and again when the leader dies', () => {
    const cluster = createCluster(5)
    const leader = cluster.elect()
    cluster.crash(leader)
    expect(cluster.run(1_200, () => leadersOf(cluster).length === 1)).toBe(true)
    expect(cluster.observe(leadersOf(cluster)[0]!).epoch).toBe(2)
  })

  it('of a lone voter needs nobody else, but its own disk', () => {
    const cluster = createCluster(1)
    cluster.node(1).autoPersist = false
    cluster.fire(1, 'election')
    cluster.fire(1, 'election')
    expect(cluster.observe(1)).toMatchObject({ phase: 'phase 1', epoch: 1 })
    expect(cluster.node(1).timers.has('election')).toBe(true)
    cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1)).toMatchObject({ phase: 'phase 2', epoch: 1 })
  })

  it('is not started by a leader, nor by an observer', () => {
    const cluster = createCluster(3, { observers: 1 })
    elect(cluster, 1)
    cluster.fire(1, 'election')
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1 })
    beat(cluster, 1)
    for (let i = 0; i < 3; i++) cluster.fire(4, 'election')
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', epoch: 1, leader: undefined })
    expect(ignoredAt(cluster, 4)).toContain('no-voter')
  })
})

describe('a promise', () => {
  it('is of the highest ballot only: a lower one is refused, and told of the higher', () => {
    const cluster = createCluster(3)
    give(cluster, 2, 3, prepare(4, 2))
    cluster.inFlight = []
    give(cluster, 1, 3, prepare(4, 1))
    give(cluster, 1, 3, prepare(3, 1))
    expect(cluster.inFlight.map(({ to, message }) => [to, message])).toEqual([
      [1, { type: 'Refuse', round: 4, node: 1, promisedRound: 4, promisedNode: 2 }],
      [1, { type: 'Refuse', round: 3, node: 1, promisedRound: 4, promisedNode: 2 }],
    ])
    expect(promisedBy(cluster, 3)).toBe('4.2')
  })

  it('of the same round goes to the higher replica: no two share a ballot (PMMC, §2)', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 3, prepare(4, 1))
    give(cluster, 2, 3, prepare(4, 2))
    expect(promisedBy(cluster, 3)).toBe('4.2')
  })

  it('is given again to who has it, without another write', () => {
    const cluster = createCluster(3)
    for (let i = 0; i < 2; i++) give(cluster, 2, 3, prepare(4, 2))
    expect(cluster.inFlight.map(({ to, message }) => [to, message.type])).toEqual([
      [2, 'Promise'],
      [2, 'Promise'],
    ])
    expect(stateOf(cluster, 3).durability.lastSequence).toBe(1)
  })

  it('leaves when it is durable, not before', () => {
    const cluster = createCluster(3)
    cluster.node(3).autoPersist = false
    give(cluster, 2, 3, prepare(4, 2))
    expect(cluster.inFlight).toEqual([])
    expect(cluster.node(3).writing[0]!.persist).toMatchObject({
      sync: true,
      operations: [{ type: 'setHardState' }],
    })
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.inFlight).toMatchObject([{ to: 2, message: { type: 'Promise', round: 4, node: 2 } }])
  })

  it('asked for again while it is being written waits for the same write', () => {
    const cluster = createCluster(3)
    cluster.node(3).autoPersist = false
    for (let i = 0; i < 2; i++) give(cluster, 2, 3, prepare(4, 2))
    expect(cluster.inFlight).toEqual([])
    expect(cluster.node(3).writing).toHaveLength(1)
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.inFlight).toHaveLength(2)
  })

  it('forbids to accept below it, in any slot (invariant A2)', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1, 'old')
    const late = intercept(cluster, isType('Accept'))
    campaign(cluster, 2)
    cluster.settle()
    expect(promisedBy(cluster, 3)).toBe('2.2')
    release(cluster, late)
    expect(acceptedBy(cluster, 3)).toEqual([])
    expect(eventsOf(cluster, 3, 'Refuse')).toHaveLength(1)
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([2])
  })

  it('is implied by accepting in a higher ballot: its proposer has a quorum', () => {
    const cluster = createCluster(3)
    give(cluster, 2, 3, { type: 'Heartbeat', round: 7, node: 2, start: 1, beat: 1, chosen: 0 })
    expect(promisedBy(cluster, 3)).toBe('7.2')
    expect(cluster.observe(3)).toMatchObject({ role: 'follower', leader: 2 })
  })

  it('tells what was accepted above what is known to be chosen, with its ballots', () => {
    const cluster = clusterWithDisks({
      1: {},
      2: { accepted: [[1, 1, 'a'], [1, 1, 'b'], undefined, [2, 3, 'd']], promised: [3, 3], chosen: 1 },
      3: {},
    })
    const [promise] = messagesOf(cluster, 'Promise', () => give(cluster, 1, 2, prepare(5, 1)))
    expect(promise!.message).toMatchObject({
      from: 1,
      to: 4,
      last: 4,
      chosen: 1,
      ballots: [1, 1, 1, 1, 2, 3],
    })
    expect(promise!.message.entries.map(({ index }) => index)).toEqual([2, 4])
  })
})

describe('a proposer', () => {
  it('counts its own promise only when it is durable, and asks nobody before', () => {
    const cluster = createCluster(3)
    cluster.node(1).autoPersist = false
    const asked = messagesOf(cluster, 'Prepare', () => {
      cluster.fire(1, 'election')
      cluster.settle()
    })
    expect(asked).toEqual([])
    expect(cluster.observe(1).phase).toBe('phase 1')
    expect(messagesOf(cluster, 'Prepare', () => cluster.node(1).completeWrite(cluster.now()))).toHaveLength(2)
    expect([...stateOf(cluster, 1).phase1!.promised]).toEqual([1])
  })

  it('asks again with the same ballot when promises were lost, and only those who have not promised', () => {
    const cluster = createCluster(5)
    losing(
      cluster,
      ({ message, from }) => message.type === 'Promise' && from > 2,
      () => {
        campaign(cluster, 1)
        cluster.settle()
      },
    )
    const again = messagesOf(cluster, 'Prepare', () => {
      cluster.fire(1, 'election')
      cluster.settle()
    })
    expect(again.map(({ to, message }) => [to, message.round])).toEqual([
      [3, 1],
      [4, 1],
      [5, 1],
    ])
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('that is cut off keeps its ballot, however long it takes', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.isolate(3)
    cluster.run(20_000)
    expect(promisedBy(cluster, 3)).toBe('2.3')
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('never uses a ballot again after a restart, wherever it stopped', () => {
    for (const stage of ['writing', 'asking', 'promised', 'leading']) {
      const cluster = createCluster(3)
      const rounds: [life: number, round: number][] = []
      let life = 1
      cluster.filter = ({ from, message }) => {
        if (from === 1 && message.type === 'Prepare') rounds.push([life, message.round])
        return true
      }
      cluster.node(1).autoPersist = false
      cluster.fire(1, 'election')
      if (stage !== 'writing') cluster.node(1).completeWrite(cluster.now())
      if (stage === 'promised') deliverAll(cluster, isType('Prepare'))
      if (stage === 'leading') cluster.settle()
      cluster.crash(1)
      cluster.node(1).autoPersist = true
      for (life = 2; life < 4; life++) {
        cluster.start(1)
        campaign(cluster, 1)
        cluster.settle()
        cluster.crash(1)
      }
      const livesOf = (round: number): Set<number> =>
        new Set(rounds.filter(([, other]) => other === round).map(([which]) => which))
      expect(rounds.length, stage).toBeGreaterThan(3)
      for (const [, round] of rounds) expect(livesOf(round).size, `${stage}, round ${round}`).toBe(1)
    }
  })

  it('gets what was accepted in pieces, and asks on where one ended', () => {
    const values = ['aa', 'bb', 'cc', 'dd', 'ee'].map((text) => [1, 2, text] as const)
    const cluster = clusterWithDisks(
      { 1: { promised: [1, 2] }, 2: { accepted: values }, 3: {} },
      { maxBatchBytes: 4 },
    )
    cluster.crash(3)
    const asked = messagesOf(cluster, 'Prepare', () => elect(cluster, 1))
    expect(asked.map(({ message }) => message.from)).toEqual([1, 3, 5])
    expect(deliveredBy(cluster, 1)).toEqual(['aa', 'bb', 'cc', 'dd', 'ee'])
  })

  it('in pieces: an acceptor counts when it has told all, whatever is lost or repeated', () => {
    const values = ['aa', 'bb', 'cc'].map((text) => [1, 2, text] as const)
    const cluster = clusterWithDisks(
      { 1: { promised: [1, 2] }, 2: { accepted: values }, 3: {} },
      { maxBatchBytes: 2 },
    )
    cluster.crash(3)
    campaign(cluster, 1)
    deliverAll(cluster, isType('Prepare'))
    const [first] = intercept(cluster, isType('Promise'))
    for (let i = 0; i < 3; i++) give(cluster, 2, 1, first!.message)
    expect(ignoredAt(cluster, 1)).toEqual(['repeated', 'repeated'])
    intercept(cluster) // the second request is lost
    expect(cluster.observe(1).phase).toBe('phase 1')
    const again = messagesOf(cluster, 'Prepare', () => cluster.fire(1, 'election'))
    expect(again.find(({ to }) => to === 2)!.message.from).toBe(2)
    cluster.settle()
    expect(deliveredBy(cluster, 1)).toEqual(['aa', 'bb', 'cc'])
  })

  it('a value larger than a whole message still comes', () => {
    const cluster = clusterWithDisks(
      {
        1: { promised: [1, 2] },
        2: {
          accepted: [
            [1, 2, 'x'.repeat(100)],
            [1, 2, 'y'],
          ],
        },
        3: {},
      },
      { maxBatchBytes: 10 },
    )
    cluster.crash(3)
    elect(cluster, 1)
    expect(deliveredBy(cluster, 1)).toEqual(['x'.repeat(100), 'y'])
  })

  it('counts promises of voters only', () => {
    const cluster = createCluster(3, { observers: 1 })
    cluster.fire(1, 'election')
    cluster.inFlight = []
    const promise = {
      type: 'Promise',
      round: 1,
      node: 1,
      from: 1,
      to: 0,
      last: 0,
      chosen: 0,
      entries: [],
      ballots: [],
    } as const
    for (const from of [4, 9]) give(cluster, from, 1, promise)
    expect(cluster.observe(1).phase).toBe('phase 1')
    give(cluster, 3, 1, promise)
    expect(cluster.observe(1).phase).toBe('phase 2')
  })

  it('counts no promise of another ballot: not of an earlier life, nor of an earlier phase 1', () => {
    const cluster = createCluster(3)
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('Prepare'))
    const late = intercept(cluster, isType('Promise'))
    cluster.crash(1)
    cluster.start(1)
    cluster.fire(1, 'election')
    intercept(cluster)
    release(cluster, late)
    expect(cluster.observe(1).phase).toBe('phase 1')
    expect(ignoredAt(cluster, 1)).toContain('other-ballot')
  })

  it('makes way when it is refused, and next takes a ballot above the one that was in its way', () => {
    const cluster = createCluster(3)
    give(cluster, 3, 2, prepare(8, 3))
    cluster.inFlight = []
    cluster.fire(1, 'election')
    deliverAll(cluster, isAmong(1, 2))
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', leader: undefined })
    expect(eventsOf(cluster, 1, 'Preempted')).toHaveLength(1)
    cluster.fire(1, 'election')
    expect(promisedBy(cluster, 1)).toBe('9.1')
  })

  it('does not heed a refusal of another ballot, or one that tells of nothing higher', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 2, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 1, promisedNode: 1 })
    give(cluster, 2, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 0, promisedNode: 3 })
    give(cluster, 2, 1, { type: 'Refuse', round: 9, node: 1, promisedRound: 10, promisedNode: 3 })
    expect(leadersOf(cluster)).toEqual([1])
    expect(ignoredAt(cluster, 1)).toEqual(['malformed', 'malformed', 'other-ballot'])
  })

  it('with another window is not answered: slots would be decided by others than it thinks', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 3, { type: 'Prepare', round: 1, node: 1, from: 1, window: 7 })
    expect(promisedBy(cluster, 3)).toBe('0.0')
    expect(ignoredAt(cluster, 3)).toEqual(['other-window'])
  })

  it('of the same round as another: both may lead, one after the other, and what is chosen stays', () => {
    const cluster = createCluster(3)
    cluster.fire(1, 'election')
    deliverAll(cluster, isAmong(1, 3))
    expect(promisedBy(cluster, 3)).toBe('1.1')
    expect(leadersOf(cluster)).toEqual([1])
    cluster.propose(1, 'first')
    deliverAll(cluster, isAmong(1, 3))
    expect(deliveredBy(cluster, 1)).toEqual(['first'])
    intercept(cluster)
    cluster.fire(3, 'election') // the leader has been silent
    cluster.fire(2, 'election')
    expect(promisedBy(cluster, 2)).toBe('1.2')
    deliverAll(cluster, isAmong(2, 3))
    expect(leadersOf(cluster)).toEqual([1, 2])
    cluster.propose(2, 'second')
    deliverAll(cluster, isAmong(2, 3))
    expect(deliveredBy(cluster, 2)).toEqual(['first', 'second'])
    cluster.run(1_000)
    expect(deliveredBy(cluster, 1)).toEqual(['first', 'second'])
  })
})

describe('the sticky leader', () => {
  it('a follower that hears its leader promises nobody else, and says nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 3, 2, prepare(9, 3))
    expect(promisedBy(cluster, 2)).toBe('1.1')
    expect(cluster.inFlight).toEqual([])
    expect(ignoredAt(cluster, 2)).toContain('leader-alive')
    cluster.fire(2, 'election') // the minimum election timeout has passed in silence
    give(cluster, 3, 2, prepare(9, 3))
    expect(promisedBy(cluster, 2)).toBe('9.3')
  })

  it('a leader does not make way for a request, but for a refusal', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 3, 1, prepare(9, 3))
    expect(cluster.observe(1).role).toBe('leader')
    give(cluster, 3, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 9, promisedNode: 3 })
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', leader: undefined })
  })

  it('a restarted leader gets a new promise of a follower that still believes in it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(3)
    cluster.crash(1)
    cluster.start(1)
    expect(stateOf(cluster, 2)).toMatchObject({ leader: 1, leaderAlive: true })
    cluster.fire(1, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
    expect(promisedBy(cluster, 2)).toBe('2.1')
  })
})

describe('an observer', () => {
  it('accepts and learns, and counts for nothing', () => {
    const cluster = createCluster(3, { observers: 1 })
    const counts = countMessages(cluster, () => elect(cluster, 1))
    expect(counts.Prepare).toBe(2)
    proposeAll(cluster, 1, 'a')
    for (const id of [2, 3]) cluster.crash(id)
    cluster.propose(1, bytesOf('b'))
    cluster.settle()
    expect(progressOf(cluster, 1, 4).match).toBe(2)
    expect(cluster.observe(1).commitIndex).toBe(1)
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', lastIndex: 2, commitIndex: 1 })
  })
})
