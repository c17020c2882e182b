import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  campaign,
  createCluster,
  deliverAll,
  deliveredBy,
  drawFrom,
  elect,
  eventsOf,
  give,
  ignoredAt,
  intercept,
  isType,
  leadersOf,
  losing,
  messagesOf,
  numbers,
  progressOf,
  promisedBy,
  proposeAll,
  stateOf,
} from './support/cluster.ts'

describe('links that lose, repeat and reorder', () => {
  it.each([1, 2, 3, 4, 5])('slow nobody down for long: what is proposed is chosen (seed %i)', (seed) => {
    const cluster = createCluster(3, { maxInflightMessages: 4 })
    elect(cluster, 1)
    const random = numbers(seed)
    cluster.filter = (flight) => {
      const copies = random() < 0.15 ? 0 : random() < 0.15 ? 2 : 1
      for (let i = 0; i < copies; i++) {
        const position = Math.floor(random() * (cluster.inFlight.length + 1))
        cluster.inFlight.splice(position, 0, { ...flight })
      }
      return false
    }
    for (let i = 0; i < 200; i++) {
      for (const id of [1, 2, 3]) cluster.propose(id)
      cluster.run(20)
    }
    cluster.filter = () => true
    cluster.run(2_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    const commits = [1, 2, 3].map((id) => cluster.observe(id).commitIndex)
    expect(new Set(commits).size).toBe(1)
    expect(commits[0]).toBeGreaterThan(400)
    const sequences = cluster.node(1).applied.flatMap(({ request }) => request?.sequence ?? [])
    expect(new Set(sequences).size).toBe(sequences.length)
  })

  it.each(['Accept', 'Accepted', 'HeartbeatAck', 'Heartbeat'] as const)(
    'that lose every third %s: everything is chosen and known within a few heartbeats',
    (type) => {
      const cluster = createCluster(3)
      elect(cluster, 1)
      let count = 0
      losing(
        cluster,
        ({ message }) => message.type === type && count++ % 3 === 0,
        () => {
          for (let i = 0; i < 10; i++) proposeAll(cluster, 1, `${i}`)
          for (let i = 0; i < 8; i++) beat(cluster, 1)
        },
      )
      const all = Array.from({ length: 10 }, (_, i) => `${i}`)
      for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual(all)
      expect(leadersOf(cluster)).toEqual([1])
    },
  )

  it('lose the last acknowledgement of an idle leader: the next heartbeat makes up for it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    losing(cluster, isType('Accepted'), () => proposeAll(cluster, 1, 'a'))
    expect(cluster.observe(1).commitIndex).toBe(0)
    cluster.run(60)
    expect(cluster.observe(1).commitIndex).toBe(1)
  })

  it('repeat an Accept: it is accepted once, written once, and answered again', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1, 'a')
    const [accept] = cluster.inFlight.filter(({ to }) => to === 2)
    cluster.settle()
    const writes = stateOf(cluster, 2).durability.lastSequence
    const answers = messagesOf(cluster, 'Accepted', () => give(cluster, 1, 2, accept!.message))
    expect(answers.map(({ message }) => message.to)).toEqual([1])
    expect(stateOf(cluster, 2).durability.lastSequence).toBe(writes)
  })

  it('repeat an answer: it counts once', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ from, to }) => to === 2 && from === 1)
    const [answer] = intercept(cluster, isType('Accepted'))
    for (let i = 0; i < 4; i++) give(cluster, 2, 1, answer!.message)
    expect(cluster.observe(1).commitIndex).toBe(0)
  })

  it('bring an answer of an earlier ballot of the same leader: it says nothing of this one', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ to }) => to === 2)
    const old = intercept(cluster, isType('Accepted'))
    intercept(cluster)
    give(cluster, 2, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 2, promisedNode: 2 })
    campaign(cluster, 1)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    expect(leadersOf(cluster)).toEqual([1])
    for (const { message } of old) give(cluster, 2, 1, message)
    expect(cluster.observe(1).commitIndex).toBe(0)
    expect(ignoredAt(cluster, 1)).toContain('other-ballot')
  })

  it('an answer to a heartbeat says nothing of what was accepted before its promise is durable', () => {
    const cluster = createCluster(3)
    cluster.node(2).autoPersist = false
    const beatOf = (count: number) =>
      ({ type: 'Heartbeat', round: 5, node: 3, start: 1, beat: count, chosen: 0 }) as const
    const accept = { type: 'Accept', round: 5, node: 3, start: 1, beat: 1, chosen: 0 } as const
    give(cluster, 3, 2, beatOf(1))
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ received: 0, durable: 0 })
    const [entry] = [
      {
        index: 1,
        epoch: 5,
        time: 0,
        kind: 'noop',
        request: undefined,
        data: new Uint8Array(),
        encoded: undefined,
      },
    ] as const
    give(cluster, 3, 2, { ...accept, entries: [entry] })
    give(cluster, 3, 2, beatOf(2))
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ received: 1, durable: 0 })
    cluster.node(2).completeWrite(cluster.now())
    give(cluster, 3, 2, beatOf(3))
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ received: 1, durable: 0 })
    cluster.node(2).completeWrite(cluster.now())
    give(cluster, 3, 2, beatOf(4))
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ received: 1, durable: 1 })
  })
})

