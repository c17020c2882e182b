import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  countMessages,
  createCluster,
  deliverAll,
  elect,
  give,
  intercept,
  isType,
  messagesOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

function ledCluster(options = {}): Cluster {
  const cluster = createCluster(3, options)
  elect(cluster, 1)
  return cluster
}

/** The sequences of `origin`'s proposals in the log of `id`, in order. */
function sequencesIn(cluster: Cluster, id: number, origin: number): number[] {
  return stateOf(cluster, id)
    .log.entries.filter(({ request }) => request?.replica === origin)
    .map(({ request }) => request!.sequence)
}

describe('a proposal at the leader', () => {
  it('ends by being applied, stamped with term and time of the leader', () => {
    const cluster = ledCluster()
    cluster.time = 777
    const sequence = cluster.propose(1, 'abc')
    cluster.settle()
    expect(cluster.node(1).applied.at(-1)).toMatchObject({
      index: 2,
      epoch: 1,
      time: 1_000_777,
      kind: 'command',
      request: { replica: 1, sequence },
    })
  })

  it('is abandoned when leadership is lost: it may be applied yet', () => {
    const cluster = ledCluster()
    cluster.isolate(1)
    const first = cluster.propose(1)
    const second = cluster.propose(1)
    cluster.run(1_000, () => cluster.observe(1).role !== 'leader')
    expect(cluster.node(1).replies).toEqual([
      { type: 'abandoned', sequence: second, reason: 'leadership-lost' },
    ])
    expect(repliesOf(cluster, 1, first)).toHaveLength(1)
  })

  it('is overloaded above the limit, though anything fits alone (L13)', () => {
    const cluster = ledCluster({ maxUncommittedBytes: 100 })
    for (const id of [2, 3]) cluster.node(id).autoPersist = false
    cluster.propose(1, new Uint8Array(500))
    const second = cluster.propose(1, new Uint8Array(1))
    expect(repliesOf(cluster, 1, second)).toMatchObject([
      { type: 'rejected', reason: 'overloaded', outcome: 'definitely-not', leader: 1 },
    ])
    for (const id of [2, 3]) cluster.node(id).autoPersist = true
    cluster.settle()
    for (const id of [2, 3]) cluster.node(id).drain(cluster.now())
    cluster.settle()
    const third = cluster.propose(1, new Uint8Array(60))
    expect(repliesOf(cluster, 1, third)).toEqual([])
  })

  it('L13: a new leader starts with what its log holds uncommitted', () => {
    const cluster = ledCluster({ maxUncommittedBytes: 100 })
    cluster.node(2).autoPersist = true
    cluster.propose(1, new Uint8Array(90))
    deliverAll(cluster, isType('AppendEntries'))
    intercept(cluster, () => true)
    cluster.crash(1)
    cluster.fire(2, 'election')
    cluster.fire(2, 'election')
    cluster.fire(3, 'election')
    deliverAll(
      cluster,
      isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
    )
    expect(cluster.observe(2).role).toBe('leader')
    expect(stateOf(cluster, 2).leadership!.uncommittedBytes).toBe(90)
    cluster.settle()
    expect(stateOf(cluster, 2).leadership!.uncommittedBytes).toBe(0)
  })
})

