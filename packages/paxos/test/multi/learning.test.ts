import { describe, expect, it } from 'vitest'
import type { PaxosMessage } from '../../src/index.ts'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  eventsOf,
  type Flight,
  give,
  ignoredAt,
  intercept,
  isAmong,
  isType,
  losing,
  messagesOf,
  progressOf,
  proposeAll,
  release,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { isServed } from './support/members.ts'

/** From now on nothing passes between these and the others, and nobody is told. */
function split(cluster: Cluster, ...side: number[]): void {
  for (const a of cluster.nodes.keys()) {
    for (const b of cluster.nodes.keys()) {
      if (a === b) continue
      if (side.includes(a) === side.includes(b)) cluster.unblock(a, b)
      else cluster.block(a, b)
    }
  }
}

/** Everything passes again. */
function join(cluster: Cluster): void {
  split(cluster)
}

/** Cut off from a quorum, `id` stops leading in time; what it has sent since is lost. */
function letGo(cluster: Cluster, id: number): void {
  split(cluster, id)
  cluster.run(4_000, () => cluster.observe(id).role !== 'leader')
  join(cluster)
  intercept(cluster)
}

/**
 * Of three, 2 and 3 have chosen `a b c`, and only 2 knows. It leads no longer; 1, which has accepted nothing, has been
 * elected by itself and 2, and has proposed nothing yet. Nothing of what it sent since has arrived.
 */
function ledFromBehind(options = {}): Cluster {
  const cluster = createCluster(3, options)
  elect(cluster, 2)
  split(cluster, 1)
  proposeAll(cluster, 2, 'a', 'b', 'c')
  letGo(cluster, 2)
  split(cluster, 3)
  campaign(cluster, 1)
  deliverAll(cluster, isType('Prepare', 'Promise'))
  join(cluster)
  return cluster
}

/**
 * Of five, 2, 3 and 5 have chosen `a b c`. 1 was elected by itself, 2 and 4, and has proposed `w` in slot 4, which 4 has
 * accepted; its question to 2 for the first three slots is still on its way. Meanwhile 3 has been elected by itself, 2
 * and 5, and they have chosen `v` in slot 4.
 */
function overtaken(options = {}): { cluster: Cluster; question: Flight[] } {
  const cluster = createCluster(5, options)
  elect(cluster, 2)
  split(cluster, 1, 4)
  proposeAll(cluster, 2, 'a', 'b', 'c')
  letGo(cluster, 2)
  split(cluster, 1, 2, 4)
  campaign(cluster, 1)
  deliverAll(cluster, isType('Prepare', 'Promise'))
  const question = intercept(cluster, isType('Learn'))
  cluster.propose(1, 'w')
  deliverAll(cluster, isAmong(1, 4))
  intercept(cluster)
  split(cluster, 1, 4)
  elect(cluster, 3)
  proposeAll(cluster, 3, 'v')
  beat(cluster, 3)
  join(cluster)
  return { cluster, question }
}

