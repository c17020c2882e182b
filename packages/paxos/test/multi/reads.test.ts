import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  countMessages,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  type Flight,
  give,
  ignoredAt,
  intercept,
  isType,
  messagesOf,
  promisedBy,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { createWide, reconfigure } from './support/members.ts'

function led(size = 3, options = {}): Cluster {
  const cluster = createCluster(size, options)
  elect(cluster, 1)
  return cluster
}

const readyAt = (sequence: number, index: number) => [{ type: 'readReady', sequence, index }]

/** Nothing passes between `id` and the others, and nobody is told. */
function block(cluster: Cluster, id: number): void {
  for (const peer of cluster.nodes.keys()) {
    if (peer === id) continue
    cluster.block(id, peer)
    cluster.block(peer, id)
  }
}

function unblock(cluster: Cluster, id: number): void {
  for (const peer of cluster.nodes.keys()) {
    if (peer === id) continue
    cluster.unblock(id, peer)
    cluster.unblock(peer, id)
  }
}

describe('a linearizable read at the leader', () => {
  it.each(['linearizable', 'lease'] as const)(
    '%s: is answered when a quorum has answered its beat',
    (mode) => {
      const cluster = led()
      proposeAll(cluster, 1, 'a')
      const read = cluster.read(1, mode)
      expect(repliesOf(cluster, 1, read)).toEqual([])
      deliverAll(cluster, ({ to, from }) => to === 2 || from === 2)
      expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 1))
      cluster.settle()
      expect(repliesOf(cluster, 1, read)).toHaveLength(1)
    },
  )

  it('costs one round of heartbeats for all reads of a turn', () => {
    const cluster = led()
    const { engine } = cluster.node(1)
    for (let sequence = 101; sequence <= 150; sequence++) {
      engine!.step({ type: 'read', request: { replica: 1, sequence }, mode: 'linearizable' }, cluster.now())
    }
    const counts = countMessages(cluster, () => {
      cluster.node(1).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ Heartbeat: 2, HeartbeatAck: 2 })
    expect(cluster.node(1).replies).toHaveLength(50)
  })

  it('rides on Accepts if there are any, and does not wait for disks', () => {
    const cluster = led()
    for (const id of [2, 3]) cluster.node(id).autoPersist = false
    const { engine } = cluster.node(1)
    const request = { replica: 1, sequence: 1 }
    engine!.step({ type: 'propose', request, data: new Uint8Array(1) }, cluster.now())
    engine!.step({ type: 'read', request: { ...request, sequence: 2 }, mode: 'linearizable' }, cluster.now())
    const counts = countMessages(cluster, () => {
      cluster.node(1).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ Accept: 2, HeartbeatAck: 2 })
    expect(repliesOf(cluster, 1, 2)).toEqual(readyAt(2, 0))
  })

  it('asks no observers, and does not count their answers', () => {
    const cluster = led(3, { observers: 2 })
    const read = cluster.read(1)
    expect(cluster.inFlight.filter(isType('Heartbeat')).map(({ to }) => to)).toEqual([2, 3])
    const { beat: newest } = stateOf(cluster, 1).leadership!
    intercept(cluster)
    for (const from of [4, 5]) {
      give(cluster, from, 1, {
        type: 'HeartbeatAck',
        round: 1,
        node: 1,
        beat: newest,
        received: 0,
        durable: 0,
        chosen: 0,
      })
    }
    expect(repliesOf(cluster, 1, read)).toEqual([])
  })

  it('of a single voter is answered at once', () => {
    const cluster = led(1)
    const read = cluster.read(1)
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 0))
  })

  it('R1: waits until everything that phase 1 found is chosen', () => {
    const cluster = led()
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ to, message }) => to === 2 && message.type === 'Accept')
    intercept(cluster)
    cluster.crash(1)
    campaign(cluster, 2)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    const isOther = (flight: Flight): boolean => !isType('Accept')(flight)
    expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 0 })
    const read = cluster.read(2)
    cluster.fire(2, 'heartbeat')
    deliverAll(cluster, isOther)
    expect(repliesOf(cluster, 2, read)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 2, read)).toEqual(readyAt(read, 1))
  })

  it('R1: waits until the leader has learned what was chosen before', () => {
    const cluster = led()
    block(cluster, 3)
    proposeAll(cluster, 1, 'a', 'b')
    cluster.crash(2)
    cluster.start(2)
    block(cluster, 1)
    cluster.run(2_000, () => cluster.observe(1).role !== 'leader')
    intercept(cluster)
    for (const id of [1, 3]) unblock(cluster, id)
    cluster.block(2, 3)
    campaign(cluster, 3)
    deliverAll(cluster, isType('Prepare', 'Promise', 'Refuse'))
    if (cluster.observe(3).role !== 'leader') campaign(cluster, 3)
    deliverAll(cluster, (flight) => !isType('Learn', 'Learned')(flight))
    expect(cluster.observe(3)).toMatchObject({ role: 'leader', phase: 'learning' })
    const read = cluster.read(3)
    deliverAll(cluster, (flight) => !isType('Learn', 'Learned')(flight))
    expect(repliesOf(cluster, 3, read)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 3, read)).toEqual(readyAt(read, 2))
  })

  it('R2: answers to an earlier beat confirm no later one', () => {
    const cluster = led()
    const early = cluster.read(1)
    deliverAll(cluster, isType('Heartbeat'))
    const late = intercept(cluster, isType('HeartbeatAck'))
    const second = cluster.read(1)
    intercept(cluster)
    release(cluster, [...late, ...late])
    expect(repliesOf(cluster, 1, early)).toEqual(readyAt(early, 0))
    expect(repliesOf(cluster, 1, second)).toEqual([])
  })

  it('R2: answers that arrive after leadership was lost, or in the next one, confirm nothing', () => {
    const cluster = led()
    const read = cluster.read(1)
    deliverAll(cluster, isType('Heartbeat'))
    const late = intercept(cluster, isType('HeartbeatAck'))
    give(cluster, 2, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 2, promisedNode: 2 })
    release(cluster, late)
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'rejected', reason: 'leadership-lost' }])
    campaign(cluster, 1)
    cluster.settle()
    const again = cluster.read(1)
    intercept(cluster)
    release(cluster, late)
    expect(repliesOf(cluster, 1, again)).toEqual([])
  })

  it('R3: a read that arrives after more was chosen gets its own index', () => {
    const cluster = led()
    const early = cluster.read(1)
    const held = intercept(cluster, isType('Heartbeat'))
    proposeAll(cluster, 1, 'a')
    expect(cluster.observe(1).commitIndex).toBe(1)
    const second = cluster.read(1)
    cluster.inFlight.push(...held)
    cluster.settle()
    expect(repliesOf(cluster, 1, early)).toEqual(readyAt(early, 0))
    expect(repliesOf(cluster, 1, second)).toEqual(readyAt(second, 1))
  })

  it('R4: that waits while others come to decide is answered by those', () => {
    const cluster = createWide(majorityOf([1, 2, 3]), [4, 5], { window: 4 })
    elect(cluster, 1)
    cluster.filter = ({ from, message }) => !([2, 3].includes(from) && message.type === 'HeartbeatAck')
    const read = cluster.read(1)
    reconfigure(cluster, 1, majorityOf([1, 4, 5]))
    cluster.settle()
    const later = cluster.read(1)
    cluster.run(200)
    expect(cluster.observe(1).membership).toEqual(majorityOf([1, 4, 5]))
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 4))
    expect(repliesOf(cluster, 1, later)).toMatchObject([{ type: 'readReady' }])
  })

  it('R9, R10: the index answered is that of the round, not of the answer', () => {
    const cluster = led()
    const read = cluster.read(1)
    const held = intercept(cluster, isType('Heartbeat'))
    for (let i = 0; i < 3; i++) cluster.propose(1)
    deliverAll(cluster, isType('Accept', 'Accepted'))
    cluster.inFlight.push(...held)
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 0))
  })

  it('R12: is rejected when leadership is lost, and was not done', () => {
    const cluster = led()
    cluster.isolate(1)
    const read = cluster.read(1)
    expect(cluster.run(1_000, () => cluster.observe(1).role !== 'leader')).toBe(true)
    expect(repliesOf(cluster, 1, read)).toMatchObject([
      { type: 'rejected', reason: 'leadership-lost', outcome: 'definitely-not', leader: undefined },
    ])
  })

  it('R8: a leader that slept while another was elected answers nothing stale', () => {
    const cluster = led()
    block(cluster, 1)
    elect(cluster, 2)
    proposeAll(cluster, 2, 'new')
    const read = cluster.read(1)
    unblock(cluster, 1)
    cluster.settle()
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'rejected', reason: 'leadership-lost' }])
  })

  it('is asked again by the next heartbeat if the question was lost', () => {
    const cluster = led()
    const read = cluster.read(1)
    intercept(cluster)
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toEqual(readyAt(read, 0))
  })

  it('is not confirmed by those who do not know the ballot yet: they promise it with their answer', () => {
    const cluster = led()
    block(cluster, 3)
    block(cluster, 1)
    cluster.run(1_000, () => cluster.observe(1).role !== 'leader')
    for (const id of [1, 3]) unblock(cluster, id)
    cluster.block(1, 2)
    campaign(cluster, 3)
    deliverAll(cluster, ({ from, to }) => from !== 1 && to !== 1)
    expect(cluster.observe(3).role).toBe('leader')
    const read = cluster.read(3)
    deliverAll(cluster, ({ from, to }) => from === 1 || to === 1)
    expect(promisedBy(cluster, 1)).toBe(promisedBy(cluster, 3))
    expect(repliesOf(cluster, 3, read)).toEqual(readyAt(read, 0))
  })
})

