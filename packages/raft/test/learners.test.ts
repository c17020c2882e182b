import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  isType,
  leadersOf,
  progressOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { change, changesOf, endOf, expectInForce, ledOf, membershipAt, nameOf } from './support/members.ts'

function propose(cluster: Cluster, count: number): void {
  for (let i = 0; i < count; i++) cluster.propose(1)
  cluster.settle()
}

describe('who is to vote catches up first (thesis §4.2.1)', () => {
  it('without counting: the others commit without it', () => {
    const cluster = ledOf([4])
    cluster.block(1, 4)
    const sequence = change(cluster, 1, majorityOf([1, 2, 3, 4]))
    expect(changesOf(cluster, 1)).toEqual([])
    cluster.crash(3)
    propose(cluster, 3)
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 4, lastIndex: 4 })
    expect(endOf(cluster, 1, sequence)).toBeUndefined()
    cluster.unblock(1, 4)
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(endOf(cluster, 1, sequence)).toBe('done')
  })

  it('by a snapshot where the log has been compacted', () => {
    const cluster = ledOf([4], { compactionTail: 0 })
    propose(cluster, 10)
    cluster.buildSnapshot(1)
    const sequence = change(cluster, 1, majorityOf([1, 2, 3, 4]))
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(endOf(cluster, 1, sequence)).toBe('done')
    expect(eventsOf(cluster, 4, 'InstallSnapshot')).toHaveLength(1)
    expectInForce(cluster, majorityOf([1, 2, 3, 4]))
  })

  it('in another round, if one has taken an election timeout and more has come meanwhile', () => {
    const cluster = ledOf([4])
    cluster.filter = ({ to, message }) => to !== 4 || message.type === 'Heartbeat'
    cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    for (let i = 0; i < 6; i++) beat(cluster, 1)
    propose(cluster, 2)
    cluster.filter = () => true
    beat(cluster, 1)
    beat(cluster, 1)
    expect(eventsOf(cluster, 1, 'EndRound').map(({ detail }) => [detail['rounds'], detail['goal']])).toEqual([
      [1, 1],
      [2, 3],
    ])
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2 3 4')
  })

  it('or not at all, if it falls behind in every round', () => {
    const cluster = ledOf([4], { catchUpRounds: 3 })
    cluster.filter = ({ to, message }) => to !== 4 || message.type === 'Heartbeat'
    const sequence = cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 6; i++) beat(cluster, 1)
      propose(cluster, 1)
      expect(endOf(cluster, 1, sequence)).toBeUndefined()
      const { term, leadership } = stateOf(cluster, 1)
      const { session } = progressOf(cluster, 1, 4)
      const index = leadership!.change!.catchUp!.goal
      const message = { ...acknowledgement, term, session, index }
      cluster.node(1).step({ type: 'receive', from: 4, message }, cluster.now())
    }
    expect(endOf(cluster, 1, sequence)).toBe('catch-up-failed definitely-not')
    expect(eventsOf(cluster, 1, 'EndRound')).toHaveLength(3)
    expect([...stateOf(cluster, 1).leadership!.progress.keys()]).toEqual([2, 3])
    expect(changesOf(cluster, 1)).toEqual([])
  })

  it('nor if it does not answer: that is told after two election timeouts', () => {
    const cluster = ledOf([4])
    cluster.crash(4)
    const sequence = change(cluster, 1, majorityOf([1, 2, 3, 4]))
    cluster.run(1_000)
    expect(endOf(cluster, 1, sequence)).toBeUndefined()
    cluster.run(500)
    expect(repliesOf(cluster, 1, sequence)).toEqual([
      { type: 'rejected', sequence, reason: 'catch-up-failed', outcome: 'definitely-not', leader: 1 },
    ])
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2 3')
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2])))).toBe('done')
  })

  it('nor if a round takes too long, though it answers', () => {
    const cluster = ledOf([4], { catchUpTimeout: 1_000 })
    cluster.filter = ({ to, message }) => to !== 4 || message.type === 'Heartbeat'
    const sequence = change(cluster, 1, majorityOf([1, 2, 3, 4]))
    cluster.run(990)
    expect(endOf(cluster, 1, sequence)).toBeUndefined()
    cluster.run(100)
    expect(endOf(cluster, 1, sequence)).toBe('catch-up-failed definitely-not')
  })

  it('all of them: one that lags holds up the others', () => {
    const cluster = ledOf([4, 5])
    cluster.block(1, 5)
    const sequence = change(cluster, 1, majorityOf([1, 4, 5]))
    expect(progressOf(cluster, 1, 4).match).toBe(1)
    expect(changesOf(cluster, 1)).toEqual([])
    cluster.unblock(1, 5)
    beat(cluster, 1)
    beat(cluster, 1)
    expect(endOf(cluster, 1, sequence)).toBe('done')
  })

  it('nobody who leaves, or who is to observe, keeps a change waiting', () => {
    const cluster = ledOf([4])
    cluster.crash(4)
    cluster.crash(3)
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2], [3])))).toBe('done')
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2], [3, 4])))).toBe('done')
  })
})

