import {
  flexibleOf,
  gridOf,
  majorityOf,
  type Membership,
  type NodeId,
  quorumIndex,
  type QuorumSystem,
  votersOf,
  weightedOf,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  elect,
  isType,
  leadersOf,
  stateOf,
} from './support/cluster.ts'
import { change, changesOf, endOf, expectInForce, ledOf, membershipAt, nameOf } from './support/members.ts'

/** Leader 1 of 1, 2 and 3, half way to `next`: the joint membership is committed, the next one is in its own log. */
function halfWay(next: Membership): Cluster {
  const cluster = ledOf([4, 5, 6])
  cluster.reconfigure(1, next)
  while (changesOf(cluster, 1).length < 2) cluster.deliver()
  return cluster
}

describe('a joint membership (Raft §6)', () => {
  it('asks both sides for every commit', () => {
    for (const [alive, isCommitted] of [
      [[1, 2, 4, 5], true],
      [[1, 2, 4], false],
      [[1, 4, 5, 6], false],
    ] as const) {
      const cluster = ledOf([4, 5, 6])
      cluster.reconfigure(1, majorityOf([4, 5, 6]))
      while (changesOf(cluster, 1).length < 1) cluster.deliver()
      const { lastIndex } = cluster.observe(1)
      cluster.filter = ({ to }) => to === 1 || alive.some((id) => id === to)
      cluster.lose(({ to }) => to !== 1 && !alive.some((id) => id === to))
      cluster.settle()
      for (let i = 0; i < 3; i++) if (cluster.observe(1).role === 'leader') beat(cluster, 1)
      expect(cluster.observe(1).commitIndex >= lastIndex).toBe(isCommitted)
    }
  })

  it('asks both sides for every election', () => {
    const next = majorityOf([4, 5, 6])
    for (const [gone, isLed] of [
      [[1, 6], true],
      [[1, 2], false],
      [[1, 4, 5], false],
    ] as const) {
      const cluster = ledOf([4, 5, 6])
      cluster.reconfigure(1, next)
      while (changesOf(cluster, 1).length < 1) cluster.deliver()
      deliverAll(cluster, isType('AppendEntries'))
      for (const id of gone) cluster.crash(id)
      cluster.run(5_000)
      expect(leadersOf(cluster).length > 0).toBe(isLed)
    }
  })

  it('M5: is left by whoever leads next, if its leader is gone', () => {
    const cluster = ledOf([4, 5, 6])
    const next = majorityOf([4, 5, 6], [2])
    cluster.reconfigure(1, next)
    while (changesOf(cluster, 1).length < 1) cluster.deliver()
    deliverAll(cluster, isType('AppendEntries'))
    cluster.crash(1)
    cluster.run(3_000)
    expectInForce(cluster, next)
    for (const id of [2, 4, 5, 6]) {
      expect(changesOf(cluster, id).map(([, name]) => name)).toEqual(['1 2 3 | 4 5 6', '4 5 6 + 2'])
    }
  })

  it('M5: a second way out in some log does no harm', () => {
    const cluster = halfWay(majorityOf([4, 5, 6]))
    // The way out reaches 4 alone; the next leader does not have it and goes its own.
    cluster.filter = ({ to }) => to === 4
    cluster.lose(({ to }) => to !== 4)
    cluster.settle()
    cluster.isolate(1)
    cluster.isolate(4)
    cluster.filter = () => true
    cluster.run(3_000)
    const [leader] = leadersOf(cluster).filter((id) => id > 4)
    expect(nameOf(membershipAt(cluster, leader!))).toBe('4 5 6')
    cluster.rejoin(4)
    cluster.rejoin(1)
    expectInForce(cluster, majorityOf([4, 5, 6]))
  })

  it('M6: is not left before its new leader has committed an entry of its own term with both sides', () => {
    const cluster = ledOf([4, 5, 6])
    cluster.reconfigure(1, majorityOf([4, 5, 6]))
    while (changesOf(cluster, 1).length < 1) cluster.deliver()
    deliverAll(cluster, isType('AppendEntries'))
    cluster.crash(1)
    campaign(cluster, 4)
    deliverAll(
      cluster,
      isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
    )
    expect(cluster.observe(4)).toMatchObject({ role: 'leader', lastIndex: 3 })
    deliverAll(cluster, ({ from, to }) => from > 3 && to > 3) // the new side alone
    expect(cluster.observe(4)).toMatchObject({ commitIndex: 1, lastIndex: 3 })
    cluster.settle()
    expect(changesOf(cluster, 4).map(([index]) => index)).toEqual([2, 4])
    expect(cluster.observe(4).commitIndex).toBe(4)
  })

  it('M6: is not left while the old side is out of reach', () => {
    const cluster = ledOf([4, 5, 6])
    cluster.reconfigure(1, majorityOf([4, 5, 6]))
    while (changesOf(cluster, 1).length < 1) cluster.deliver()
    deliverAll(cluster, isType('AppendEntries'))
    cluster.crash(1)
    elect(cluster, 4)
    for (const id of [2, 3]) cluster.crash(id)
    // What was committed before the old side went is committed; here it is the way out, or nothing.
    const before = changesOf(cluster, 4).length
    cluster.run(5_000)
    expect(before === 2 || leadersOf(cluster).length === 0).toBe(true)
  })

  it('M8: a voter that is to observe votes until it is left, and who is new to observe does so at once', () => {
    const cluster = ledOf([4, 5, 6])
    cluster.reconfigure(1, majorityOf([1, 4, 5], [2, 6]))
    while (changesOf(cluster, 1).length < 1) cluster.deliver()
    const joint = membershipAt(cluster, 1)
    expect(joint.observers).toEqual([6])
    expect(joint.nextObservers).toEqual([2, 6])
    expect(votersOf(joint)).toEqual([1, 2, 3, 4, 5])
    cluster.settle()
    expect(membershipAt(cluster, 1)).toEqual(majorityOf([1, 4, 5], [2, 6]))
  })

  it('keeps observers that are to go until it is left', () => {
    const cluster = createCluster(3, { observers: 1, spares: [5] })
    elect(cluster, 1)
    cluster.reconfigure(1, majorityOf([1, 2, 5]))
    while (changesOf(cluster, 1).length < 1) cluster.deliver()
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2 3 | 1 2 5 + 4')
    cluster.settle()
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2 5')
  })

  it('that a cluster starts with is left as soon as there is a leader', () => {
    const quorums = {
      type: 'joint',
      old: majorityOf([1, 2]).quorums,
      next: majorityOf([2, 3]).quorums,
    } as const
    const cluster = createCluster(3, { membership: { quorums, observers: [4] } })
    elect(cluster, 2)
    expectInForce(cluster, majorityOf([2, 3], [4]))
  })
})

