import { type AnyEngineDefinition, type Message, majorityOf } from '@quorate/core'
import { multiPaxos } from '@quorate/paxos'
import { raft, type RaftMessage } from '@quorate/raft'
import { zab, type ZabMessage } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { type ClusterEvent, EngineCluster, type Move, applyMove, underWay } from '@quorate/sim'

/** Three replicas whose writes complete by `persist` alone. */
function byHand(onEvent?: (event: ClusterEvent<RaftMessage>) => void): EngineCluster<RaftMessage> {
  const engine = raft({ preVote: false })
  return new EngineCluster(engine, 3, { autoPersist: false, ...(onEvent === undefined ? {} : { onEvent }) })
}

/** Replica 1 asks for votes, its own vote being durable. */
function campaigning(): EngineCluster<RaftMessage> {
  const cluster = byHand()
  play(cluster, { type: 'timeout', node: 1, timer: 'election' }, { type: 'persist', node: 1 })
  return cluster
}

function play(cluster: EngineCluster<RaftMessage>, ...moves: Move[]): void {
  for (const move of moves) expect(applyMove(cluster, move), JSON.stringify(move)).toBe(true)
}

describe('a move applies', () => {
  it('only where its node can make it', () => {
    const cluster = byHand()
    const refused: Move[] = [
      { type: 'start', node: 1 },
      { type: 'start', node: 9 },
      { type: 'timeout', node: 1, timer: 'no-such-timer' },
      { type: 'persist', node: 1 },
      { type: 'snapshot', node: 1 },
      { type: 'crash', node: 1, keep: 1 },
    ]
    for (const move of refused) expect(applyMove(cluster, move), JSON.stringify(move)).toBe(false)
    play(cluster, { type: 'crash', node: 1 })
    const down: Move[] = [
      { type: 'crash', node: 1 },
      { type: 'timeout', node: 1, timer: 'election' },
      { type: 'propose', node: 1, data: 'x' },
      { type: 'read', node: 1, mode: 'sequential' },
      { type: 'reconfigure', node: 1, membership: majorityOf([1, 2]) },
      { type: 'transfer', node: 1, to: 2 },
    ]
    for (const move of down) expect(applyMove(cluster, move), JSON.stringify(move)).toBe(false)
    play(cluster, { type: 'start', node: 1 })
  })

  it('only where its message is', () => {
    const cluster = campaigning()
    expect(underWay(cluster, 1, 2).map(({ message }) => message.type)).toEqual(['RequestVote'])
    expect(applyMove(cluster, { type: 'deliver', from: 1, to: 2, position: 1 })).toBe(false)
    expect(applyMove(cluster, { type: 'drop', from: 2, to: 1, position: 0 })).toBe(false)
    play(cluster, { type: 'deliver', from: 1, to: 2, position: 0 })
    expect(underWay(cluster, 1, 2)).toEqual([])
    expect(applyMove(cluster, { type: 'deliver', from: 1, to: 2, position: 0 })).toBe(false)
  })

  it('only where its link can', () => {
    const cluster = byHand()
    expect(applyMove(cluster, { type: 'heal', a: 1, b: 2 })).toBe(false)
    expect(applyMove(cluster, { type: 'cut', a: 1, b: 1 })).toBe(false)
    play(cluster, { type: 'cut', a: 1, b: 2 })
    expect(applyMove(cluster, { type: 'cut', a: 2, b: 1 })).toBe(false)
    expect(applyMove(cluster, { type: 'unblock', from: 1, to: 2 })).toBe(false)
    play(cluster, { type: 'block', from: 1, to: 3 }, { type: 'unblock', from: 1, to: 3 })
    expect(applyMove(cluster, { type: 'wait', milliseconds: 0 })).toBe(false)
    play(cluster, { type: 'wait', milliseconds: 5 })
    expect(cluster.time).toBe(5)
  })

  it('only where its clock does not go at that rate, whether its node runs or not', () => {
    const cluster = byHand()
    for (const rate of [1, 0, -1, Infinity, NaN]) {
      expect(applyMove(cluster, { type: 'clock', node: 1, rate }), `${rate}`).toBe(false)
    }
    expect(applyMove(cluster, { type: 'clock', node: 9, rate: 2 })).toBe(false)
    play(cluster, { type: 'crash', node: 1 }, { type: 'clock', node: 1, rate: 2 })
    expect(applyMove(cluster, { type: 'clock', node: 1, rate: 2 })).toBe(false)
    play(cluster, { type: 'clock', node: 1, rate: 1 })
  })
})

