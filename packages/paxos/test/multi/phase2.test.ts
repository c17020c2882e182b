import { describe, expect, it } from 'vitest'
import {
  acceptedBy,
  beat,
  campaign,
  type Cluster,
  clusterWithDisks,
  countMessages,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  entryOf,
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
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

describe('steady state', () => {
  it.each([3, 5, 7])('costs exactly 2(n−1) messages for each of 50 commands one by one, for n = %i', (n) => {
    const cluster = createCluster(n)
    elect(cluster, 1)
    const counts = countMessages(cluster, () => {
      for (let i = 0; i < 50; i++) proposeAll(cluster, 1, 'x')
    })
    expect(counts).toEqual({ Accept: 50 * (n - 1), Accepted: 50 * (n - 1) })
    expect(cluster.observe(1).commitIndex).toBe(50)
  })

  it('costs the same for a batch of 100 taken in one turn, whose values the members share', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const { engine } = cluster.node(1)
    for (let i = 0; i < 100; i++) {
      const request = { replica: 1, sequence: 1_000 + i }
      engine!.step({ type: 'propose', request, data: new Uint8Array(8) }, cluster.now())
    }
    const counts = countMessages(cluster, () => {
      const accepts = messagesOf(cluster, 'Accept', () => cluster.node(1).drain(cluster.now()))
      expect(accepts.map(({ message }) => message.entries.length)).toEqual([100, 100])
      expect(accepts[0]!.message.entries).toBe(accepts[1]!.message.entries)
      cluster.settle()
    })
    expect(counts).toEqual({ Accept: 2, Accepted: 2 })
    expect(cluster.observe(1).commitIndex).toBe(100)
  })

  it("does not wait for answers, nor for the leader's own disk", () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    for (let i = 0; i < 5; i++) cluster.propose(1)
    expect(cluster.inFlight.filter(isType('Accept'))).toHaveLength(10)
    cluster.settle()
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 5, durableIndex: 0 })
  })

  it('answers all Accepts of a turn at once', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 5; i++) cluster.propose(1)
    const accepts = intercept(cluster, ({ to }) => to === 2)
    const { engine } = cluster.node(2)
    for (const { message } of accepts) engine!.step({ type: 'receive', from: 1, message }, cluster.now())
    const answers = messagesOf(cluster, 'Accepted', () => cluster.node(2).drain(cluster.now()))
    expect(answers.map(({ message }) => [message.to, message.ranges])).toEqual([[5, []]])
  })

  it('what is chosen last is known everywhere with the next heartbeat, and nobody has to ask', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a', 'b')
    const counts = countMessages(cluster, () => beat(cluster, 1))
    expect(counts).toEqual({ Heartbeat: 2, HeartbeatAck: 2 })
    for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual(['a', 'b'])
  })
})

