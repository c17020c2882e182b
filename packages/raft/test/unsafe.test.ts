import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UnsafeRaftRules } from '../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  elect,
  give,
  intercept,
  isType,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

const votes = isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse')

/** Replica 1 asks for votes in term 1, replica 2 grants, and 1 crashes before anything is on its disk. */
function candidateThatForgets(unsafe: UnsafeRaftRules): Cluster {
  const cluster = createCluster(3, { unsafe })
  cluster.node(1).autoPersist = false
  campaign(cluster, 1)
  deliverAll(cluster, (flight) => votes(flight) && flight.from + flight.to === 3)
  return cluster
}

/** The leader of term 1 is cut off, and replica 2 leads term 2 and commits. */
function deposedLeader(unsafe: UnsafeRaftRules): Cluster {
  const cluster = createCluster(3, { unsafe })
  elect(cluster, 1)
  cluster.isolate(1)
  elect(cluster, 2)
  cluster.propose(2)
  cluster.settle()
  return cluster
}

/** Each of these breaks one rule and shows what is lost, beside the same run with the rule kept. */
describe('a broken rule', () => {
  it('countSelfVoteBeforeDurable: two leaders in one term (V2)', () => {
    for (const isBroken of [false, true]) {
      const cluster = candidateThatForgets({ countSelfVoteBeforeDurable: isBroken })
      expect(cluster.observe(1).role).toBe(isBroken ? 'leader' : 'candidate')
      cluster.crash(1)
      cluster.node(1).autoPersist = true
      cluster.start(1)
      give(cluster, 3, 1, {
        type: 'RequestVote',
        term: 1,
        lastLogIndex: 0,
        lastLogTerm: 0,
        commit: 0,
        commitTerm: 0,
        release: 0,
      })
      expect(stateOf(cluster, 1).votedFor).toBe(3)
    }
  })

  it('countSelfVoteBeforeDurable: a lone voter leads before its disk knows', () => {
    const cluster = createCluster(1, { unsafe: { countSelfVoteBeforeDurable: true } })
    cluster.node(1).autoPersist = false
    cluster.fire(1, 'election')
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1 })
  })

  it('persistNoVote: a second vote in the same term after a restart', () => {
    for (const isBroken of [false, true]) {
      const cluster = createCluster(3, { unsafe: { persistNoVote: isBroken } })
      give(cluster, 1, 3, {
        type: 'RequestVote',
        term: 1,
        lastLogIndex: 0,
        lastLogTerm: 0,
        commit: 0,
        commitTerm: 0,
        release: 0,
      })
      cluster.crash(3)
      cluster.start(3)
      give(cluster, 2, 3, {
        type: 'RequestVote',
        term: 1,
        lastLogIndex: 0,
        lastLogTerm: 0,
        commit: 0,
        commitTerm: 0,
        release: 0,
      })
      expect(stateOf(cluster, 3).votedFor).toBe(isBroken ? 2 : 1)
    }
  })

  it('forgetVoteOnStepDown: a second vote in the same term (V1)', () => {
    for (const isBroken of [false, true]) {
      const cluster = createCluster(3, { unsafe: { forgetVoteOnStepDown: isBroken } })
      give(cluster, 2, 1, {
        type: 'RequestVote',
        term: 1,
        lastLogIndex: 0,
        lastLogTerm: 0,
        commit: 0,
        commitTerm: 0,
        release: 0,
      })
      cluster.fire(1, 'election')
      const stepDown = (): void =>
        give(cluster, 2, 1, { type: 'Heartbeat', term: 1, session: 1, round: 1, leaderCommit: 0 })
      if (isBroken) expect(stepDown).toThrow('a vote is never changed within its term')
      else stepDown()
      expect(stateOf(cluster, 1).votedFor).toBe(isBroken ? undefined : 2)
    }
  })

  it('ackBeforeDurable: a committed entry is on too few disks, and a crash loses it', () => {
    for (const isBroken of [false, true]) {
      const cluster = createCluster(3, { unsafe: { ackBeforeDurable: isBroken } })
      elect(cluster, 1)
      for (const id of [1, 2, 3]) cluster.node(id).autoPersist = false
      cluster.propose(1)
      cluster.settle()
      expect(cluster.observe(1).commitIndex).toBe(isBroken ? 2 : 1)
      for (const id of [1, 2, 3]) cluster.crash(id)
      for (const id of [1, 2, 3]) cluster.start(id)
      for (const id of [1, 2, 3]) expect(cluster.observe(id).lastIndex).toBe(1)
    }
  })

  it('skipReadConfirmation: a deposed leader answers without what is committed since', () => {
    for (const isBroken of [false, true]) {
      const cluster = deposedLeader({ skipReadConfirmation: isBroken })
      expect(cluster.observe(2).commitIndex).toBe(3)
      const read = cluster.read(1)
      cluster.settle()
      expect(repliesOf(cluster, 1, read)).toEqual(
        isBroken ? [{ type: 'readReady', sequence: read, index: 1 }] : [],
      )
    }
  })

  it('skipOwnTermReadGate: a new leader answers without what its predecessor committed (R1)', () => {
    for (const isBroken of [false, true]) {
      const cluster = createCluster(3, { unsafe: { skipOwnTermReadGate: isBroken } })
      elect(cluster, 1)
      for (let i = 0; i < 5; i++) cluster.propose(1)
      cluster.settle()
      expect(cluster.observe(1).commitIndex).toBe(6)
      cluster.crash(1)
      campaign(cluster, 2)
      deliverAll(cluster, votes)
      intercept(cluster, isType('AppendEntries'))
      const read = cluster.read(2)
      deliverAll(cluster, isType('Heartbeat', 'HeartbeatResponse'))
      const [reply] = repliesOf(cluster, 2, read)
      if (isBroken) expect(reply).toMatchObject({ type: 'readReady' })
      else expect(reply).toBeUndefined()
      if (reply?.type === 'readReady') expect(reply.index).toBeLessThan(6)
      beat(cluster, 2)
      expect(repliesOf(cluster, 2, read)).toHaveLength(1)
    }
  })
})

