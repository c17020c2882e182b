import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
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

function ledCluster(size = 3, options = {}): Cluster {
  const cluster = createCluster(size, options)
  elect(cluster, 1)
  return cluster
}

const readyAt = (sequence: number, index: number) => [{ type: 'readReady', sequence, index }]

describe('a linearizable read at the leader', () => {
  it.each(['linearizable', 'lease'] as const)(
    '%s: is answered when a quorum has confirmed the leader',
    (mode) => {
      const cluster = ledCluster()
      const read = cluster.read(1, mode)
      expect(repliesOf(cluster, 1, read)).toEqual([])
      deliverAll(cluster, ({ to, from }) => to === 2 || from === 2)
      expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 1))
      cluster.settle()
      expect(repliesOf(cluster, 1, read)).toHaveLength(1)
    },
  )

  it('costs one round of heartbeats for all reads of a turn', () => {
    const cluster = ledCluster()
    const { engine } = cluster.node(1)
    for (let sequence = 101; sequence <= 150; sequence++) {
      engine!.step({ type: 'read', request: { replica: 1, sequence }, mode: 'linearizable' }, cluster.now())
    }
    const counts = countMessages(cluster, () => {
      cluster.node(1).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ Heartbeat: 2, HeartbeatResponse: 2 })
    expect(cluster.node(1).replies).toHaveLength(50)
  })

  it('rides on appends if there are any, and does not wait for disks', () => {
    const cluster = ledCluster()
    for (const id of [2, 3]) cluster.node(id).autoPersist = false
    const { engine } = cluster.node(1)
    engine!.step(
      { type: 'propose', request: { replica: 1, sequence: 1 }, data: new Uint8Array(1) },
      cluster.now(),
    )
    engine!.step({ type: 'read', request: { replica: 1, sequence: 2 }, mode: 'linearizable' }, cluster.now())
    const counts = countMessages(cluster, () => {
      cluster.node(1).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ AppendEntries: 2, HeartbeatResponse: 2 })
    expect(repliesOf(cluster, 1, 2)).toEqual(readyAt(2, 1))
  })

  it('asks no observers', () => {
    const cluster = ledCluster(3, { observers: 2 })
    const read = cluster.read(1)
    const asked = cluster.inFlight.filter(isType('Heartbeat')).map(({ to }) => to)
    expect(asked).toEqual([2, 3])
    for (const from of [4, 5]) {
      give(cluster, from, 1, {
        type: 'HeartbeatResponse',
        term: 1,
        session: 1,
        round: 9,
        received: 1,
        durable: 1,
      })
    }
    expect(repliesOf(cluster, 1, read)).toEqual([])
  })

  it('of a single voter is answered at once', () => {
    const cluster = createCluster(1)
    cluster.run(1_000)
    const read = cluster.read(1)
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 1))
  })

  it('R1: waits for the first commit of the term', () => {
    const cluster = createCluster(3)
    campaign(cluster, 1)
    deliverAll(
      cluster,
      isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
    )
    expect(cluster.observe(1).role).toBe('leader')
    const read = cluster.read(1)
    expect(cluster.inFlight.filter(isType('Heartbeat'))).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 1))
  })

  it('R2: answers to an earlier round confirm no later one', () => {
    const cluster = ledCluster()
    const first = cluster.read(1)
    deliverAll(cluster, isType('Heartbeat'))
    const late = intercept(cluster, isType('HeartbeatResponse'))
    const second = cluster.read(1)
    intercept(cluster, () => true)
    for (const { from, message } of [...late, ...late]) give(cluster, from, 1, message)
    expect(repliesOf(cluster, 1, first)).toEqual(readyAt(first, 1))
    expect(repliesOf(cluster, 1, second)).toEqual([])
  })

  it('R2: answers that arrive after leadership was lost confirm nothing', () => {
    const cluster = ledCluster()
    const read = cluster.read(1)
    deliverAll(cluster, isType('Heartbeat'))
    const late = intercept(cluster, isType('HeartbeatResponse'))
    give(cluster, 2, 1, { type: 'NotLeader', term: 2 })
    for (const { from, message } of late) give(cluster, from, 1, message)
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'rejected', reason: 'leadership-lost' }])
  })

  it('R3: a read that arrives after the commit index advanced gets its own', () => {
    const cluster = ledCluster()
    const first = cluster.read(1)
    const held = intercept(cluster, isType('Heartbeat'))
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(2)
    const second = cluster.read(1)
    cluster.inFlight.push(...held)
    cluster.settle()
    expect(repliesOf(cluster, 1, first)).toEqual(readyAt(first, 1))
    expect(repliesOf(cluster, 1, second)).toEqual(readyAt(second, 2))
  })

  it('R9, R10: the index answered is that of the round, not of the answer', () => {
    const cluster = ledCluster()
    const read = cluster.read(1)
    const held = intercept(cluster, isType('Heartbeat'))
    for (let i = 0; i < 3; i++) cluster.propose(1)
    deliverAll(cluster, isType('AppendEntries', 'AppendEntriesResponse'))
    cluster.inFlight.push(...held)
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 1))
  })

  it('R12: is rejected when leadership is lost, and was not done', () => {
    const cluster = ledCluster()
    cluster.isolate(1)
    const read = cluster.read(1)
    expect(cluster.run(1_000, () => cluster.observe(1).role !== 'leader')).toBe(true)
    expect(repliesOf(cluster, 1, read)).toMatchObject([
      { type: 'rejected', reason: 'leadership-lost', outcome: 'definitely-not', leader: undefined },
    ])
  })

  it('R8: a leader that slept through an election answers nothing stale', () => {
    const cluster = ledCluster()
    cluster.isolate(1)
    elect(cluster, 2)
    cluster.propose(2)
    cluster.settle()
    const read = cluster.read(1)
    cluster.rejoin(1)
    cluster.settle()
    beat(cluster, 2)
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'rejected', reason: 'leadership-lost' }])
  })

  it('is asked again by the next heartbeat if the question was lost', () => {
    const cluster = ledCluster()
    const read = cluster.read(1)
    intercept(cluster, () => true)
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 1))
  })
})