describe('a move', () => {
  it('makes exactly one write durable, and lets go what waited for it', () => {
    const cluster = byHand()
    play(cluster, { type: 'timeout', node: 1, timer: 'election' })
    expect(cluster.inFlight).toEqual([])
    play(cluster, { type: 'persist', node: 1 })
    expect(cluster.inFlight.map(({ to }) => to)).toEqual([2, 3])
    expect(applyMove(cluster, { type: 'persist', node: 1 })).toBe(false)
  })

  it('repeats a message, or loses it', () => {
    const cluster = campaigning()
    play(cluster, { type: 'duplicate', from: 1, to: 2, position: 0 }, { type: 'persist', node: 2 })
    expect(underWay(cluster, 1, 2)).toHaveLength(1)
    expect(underWay(cluster, 2, 1)).toHaveLength(1)
    play(cluster, { type: 'drop', from: 2, to: 1, position: 0 })
    play(cluster, { type: 'deliver', from: 1, to: 2, position: 0 })
    expect(underWay(cluster, 2, 1)).toHaveLength(1) // the vote of before
  })

  it('crashes a node before or after a write has reached its disk', () => {
    for (const keep of [0, 1]) {
      const cluster = byHand()
      play(cluster, { type: 'timeout', node: 1, timer: 'election' }, { type: 'crash', node: 1, keep })
      expect(cluster.node(1).durable.image(1).hardState !== undefined).toBe(keep === 1)
      expect(cluster.inFlight).toEqual([]) // nobody has heard of it
      play(cluster, { type: 'start', node: 1 })
      expect(cluster.observe(1).epoch).toBe(keep)
    }
  })

  it('blocks one way: what is sent is lost, and nobody is told', () => {
    const cluster = campaigning()
    const before = cluster.node(1).engine!.capture()
    play(cluster, { type: 'block', from: 1, to: 2 })
    expect(underWay(cluster, 1, 2)).toEqual([])
    expect(cluster.node(1).engine!.capture()).toEqual(before)
    play(cluster, { type: 'unblock', from: 1, to: 2 })
    expect(underWay(cluster, 1, 2)).toEqual([])
  })

  it('asks for another membership', () => {
    const membership = majorityOf([1, 2, 4])
    for (const engine of [zab(), multiPaxos({ window: 2 })] as AnyEngineDefinition[]) {
      const seen: ClusterEvent<Message>[] = []
      const onEvent = (event: ClusterEvent<Message>): void => void seen.push(event)
      const cluster = new EngineCluster<Message>(engine, 3, { spares: [4], onEvent })
      expect(cluster.observe(4).membership).toEqual(majorityOf([1, 2, 3]))
      const leader = cluster.elect()
      expect(applyMove(cluster, { type: 'reconfigure', node: leader, membership })).toBe(true)
      cluster.run(1_000)
      const asked = seen.find(({ type }) => type === 'reconfigure')
      expect(asked).toEqual({ type: 'reconfigure', node: leader, sequence: 1, membership })
      expect(cluster.node(leader).replies).toMatchObject([{ type: 'done', sequence: 1 }])
      expect(cluster.observe(leader).membership).toEqual(membership)
    }
  })

  it('asks for another leader, which the engine takes or turns down', () => {
    for (const engine of [raft(), zab(), multiPaxos()] as AnyEngineDefinition[]) {
      const seen: ClusterEvent<Message>[] = []
      const onEvent = (event: ClusterEvent<Message>): void => void seen.push(event)
      const cluster = new EngineCluster<Message>(engine, 3, { onEvent })
      const leader = cluster.elect()
      cluster.run(1_000)
      const to = (leader % 3) + 1
      expect(applyMove(cluster, { type: 'transfer', node: leader, to })).toBe(true)
      cluster.run(1_000)
      const asked = seen.find(({ type }) => type === 'transfer')
      expect(asked).toEqual({ type: 'transfer', node: leader, sequence: 1, to })
      const takes = engine.name !== 'multi-paxos'
      expect(cluster.node(leader).replies).toMatchObject([
        takes ? { type: 'done', sequence: 1 } : { type: 'rejected', sequence: 1, reason: 'not-supported' },
      ])
      expect(cluster.observe(takes ? to : leader).established).toBe(true)
    }
  })

  it('lets the clock of one node go at a rate of its own, and it goes on in a crash', () => {
    const cluster = byHand()
    play(cluster, { type: 'wait', milliseconds: 100 }, { type: 'clock', node: 1, rate: 0.5 })
    play(cluster, { type: 'wait', milliseconds: 100 }, { type: 'crash', node: 1 })
    play(cluster, { type: 'wait', milliseconds: 100 }, { type: 'clock', node: 1, rate: 3 })
    play(cluster, { type: 'start', node: 1 }, { type: 'wait', milliseconds: 10 })
    expect(cluster.now(1)).toEqual({ monotonic: 230, wall: 1_000_230 })
    expect(cluster.now(2)).toEqual({ monotonic: 310, wall: 1_000_310 })
    expect(cluster.now()).toEqual(cluster.now(2))
  })

  it("lets a node's timers run by its clock, those too that run already", () => {
    const cluster = new EngineCluster(raft(), 3, { drawDelay: () => 200 })
    const due = (node: number): number | undefined => cluster.node(node).timers.get('election')
    cluster.run(100)
    play(cluster, { type: 'clock', node: 1, rate: 0.5 }, { type: 'clock', node: 2, rate: 4 })
    expect([due(1), due(2), due(3)]).toEqual([300, 125, 200])
    cluster.isolate(2)
    cluster.run(25)
    // Node 2 has asked, and set its timer anew, which runs four times as fast.
    expect([cluster.time, due(2)]).toEqual([125, 175])
  })

  it('says what happens', () => {
    const seen: string[] = []
    const cluster = byHand((event) => seen.push(event.type))
    seen.length = 0
    play(cluster, { type: 'timeout', node: 1, timer: 'election' }, { type: 'crash', node: 1 })
    expect(seen).toEqual(['timer', 'output', 'writes', 'crashed', 'link', 'output', 'link', 'output'])
  })
})

