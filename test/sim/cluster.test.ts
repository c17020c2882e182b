import { majorityOf } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import {
  type CallOutcome,
  type ClusterSettings,
  EventLog,
  Random,
  SimCluster,
  calmNetwork,
} from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

/** A cluster of three that is moved by hand. */
class Hand {
  readonly lines: string[] = []
  readonly cluster: SimCluster
  private readonly workload = mvccWorkload.start(new Random(1))
  private serial = 0

  constructor(choices: Partial<ClusterSettings> = {}) {
    const settings = {
      engine: raft(),
      machine: mvcc(),
      seed: 1,
      membership: majorityOf([1, 2, 3]),
      quantum: 10,
      network: calmNetwork,
      limits: { requestTimeout: 2000 },
      ...choices,
    }
    this.cluster = new SimCluster(settings, new EventLog(10, 3, (line) => this.lines.push(line)))
    for (const id of this.cluster.nodes.keys()) this.cluster.start(id)
  }

  /** Lets events happen until `until` holds, for at most so many virtual milliseconds. */
  run(milliseconds: number, until: () => boolean = () => false): boolean {
    const end = this.cluster.scheduler.now + milliseconds * 1000
    while (!until() && this.cluster.scheduler.now < end) expect(this.cluster.step()).toBe(true)
    return until()
  }

  elect(): number {
    expect(this.run(5000, () => this.cluster.leader !== undefined)).toBe(true)
    return this.cluster.leader!
  }

  /** Asks a replica to write something; the outcome comes later. */
  write(node: number): { outcome?: CallOutcome } {
    const result: { outcome?: CallOutcome } = {}
    const turn = { client: 1, serial: ++this.serial, random: new Random(this.serial) }
    this.cluster
      .node(node)
      .process!.call(this.workload.probe(turn), 0, (outcome) => (result.outcome = outcome))
    return result
  }
}

describe('a cluster moved by hand', () => {
  it('elects a leader, and commits what it is asked to, everywhere', () => {
    const hand = new Hand()
    const leader = hand.elect()
    const call = hand.write(leader)
    hand.run(1000)
    expect(call.outcome).toMatchObject({ type: 'ok', index: 2 })
    for (const { process } of hand.cluster.nodes.values()) expect(process!.watch.appliedIndex).toBe(2)
  })

  it('elects another leader when one is killed, and the old one comes back', () => {
    const hand = new Hand()
    const first = hand.elect()
    const call = hand.write(first)
    expect(hand.cluster.kill(first)).toBe(true)
    expect(hand.cluster.kill(first)).toBe(false)
    expect(call.outcome).toEqual({ type: 'unknown' })
    expect(hand.cluster.leader).toBeUndefined()
    const second = hand.elect()
    expect(second).not.toBe(first)
    hand.cluster.start(first)
    hand.run(1000)
    expect(hand.cluster.node(first).process!.view!.leader).toBe(second)
  })

  it('lets requests wait while a replica stands still', () => {
    const hand = new Hand()
    const leader = hand.elect()
    const follower = 1 + (leader % 3)
    hand.cluster.pause(follower)
    const call = hand.write(follower)
    hand.run(1000)
    expect(call.outcome).toBeUndefined()
    expect(hand.cluster.leader).toBe(leader)
    hand.cluster.resume(follower)
    hand.run(1000)
    expect(call.outcome).toMatchObject({ type: 'ok' })
  })

  it('has no leader without a quorum, and answers so', () => {
    const hand = new Hand()
    const leader = hand.elect()
    for (const id of [1, 2, 3]) if (id !== leader) hand.cluster.crash(id)
    const call = hand.write(leader)
    hand.run(5000)
    expect(hand.cluster.leader).toBeUndefined()
    expect(call.outcome).toEqual({ type: 'unknown' })
  })

  it('kills a replica whose disk failed, and says so', () => {
    const hand = new Hand()
    const leader = hand.elect()
    const broken: number[] = []
    hand.cluster.onBroken = (node) => broken.push(node)
    hand.cluster.node(leader).disk.failNext()
    hand.write(leader)
    hand.run(1000)
    expect(broken).toEqual([leader])
    expect(hand.cluster.books.violation).toBeUndefined()
    hand.cluster.start(leader)
    hand.elect()
  })

  it('changes its members, and goes by those that are in force', () => {
    const hand = new Hand({ engine: multiPaxos({ window: 4 }), spares: [4, 5] })
    const leader = hand.elect()
    const outcomes: CallOutcome['type'][] = []
    const ask = (node: number, voters: number[]): boolean =>
      hand.cluster.reconfigure(node, majorityOf(voters), ({ type }) => outcomes.push(type))
    expect(ask(leader, [3, 4, 5])).toBe(true)
    expect(ask(leader, [1, 2])).toBe(true)
    expect(hand.run(1000, () => outcomes.length === 2)).toBe(true)
    expect(outcomes).toEqual(['refused', 'ok'])
    expect(hand.cluster.membership).toEqual(majorityOf([3, 4, 5]))
    expect(hand.cluster.atlas.good).toEqual([3, 4, 5])
    hand.run(1000)
    for (const id of [1, 2]) hand.cluster.crash(id)
    expect(ask(1, [3])).toBe(false)
    expect([3, 4, 5]).toContain(hand.elect())
    const call = hand.write(hand.cluster.leader!)
    hand.run(1000)
    expect(call.outcome).toMatchObject({ type: 'ok' })
    expect(hand.cluster.books.violation).toBeUndefined()
  })

  it('stops at a violation, with its name and what it is about', () => {
    const hand = new Hand()
    hand.elect()
    hand.cluster.books.leadership.established({
      ...hand.cluster.node(hand.cluster.leader!).process!.view!,
      node: 9,
    })
    expect(hand.cluster.step()).toBe(false)
    expect(hand.cluster.books.violation).toMatchObject({ invariant: 'election-safety', node: 9 })
  })

  it('tells what happens in columns', () => {
    const hand = new Hand()
    hand.elect()
    expect(hand.lines[0]).toBe('       0.000  1│ starts')
    expect(hand.lines[1]).toBe(`       0.000  ${' '.repeat(16)}2│ starts`)
    expect(hand.lines.some((line) => line.includes('RequestVote {term: 1'))).toBe(true)
  })
})
