import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import type { MultiPaxosOptions } from '../../src/index.ts'
import { createClocked, LeaseWalk, leaseReads, type Rates, sleep } from './support/clocks.ts'
import {
  beat,
  campaign,
  type Cluster,
  deliverAll,
  elect,
  eventsOf,
  type Flight,
  give,
  ignoredAt,
  intercept,
  isAmong,
  isType,
  leadersOf,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { createWide, reconfigure } from './support/members.ts'

const numRuns = Number(process.env['PAXOS_RUNS'] ?? 4)
/** Elections as soon as leases are over. */
const quick = { leaseDuration: 400, heartbeatInterval: 25, electionTimeout: { min: 75, max: 150 } }
const options = { leaseDuration: 1_000, clockDrift: 0.05, electionTimeout: { min: 300, max: 600 } }

function led(rates: Rates = {}, more = {}): Cluster {
  const cluster = createClocked(3, { ...options, ...more }, rates)
  elect(cluster, 1)
  beat(cluster, 1)
  return cluster
}

/** Is a read answered at once, without a message? */
function isReadAtOnce(cluster: Cluster, id: number): boolean {
  const before = cluster.inFlight.length
  const read = cluster.read(id, 'lease')
  const [reply] = repliesOf(cluster, id, read)
  return reply?.type === 'readReady' && cluster.inFlight.length === before
}

describe('a lease', () => {
  it('lets the leader read without asking, and nobody else', () => {
    const cluster = led()
    expect(isReadAtOnce(cluster, 1)).toBe(true)
    expect(isReadAtOnce(cluster, 2)).toBe(false)
    expect(leaseReads(cluster, 1)).toBe(1)
  })

  it('of no duration is none', () => {
    const cluster = led({}, { leaseDuration: 0 })
    const read = cluster.read(1, 'lease')
    expect(repliesOf(cluster, 1, read)).toEqual([])
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'readReady' }])
  })

  it('lasts from the begin of the beat that a quorum has answered, however late its answers come, and less by the drift', () => {
    const cluster = led()
    cluster.fire(1, 'heartbeat')
    const began = cluster.time
    sleep(cluster, 250)
    cluster.settle()
    expect(stateOf(cluster, 1).leadership!.leaseUntil).toBeCloseTo(began + (1_000 * 0.95) / 1.05)
  })

  it('is not prolonged by repeats of old answers', () => {
    const cluster = led()
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isType('Heartbeat'))
    const answers = intercept(cluster, isType('HeartbeatAck'))
    release(cluster, answers)
    const { leaseUntil } = stateOf(cluster, 1).leadership!
    sleep(cluster, 500)
    release(cluster, answers)
    expect(stateOf(cluster, 1).leadership!.leaseUntil).toBe(leaseUntil)
  })

  it('needs the answers of a quorum', () => {
    const cluster = createClocked(5, options)
    cluster.filter = ({ from, to, message }) => message.type !== 'HeartbeatAck' || from === 2 || to === 2
    campaign(cluster, 1)
    cluster.settle()
    expect(cluster.observe(1).established).toBe(true)
    expect(isReadAtOnce(cluster, 1)).toBe(false)
  })

  it('over, reads ask again, and one who has none yet asks', () => {
    const cluster = led()
    sleep(cluster, 1_000)
    expect(isReadAtOnce(cluster, 1)).toBe(false)
  })

  it('does not open the gate: what phase 1 found has to be chosen first', () => {
    const cluster = createClocked(3, options)
    elect(cluster, 2)
    cluster.propose(2, 'a')
    deliverAll(cluster, ({ to, message }) => to === 1 && message.type === 'Accept')
    intercept(cluster)
    cluster.crash(2)
    sleep(cluster, 1_000)
    campaign(cluster, 1)
    const isOther = (flight: Flight): boolean => !isType('Accept')(flight)
    deliverAll(cluster, isOther)
    cluster.fire(1, 'heartbeat')
    deliverAll(cluster, isOther)
    expect(stateOf(cluster, 1).leadership!.leaseUntil).toBeGreaterThan(cluster.time)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 0 })
    expect(isReadAtOnce(cluster, 1)).toBe(false)
  })

  it('ends with leadership: one who was preempted serves nothing', () => {
    const cluster = led()
    const { round } = stateOf(cluster, 1).promised
    give(cluster, 2, 1, { type: 'Refuse', round, node: 1, promisedRound: round + 1, promisedNode: 2 })
    const read = cluster.read(1, 'lease')
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'rejected', reason: 'no-leader' }])
  })
})