describe('a read at a member', () => {
  it('goes to the leader, all of a turn in one message', () => {
    const cluster = led()
    proposeAll(cluster, 1, 'a')
    const { engine } = cluster.node(3)
    for (let sequence = 11; sequence <= 20; sequence++) {
      engine!.step({ type: 'read', request: { replica: 3, sequence }, mode: 'linearizable' }, cluster.now())
    }
    const counts = countMessages(cluster, () => {
      cluster.node(3).drain(cluster.now())
      cluster.settle()
    })
    expect(counts).toEqual({ ReadIndex: 1, Heartbeat: 2, HeartbeatAck: 2, ReadIndexResponse: 1 })
    expect(repliesOf(cluster, 3, 11)).toEqual(readyAt(11, 1))
    expect(cluster.node(3).replies).toHaveLength(10)
  })

  it("waits for the gate like the leader's own", () => {
    const cluster = led()
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ to, message }) => to === 2 && message.type === 'Accept')
    intercept(cluster)
    cluster.crash(1)
    campaign(cluster, 2)
    const isOther = (flight: Flight): boolean => !isType('Accept')(flight)
    deliverAll(cluster, isOther)
    cluster.fire(2, 'heartbeat')
    deliverAll(cluster, isOther)
    const read = cluster.read(3)
    deliverAll(cluster, isOther)
    expect(repliesOf(cluster, 3, read)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 3, read)).toEqual(readyAt(read, 1))
  })

  it('sequential: is answered at once with what is known here', () => {
    const cluster = led()
    proposeAll(cluster, 1, 'a')
    expect(deliveredBy(cluster, 2)).toEqual([])
    const old = cluster.read(2, 'sequential')
    beat(cluster, 1)
    const read = cluster.read(2, 'sequential')
    expect(repliesOf(cluster, 2, old)).toEqual(readyAt(old, 0))
    expect(repliesOf(cluster, 2, read)).toEqual(readyAt(read, 1))
  })

  it('sequential: needs no leader', () => {
    const cluster = createCluster(3)
    const read = cluster.read(2, 'sequential')
    expect(repliesOf(cluster, 2, read)).toEqual(readyAt(read, 0))
  })

  it('without a leader is rejected', () => {
    const cluster = createCluster(3)
    const read = cluster.read(2)
    expect(repliesOf(cluster, 2, read)).toMatchObject([{ reason: 'no-leader', outcome: 'definitely-not' }])
  })

  it('is asked again if the question or the answer was lost', () => {
    for (const type of ['ReadIndex', 'ReadIndexResponse'] as const) {
      const cluster = led()
      cluster.filter = ({ message }) => message.type !== type
      const read = cluster.read(2)
      cluster.settle()
      cluster.filter = () => true
      for (let i = 0; i < 3; i++) beat(cluster, 1)
      expect(repliesOf(cluster, 2, read)).toEqual(readyAt(read, 0))
    }
  })

  it('a later answer serves earlier reads too, and a repeated one nothing', () => {
    const cluster = led()
    const early = cluster.read(2)
    intercept(cluster, isType('ReadIndex'))
    const second = cluster.read(2)
    const answers = messagesOf(cluster, 'ReadIndexResponse', () => cluster.settle())
    for (const { message } of answers) give(cluster, 1, 2, message)
    expect(cluster.node(2).replies).toHaveLength(2)
    expect(repliesOf(cluster, 2, early)).toEqual(readyAt(early, 0))
    expect(repliesOf(cluster, 2, second)).toEqual(readyAt(second, 0))
  })

  it('an answer to an earlier question serves no later read', () => {
    const cluster = led()
    cluster.read(2)
    deliverAll(cluster, (flight) => !isType('ReadIndexResponse')(flight))
    const [late] = intercept(cluster, isType('ReadIndexResponse'))
    proposeAll(cluster, 1, 'a')
    const second = cluster.read(2)
    release(cluster, [late!, late!])
    expect(repliesOf(cluster, 2, second)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 2, second)).toEqual(readyAt(second, 1))
  })

  it('R5: is rejected when the leader it was forwarded to is lost, and a late answer is not taken', () => {
    const cluster = led()
    const read = cluster.read(3)
    const { id } = stateOf(cluster, 3).following.forwardedReads[0]!
    intercept(cluster)
    cluster.crash(1)
    elect(cluster, 2)
    give(cluster, 1, 3, { type: 'ReadIndexResponse', round: 1, node: 1, id, index: 1 })
    expect(ignoredAt(cluster, 3)).toContain('not-my-leader')
    expect(repliesOf(cluster, 3, read)).toMatchObject([
      { type: 'rejected', reason: 'leadership-lost', outcome: 'definitely-not' },
    ])
  })

  it('that waits at a deposed leader is never answered with what was true once', () => {
    const cluster = led(5)
    const read = cluster.read(5)
    deliverAll(cluster, isType('ReadIndex', 'Heartbeat'))
    const answers = intercept(cluster, isType('HeartbeatAck'))
    for (const id of [1, 5]) block(cluster, id)
    cluster.unblock(1, 5)
    elect(cluster, 2)
    proposeAll(cluster, 2, 'new')
    release(
      cluster,
      answers.filter(({ from }) => from === 5),
    )
    cluster.settle()
    expect(repliesOf(cluster, 5, read)).toEqual([])
    for (const id of [1, 5]) unblock(cluster, id)
    cluster.run(1_000)
    expect(repliesOf(cluster, 5, read)).toMatchObject([{ type: 'rejected', outcome: 'definitely-not' }])
  })

  it('sent to one who no longer leads comes back at once', () => {
    const cluster = led()
    cluster.isolate(1)
    cluster.run(400, () => cluster.observe(1).role !== 'leader')
    cluster.rejoin(1)
    expect(stateOf(cluster, 3).leader).toBe(1)
    const read = cluster.read(3)
    deliverAll(cluster, isType('ReadIndex', 'NotLeader'))
    expect(repliesOf(cluster, 3, read)).toMatchObject([{ type: 'rejected', outcome: 'definitely-not' }])
    expect(stateOf(cluster, 3).leader).toBeUndefined()
  })
})

describe('without its rules, a read is stale', () => {
  /** 2 has been elected and has had `new` chosen, while 1 knows nothing of it; then 1 is read at. */
  function readAtDeposed(unsafe: object): number | undefined {
    const cluster = createCluster(3, { unsafe, findings: [] })
    elect(cluster, 1)
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isType('Heartbeat'))
    const answers = intercept(cluster, isType('HeartbeatAck'))
    block(cluster, 1)
    elect(cluster, 2)
    proposeAll(cluster, 2, 'new')
    const read = cluster.read(1)
    release(cluster, answers)
    const [reply] = repliesOf(cluster, 1, read)
    return reply?.type === 'readReady' ? reply.index : undefined
  }

  it.each(['skipReadConfirmation', 'reuseReadBeats'] as const)('%s', (rule) => {
    expect(readAtDeposed({})).toBeUndefined()
    expect(readAtDeposed({ [rule]: true })).toBe(0)
  })
})
