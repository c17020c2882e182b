import { majorityOf, type Membership, type NodeId } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  campaign,
  deliverAll,
  deliveredBy,
  elect,
  eventsOf,
  intercept,
  isType,
  progressOf,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import {
  expectInForce,
  firstVoters,
  ledOf,
  createWide,
  isDone,
  isServed,
  reconfigure,
  votersAt,
} from './support/members.ts'

describe('a change of membership', () => {
  it.each<[string, NodeId[], Membership]>([
    ['adds a voter', [4], majorityOf([1, 2, 3, 4])],
    ['adds two voters', [4, 5], majorityOf([1, 2, 3, 4, 5])],
    ['removes a voter', [], majorityOf([1, 2])],
    ['removes all but the leader', [], majorityOf([1])],
    ['replaces a voter', [4], majorityOf([1, 2, 4])],
    ['replaces a majority', [4, 5], majorityOf([1, 4, 5])],
    ['adds an observer', [4], majorityOf([1, 2, 3], [4])],
    ['makes an observer of a voter', [], majorityOf([1, 2], [3])],
    ['removes the leader', [], majorityOf([2, 3])],
    ['makes an observer of the leader', [], majorityOf([2, 3], [1])],
    ['replaces everybody', [4, 5, 6], majorityOf([4, 5, 6])],
    ['replaces everybody by one', [4], majorityOf([4])],
    ['changes nothing', [], majorityOf([1, 2, 3])],
  ])('%s', (_, others, next) => {
    for (const window of [1, 4, 64]) {
      const cluster = ledOf(others, { window })
      proposeAll(cluster, 1, 'a', 'b')
      const sequence = reconfigure(cluster, 1, next)
      cluster.run(100)
      expect(isDone(cluster, 1, sequence)).toBe(true)
      expectInForce(cluster, next)
    }
  })

  it('of whatever kind of quorums', () => {
    const cluster = ledOf([4])
    const next: Membership = {
      quorums: { type: 'flexible', voters: [1, 2, 3, 4], election: 3, replication: 2 },
      observers: [],
    }
    reconfigure(cluster, 1, next)
    cluster.run(300)
    cluster.crash(2)
    cluster.crash(3)
    expect(isServed(cluster, 1)).toBe(true)
  })

  it('PMMC 4.4: chosen in slot s it is in force from s + window on, which no-ops fill up to', () => {
    const cluster = ledOf([4])
    proposeAll(cluster, 1, 'a')
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    cluster.settle()
    proposeAll(cluster, 1, 'b')
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'membership', 'noop', 'noop', 'noop', 'b'])
    expect(eventsOf(cluster, 1, 'EnterMembership')).toMatchObject([
      { detail: { from: 6, members: [1, 2, 4] } },
    ])
  })

  it('takes proposals for the slots before it', () => {
    const cluster = ledOf([4])
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    for (const text of ['a', 'b', 'c', 'd']) cluster.propose(1, text)
    cluster.run(200)
    expect(deliveredBy(cluster, 1)).toEqual(['membership', 'a', 'b', 'c', 'd'])
  })

  it('is done when it is in force and those who stay hold all that was chosen, not when it is chosen', () => {
    const cluster = ledOf([4], { window: 20 })
    const sequence = reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    deliverAll(cluster, isType('Accept'))
    release(cluster, intercept(cluster))
    expect(cluster.observe(1).membership.pending).toHaveLength(1)
    expect(isDone(cluster, 1, sequence)).toBe(false)
    cluster.settle()
    expect(votersAt(cluster, 1)).toEqual([1, 2, 4])
    expect(isDone(cluster, 1, sequence)).toBe(false)
    cluster.run(150)
    expect(isDone(cluster, 1, sequence)).toBe(true)
    expect(repliesOf(cluster, 1, sequence)).toHaveLength(1)
  })

  it('is not done while those who stay lack what was chosen: those who leave may be all that hold it', () => {
    const cluster = ledOf([4, 5, 6])
    cluster.propose(1, 'kept')
    cluster.settle()
    cluster.filter = (flight) => flight.to <= 3 || !isType('Accept', 'Learned')(flight)
    const sequence = reconfigure(cluster, 1, majorityOf([4, 5, 6]))
    cluster.run(250)
    expect(votersAt(cluster, 1)).toEqual([4, 5, 6])
    expect(isDone(cluster, 1, sequence)).toBe(false)
    expect(cluster.observe(1).role).toBe('leader')
    cluster.filter = () => true
    cluster.run(400)
    expect(isDone(cluster, 1, sequence)).toBe(true)
    expect(cluster.observe(1).role).not.toBe('leader')
    for (const id of [1, 2, 3]) cluster.crash(id)
    expect(isServed(cluster, 4)).toBe(true)
    const texts = cluster.node(4).applied.map(({ data }) => String.fromCharCode(...data))
    expect(texts).toContain('kept')
  })

  it('is done and in force though the leader compacts its log while it is pending', () => {
    const cluster = ledOf([4], { window: 20, compactionTail: 0 })
    const sequence = reconfigure(cluster, 1, majorityOf([2, 3, 4]))
    deliverAll(cluster, isType('Accept'))
    release(cluster, intercept(cluster))
    cluster.buildSnapshot(1)
    expect(cluster.observe(1)).toMatchObject({ firstIndex: 2, role: 'leader' })
    cluster.run(300)
    expect(isDone(cluster, 1, sequence)).toBe(true)
    expect(cluster.observe(1).role).not.toBe('leader')
    expectInForce(cluster, majorityOf([2, 3, 4]))
  })

  it('goes on beside proposals, and one follows another', () => {
    const cluster = ledOf([4, 5])
    for (const next of [majorityOf([1, 2, 3, 4]), majorityOf([1, 4, 5]), majorityOf([1, 2, 3])]) {
      cluster.propose(1)
      const sequence = reconfigure(cluster, 1, next)
      cluster.propose(1)
      cluster.run(300)
      expect(isDone(cluster, 1, sequence)).toBe(true)
    }
    expectInForce(cluster, majorityOf([1, 2, 3]))
  })

  it('is counted among the bytes that wait, and given back', () => {
    const cluster = ledOf([4])
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    expect(stateOf(cluster, 1).leadership!.pendingBytes).toBeGreaterThan(0)
    cluster.settle()
    expect(stateOf(cluster, 1).leadership!.pendingBytes).toBe(0)
  })
})