describe('one who has granted a lease', () => {
  it('promises nobody else anything before it is over, and does not campaign', () => {
    const cluster = led()
    cluster.crash(1)
    campaign(cluster, 2)
    expect(cluster.observe(2).role).toBe('follower')
    expect(ignoredAt(cluster, 2)).toContain('leased')
    give(cluster, 2, 3, { type: 'Prepare', round: 9, node: 2, from: 1, window: 4096 })
    expect(ignoredAt(cluster, 3)).toContain('leased')
    expect(cluster.run(1_900, () => leadersOf(cluster).length > 0)).toBe(true)
    expect(cluster.time).toBeGreaterThan(1_000)
  })

  it('promises to its holder', () => {
    const cluster = led()
    cluster.isolate(1)
    cluster.run(500, () => cluster.observe(1).role !== 'leader')
    cluster.rejoin(1)
    intercept(cluster)
    cluster.fire(1, 'election')
    cluster.settle()
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 2 })
  })

  it('does not know after a restart whom it granted what, and waits for as long as the longest may be', () => {
    const cluster = led()
    cluster.crash(2)
    cluster.start(2)
    cluster.crash(1)
    give(cluster, 3, 2, { type: 'Prepare', round: 9, node: 3, from: 1, window: 4096 })
    expect(ignoredAt(cluster, 2)).toContain('leased')
    sleep(cluster, 1_000)
    give(cluster, 3, 2, { type: 'Prepare', round: 9, node: 3, from: 1, window: 4096 })
    expect(stateOf(cluster, 2).promised).toEqual({ round: 9, node: 3 })
  })

  it('waits even if its disk is as new: it may have granted before its first write was durable', () => {
    const cluster = createClocked(3, options)
    cluster.node(3).autoPersist = false
    campaign(cluster, 1)
    cluster.block(1, 2)
    deliverAll(cluster, () => true)
    cluster.unblock(1, 2)
    campaign(cluster, 1)
    deliverAll(
      cluster,
      ({ to, message }) => to !== 3 && isType('Prepare', 'Promise')({ to, message } as never),
    )
    cluster.block(1, 2)
    cluster.settle()
    expect(isReadAtOnce(cluster, 1)).toBe(true)
    cluster.crash(3)
    expect(cluster.node(3).durable.image(0).hardState).toBeUndefined()
    cluster.start(3)
    cluster.node(3).autoPersist = true
    sleep(cluster, 400)
    campaign(cluster, 2)
    cluster.settle()
    proposeAll(cluster, 2, 'new')
    expect(cluster.observe(2).commitIndex).toBe(0)
    expect(isReadAtOnce(cluster, 1)).toBe(true)
  })

  it('that ends later than the election timeout delays the next leader, and loses nothing', () => {
    for (const leaseDuration of [0, 200, 2_000]) {
      const cluster = led({}, { leaseDuration })
      proposeAll(cluster, 1, 'a')
      beat(cluster, 1)
      const began = cluster.time
      cluster.crash(1)
      cluster.run(10_000, () => leadersOf(cluster).some((id) => cluster.observe(id).established))
      const took = cluster.time - began
      expect(took).toBeGreaterThanOrEqual(leaseDuration)
      expect(took).toBeLessThan(Math.max(600, leaseDuration) + 600)
      const leader = leadersOf(cluster)[0]!
      proposeAll(cluster, leader, 'b')
      expect(cluster.observe(leader).commitIndex).toBe(2)
    }
  })
})