describe('a new leader', () => {
  it('proposes again the value of the highest ballot in each slot (Paxos Made Simple, §2.2)', () => {
    const cluster = clusterWithDisks({
      1: { accepted: [[1, 1, 'a'], [3, 1, 'b'], undefined, [1, 1, 'd']] },
      2: {
        accepted: [
          [2, 2, 'A'],
          [2, 2, 'B'],
          [2, 2, 'C'],
        ],
      },
      3: { promised: [3, 1] },
      4: {},
      5: {},
    })
    for (const id of [4, 5]) cluster.crash(id)
    elect(cluster, 3)
    expect(deliveredBy(cluster, 3)).toEqual(['A', 'b', 'C', 'd'])
    for (const id of [1, 2]) expect(acceptedBy(cluster, id)).toEqual(['A 4.3', 'b 4.3', 'C 4.3', 'd 4.3'])
  })

  it('takes its own acceptance for what it is: one among others', () => {
    for (const [own, other, expected] of [
      [5, 2, 'own'],
      [2, 5, 'other'],
    ] as const) {
      const cluster = clusterWithDisks({
        1: { accepted: [[own, 1, 'own']], promised: [5, 1] },
        2: { accepted: [[other, 2, 'other']] },
        3: {},
      })
      cluster.crash(3)
      elect(cluster, 1)
      expect(deliveredBy(cluster, 1)).toEqual([expected])
    }
  })

  it('fills holes with no-ops, so that what lies behind can be delivered (Paxos Made Simple, §3)', () => {
    const cluster = clusterWithDisks({
      1: {},
      2: { accepted: [undefined, [1, 1, 'b'], undefined, undefined, [1, 1, 'e']] },
      3: {},
    })
    cluster.crash(3)
    campaign(cluster, 1)
    cluster.settle()
    cluster.run(2_000, () => leadersOf(cluster).length === 1)
    expect(deliveredBy(cluster, leadersOf(cluster)[0]!)).toEqual(['noop', 'b', 'noop', 'noop', 'e'])
  })

  it('stamps nothing anew: a value proposed again is the same value', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.time = 77
    cluster.propose(1, 'kept')
    deliverAll(cluster, ({ to }) => to === 2)
    const before = stateOf(cluster, 2).log.entries[0]
    cluster.crash(1)
    cluster.time = 5_000
    elect(cluster, 3)
    expect(stateOf(cluster, 3).log.entries[0]).toEqual(before)
    expect(stateOf(cluster, 3).log.ballots[0]).toEqual({ round: 2, node: 3 })
  })

  it('begins behind what anyone who promised knows to be chosen, and learns that', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(3)
    proposeAll(cluster, 1, 'a', 'b', 'c')
    beat(cluster, 1)
    cluster.crash(1)
    cluster.start(3)
    const accepts = messagesOf(cluster, 'Accept', () => elect(cluster, 3))
    expect(stateOf(cluster, 3).leadership!.start).toBe(4)
    expect(accepts).toEqual([])
    expect(deliveredBy(cluster, 3)).toEqual(['a', 'b', 'c'])
  })

  it('proposes nothing of its own below what phase 1 found', () => {
    const cluster = clusterWithDisks({ 1: {}, 2: { accepted: [undefined, [1, 1, 'found']] }, 3: {} })
    cluster.crash(3)
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('Prepare', 'Promise', 'Refuse'))
    cluster.fire(1, 'election')
    deliverAll(cluster, isType('Prepare', 'Promise'))
    proposeAll(cluster, 1, 'new')
    expect(deliveredBy(cluster, 1)).toEqual(['noop', 'found', 'new'])
  })
})