describe('a change is refused', () => {
  it('no-leader, not-leader: where nobody leads, or somebody else', () => {
    const cluster = createWide(firstVoters, [])
    const early = reconfigure(cluster, 2, majorityOf([1, 2]))
    expect(repliesOf(cluster, 2, early)).toMatchObject([{ reason: 'no-leader', outcome: 'definitely-not' }])
    elect(cluster, 1)
    const other = reconfigure(cluster, 2, majorityOf([1, 2]))
    expect(repliesOf(cluster, 2, other)).toMatchObject([{ reason: 'not-leader', leader: 1 }])
  })

  it.each<[string, Membership]>([
    ['nobody votes', majorityOf([])],
    [
      'quorums need not meet',
      { quorums: { type: 'flexible', voters: [1, 2, 3, 4], election: 2, replication: 2 }, observers: [] },
    ],
    ['a voter is listed twice', { quorums: { type: 'majority', voters: [1, 1, 2] }, observers: [] }],
    ['a voter is an observer, too', { ...majorityOf([1, 2]), observers: [2] }],
    ['a voter is a witness', { ...majorityOf([1, 2, 3]), witnesses: [3] }],
    ['an observer has an id that is none', { ...majorityOf([1, 2]), observers: [0] }],
    ['an observer has an id that is no number', { ...majorityOf([1, 2]), observers: [Number.NaN] }],
  ])('invalid-membership: %s', (_, next) => {
    const cluster = ledOf([4])
    const sequence = reconfigure(cluster, 1, next)
    expect(repliesOf(cluster, 1, sequence)).toMatchObject([
      { reason: 'invalid-membership', outcome: 'definitely-not' },
    ])
    expect(isServed(cluster, 1)).toBe(true)
  })

  it('but not for observers that are out of order: they are put in order', () => {
    const cluster = ledOf([4])
    reconfigure(cluster, 1, { ...majorityOf([1, 2]), observers: [4, 3, 4] })
    cluster.run(300)
    expect(cluster.observe(1).membership).toEqual(majorityOf([1, 2], [3, 4]))
  })

  it('change-pending: while another one is under way, until it is in force', () => {
    const cluster = ledOf([4], { window: 20 })
    reconfigure(cluster, 1, majorityOf([1, 2, 4]))
    const second = reconfigure(cluster, 1, majorityOf([1, 2]))
    deliverAll(cluster, isType('Accept'))
    release(cluster, intercept(cluster))
    const third = reconfigure(cluster, 1, majorityOf([1, 2]))
    for (const sequence of [second, third]) {
      expect(repliesOf(cluster, 1, sequence)).toMatchObject([
        { reason: 'change-pending', outcome: 'definitely-not' },
      ])
    }
    cluster.settle()
    cluster.run(100)
    expect(isDone(cluster, 1, reconfigure(cluster, 1, majorityOf([1, 2])))).toBe(false)
    cluster.run(100)
    expectInForce(cluster, majorityOf([1, 2]))
  })

  it('change-pending: while one may be among what phase 1 found (M1)', () => {
    const cluster = ledOf([])
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ to, message }) => to === 2 && message.type === 'Accept')
    intercept(cluster)
    cluster.crash(1)
    campaign(cluster, 2)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    expect(cluster.observe(2)).toMatchObject({ role: 'leader', commitIndex: 0 })
    const early = reconfigure(cluster, 2, majorityOf([2, 3]))
    expect(repliesOf(cluster, 2, early)).toMatchObject([{ reason: 'change-pending' }])
    cluster.settle()
    const late = reconfigure(cluster, 2, majorityOf([2, 3]))
    cluster.run(150)
    expect(isDone(cluster, 2, late)).toBe(true)
  })

  it('change-pending: by the next leader, until the one that was left is in force', () => {
    const cluster = ledOf([4], { window: 20 })
    reconfigure(cluster, 1, majorityOf([2, 3, 4]))
    deliverAll(cluster, isType('Accept', 'Accepted'))
    cluster.crash(1)
    campaign(cluster, 2)
    deliverAll(cluster, (flight) => isType('Prepare', 'Promise')(flight))
    const early = reconfigure(cluster, 2, majorityOf([2, 3]))
    expect(repliesOf(cluster, 2, early)).toMatchObject([{ reason: 'change-pending' }])
    expectInForce(cluster, majorityOf([2, 3, 4]))
  })
})