describe('one step is taken', () => {
  it.each<[string, Membership, Membership, boolean]>([
    ['to one voter more', majorityOf([1, 2, 3]), majorityOf([1, 2, 3, 4]), true],
    ['to one voter less', majorityOf([1, 2, 3]), majorityOf([1, 3]), true],
    ['from one voter to two', majorityOf([1]), majorityOf([1, 2]), true],
    ['to another voter in place of one: not', majorityOf([1, 2, 3]), majorityOf([1, 2, 4]), false],
    ['to two voters more: not', majorityOf([1, 2, 3]), majorityOf([1, 2, 3, 4, 5]), false],
    ['to other observers', majorityOf([1, 2, 3], [4]), majorityOf([1, 2, 3], [5, 6]), true],
    [
      'to other observers of weighted voters',
      weightedOf([{ node: 1, weight: 2 }, 2, 3]),
      weightedOf([{ node: 1, weight: 2 }, 2, 3], [4]),
      true,
    ],
    ['to other weights: not', weightedOf([1, 2, 3]), weightedOf([{ node: 1, weight: 2 }, 2, 3]), false],
    [
      'to other sizes of quorums: not',
      majorityOf([1, 2, 3]),
      flexibleOf([1, 2, 3], { election: 2, replication: 2 }),
      false,
    ],
  ])('%s', (_, first, next, isAlone) => {
    const ids = votersOf(first)
    const cluster = createCluster(ids.length, {
      membership: first,
      spares: [2, 3, 4, 5, 6].filter((id) => ![...ids, ...first.observers].includes(id)),
    })
    elect(cluster, 1)
    expect(endOf(cluster, 1, change(cluster, 1, next))).toBe('done')
    expect(changesOf(cluster, 1)).toHaveLength(isAlone ? 1 : 2)
  })

  it('only where every quorum of the one meets every one of the other', () => {
    const voters = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })
    const property = fc.property(voters, voters, (old, next) => {
      const differ = [...old, ...next].filter((id) => !(old.includes(id) && next.includes(id))).length
      const meets = [...Array(64).keys()].every((bits) => !(isMajority(old, bits) && isMajority(next, ~bits)))
      if (differ <= 1) expect(meets).toBe(true)
    })
    fc.assert(property, { numRuns: 300 })
  })
})