describe('a proposal at a follower', () => {
  it('goes to the leader, all of a turn in one message, in order', () => {
    const cluster = ledCluster()
    const { engine } = cluster.node(2)
    for (let sequence = 11; sequence <= 20; sequence++) {
      const request = { replica: 2, sequence }
      engine!.step({ type: 'propose', request, data: Uint8Array.of(sequence) }, cluster.now())
    }
    const counts = countMessages(cluster, () => {
      cluster.node(2).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ Forward: 1, AppendEntries: 2, AppendEntriesResponse: 2 })
    expect(sequencesIn(cluster, 1, 2)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
    beat(cluster, 1)
    expect(cluster.node(2).applied).toHaveLength(11)
    expect(cluster.node(2).replies).toEqual([])
    expect(stateOf(cluster, 2).following.forwarded).toEqual([])
  })

  it('without a leader is rejected', () => {
    const cluster = createCluster(3)
    const sequence = cluster.propose(2)
    expect(repliesOf(cluster, 2, sequence)).toMatchObject([
      { type: 'rejected', reason: 'no-leader', outcome: 'definitely-not' },
    ])
  })

  it('that is repeated on the way is put in the log once', () => {
    const cluster = ledCluster()
    cluster.propose(2)
    const [forward] = intercept(cluster, isType('Forward'))
    for (let i = 0; i < 3; i++) give(cluster, 2, 1, forward!.message)
    cluster.settle()
    expect(sequencesIn(cluster, 1, 2)).toHaveLength(1)
  })

  it('that arrives at a later leadership is not put in the log', () => {
    const cluster = ledCluster()
    cluster.propose(2)
    const [forward] = intercept(cluster, isType('Forward'))
    cluster.isolate(1)
    elect(cluster, 3)
    cluster.rejoin(1)
    cluster.settle()
    beat(cluster, 3)
    elect(cluster, 1)
    give(cluster, 2, 1, forward!.message)
    cluster.settle()
    expect(sequencesIn(cluster, 1, 2)).toEqual([])
  })

  it('is abandoned when its leader is lost', () => {
    const cluster = ledCluster()
    const sequence = cluster.propose(2)
    intercept(cluster, isType('Forward'))
    cluster.crash(1)
    elect(cluster, 3)
    expect(repliesOf(cluster, 2, sequence)).toEqual([
      { type: 'abandoned', sequence, reason: 'leadership-lost' },
    ])
  })

  it('that has not left when its leader is lost was not done', () => {
    const cluster = ledCluster()
    const { engine } = cluster.node(2)
    const request = { replica: 2, sequence: 5 }
    engine!.step({ type: 'propose', request, data: new Uint8Array(1) }, cluster.now())
    engine!.step({ type: 'receive', from: 1, message: { type: 'NotLeader', term: 1 } }, cluster.now())
    cluster.node(2).drain(cluster.now())
    expect(repliesOf(cluster, 2, 5)).toMatchObject([{ reason: 'no-leader', outcome: 'definitely-not' }])
    expect(cluster.inFlight).toEqual([])
  })

  it('that the leader has no room for is rejected, once', () => {
    const cluster = ledCluster({ maxUncommittedBytes: 100 })
    cluster.node(2).autoPersist = false
    cluster.node(3).autoPersist = false
    cluster.propose(1, new Uint8Array(90))
    cluster.settle()
    const sequence = cluster.propose(2, new Uint8Array(50))
    const refusals = messagesOf(cluster, 'ForwardRefused', () => cluster.settle())
    expect(refusals).toHaveLength(1)
    give(cluster, 1, 2, refusals[0]!.message)
    expect(repliesOf(cluster, 2, sequence)).toMatchObject([
      { reason: 'overloaded', outcome: 'definitely-not' },
    ])
  })

  it('that got lost is given up after a while, and one that came through is not', () => {
    const cluster = ledCluster()
    const lost = cluster.propose(2)
    intercept(cluster, isType('Forward'))
    for (let i = 0; i < 23; i++) beat(cluster, 1)
    expect(repliesOf(cluster, 2, lost)).toEqual([])
    beat(cluster, 1)
    expect(repliesOf(cluster, 2, lost)).toMatchObject([{ type: 'rejected', outcome: 'unknown' }])
    const arrived = cluster.propose(2)
    cluster.settle()
    for (let i = 0; i < 30; i++) beat(cluster, 1)
    expect(repliesOf(cluster, 2, arrived)).toEqual([])
  })

  it('that got lost before one that came through was certainly not done', () => {
    const cluster = ledCluster()
    const lost = cluster.propose(2)
    const [late] = intercept(cluster, isType('Forward'))
    const arrived = cluster.propose(2)
    cluster.settle()
    expect(repliesOf(cluster, 2, lost)).toMatchObject([{ type: 'rejected', outcome: 'definitely-not' }])
    give(cluster, 2, 1, late!.message)
    cluster.settle()
    expect(sequencesIn(cluster, 1, 2)).toEqual([arrived])
  })
})