describe('replication to those who come', () => {
  it('begins when the change is chosen, and brings them all that was before', () => {
    const cluster = ledOf([4])
    proposeAll(cluster, 1, 'a', 'b')
    expect(() => progressOf(cluster, 1, 4)).toThrow('does not lead')
    reconfigure(cluster, 1, majorityOf([1, 2, 3, 4]))
    cluster.run(200)
    expect(deliveredBy(cluster, 4).slice(0, 3)).toEqual(['a', 'b', 'membership'])
  })

  it('brings them a snapshot where the log is compacted', () => {
    const cluster = ledOf([4], { window: 4, compactionTail: 0 })
    for (let i = 0; i < 20; i++) cluster.propose(1, bytesOf(`${i}`))
    cluster.settle()
    cluster.buildSnapshot(1)
    reconfigure(cluster, 1, majorityOf([1, 4]))
    cluster.run(500)
    expect(cluster.node(4).installed).toMatchObject({ index: 20 })
    expectInForce(cluster, majorityOf([1, 4]))
  })

  it('ends when it is in force without them', () => {
    const cluster = ledOf([])
    reconfigure(cluster, 1, majorityOf([1, 2]))
    cluster.settle()
    expect(() => progressOf(cluster, 1, 3)).toThrow('does not lead')
  })
})