describe('links that keep order', () => {
  function ensemble(): EngineCluster<ZabMessage> {
    return new EngineCluster(zab(), 3, { autoPersist: false })
  }

  it('lose, repeat and reorder nothing', () => {
    const cluster = ensemble()
    const [first] = cluster.inFlight
    const { from, to } = first!
    expect(applyMove(cluster, { type: 'drop', from, to, position: 0 })).toBe(false)
    expect(applyMove(cluster, { type: 'duplicate', from, to, position: 0 })).toBe(false)
    while (underWay(cluster, from, to).length < 2) {
      expect(applyMove(cluster, { type: 'timeout', node: from, timer: 'notification' })).toBe(true)
    }
    expect(applyMove(cluster, { type: 'deliver', from, to, position: 1 })).toBe(false)
    expect(applyMove(cluster, { type: 'deliver', from, to, position: 0 })).toBe(true)
  })

  it('keep what is blocked, and lose it when they break', () => {
    const cluster = ensemble()
    const { from, to } = cluster.inFlight[0]!
    expect(applyMove(cluster, { type: 'block', from, to })).toBe(true)
    const kept = underWay(cluster, from, to).length
    expect(kept).toBeGreaterThan(0)
    expect(applyMove(cluster, { type: 'deliver', from, to, position: 0 })).toBe(false)
    cluster.settle() // goes round it
    expect(underWay(cluster, from, to).length).toBeGreaterThanOrEqual(kept)
    expect(applyMove(cluster, { type: 'cut', a: from, b: to })).toBe(true)
    expect(underWay(cluster, from, to)).toEqual([])
  })
})

it('a snapshot that was received and not installed does not hide an older one', () => {
  const cluster = new EngineCluster(raft({ compactionTail: 0 }), 3)
  const leader = cluster.elect()
  cluster.propose(leader)
  cluster.settle()
  const older = cluster.buildSnapshot(leader)
  cluster.node(leader).stored = { ...older, index: older.index + 5, epoch: 9 }
  cluster.crash(leader)
  cluster.start(leader)
  expect(cluster.node(leader).installed).toEqual(older)
})