describe('the window', () => {
  it.each([1, 2, 5])('of %i: so many slots are under way, and no more (PMMC, invariant R5)', (window) => {
    const cluster = createCluster(3, { window })
    elect(cluster, 1)
    const most: number[] = []
    cluster.filter = ({ from, message }) => {
      if (message.type === 'Accept') {
        most.push(message.entries.at(-1)!.index - cluster.observe(from).commitIndex)
      }
      return true
    }
    for (let i = 0; i < 12; i++) cluster.propose(1, `${i}`)
    expect(stateOf(cluster, 1).leadership!.queue).toHaveLength(12 - window)
    cluster.settle()
    expect(eventsOf(cluster, 1, 'WindowFull').length).toBeGreaterThan(0)
    expect(Math.max(...most)).toBe(window)
    expect(deliveredBy(cluster, 1)).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`))
  })

  it.each([1, 2])('of %i bounds what a new leader proposes again, too', (window) => {
    const cluster = createCluster(3, { window })
    elect(cluster, 1)
    for (let i = 0; i < 6; i++) cluster.propose(1, `${i}`)
    deliverAll(cluster, ({ to }) => to === 2)
    cluster.crash(1)
    elect(cluster, 3)
    expect(deliveredBy(cluster, 3)).toEqual(Array.from({ length: window }, (_, i) => `${i}`))
  })

  it('what waits for a slot when its leader is deposed was not done', () => {
    const cluster = createCluster(3, { window: 1 })
    elect(cluster, 1)
    const sequences = ['a', 'b', 'c'].map((text) => cluster.propose(1, text))
    intercept(cluster)
    give(cluster, 2, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 2, promisedNode: 2 })
    expect(repliesOf(cluster, 1, sequences[0]!)).toMatchObject([{ type: 'abandoned' }])
    for (const sequence of sequences.slice(1)) {
      expect(repliesOf(cluster, 1, sequence)).toMatchObject([
        { type: 'rejected', outcome: 'definitely-not', reason: 'leadership-lost' },
      ])
    }
  })
})

/** Three commands in three turns; the Accepts for `lost` reach nobody. */
function proposeWithout(cluster: Cluster, ...lost: number[]): void {
  losing(
    cluster,
    ({ message }) => message.type === 'Accept' && lost.includes(message.entries[0]!.index),
    () => {
      for (const text of ['a', 'b', 'c']) proposeAll(cluster, 1, text)
    },
  )
}

describe('slots', () => {
  it('are chosen out of order and delivered in order', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeWithout(cluster, 1)
    expect(acceptedBy(cluster, 2)).toEqual(['-', 'b 1.1', 'c 1.1'])
    expect([...progressOf(cluster, 1, 2).extra]).toEqual([2, 3])
    for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual([])
    beat(cluster, 1)
    beat(cluster, 1)
    for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual(['a', 'b', 'c'])
    expect(eventsOf(cluster, 2, 'AcceptAboveGap').length).toBeGreaterThan(0)
  })

  it('are chosen one by one where members have different gaps', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    losing(
      cluster,
      ({ to, message }) => message.type === 'Accept' && message.entries[0]!.index % 2 === to % 2,
      () => {
        for (const text of ['a', 'b', 'c', 'd']) proposeAll(cluster, 1, text)
      },
    )
    expect(acceptedBy(cluster, 2)).toEqual(['a 1.1', '-', 'c 1.1'])
    expect(acceptedBy(cluster, 3)).toEqual(['-', 'b 1.1', '-', 'd 1.1'])
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c', 'd'])
    expect(eventsOf(cluster, 1, 'ChooseAboveGap').length).toBeGreaterThan(0)
    beat(cluster, 1)
    beat(cluster, 1)
    for (const id of [2, 3]) expect(deliveredBy(cluster, id)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('that come in the reverse order are accepted all the same', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(3)
    for (const text of ['a', 'b', 'c']) cluster.propose(1, text)
    const accepts = intercept(cluster, isType('Accept'))
    release(cluster, accepts.toReversed())
    cluster.settle()
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
    expect(stateOf(cluster, 2).received).toBe(3)
  })

  it('far above what is chosen are not accepted: a hole that long is one of memory', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 1, 2, {
      type: 'Accept',
      round: 1,
      node: 1,
      start: 1,
      beat: 1,
      chosen: 0,
      entries: [entryOf(2_000_000, 1)],
    })
    expect(acceptedBy(cluster, 2)).toEqual([])
    expect(ignoredAt(cluster, 2)).toContain('too-far-ahead')
  })

  it('that were chosen above a gap and are known to a minority survive their leader', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    losing(
      cluster,
      ({ to, message }) => message.type === 'Accept' && message.entries[0]!.index === 1 && to !== 5,
      () => {
        for (const text of ['a', 'b']) proposeAll(cluster, 1, text)
      },
    )
    cluster.crash(1)
    cluster.crash(5)
    elect(cluster, 2)
    expect(deliveredBy(cluster, 2)).toEqual(['noop', 'b'])
    cluster.start(1)
    cluster.start(5)
    cluster.run(500)
    for (const id of [1, 2, 3, 4, 5]) expect(deliveredBy(cluster, id)).toEqual(['noop', 'b'])
  })
})

describe('limits', () => {
  it('bound what is under way by messages and by bytes', () => {
    const byCount = createCluster(3, { maxInflightMessages: 3 })
    elect(byCount, 1)
    for (let i = 0; i < 10; i++) byCount.propose(1)
    expect(byCount.inFlight.filter(isType('Accept'))).toHaveLength(6)
    byCount.settle()
    expect(byCount.observe(1).commitIndex).toBe(10)

    const byBytes = createCluster(3, { maxInflightBytes: 100 })
    elect(byBytes, 1)
    for (let i = 0; i < 10; i++) byBytes.propose(1, new Uint8Array(40))
    expect(byBytes.inFlight.filter(isType('Accept'))).toHaveLength(6)
    byBytes.settle()
    expect(byBytes.observe(1).commitIndex).toBe(10)
  })

  it('L6: reached, and everything under way lost: heartbeats find out, and it goes on', () => {
    const cluster = createCluster(3, { maxInflightMessages: 2 })
    elect(cluster, 1)
    losing(cluster, isType('Accept'), () => {
      for (let i = 0; i < 10; i++) proposeAll(cluster, 1, `${i}`)
    })
    expect(cluster.observe(1).commitIndex).toBe(0)
    for (let i = 0; i < 4 && cluster.observe(1).commitIndex < 10; i++) beat(cluster, 1)
    expect(cluster.observe(1).commitIndex).toBe(10)
  })

  it('cut messages by size, though never to nothing', () => {
    const cluster = createCluster(3, { maxBatchBytes: 100 })
    elect(cluster, 1)
    cluster.isolate(3)
    for (const size of [40, 40, 40, 500, 40]) cluster.propose(1, new Uint8Array(size))
    cluster.settle()
    const accepts = messagesOf(cluster, 'Accept', () => {
      cluster.rejoin(3)
      for (let i = 0; i < 3; i++) beat(cluster, 1)
    }).filter(({ to }) => to === 3)
    const sizes = accepts.map(({ message }) => message.entries.map(({ data }) => data.length))
    expect(sizes.every((batch) => batch.length <= 1 || batch.reduce((a, b) => a + b) <= 100)).toBe(true)
    expect(cluster.observe(3).commitIndex).toBe(5)
  })

  it('L13: what a leader holds and is not chosen is bounded; any size fits when nothing else waits', () => {
    const cluster = createCluster(3, { maxUncommittedBytes: 10 })
    elect(cluster, 1)
    const big = cluster.propose(1, new Uint8Array(50))
    const second = cluster.propose(1, 'x')
    expect(repliesOf(cluster, 1, second)).toMatchObject([{ reason: 'overloaded', outcome: 'definitely-not' }])
    cluster.settle()
    expect(repliesOf(cluster, 1, big)).toEqual([])
    const [third] = proposeAll(cluster, 1, '0123456789')
    expect(repliesOf(cluster, 1, third!)).toEqual([])
    expect(cluster.observe(1).commitIndex).toBe(2)
  })

  it("a member's proposals that are refused for that end in order", () => {
    const cluster = createCluster(3, { maxUncommittedBytes: 4 })
    elect(cluster, 1)
    const { engine } = cluster.node(2)
    const sequences = [101, 102, 103]
    for (const sequence of sequences) {
      engine!.step(
        { type: 'propose', request: { replica: 2, sequence }, data: new Uint8Array(3) },
        cluster.now(),
      )
    }
    cluster.node(2).drain(cluster.now())
    cluster.settle()
    beat(cluster, 1)
    expect(sequences.map((sequence) => repliesOf(cluster, 2, sequence).length)).toEqual([0, 1, 1])
    expect(cluster.observe(1).commitIndex).toBe(1)
  })
})

describe('a deposed leader', () => {
  it('that is slow can still send what it has proposed, and nobody accepts it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    cluster.propose(1, 'late')
    const late = intercept(cluster, isType('Accept'))
    campaign(cluster, 2)
    deliverAll(cluster, isAmong(2, 3))
    proposeAll(cluster, 2, 'b')
    release(cluster, late)
    cluster.settle()
    cluster.run(1_000)
    for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual(['a', 'b'])
  })
})