describe('random schedules find', () => {
  const schedules = anySchedule(300, 500)

  it.each<[keyof UnsafeRaftRules, string]>([
    ['ackBeforeDurable', 'Durability'],
    ['forgetVoteOnStepDown', 'a vote is never changed within its term'],
    ['skipOwnTermReadGate', 'Linearizability'],
    ['skipReadConfirmation', 'Linearizability'],
  ])('%s', (rule, violation) => {
    let found = ''
    for (const choices of fc.sample(schedules, { numRuns: 400, seed: 7 })) {
      const chaos = new Chaos(3, { compactionTail: 2, unsafe: { [rule]: true } })
      try {
        for (const one of choices) chaos.perform(one)
      } catch (error) {
        found = (error as Error).message
        break
      }
    }
    expect(found).toContain(violation)
  })

  /** Rare enough that a search takes a minute: `RAFT_RUNS=4000 npx vitest run packages/raft/test/unsafe.test.ts`. */
  const longSearch = Number(process.env['RAFT_RUNS'] ?? 0)

  it
    .skipIf(longSearch < 1_000)
    .each<keyof UnsafeRaftRules>(['persistNoVote', 'countSelfVoteBeforeDurable', 'commitOldTerms'])(
    '%s, in a long search',
    (rule) => {
      const options = { preVote: false, checkQuorum: false, maxBatchBytes: 1, unsafe: { [rule]: true } }
      const search = (): void => {
        for (let seed = 1; seed <= longSearch / 50; seed++) {
          for (const choices of fc.sample(schedules, { numRuns: 50, seed })) {
            const chaos = new Chaos(
              3,
              options,
              rule === 'countSelfVoteBeforeDurable' ? 'slowDisks' : 'stormy',
            )
            for (const one of choices) chaos.perform(one)
            chaos.recover()
          }
        }
      }
      expect(search).toThrow(/Safety|Completeness|a leader holds what is committed|a term has one leader/)
    },
    600_000,
  )
})
