import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySchedule, Chaos, type Weather } from './support/chaos.ts'
import {
  beat,
  bytesOf,
  campaign,
  type Cluster,
  type ClusterOptions,
  countMessages,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  give,
  intercept,
  isType,
  messagesOf,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

const numRuns = Number(process.env['PAXOS_RUNS'] ?? 15)

function led(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster(3, options)
  elect(cluster, 1)
  return cluster
}

/** The sequences of `origin`'s proposals that `id` has delivered, in order. */
function sequencesAt(cluster: Cluster, id: number, origin: number): number[] {
  return cluster
    .node(id)
    .applied.filter(({ request }) => request?.replica === origin)
    .map(({ request }) => request!.sequence)
}

function propose(cluster: Cluster, id: number, sequence: number): void {
  const request = { replica: id, sequence }
  cluster.node(id).engine!.step({ type: 'propose', request, data: Uint8Array.of(sequence) }, cluster.now())
}

describe('a proposal at the leader', () => {
  it('ends by being delivered, stamped with round and time of the leader', () => {
    const cluster = led()
    cluster.time = 777
    const [sequence] = proposeAll(cluster, 1, 'abc')
    expect(cluster.node(1).applied).toMatchObject([
      { index: 1, epoch: 1, time: 1_000_777, kind: 'command', request: { replica: 1, sequence } },
    ])
    expect(cluster.node(1).replies).toEqual([])
  })

  it('is abandoned when leadership is lost and it has a slot: it may be delivered yet', () => {
    const cluster = led()
    cluster.isolate(1)
    const first = cluster.propose(1)
    const second = cluster.propose(1)
    cluster.run(1_000, () => cluster.observe(1).role !== 'leader')
    expect(cluster.node(1).replies).toEqual([
      { type: 'abandoned', sequence: second, reason: 'leadership-lost' },
    ])
    expect(repliesOf(cluster, 1, first)).toHaveLength(1)
  })

  it('was not done if it had no slot yet', () => {
    const cluster = led({ window: 2 })
    cluster.isolate(1)
    const [, second, third] = [cluster.propose(1), cluster.propose(1), cluster.propose(1)]
    cluster.run(1_000, () => cluster.observe(1).role !== 'leader')
    expect(cluster.node(1).replies).toMatchObject([
      {
        type: 'rejected',
        sequence: third,
        reason: 'leadership-lost',
        outcome: 'definitely-not',
        leader: undefined,
      },
      { type: 'abandoned', sequence: second },
    ])
  })

  it('that was abandoned and chosen later is delivered, once', () => {
    const cluster = led()
    const sequence = cluster.propose(1, 'late')
    deliverAll(cluster, ({ to, message }) => to === 2 && message.type === 'Accept')
    intercept(cluster)
    give(cluster, 3, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 2, promisedNode: 3 })
    expect(repliesOf(cluster, 1, sequence)).toMatchObject([{ type: 'abandoned' }])
    elect(cluster, 2)
    beat(cluster, 2)
    expect(sequencesAt(cluster, 1, 1)).toEqual([sequence])
  })

  it('is overloaded above the limit, though anything fits alone (L13)', () => {
    const cluster = led({ maxUncommittedBytes: 100 })
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

  it('L13: a new leader counts what phase 1 binds it to, and gives it back', () => {
    const cluster = led({ maxUncommittedBytes: 100 })
    cluster.propose(1, new Uint8Array(90))
    deliverAll(cluster, isType('Accept'))
    intercept(cluster)
    cluster.crash(1)
    campaign(cluster, 2)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    expect(stateOf(cluster, 2).leadership!.pendingBytes).toBe(90)
    const sequence = cluster.propose(2, new Uint8Array(20))
    expect(repliesOf(cluster, 2, sequence)).toMatchObject([{ reason: 'overloaded' }])
    cluster.settle()
    expect(stateOf(cluster, 2).leadership!.pendingBytes).toBe(0)
  })

  it('waits in the queue while the window is full, and is delivered in its turn', () => {
    const cluster = led({ window: 2 })
    for (const text of ['a', 'b', 'c', 'd', 'e']) cluster.propose(1, text)
    expect(stateOf(cluster, 1).leadership!.queue).toHaveLength(3)
    cluster.settle()
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})

describe('a proposal at a member', () => {
  it('goes to the leader, all of a turn in one message, in order', () => {
    const cluster = led()
    for (let sequence = 11; sequence <= 20; sequence++) propose(cluster, 2, sequence)
    const counts = countMessages(cluster, () => {
      cluster.node(2).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ Forward: 1, Accept: 2, Accepted: 2 })
    beat(cluster, 1)
    expect(sequencesAt(cluster, 2, 2)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
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

  it('that is repeated on the way gets one slot', () => {
    const cluster = led()
    cluster.propose(2)
    const [forward] = intercept(cluster, isType('Forward'))
    for (let i = 0; i < 3; i++) release(cluster, [forward!])
    cluster.settle()
    expect(sequencesAt(cluster, 1, 2)).toHaveLength(1)
  })

  it('that arrives at a later leadership of the same replica gets none', () => {
    const cluster = led()
    cluster.propose(2)
    const [forward] = intercept(cluster, isType('Forward'))
    cluster.isolate(1)
    elect(cluster, 3)
    cluster.rejoin(1)
    beat(cluster, 3)
    elect(cluster, 1)
    release(cluster, [forward!])
    cluster.settle()
    expect(sequencesAt(cluster, 1, 2)).toEqual([])
  })

  it('is abandoned when its leader is lost', () => {
    const cluster = led()
    const sequence = cluster.propose(2)
    intercept(cluster, isType('Forward'))
    cluster.crash(1)
    elect(cluster, 3)
    expect(repliesOf(cluster, 2, sequence)).toEqual([
      { type: 'abandoned', sequence, reason: 'leadership-lost' },
    ])
  })

  it('that has not left when its leader is lost was not done', () => {
    const cluster = led()
    propose(cluster, 2, 5)
    cluster
      .node(2)
      .engine!.step(
        { type: 'receive', from: 1, message: { type: 'NotLeader', round: 1, node: 1 } },
        cluster.now(),
      )
    cluster.node(2).drain(cluster.now())
    expect(repliesOf(cluster, 2, 5)).toMatchObject([
      { reason: 'no-leader', outcome: 'definitely-not', leader: undefined },
    ])
    expect(cluster.inFlight).toEqual([])
  })

  it('that the leader has no room for is rejected, once, and so are those behind it', () => {
    const cluster = led({ maxUncommittedBytes: 100 })
    for (const id of [2, 3]) cluster.node(id).autoPersist = false
    cluster.propose(1, new Uint8Array(90))
    cluster.settle()
    const { engine } = cluster.node(2)
    for (const [sequence, size] of [
      [51, 50],
      [52, 1],
    ] as const) {
      engine!.step(
        { type: 'propose', request: { replica: 2, sequence }, data: new Uint8Array(size) },
        cluster.now(),
      )
    }
    cluster.node(2).drain(cluster.now())
    const refusals = messagesOf(cluster, 'ForwardRefused', () => cluster.settle())
    expect(refusals).toMatchObject([{ message: { sequences: [51, 52] } }])
    give(cluster, 1, 2, refusals[0]!.message)
    for (const sequence of [51, 52]) {
      expect(repliesOf(cluster, 2, sequence)).toMatchObject([
        { reason: 'overloaded', outcome: 'definitely-not' },
      ])
    }
  })

  it('that got lost is given up after a while, and one that came through is not', () => {
    const cluster = led()
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
    expect(sequencesAt(cluster, 2, 2)).toEqual([arrived])
  })

  it('that got lost before one that came through was certainly not done', () => {
    const cluster = led()
    const lost = cluster.propose(2)
    const [late] = intercept(cluster, isType('Forward'))
    const arrived = cluster.propose(2)
    cluster.settle()
    beat(cluster, 1)
    expect(repliesOf(cluster, 2, lost)).toMatchObject([{ type: 'rejected', outcome: 'definitely-not' }])
    release(cluster, [late!])
    cluster.settle()
    beat(cluster, 1)
    expect(sequencesAt(cluster, 2, 2)).toEqual([arrived])
  })

  it('whose refusal comes from a former leader is not taken for refused', () => {
    const cluster = led()
    elect(cluster, 3)
    const sequence = cluster.propose(2)
    give(cluster, 1, 2, {
      type: 'ForwardRefused',
      round: 1,
      node: 1,
      sequences: [sequence],
      reason: 'overloaded',
    })
    expect(repliesOf(cluster, 2, sequence)).toEqual([])
    cluster.settle()
    expect(sequencesAt(cluster, 3, 2)).toEqual([sequence])
  })

  it('that was chosen in an earlier ballot does not end one that was forwarded since', () => {
    const cluster = led()
    cluster.propose(2, 'old')
    cluster.settle()
    cluster.crash(1)
    elect(cluster, 3)
    const sequence = cluster.propose(2, 'new')
    const [forward] = intercept(cluster, isType('Forward'))
    beat(cluster, 3)
    expect(deliveredBy(cluster, 2)).toEqual(['old'])
    expect(repliesOf(cluster, 2, sequence)).toEqual([])
    release(cluster, [forward!])
    cluster.settle()
    beat(cluster, 3)
    expect(deliveredBy(cluster, 2)).toEqual(['old', 'new'])
  })

  it('at a leader that is elected while it waits is abandoned, and not proposed again', () => {
    const cluster = led()
    const sequence = cluster.propose(2, 'x')
    intercept(cluster)
    cluster.crash(1)
    elect(cluster, 2)
    proposeAll(cluster, 2, 'y')
    expect(repliesOf(cluster, 2, sequence)).toMatchObject([{ type: 'abandoned' }])
    expect(deliveredBy(cluster, 2)).toEqual(['y'])
  })
})

describe('what cannot be done', () => {
  it.each([1, 2])('a transfer of leadership is turned down at %i', (id) => {
    const cluster = led()
    cluster.node(id).step({ type: 'transfer', request: { replica: id, sequence: 10 }, to: 2 }, cluster.now())
    expect(repliesOf(cluster, id, 10)).toEqual([
      { type: 'rejected', sequence: 10, reason: 'not-supported', outcome: 'definitely-not', leader: 1 },
    ])
  })

  it('anything at a replica whose disk has failed', () => {
    const cluster = led()
    cluster
      .node(1)
      .step({ type: 'persistFailed', token: { epoch: 1, sequence: 1 }, cause: 'no space' }, cluster.now())
    const sequences = [cluster.propose(1), cluster.read(1)]
    for (const sequence of sequences) {
      expect(repliesOf(cluster, 1, sequence)).toMatchObject([
        { reason: 'stopping', outcome: 'definitely-not' },
      ])
    }
  })
})

describe('in any schedule', () => {
  it.each<[string, number, Weather, ClusterOptions]>([
    ['a small window', 3, 'calm', { window: 2 }],
    ['little room', 3, 'calm', { window: 3, maxUncommittedBytes: 4, maxBatchBytes: 1 }],
    ['impatient members', 3, 'stormy', { window: 3, forwardTimeout: 100 }],
    ['observers', 3, 'stormy', { window: 3, observers: 2, compactionTail: 1 }],
  ])('every request comes to one end, and nothing is done twice: %s', (_, size, weather, options) => {
    const property = fc.property(anySchedule(200, 400), (choices) => {
      const chaos = new Chaos(size, options, weather)
      for (const one of choices) chaos.perform(one)
      chaos.recover()
    })
    fc.assert(property, { numRuns, endOnFailure: true })
  })

  it("a member's proposals are delivered in the order in which it forwarded them", () => {
    const property = fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 5, maxLength: 40 }), (moves) => {
      const cluster = led({ window: 2, maxUncommittedBytes: 3 })
      for (const move of moves) {
        if (move < 2) cluster.propose(2, bytesOf('x'))
        else if (move === 2) cluster.inFlight.reverse()
        else for (let i = 0; i < 3; i++) cluster.deliver()
      }
      cluster.settle()
      const order = sequencesAt(cluster, 1, 2)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      expect(new Set(order).size).toBe(order.length)
    })
    fc.assert(property, { numRuns: 4 * numRuns })
  })
})