describe('clocks that drift', () => {
  /** The leader is cut off; how long do its clients read without asking, and when can another value be chosen? */
  function race(rates: Rates): { staleRead: boolean } {
    const cluster = led(rates)
    proposeAll(cluster, 1, 'a')
    beat(cluster, 1)
    cluster.isolate(1)
    // Its timers are late, as in a process that stands still.
    cluster.node(1).timers.clear()
    cluster.run(3_000, () => [2, 3].some((id) => cluster.observe(id).established))
    const leader = leadersOf(cluster).find((id) => id !== 1)!
    proposeAll(cluster, leader, 'b')
    expect(cluster.observe(leader).commitIndex).toBe(2)
    return { staleRead: isReadAtOnce(cluster, 1) }
  }

  it('within the bound: no stale read', () => {
    expect(race({})).toEqual({ staleRead: false })
    expect(race({ 1: 0.95, 2: 1.05, 3: 1.05 })).toEqual({ staleRead: false })
  })

  it('beyond the bound: a stale read', () => {
    expect(race({ 1: 0.5, 2: 1.3, 3: 1.3 })).toEqual({ staleRead: true })
  })

  it.each([0, 0.05, 0.2])(
    'with a drift of %d as stated: every read of random runs is linearizable',
    (drift) => {
      let count = 0
      for (let seed = 1; seed <= numRuns; seed++) {
        const walk = new LeaseWalk(seed, 3, { ...quick, clockDrift: drift }, drift)
        walk.episodes(8)
        count += walk.leaseReads
      }
      expect(count).toBeGreaterThan(50 * numRuns)
    },
  )

  it.each<[string, MultiPaxosOptions, number]>([
    ['the drift is larger than stated', { clockDrift: 0 }, 0.4],
    ['it is counted from when its answers came', { unsafe: { leaseFromAnswers: true } }, 0],
    ['a restart forgets it', { unsafe: { forgetLease: true } }, 0],
  ])('random runs find stale reads if %s', (_, broken, drift) => {
    const run = (): void => {
      for (let seed = 1; seed <= 40; seed++)
        new LeaseWalk(seed, 3, { ...quick, ...broken }, drift).episodes(15)
    }
    expect(run).toThrow('Linearizability')
  })
})

describe('a lease and another membership', () => {
  it('ends when others decide: they have granted nothing', () => {
    const cluster = createWide(majorityOf([1, 2, 3]), [4, 5], { ...options, window: 2 })
    elect(cluster, 1)
    beat(cluster, 1)
    reconfigure(cluster, 1, majorityOf([1, 4, 5]))
    deliverAll(cluster, isAmong(1, 2))
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 2 })
    expect(cluster.observe(1).membership).toEqual(majorityOf([1, 4, 5]))
    expect(stateOf(cluster, 1).leadership!.leaseUntil).toBe(-Infinity)
    cluster.settle()
    beat(cluster, 1)
    expect(stateOf(cluster, 1).leadership!.leaseUntil).toBeGreaterThan(cluster.time)
  })

  it('is not overridden by a leader that was elected by those who decided before', () => {
    const cluster = createWide(majorityOf([1, 2, 3]), [4, 5], { ...options, window: 2 })
    elect(cluster, 1)
    cluster.isolate(3)
    reconfigure(cluster, 1, majorityOf([3, 4, 5]))
    cluster.run(4_000, () => [4, 5].some((id) => cluster.observe(id).established))
    const leader = [4, 5].find((id) => cluster.observe(id).established)!
    const other = 9 - leader
    proposeAll(cluster, leader, 'a')
    beat(cluster, leader)
    // Those who decided before have granted nothing for long enough, and 3 takes a ballot above all others.
    for (const a of [1, 2]) for (const b of [4, 5]) cluster.cut(a, b)
    cluster.run(1_500)
    give(cluster, 1, 3, { type: 'Prepare', round: 9, node: 1, from: 1, window: 2 })
    expect(isReadAtOnce(cluster, leader)).toBe(true)
    cluster.rejoin(3)
    cluster.cut(3, leader)
    campaign(cluster, 3)
    for (let i = 0; i < 3; i++) beat(cluster, 3)
    expect(eventsOf(cluster, 3, 'BecomeLeader')).toHaveLength(1)
    expect(ignoredAt(cluster, other)).toContain('leased')
    cluster.propose(3, 'b')
    cluster.settle()
    expect(stateOf(cluster, other).promised.node).toBe(leader)
    expect(cluster.observe(3).commitIndex).toBeLessThanOrEqual(cluster.observe(leader).commitIndex)
    expect(isReadAtOnce(cluster, leader)).toBe(true)
  })
})