const acknowledgement = {
  type: 'AppendEntriesResponse',
  round: 0,
  success: true,
  hintIndex: 0,
  hintTerm: 0,
} as const

describe('an observer', () => {
  it('that is promoted catches up first, and votes then', () => {
    const cluster = createCluster(3, { observers: 1 })
    elect(cluster, 1)
    cluster.isolate(4)
    propose(cluster, 5)
    const sequence = change(cluster, 1, majorityOf([1, 2, 3, 4]))
    expect(endOf(cluster, 1, sequence)).toBeUndefined()
    expect(changesOf(cluster, 1)).toEqual([])
    cluster.rejoin(4)
    cluster.run(300)
    expect(endOf(cluster, 1, sequence)).toBe('done')
    expectInForce(cluster, majorityOf([1, 2, 3, 4]))
    cluster.crash(1)
    cluster.crash(2)
    cluster.run(2_000)
    expect(leadersOf(cluster)).toEqual([]) // two of four
    cluster.start(1)
    cluster.run(2_000)
    expect(leadersOf(cluster)).toHaveLength(1)
  })

  it('M9: that is promoted and does not know yet neither campaigns nor takes over', () => {
    const cluster = createCluster(3, { observers: 1 })
    elect(cluster, 1)
    beat(cluster, 1)
    cluster.filter = ({ to, message }) =>
      to !== 4 || message.type !== 'AppendEntries' || message.entries.length === 0
    change(cluster, 1, majorityOf([1, 2, 3, 4]))
    cluster.lose(({ to }) => to === 4)
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2 3 4')
    expect(nameOf(membershipAt(cluster, 4))).toBe('1 2 3 + 4')
    cluster.fire(4, 'election')
    cluster.fire(4, 'election')
    expect(eventsOf(cluster, 4, 'PreVote')).toEqual([])
    const { term } = stateOf(cluster, 4)
    cluster
      .node(4)
      .step(
        { type: 'receive', from: 1, message: { type: 'TimeoutNow', term, release: 2 ** 21 } },
        cluster.now(),
      )
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', epoch: term })
  })

  it('V15: votes when it is asked by one who knows that it is a voter', () => {
    const cluster = createCluster(3, { observers: 1 })
    elect(cluster, 1)
    beat(cluster, 1)
    cluster.block(1, 4)
    cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    cluster.settle()
    cluster.crash(1)
    cluster.crash(3)
    cluster.start(3)
    cluster.unblock(1, 4)
    cluster.crash(2)
    cluster.start(2)
    cluster.run(3_000)
    expect(leadersOf(cluster)).toHaveLength(1)
  })

  it('that was a voter answers no candidate’s quorum, and reads and writes as before', () => {
    const cluster = ledOf([])
    change(cluster, 1, majorityOf([1, 2], [3]))
    cluster.crash(2)
    const read = cluster.read(1)
    propose(cluster, 1)
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toEqual([])
    expect(cluster.observe(1).commitIndex).toBe(2)
    cluster.start(2)
    cluster.run(2_000)
    const [leader] = leadersOf(cluster)
    const late = cluster.read(3)
    const write = cluster.propose(3)
    cluster.settle()
    beat(cluster, leader!)
    expect(repliesOf(cluster, 3, late)).toMatchObject([{ type: 'readReady' }])
    expect(cluster.node(3).applied.some(({ request }) => request?.sequence === write)).toBe(true)
  })
})

describe('newcomers', () => {
  it('get appends while they are no members, from whatever leader there is', () => {
    const cluster = ledOf([4])
    const sequence = cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    deliverAll(cluster, isType('AppendEntries', 'AppendEntriesResponse'))
    expect(cluster.observe(4)).toMatchObject({ role: 'follower', leader: 1 })
    expect(endOf(cluster, 1, sequence)).toBe('done')
  })

  it('are forgotten with the change, and elect nobody on their own', () => {
    const cluster = ledOf([4])
    cluster.filter = ({ from, to }) => from + to !== 5 || from === 1
    const sequence = change(cluster, 1, majorityOf([1, 2, 3, 4]))
    cluster.run(2_000)
    expect(endOf(cluster, 1, sequence)).toBe('catch-up-failed definitely-not')
    cluster.filter = () => true
    cluster.run(3_000)
    expect(cluster.observe(4)).toMatchObject({ role: 'observer', leader: undefined })
    expect(leadersOf(cluster)).toEqual([1])
  })
})