describe('a read at a follower', () => {
  it('goes to the leader, all of a turn in one message', () => {
    const cluster = ledCluster()
    cluster.propose(1)
    cluster.settle()
    const { engine } = cluster.node(3)
    for (let sequence = 11; sequence <= 20; sequence++) {
      engine!.step({ type: 'read', request: { replica: 3, sequence }, mode: 'linearizable' }, cluster.now())
    }
    const counts = countMessages(cluster, () => {
      cluster.node(3).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ ReadIndex: 1, Heartbeat: 2, HeartbeatResponse: 2, ReadIndexResponse: 1 })
    expect(repliesOf(cluster, 3, 11)).toEqual(readyAt(11, 2))
    expect(cluster.node(3).replies).toHaveLength(10)
  })

  it('works at an observer', () => {
    const cluster = ledCluster(3, { observers: 1 })
    const read = cluster.read(4)
    cluster.settle()
    expect(repliesOf(cluster, 4, read)).toEqual(readyAt(read, 1))
  })

  it('sequential: is answered at once with what is known here', () => {
    const cluster = ledCluster()
    cluster.propose(1)
    cluster.settle()
    const read = cluster.read(2, 'sequential')
    expect(repliesOf(cluster, 2, read)).toEqual(readyAt(read, 1))
  })

  it('without a leader is rejected', () => {
    const cluster = createCluster(3)
    const read = cluster.read(2)
    expect(repliesOf(cluster, 2, read)).toMatchObject([{ reason: 'no-leader', outcome: 'definitely-not' }])
  })

  it('is asked again if the question or the answer was lost', () => {
    for (const type of ['ReadIndex', 'ReadIndexResponse'] as const) {
      const cluster = ledCluster()
      cluster.filter = ({ message }) => message.type !== type
      const read = cluster.read(2)
      cluster.settle()
      cluster.filter = () => true
      for (let i = 0; i < 3; i++) beat(cluster, 1)
      expect(repliesOf(cluster, 2, read)).toEqual(readyAt(read, 1))
    }
  })

  it('a later answer serves earlier reads too, and a repeated one nothing', () => {
    const cluster = ledCluster()
    const first = cluster.read(2)
    intercept(cluster, isType('ReadIndex'))
    const second = cluster.read(2)
    const answers = messagesOf(cluster, 'ReadIndexResponse', () => cluster.settle())
    for (const { message } of answers) give(cluster, 1, 2, message)
    expect(cluster.node(2).replies).toHaveLength(2)
    expect(repliesOf(cluster, 2, first)).toEqual(readyAt(first, 1))
    expect(repliesOf(cluster, 2, second)).toEqual(readyAt(second, 1))
  })

  it('R5: is rejected when the leader it was forwarded to is lost', () => {
    const cluster = ledCluster()
    const read = cluster.read(3)
    intercept(cluster, () => true)
    cluster.crash(1)
    elect(cluster, 2)
    expect(repliesOf(cluster, 3, read)).toMatchObject([
      { type: 'rejected', reason: 'leadership-lost', outcome: 'definitely-not' },
    ])
  })

  it('R5: an answer of a former leader is not taken', () => {
    const cluster = ledCluster()
    const read = cluster.read(3)
    const { id } = stateOf(cluster, 3).following.forwardedReads[0]!
    intercept(cluster, () => true)
    cluster.crash(1)
    elect(cluster, 2)
    give(cluster, 1, 3, { type: 'ReadIndexResponse', term: 1, id, index: 1 })
    expect(repliesOf(cluster, 3, read)).toHaveLength(1)
  })

  it('sent to one who no longer leads comes back at once', () => {
    const cluster = ledCluster()
    cluster.isolate(1)
    cluster.run(1_000, () => cluster.observe(1).role !== 'leader')
    cluster.rejoin(1)
    expect(stateOf(cluster, 3).leader).toBe(1)
    const read = cluster.read(3)
    deliverAll(cluster, isType('ReadIndex', 'NotLeader'))
    expect(repliesOf(cluster, 3, read)).toMatchObject([{ type: 'rejected', outcome: 'definitely-not' }])
    expect(stateOf(cluster, 3).leader).toBeUndefined()
  })
})