describe('a replica that was away', () => {
  it('is sent what was proposed in this ballot, and is told that it is chosen', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.isolate(3)
    proposeAll(cluster, 1, 'a', 'b', 'c')
    cluster.rejoin(3)
    beat(cluster, 1)
    expect(deliveredBy(cluster, 3)).toEqual(['a', 'b', 'c'])
    expect(eventsOf(cluster, 3, 'Learn')).toEqual([])
  })

  it('asks for what was chosen in earlier ballots, piece by piece where a message holds no more', () => {
    const cluster = createCluster(3, { maxBatchBytes: 2 })
    elect(cluster, 1)
    cluster.isolate(3)
    proposeAll(cluster, 1, 'a', 'b', 'c', 'd', 'e')
    beat(cluster, 1)
    letGo(cluster, 1)
    split(cluster, 3)
    elect(cluster, 2)
    join(cluster)
    cluster.rejoin(3)
    const pieces = messagesOf(cluster, 'Learned', () => beat(cluster, 2))
    expect(pieces.map(({ message }) => message.entries.length)).toEqual([2, 2, 1])
    expect(deliveredBy(cluster, 3)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('does not take what it accepted in another ballot for what is chosen', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    split(cluster, 1)
    cluster.propose(1, 'x')
    letGo(cluster, 1)
    split(cluster, 1)
    elect(cluster, 2)
    proposeAll(cluster, 2, 'y')
    join(cluster)
    cluster.filter = ({ to, message }) => !(to === 1 && ['Accept', 'Learned'].includes(message.type))
    beat(cluster, 2)
    expect(cluster.observe(1).commitIndex).toBe(0)
    cluster.filter = () => true
    cluster.run(500)
    expect(deliveredBy(cluster, 1)).toEqual(['y'])
  })

  it('asks again if the question or its answer was lost', () => {
    for (const type of ['Learn', 'Learned'] as const) {
      const cluster = ledFromBehind()
      cluster.filter = ({ message }) => message.type !== type
      if (type === 'Learn') intercept(cluster, isType('Learn'))
      cluster.run(140)
      expect(cluster.observe(1).commitIndex).toBe(0)
      cluster.filter = () => true
      cluster.run(150)
      expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
    }
  })

  it('is not told what is not known to be chosen', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    const told = messagesOf(cluster, 'Learned', () => {
      give(cluster, 3, 1, { type: 'Learn', from: 2 })
      cluster.settle()
    })
    expect(told).toEqual([])
    expect(ignoredAt(cluster, 1)).toContain('not-known')
  })

  it('takes what is repeated, or comes too late, for what it is', () => {
    const cluster = ledFromBehind()
    const answers = messagesOf(cluster, 'Learned', () => cluster.run(200))
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
    release(
      cluster,
      answers.map((answer) => ({ ...answer, snapshot: undefined })),
    )
    expect(ignoredAt(cluster, 1)).toContain('nothing-new')
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['ballots that are not those of the entries', [9, 1, 2]],
    ['no ballots', []],
  ])('closes the link to one who teaches %s', (_, ballots) => {
    const cluster = ledFromBehind()
    deliverAll(cluster, isType('Learn'))
    const [answer] = intercept(cluster, isType('Learned'))
    give(cluster, 2, 1, { ...answer!.message, ballots } as PaxosMessage)
    expect(ignoredAt(cluster, 1)).toContain('malformed')
    expect(cluster.observe(1).commitIndex).toBe(0)
  })
})