/** Everything is chosen and known again: gives after how long. */
function recovers(cluster: Cluster, among: readonly number[], limit: number): number {
  const start = cluster.time
  const done = cluster.run(limit, () => among.some((id) => cluster.observe(id).established))
  expect(done, 'somebody leads').toBe(true)
  return cluster.time - start
}

function rounds(cluster: Cluster): number[] {
  return [...cluster.nodes.keys()].map((id) => cluster.observe(id).epoch)
}

/** Cuts every link but those named. */
function connectOnly(cluster: Cluster, ...links: readonly (readonly [number, number])[]): void {
  for (const a of cluster.nodes.keys()) {
    for (const b of cluster.nodes.keys()) {
      if (a < b && !links.some(([x, y]) => (x === a && y === b) || (x === b && y === a))) cluster.cut(a, b)
    }
  }
}

const electionMax = 600
const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

describe('partial connectivity', () => {
  it('C1: with only the link to the leader cut, the leader stays and no ballot grows twice', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.cut(1, 3)
    cluster.run(20_000)
    expect(leadersOf(cluster)).toEqual([1])
    expect(rounds(cluster)).toEqual([1, 1, 2])
    proposeAll(cluster, 1, 'a')
    expect(cluster.observe(1).commitIndex).toBe(1)
  })

  it('C1: the one that comes back with a higher ballot costs one change of ballot, within an election timeout', () => {
    for (const seed of seeds) {
      const cluster = createCluster(3, { drawDelay: drawFrom(seed) })
      const leader = cluster.elect()
      const other = (leader % 3) + 1
      cluster.isolate(other)
      cluster.run(10_000)
      expect(leadersOf(cluster).filter((id) => id !== other)).toEqual([leader])
      const before = Math.max(...rounds(cluster))
      cluster.rejoin(other)
      cluster.run(electionMax, () => leadersOf(cluster).length === 0) // the leader is refused
      recovers(cluster, [1, 2, 3], electionMax)
      const after = Math.max(...rounds(cluster))
      expect(after - before, `seed ${seed}`).toBeLessThanOrEqual(1)
      cluster.run(10_000)
      expect(Math.max(...rounds(cluster))).toBe(after)
    }
  })

  it('C2: a leader that can send but not receive is replaced', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.filter = ({ to }) => to !== 1
    expect(cluster.run(3 * electionMax, () => leadersOf(cluster).some((id) => id !== 1))).toBe(true)
    cluster.run(1_000)
    expect(cluster.observe(1).role).not.toBe('leader')
    expect(eventsOf(cluster, 1, 'QuorumLost')).toHaveLength(1)
  })

  it('C3: a follower that can only receive disturbs nobody; one that can only send neither, until it is heard', () => {
    for (const direction of ['from', 'to'] as const) {
      const cluster = createCluster(3)
      elect(cluster, 1)
      cluster.filter = (flight) => flight[direction] !== 3
      cluster.run(5_000)
      expect(leadersOf(cluster)).toEqual([1])
      expect(cluster.observe(1).epoch).toBe(1)
      cluster.filter = () => true
      cluster.run(2 * electionMax)
      expect(leadersOf(cluster)).toHaveLength(1)
      expect(Math.max(...rounds(cluster))).toBe(
        direction === 'from' ? 1 : Math.min(3, Math.max(...rounds(cluster))),
      )
      proposeAll(cluster, leadersOf(cluster)[0]!, 'a')
      expect(cluster.observe(leadersOf(cluster)[0]!).commitIndex).toBe(1)
    }
  })

  it('C4 (quorum loss): all are connected to 1 only, who does not lead: 1 leads within a few election timeouts', () => {
    const took: number[] = []
    for (const seed of seeds) {
      const cluster = createCluster(5, { drawDelay: drawFrom(seed) })
      elect(cluster, 3)
      proposeAll(cluster, 3, 'before')
      connectOnly(cluster, [1, 2], [1, 3], [1, 4], [1, 5])
      cluster.run(electionMax, () => cluster.observe(3).role !== 'leader')
      expect(cluster.observe(3).role).not.toBe('leader')
      took.push(recovers(cluster, [1, 2, 3, 4, 5], 20 * electionMax))
      expect(leadersOf(cluster)).toEqual([1])
      cluster.run(20 * electionMax)
      expect(leadersOf(cluster), `stays, seed ${seed}`).toEqual([1])
      proposeAll(cluster, 1, 'after')
      expect(deliveredBy(cluster, 1).at(-1)).toBe('after')
    }
    expect(Math.max(...took)).toBeLessThan(6 * electionMax)
  })

  it('C5 (constrained election): only 1 has a quorum, and lacks what is chosen: it leads all the same', () => {
    const took: number[] = []
    for (const seed of seeds) {
      const cluster = createCluster(5, { drawDelay: drawFrom(seed) })
      elect(cluster, 3)
      cluster.isolate(1)
      for (let i = 0; i < 5; i++) proposeAll(cluster, 3, `${i}`)
      beat(cluster, 3)
      cluster.crash(3)
      cluster.rejoin(1)
      connectOnly(cluster, [1, 2], [1, 4], [1, 5])
      took.push(recovers(cluster, [1], 20 * electionMax))
      expect(deliveredBy(cluster, 1)).toEqual(['0', '1', '2', '3', '4'])
    }
    expect(Math.max(...took)).toBeLessThan(6 * electionMax)
  })

  it('C6: a chain 1–2–3 with the leader at an end keeps it, without a change of ballot', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    connectOnly(cluster, [1, 2], [2, 3])
    cluster.run(30_000)
    expect(leadersOf(cluster)).toEqual([1])
    expect(promisedBy(cluster, 2)).toBe('1.1')
  })

  it('C6: a chain whose middle restarts comes to rest, and serves', () => {
    for (const seed of seeds) {
      const cluster = createCluster(3, { drawDelay: drawFrom(seed) })
      elect(cluster, 1)
      connectOnly(cluster, [1, 2], [2, 3])
      cluster.run(2_000)
      cluster.crash(2)
      cluster.start(2)
      recovers(cluster, [1, 2, 3], 5 * electionMax)
      cluster.run(2_000)
      const before = Math.max(...rounds(cluster))
      cluster.run(20_000)
      expect(Math.max(...rounds(cluster)) - before, `seed ${seed}`).toBeLessThanOrEqual(1)
      const leader = leadersOf(cluster).find((id) => cluster.observe(id).established)!
      proposeAll(cluster, leader, 'a')
      expect(deliveredBy(cluster, leader).at(-1)).toBe('a')
    }
  })

  it('C8: repeated answers keep no leader in office, nor do observers', () => {
    const cluster = createCluster(3, { observers: 2 })
    elect(cluster, 1)
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isType('Heartbeat'))
    const answers = intercept(cluster, ({ to, from }) => to === 1 && from === 2)
    cluster.settle()
    for (const id of [2, 3]) cluster.crash(id)
    for (let i = 0; i < 8 && leadersOf(cluster).length > 0; i++) {
      for (const { message } of [...answers, ...answers]) give(cluster, 2, 1, message)
      beat(cluster, 1)
    }
    expect(leadersOf(cluster)).toEqual([])
  })

  it('a leader that hears from no quorum gives up within the minimum election timeout', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    for (const id of [2, 3, 4]) cluster.crash(id)
    const start = cluster.time
    expect(cluster.run(1_000, () => leadersOf(cluster).length === 0)).toBe(true)
    expect(cluster.time - start).toBeLessThanOrEqual(300)
  })

  it('L18: a member whose link comes back is brought up to date at once', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.isolate(3)
    for (let i = 0; i < 50; i++) proposeAll(cluster, 1, `${i}`)
    cluster.rejoin(3)
    cluster.settle()
    expect(progressOf(cluster, 1, 3).match).toBe(50)
  })
})