function isMajority(voters: readonly NodeId[], bits: number): boolean {
  return 2 * voters.filter((id) => (bits >> (id - 1)) & 1).length > voters.length
}

describe('L10: the commit index of random joint memberships', () => {
  /** Replica 1 is a voter of each. */
  const ids = fc.uniqueArray(fc.integer({ min: 2, max: 6 })).map((others) => [1, ...others])
  const system: fc.Arbitrary<QuorumSystem> = fc.oneof(
    ids.map((voters) => majorityOf(voters).quorums),
    ids.map((voters) => weightedOf(voters.map((node, i) => ({ node, weight: 1 + (i % 3) }))).quorums),
    fc.constant(gridOf([[1, 2, 3]]).quorums),
  )

  it('is the highest that brute force finds, in any order of acknowledgements', () => {
    const acks = fc.array(fc.tuple(fc.integer({ min: 2, max: 6 }), fc.nat({ max: 5 })), { maxLength: 30 })
    const property = fc.property(system, system, acks, (old, next, answers) => {
      const membership: Membership = { quorums: { type: 'joint', old, next }, observers: [] }
      const cluster = createCluster(6, { membership })
      campaign(cluster, 1)
      deliverAll(
        cluster,
        isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
      )
      cluster.lose(() => true)
      cluster.filter = () => false
      for (let i = 0; i < 4; i++) cluster.propose(1)
      const reached = new Map<NodeId, number>()
      for (const [from, index] of answers) {
        const { lastIndex, commitIndex, membership: inForce } = cluster.observe(1)
        const progress = stateOf(cluster, 1).leadership?.progress.get(from)
        if (progress === undefined) continue
        reached.set(from, Math.max(reached.get(from) ?? 0, index)).set(1, lastIndex)
        const message = { ...acknowledgement, session: progress.session, index }
        cluster.node(1).step({ type: 'receive', from, message }, cluster.now())
        const after = cluster.observe(1)
        const held = (id: NodeId): number => reached.get(id) ?? 0
        const expected = bruteForce(inForce.quorums, held, lastIndex)
        reached.set(1, after.lastIndex) // the way out of the joint membership may have come into its log
        const left =
          after.membership === inForce ? 0 : bruteForce(after.membership.quorums, held, after.lastIndex)
        expect(after.commitIndex).toBe(Math.max(commitIndex, expected, left))
      }
    })
    fc.assert(property, { numRuns: 150 })
  })

  it('of the systems themselves is what core says', () => {
    const indexes = fc.array(fc.nat({ max: 9 }), { minLength: 7, maxLength: 7 })
    const property = fc.property(system, system, indexes, (old, next, at) => {
      const quorums: QuorumSystem = { type: 'joint', old, next }
      expect(quorumIndex(quorums, (id) => at[id]!)).toBe(bruteForce(quorums, (id) => at[id]!, 9))
    })
    fc.assert(property, { numRuns: 500 })
  })
})

const acknowledgement = {
  type: 'AppendEntriesResponse',
  term: 1,
  round: 0,
  success: true,
  hintIndex: 0,
  hintTerm: 0,
} as const

/** The highest index that has a quorum of those who have reached it: from the definition, one index after the other. */
function bruteForce(quorums: QuorumSystem, reached: (id: NodeId) => number, last: number): number {
  for (let index = last; index > 0; index--) if (decides(quorums, (id) => reached(id) >= index)) return index
  return 0
}

function decides(quorums: QuorumSystem, has: (id: NodeId) => boolean): boolean {
  switch (quorums.type) {
    case 'joint':
      return decides(quorums.old, has) && decides(quorums.next, has)
    case 'majority':
      return 2 * quorums.voters.filter(has).length > quorums.voters.length
    case 'weighted': {
      const sum = (all: typeof quorums.weights): number =>
        all.reduce((total, { weight }) => total + weight, 0)
      return 2 * sum(quorums.weights.filter(({ node }) => has(node))) > sum(quorums.weights)
    }
    case 'grid':
      return quorums.rows[0]!.some((_, column) => quorums.rows.every((row) => has(row[column]!)))
    case 'flexible':
    case 'hierarchical':
      throw new Error(`no ${quorums.type} quorums here`)
  }
}