describe('a leader that lacks what was chosen before', () => {
  it('knows from the promises how far, and asks who knows, before it is established', () => {
    const cluster = ledFromBehind()
    expect(cluster.observe(1)).toMatchObject({
      role: 'leader',
      established: false,
      phase: 'learning',
      commitIndex: 0,
    })
    expect(cluster.observe(3).commitIndex).toBe(0)
    beat(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ established: true, phase: 'phase 2', commitIndex: 3 })
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c'])
  })

  it('has what it proposes meanwhile accepted, and delivers it in its turn', () => {
    const cluster = ledFromBehind()
    cluster.propose(1, 'd')
    deliverAll(cluster, isType('Accept', 'Accepted'))
    expect(deliveredBy(cluster, 1)).toEqual([])
    beat(cluster, 1)
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('has what was accepted meanwhile chosen, though what it learns is what it had itself', () => {
    const cluster = createCluster(3)
    elect(cluster, 2)
    for (const text of ['a', 'b', 'c']) cluster.propose(2, text)
    deliverAll(cluster, isType('Accept', 'Accepted'))
    intercept(cluster)
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 0, lastIndex: 3 })
    letGo(cluster, 2)
    split(cluster, 3)
    campaign(cluster, 1)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    join(cluster)
    cluster.propose(1, 'd')
    deliverAll(cluster, isType('Accept', 'Accepted'))
    expect(cluster.observe(1).commitIndex).toBe(0)
    cluster.run(300)
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('makes way when the only one who knows dies: the next ballot finds it out from those who accepted', () => {
    const cluster = ledFromBehind()
    intercept(cluster)
    cluster.crash(2)
    expect(isServed(cluster, 1)).toBe(true)
    expect(deliveredBy(cluster, 1).slice(0, 3)).toEqual(['a', 'b', 'c'])
  })

  it('asks one after the other of those who know, and none that is dead', () => {
    const cluster = createCluster(5, { electionTimeout: { min: 1_000, max: 2_000 } })
    elect(cluster, 2)
    split(cluster, 1)
    proposeAll(cluster, 2, 'a', 'b')
    beat(cluster, 2)
    letGo(cluster, 2)
    campaign(cluster, 1)
    deliverAll(cluster, isAmong(1, 2))
    deliverAll(cluster, isType('Prepare', 'Promise'))
    expect(stateOf(cluster, 1).phase1!.source).toBe(2)
    intercept(cluster, isType('Learn'))
    cluster.filter = ({ message }) => message.type !== 'Learn'
    cluster.settle()
    beat(cluster, 1)
    cluster.filter = ({ to }) => to !== 2 && to !== 3
    for (const dead of [2, 3]) for (const peer of [1, 4, 5]) cluster.block(dead, peer)
    expect(cluster.run(500, () => cluster.observe(1).established)).toBe(true)
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b'])
  })

  it('does not ask one who has started again and knows no more: the next ballot finds it out', () => {
    const cluster = createCluster(5)
    elect(cluster, 2)
    split(cluster, 1)
    proposeAll(cluster, 2, 'a', 'b')
    letGo(cluster, 2)
    split(cluster, 5)
    campaign(cluster, 1)
    deliverAll(cluster, isType('Prepare', 'Promise'))
    intercept(cluster, isType('Learn'))
    // 3 hears from 2 what is chosen, says so to 1, and has nothing to write.
    give(cluster, 3, 2, { type: 'Learn', from: 1 })
    deliverAll(cluster, isType('Learned'))
    join(cluster)
    losing(cluster, isType('Learn'), () => cluster.settle())
    expect(progressOf(cluster, 1, 3).chosen).toBe(2)
    cluster.crash(2)
    cluster.crash(3)
    cluster.start(3)
    expect(cluster.observe(3).commitIndex).toBe(0)
    expect(isServed(cluster, 1)).toBe(true)
    expect(deliveredBy(cluster, 1).slice(0, 2)).toEqual(['a', 'b'])
  })

  it('goes on asking for what does not fit into one message', () => {
    const cluster = ledFromBehind({ maxBatchBytes: 1 })
    const pieces = messagesOf(cluster, 'Learned', () => beat(cluster, 1))
    expect(pieces.map(({ message }) => message.entries.length)).toEqual([1, 1, 1])
    expect(cluster.observe(1).established).toBe(true)
  })
})

describe('a leader that was overtaken unawares', () => {
  it('does not tell its members that its own values are chosen where it learns of others', () => {
    const { cluster, question } = overtaken()
    release(cluster, question)
    deliverAll(cluster, isType('Learned'))
    expect(deliveredBy(cluster, 1)).toEqual(['a', 'b', 'c', 'v'])
    expect(cluster.observe(1).role).toBe('follower')
    cluster.settle()
    cluster.run(5_000)
    expect(deliveredBy(cluster, 4)).toEqual(['a', 'b', 'c', 'v'])
  })

  it('nor where they come with a snapshot', () => {
    const { cluster, question } = overtaken({ compactionTail: 0 })
    cluster.buildSnapshot(2)
    release(cluster, question)
    expect(cluster.deliver(({ snapshot }) => snapshot !== undefined)).toBe(true)
    expect(cluster.observe(1)).toMatchObject({ commitIndex: 4, role: 'follower' })
    cluster.settle()
    cluster.run(5_000)
    expect(stateOf(cluster, 4).commit).toBe(4)
  })

  it.each([0, 100])(
    'proposes nothing in a slot that it learns to be chosen (compaction tail %i)',
    (compactionTail) => {
      const cluster = ledFromBehind({ compactionTail })
      const question = intercept(cluster, isType('Learn'))
      intercept(cluster)
      split(cluster, 1)
      elect(cluster, 3)
      proposeAll(cluster, 3, 'v')
      beat(cluster, 3)
      cluster.buildSnapshot(2)
      join(cluster)
      release(cluster, question)
      deliverAll(cluster, ({ to }) => to === 1)
      const sequence = cluster.propose(1, 'w')
      cluster.run(5_000)
      expect(deliveredBy(cluster, 3).slice(0, 4)).toEqual(['a', 'b', 'c', 'v'])
      expect(repliesOf(cluster, 1, sequence)).toMatchObject([
        { outcome: 'definitely-not', reason: 'no-leader' },
      ])
    },
  )
})
