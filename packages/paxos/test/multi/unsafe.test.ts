import { majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UnsafePaxosRules } from '../../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import type { Finding } from './support/checked.ts'
import {
  acceptedBy,
  beat,
  campaign,
  type Cluster,
  type ClusterOptions,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  give,
  intercept,
  isAmong,
  isType,
  leadersOf,
  losing,
  promisedBy,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

interface Run {
  readonly cluster: Cluster
  /** What the monitors found broken, by name. */
  readonly broken: () => string[]
}

/** A cluster whose monitors note what they find instead of ending the run. */
function watched(size: number, unsafe: UnsafePaxosRules, options: ClusterOptions = {}): Run {
  const findings: Finding[] = []
  const cluster = createCluster(size, { ...options, unsafe, findings })
  return { cluster, broken: () => [...new Set(findings.map(({ invariant }) => invariant))].sort() }
}

function restart(cluster: Cluster, id: number): void {
  cluster.crash(id)
  cluster.node(id).autoPersist = true
  cluster.start(id)
}

function reconfigure(cluster: Cluster, id: number, voters: readonly number[]): void {
  cluster
    .node(id)
    .step(
      { type: 'reconfigure', request: { replica: id, sequence: 900 }, membership: majorityOf(voters) },
      cluster.now(),
    )
}

/** Makes `id` start phase 1 with a ballot above that round: somebody refuses its first. */
function campaignAbove(cluster: Cluster, id: number, above: number): void {
  campaign(cluster, id)
  const { round, node } = stateOf(cluster, id).promised
  give(cluster, 2, id, { type: 'Refuse', round, node, promisedRound: above, promisedNode: 2 })
  cluster.inFlight = []
  cluster.fire(id, 'election')
}

/** Each of these breaks one rule and shows what is lost, beside the same run with the rule kept. */
describe('a broken rule', () => {
  it('quorumMinusOne: two quorums that do not meet choose two values', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(3, { quorumMinusOne: isBroken })
      cluster.isolate(1)
      for (const id of [1, 2]) cluster.fire(id, 'election')
      cluster.settle()
      expect(leadersOf(cluster)).toEqual(isBroken ? [1, 2] : [2])
      proposeAll(cluster, 1, 'a')
      proposeAll(cluster, 2, 'b')
      expect(deliveredBy(cluster, 1)).toEqual(isBroken ? ['a'] : [])
      expect(deliveredBy(cluster, 2)).toEqual(['b'])
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  /** Replica 3 promises replica 2 round 2, restarts, and is then asked to accept in round 1. */
  function promiseAndRestart(unsafe: UnsafePaxosRules, slowDisk: boolean): Run {
    const run = watched(3, unsafe)
    const { cluster } = run
    elect(cluster, 1)
    if (slowDisk) cluster.node(3).autoPersist = false
    for (const id of [2, 3]) cluster.fire(id, 'election')
    cluster.fire(2, 'election')
    deliverAll(cluster, (flight) => isAmong(2, 3)(flight) && isType('Prepare', 'Promise')(flight))
    cluster.propose(2, 'b')
    const late = intercept(cluster, ({ from, to }) => from === 2 && to === 3)
    intercept(cluster)
    restart(cluster, 3)
    cluster.inFlight = []
    cluster.propose(1, 'a')
    deliverAll(cluster, isAmong(1, 3))
    release(cluster, late)
    deliverAll(cluster, isAmong(2, 3))
    return run
  }

  it.each([
    ['promiseBeforeDurable', true],
    ['persistNoPromise', false],
  ] as const)('%s: a promise is forgotten, and two values are chosen', (rule, slowDisk) => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = promiseAndRestart({ [rule]: isBroken }, slowDisk)
      const chosen = [1, 2].map((id) => deliveredBy(cluster, id)).filter((texts) => texts.length > 0)
      expect(chosen).toHaveLength(isBroken ? 2 : 1)
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  it('acceptBeforeDurable: a value is chosen on no disk, and a crash loses it', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(3, { acceptBeforeDurable: isBroken })
      elect(cluster, 1)
      for (const id of [1, 2, 3]) cluster.node(id).autoPersist = false
      proposeAll(cluster, 1, 'a')
      expect(deliveredBy(cluster, 1)).toEqual(isBroken ? ['a'] : [])
      for (const id of [1, 2, 3]) cluster.crash(id)
      for (const id of [1, 2, 3]) restart(cluster, id)
      elect(cluster, 2)
      proposeAll(cluster, 2, 'b')
      expect(deliveredBy(cluster, 2)).toEqual(['b'])
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  /** Replica 1 alone knows that 'a' is chosen, and dies; 3, who has not accepted it, is next. */
  it('ignoreAccepted: a new leader proposes anew where a value is chosen', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(3, { ignoreAccepted: isBroken })
      elect(cluster, 1)
      cluster.propose(1, 'a')
      deliverAll(cluster, isAmong(1, 2))
      expect(deliveredBy(cluster, 1)).toEqual(['a'])
      cluster.crash(1)
      elect(cluster, 3)
      expect(deliveredBy(cluster, 3)).toEqual([isBroken ? 'noop' : 'a'])
      expect(broken().includes('paxos C2')).toBe(isBroken)
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  it('takeLowestBallot: a value that came to nothing replaces one that was chosen', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(3, { takeLowestBallot: isBroken })
      elect(cluster, 1)
      cluster.propose(1, 'a')
      cluster.inFlight = []
      cluster.isolate(1)
      elect(cluster, 2)
      proposeAll(cluster, 2, 'b')
      expect(deliveredBy(cluster, 2)).toEqual(['b'])
      cluster.crash(2)
      restart(cluster, 1)
      cluster.rejoin(1)
      cluster.fire(1, 'election')
      cluster.settle()
      elect(cluster, 1)
      expect(deliveredBy(cluster, 1)).toEqual([isBroken ? 'a' : 'b'])
      expect(broken().includes('paxos C2')).toBe(isBroken)
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  it('reuseBallot: one ballot proposes two values for a slot', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(5, { reuseBallot: isBroken })
      elect(cluster, 1)
      cluster.node(1).autoPersist = false
      cluster.propose(1, 'a')
      deliverAll(cluster, ({ to }) => to === 2)
      const answers = intercept(cluster, ({ from }) => from === 2)
      restart(cluster, 1)
      for (const id of [3, 4, 5]) cluster.fire(id, 'election')
      cluster.cut(1, 2)
      cluster.fire(1, 'election')
      cluster.settle()
      expect(leadersOf(cluster)).toEqual([1])
      expect(promisedBy(cluster, 1)).toBe(isBroken ? '1.1' : '2.1')
      cluster.propose(1, 'b')
      deliverAll(cluster, ({ to }) => to === 3)
      // The answer that 2 gave for 'a' is taken for one for 'b'.
      release(cluster, answers)
      deliverAll(cluster, isAmong(1, 3))
      expect(acceptedBy(cluster, 2)).toEqual(['a 1.1'])
      expect(deliveredBy(cluster, 1)).toEqual(isBroken ? ['b'] : [])
      expect(broken().includes('paxos R2')).toBe(isBroken)
    }
  })

  it('acceptBelowPromise: a deposed leader still chooses', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(3, { acceptBelowPromise: isBroken })
      elect(cluster, 1)
      cluster.propose(1, 'a')
      const late = intercept(cluster, ({ to }) => to === 3)
      intercept(cluster)
      for (const id of [2, 3]) cluster.fire(id, 'election')
      cluster.fire(2, 'election')
      deliverAll(cluster, isAmong(2, 3))
      cluster.inFlight = []
      cluster.propose(2, 'b')
      deliverAll(cluster, isAmong(2, 3))
      expect(deliveredBy(cluster, 2)).toEqual(['b'])
      release(cluster, late)
      deliverAll(cluster, isAmong(1, 3))
      expect(deliveredBy(cluster, 1)).toEqual(isBroken ? ['a'] : [])
      expect(broken().includes('paxos A2')).toBe(isBroken)
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  it('trustAnyAccepted: what an acceptor once accepted is taken for what was chosen', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(3, { trustAnyAccepted: isBroken })
      elect(cluster, 1)
      cluster.propose(1, 'a')
      cluster.crash(1)
      elect(cluster, 2)
      proposeAll(cluster, 2, 'b')
      losing(cluster, isType('Accept', 'Learned'), () => {
        cluster.start(1)
        cluster.settle()
        beat(cluster, 2)
      })
      expect(deliveredBy(cluster, 1)).toEqual(isBroken ? ['a'] : [])
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })

  it('leadWithoutQuorum: a leader that is cut off never finds out', () => {
    for (const isBroken of [false, true]) {
      const { cluster } = watched(3, { leadWithoutQuorum: isBroken })
      elect(cluster, 1)
      for (const id of [2, 3]) cluster.crash(id)
      cluster.run(5_000)
      expect(leadersOf(cluster)).toEqual(isBroken ? [1] : [])
    }
  })

  it('ignoreStalledDisk: a leader that writes nothing any more holds its place', () => {
    for (const isBroken of [false, true]) {
      const { cluster } = watched(3, { ignoreStalledDisk: isBroken })
      elect(cluster, 1)
      cluster.node(1).autoPersist = false
      proposeAll(cluster, 1, 'a')
      cluster.run(5_000)
      expect(leadersOf(cluster).includes(1)).toBe(isBroken)
    }
  })
})

describe('a broken rule of memberships', () => {
  it('membershipAtOnce: slots of one window are decided by two memberships', () => {
    for (const isBroken of [false, true]) {
      const { cluster, broken } = watched(5, { membershipAtOnce: isBroken }, { window: 4 })
      elect(cluster, 1)
      // Slots 1 (only 5 decides from now on) and 2 are under way together; 1 knows that slot 1 is chosen.
      reconfigure(cluster, 1, [5])
      deliverAll(cluster, ({ to }) => to === 2 || to === 5)
      const first = intercept(cluster, isType('Accepted'))
      cluster.propose(1, 'a')
      deliverAll(cluster, ({ to }) => to === 2)
      release(cluster, first)
      intercept(cluster)
      expect(cluster.observe(1).commitIndex).toBe(1)
      // 5 learns that, and believes that it decides slot 2.
      cluster.node(1).step({ type: 'receive', from: 5, message: { type: 'Learn', from: 1 } }, cluster.now())
      deliverAll(cluster, isType('Learned'))
      cluster.isolate(5)
      cluster.crash(1)
      for (let i = 0; i < 2; i++) cluster.fire(5, 'election')
      proposeAll(cluster, 5, 'b')
      expect(deliveredBy(cluster, 5)).toEqual(isBroken ? ['membership', 'b'] : ['membership'])
      // Those who do not know yet go on as before: 2 has accepted 'a' in slot 2.
      for (const id of [2, 3, 4]) cluster.fire(id, 'election')
      cluster.inFlight = []
      campaignAbove(cluster, 3, 9)
      cluster.settle()
      expect(acceptedBy(cluster, 3)[1]).toMatch(/^a .*3$/)
      expect(broken().includes('paxos C2')).toBe(isBroken)
    }
  })

  it('skipNewQuorum: what new members have chosen is not asked for', () => {
    for (const isBroken of [false, true]) {
      const membership = majorityOf([1, 2, 3], [4, 5])
      const { cluster, broken } = watched(5, { skipNewQuorum: isBroken }, { window: 1, membership })
      elect(cluster, 1)
      // Slot 1: from slot 2 on 3, 4 and 5 decide. 3 does not hear of it, 4 learns it and goes on with 5.
      cluster.isolate(3)
      reconfigure(cluster, 1, [3, 4, 5])
      cluster.settle()
      cluster.run(500)
      cluster.node(1).step({ type: 'receive', from: 4, message: { type: 'Learn', from: 1 } }, cluster.now())
      cluster.node(1).step({ type: 'receive', from: 5, message: { type: 'Learn', from: 1 } }, cluster.now())
      cluster.settle()
      if (!leadersOf(cluster).includes(4)) elect(cluster, 4)
      proposeAll(cluster, 4, 'x')
      expect(deliveredBy(cluster, 4)).toEqual(['membership', 'x'])
      // 2 has not heard that slot 1 is chosen; with it 3 leads by the old membership, and finds the change.
      for (const id of [1, 4]) cluster.crash(id)
      restart(cluster, 2)
      cluster.rejoin(3)
      cluster.cut(3, 5)
      cluster.inFlight = []
      campaignAbove(cluster, 3, 9)
      cluster.propose(3, 'y')
      deliverAll(cluster, isAmong(2, 3))
      cluster.heal(3, 5)
      proposeAll(cluster, 3, 'y')
      for (let i = 0; i < 3; i++) beat(cluster, 3)
      expect(deliveredBy(cluster, 3)[1]).toBe(isBroken ? 'y' : 'x')
      expect(broken().includes('paxos R1')).toBe(isBroken)
    }
  })
})

describe('a broken rule of reads', () => {
  /** The leader of round 1 is cut off, and replica 2 leads round 2 and chooses. */
  function deposedLeader(unsafe: UnsafePaxosRules): Cluster {
    const { cluster } = watched(3, unsafe)
    elect(cluster, 1)
    cluster.isolate(1)
    elect(cluster, 2)
    proposeAll(cluster, 2, 'b')
    expect(cluster.observe(2).commitIndex).toBe(1)
    return cluster
  }

  it('skipReadConfirmation: a deposed leader answers without what was chosen since', () => {
    for (const isBroken of [false, true]) {
      const cluster = deposedLeader({ skipReadConfirmation: isBroken })
      const read = cluster.read(1)
      cluster.settle()
      const stale = [{ type: 'readReady', sequence: read, index: 0 }]
      expect(repliesOf(cluster, 1, read)).toEqual(isBroken ? stale : [])
    }
  })

  it('reuseReadBeats: an answer to an earlier beat confirms a read', () => {
    for (const isBroken of [false, true]) {
      const { cluster } = watched(3, { reuseReadBeats: isBroken })
      elect(cluster, 1)
      cluster.fire(1, 'heartbeat')
      deliverAll(cluster, isType('Heartbeat'))
      const old = intercept(cluster, isType('HeartbeatAck'))
      cluster.isolate(1)
      elect(cluster, 2)
      proposeAll(cluster, 2, 'b')
      const read = cluster.read(1)
      release(cluster, old)
      const stale = [{ type: 'readReady', sequence: read, index: 0 }]
      expect(repliesOf(cluster, 1, read)).toEqual(isBroken ? stale : [])
    }
  })

  it('skipReadGate: a new leader answers without what its predecessor chose', () => {
    for (const isBroken of [false, true]) {
      const { cluster } = watched(3, { skipReadGate: isBroken })
      elect(cluster, 1)
      for (let i = 0; i < 5; i++) proposeAll(cluster, 1, `${i}`)
      expect(cluster.observe(1).commitIndex).toBe(5)
      cluster.crash(1)
      campaign(cluster, 2)
      deliverAll(cluster, isType('Prepare', 'Promise'))
      intercept(cluster, isType('Accept'))
      const read = cluster.read(2)
      deliverAll(cluster, isType('Heartbeat', 'HeartbeatAck'))
      const [reply] = repliesOf(cluster, 2, read)
      if (isBroken) expect(reply).toEqual({ type: 'readReady', sequence: read, index: 4 })
      else expect(reply).toBeUndefined()
      for (let i = 0; i < 3; i++) beat(cluster, 2)
      expect(repliesOf(cluster, 2, read)).toHaveLength(1)
    }
  })

  const leases = { leaseDuration: 300 }

  it('leaseFromAnswers: a lease that is counted from late answers outlives what was granted', () => {
    for (const isBroken of [false, true]) {
      const { cluster } = watched(3, { leaseFromAnswers: isBroken }, leases)
      cluster.time = 1_000
      elect(cluster, 1)
      cluster.cut(1, 3)
      cluster.fire(1, 'heartbeat')
      deliverAll(cluster, isType('Heartbeat'))
      const answers = intercept(cluster, isType('HeartbeatAck'))
      cluster.time = 1_250
      release(cluster, answers)
      cluster.isolate(1)
      cluster.time = 1_310 // what 2 and 3 granted at 1,000 has run out
      elect(cluster, 2)
      proposeAll(cluster, 2, 'b')
      const read = cluster.read(1, 'lease')
      const stale = [{ type: 'readReady', sequence: read, index: 0 }]
      expect(repliesOf(cluster, 1, read)).toEqual(isBroken ? stale : [])
    }
  })

  it('forgetLease: a replica that restarts breaks its word', () => {
    for (const isBroken of [false, true]) {
      const { cluster } = watched(3, { forgetLease: isBroken }, leases)
      cluster.time = 1_000
      cluster.cut(1, 3)
      elect(cluster, 1)
      beat(cluster, 1)
      cluster.isolate(1)
      cluster.time = 1_010
      restart(cluster, 2)
      for (let i = 0; i < 2; i++) cluster.fire(3, 'election')
      cluster.settle()
      expect(leadersOf(cluster)).toEqual(isBroken ? [1, 3] : [1])
      if (isBroken) proposeAll(cluster, 3, 'b')
      const read = cluster.read(1, 'lease')
      expect(repliesOf(cluster, 1, read)).toEqual([{ type: 'readReady', sequence: read, index: 0 }])
      expect(deliveredBy(cluster, 3)).toEqual(isBroken ? ['b'] : []) // and so the read is stale
    }
  })
})

describe('random schedules find', () => {
  const schedules = anySchedule(300, 500)

  it.each<keyof UnsafePaxosRules>([
    'quorumMinusOne',
    'promiseBeforeDurable',
    'persistNoPromise',
    'acceptBeforeDurable',
    'ignoreAccepted',
    'takeLowestBallot',
    'acceptBelowPromise',
    'trustAnyAccepted',
    'skipReadConfirmation',
    'skipReadGate',
  ])('%s', (rule) => {
    let found: string | undefined
    for (const choices of fc.sample(schedules, { numRuns: 1_000, seed: 7 })) {
      const findings: Finding[] = []
      const weather = rule === 'promiseBeforeDurable' ? 'slowDisks' : 'stormy'
      const chaos = new Chaos(3, { compactionTail: 2, unsafe: { [rule]: true }, findings }, weather)
      try {
        for (const one of choices) {
          chaos.perform(one)
          if (findings.length > 0) throw new Error(findings[0]!.invariant)
        }
      } catch (error) {
        found = (error as Error).message
        break
      }
    }
    expect(found).toMatch(/^paxos [ACR]\d|^refinement|^Linearizability|chosen|Invariant/)
  })
})
