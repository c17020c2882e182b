import { majorityOf, type Membership } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  acceptedBy,
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  type Flight,
  isAmong,
  isType,
  leadersOf,
  losing,
  promisedBy,
  proposeAll,
  repliesOf,
  stateOf,
} from './support/cluster.ts'

/**
 * OmniPaxos's tests of recovery, by their names: what a lost message or a failing disk costs in each phase. Its Prepare
 * request is a Refuse here (with asking again), its stop sign a membership entry.
 */

const all = ['a', 'b', 'c', 'd']

function expectAll(cluster: Cluster, texts: readonly string[]): void {
  for (const [id, { running }] of cluster.nodes) {
    if (running) expect(deliveredBy(cluster, id), `replica ${id}`).toEqual(texts)
  }
}

/** The link between those breaks while `run` runs, and comes back: what was under way is lost. */
function reconnect(cluster: Cluster, a: number, b: number): void {
  cluster.cut(a, b)
  cluster.heal(a, b)
  cluster.settle()
}

function is(type: Flight['message']['type'], to: number): (flight: Flight) => boolean {
  return (flight) => flight.message.type === type && flight.to === to
}

/** A change of membership at `id`; gives the membership. */
function changeTo(
  cluster: Cluster,
  id: number,
  voters: readonly number[],
  observers: readonly number[] = [],
): Membership {
  const membership = majorityOf(voters, observers)
  cluster
    .node(id)
    .step({ type: 'reconfigure', request: { replica: id, sequence: 900 }, membership }, cluster.now())
  return membership
}

describe('a session drops messages and comes back', () => {
  it('reconnect_after_dropped_accepts', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a', 'b')
    losing(cluster, is('Accept', 3), () => proposeAll(cluster, 1, 'c', 'd'))
    expect(acceptedBy(cluster, 3)).toHaveLength(2)
    reconnect(cluster, 1, 3)
    beat(cluster, 1)
    expectAll(cluster, all)
  })

  it('reconnect_after_dropped_prepare', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, ...all)
    cluster.crash(1)
    losing(cluster, is('Prepare', 3), () => {
      campaign(cluster, 2)
      cluster.settle()
    })
    expect(cluster.observe(2).phase).toBe('phase 1')
    reconnect(cluster, 2, 3)
    expect(leadersOf(cluster)).toEqual([2])
    beat(cluster, 2)
    expectAll(cluster, all)
  })

  it('reconnect_after_dropped_promise', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, ...all)
    cluster.crash(1)
    losing(cluster, isType('Promise'), () => {
      campaign(cluster, 2)
      cluster.settle()
    })
    expect(promisedBy(cluster, 3)).toBe('2.2')
    expect(cluster.observe(2).phase).toBe('phase 1')
    reconnect(cluster, 2, 3)
    expect(leadersOf(cluster)).toEqual([2])
    expect(promisedBy(cluster, 2)).toBe('2.2')
    beat(cluster, 2)
    expectAll(cluster, all)
  })

  it('reconnect_after_dropped_preparereq: a refusal is lost, and the candidate asks again', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, ...all)
    cluster.crash(1)
    cluster.cut(2, 3)
    for (const id of [2, 3]) cluster.fire(id, 'election')
    for (const id of [2, 3]) cluster.fire(id, 'election')
    expect([promisedBy(cluster, 2), promisedBy(cluster, 3)]).toEqual(['2.2', '2.3'])
    losing(cluster, isType('Refuse'), () => {
      cluster.heal(2, 3)
      deliverAll(cluster, ({ from }) => from === 2)
    })
    expect(cluster.observe(2).phase).toBe('phase 1')
    cluster.inFlight = []
    cluster.fire(2, 'election')
    cluster.settle()
    expect(cluster.observe(2)).toMatchObject({ role: 'follower', leader: undefined })
    cluster.fire(3, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([3])
    beat(cluster, 3)
    expectAll(cluster, all)
  })

  it('reconnect_after_dropped_acceptstopsign: the Accept of a membership entry is lost', () => {
    const cluster = createCluster(3, { observers: 1, window: 2 })
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    losing(
      cluster,
      ({ to, message }) => message.type === 'Accept' && to !== 1,
      () => {
        changeTo(cluster, 1, [1, 2, 4], [3])
        cluster.settle()
      },
    )
    expect(cluster.observe(1).commitIndex).toBe(1)
    for (const id of [2, 3, 4]) reconnect(cluster, 1, id)
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(cluster.node(1).replies).toContainEqual({ type: 'done', sequence: 900 })
    for (const id of [1, 2, 3, 4]) expect(cluster.observe(id).membership).toEqual(majorityOf([1, 2, 4], [3]))
  })

  it('reconnect_after_dropped_decidestopsign: the news that a membership is chosen is lost', () => {
    const cluster = createCluster(3, { observers: 1, window: 2 })
    elect(cluster, 1)
    losing(
      cluster,
      ({ to, from }) => from === 1 && to === 3,
      () => {
        changeTo(cluster, 1, [1, 2, 4], [3])
        cluster.settle()
        for (let i = 0; i < 3; i++) beat(cluster, 1)
      },
    )
    expect(cluster.observe(3).commitIndex).toBe(0)
    expect(cluster.observe(4).membership).toEqual(majorityOf([1, 2, 4], [3]))
    reconnect(cluster, 1, 3)
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(cluster.observe(3).membership).toEqual(majorityOf([1, 2, 4], [3]))
  })

  it('resync_after_dropped_acceptstopsign: whoever leads next proposes the membership again', () => {
    const cluster = createCluster(5, { window: 2 })
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    losing(
      cluster,
      ({ to, message }) => message.type === 'Accept' && to > 3,
      () => {
        changeTo(cluster, 1, [2, 3, 4, 5])
        cluster.settle()
      },
    )
    cluster.crash(1)
    cluster.run(5_000)
    const [leader] = leadersOf(cluster)
    expect(leader).toBeGreaterThan(1)
    for (const id of [2, 3, 4, 5]) expect(cluster.observe(id).membership).toEqual(majorityOf([2, 3, 4, 5]))
    proposeAll(cluster, leader!, 'b')
    cluster.run(200)
    for (const id of [2, 3, 4, 5]) expect(deliveredBy(cluster, id).at(-1)).toBe('b')
  })
})

describe('one fails, and then somebody proposes', () => {
  function failAndPropose(fails: 'leader' | 'follower', proposes: 'leader' | 'follower'): void {
    const cluster = createCluster(5)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    const victim = fails === 'leader' ? 1 : 2
    cluster.crash(victim)
    cluster.run(5_000, () => leadersOf(cluster).some((id) => cluster.observe(id).established))
    const [leader] = leadersOf(cluster)
    const proposer = proposes === 'leader' ? leader! : [3, 4, 5].find((id) => id !== leader)!
    cluster.run(100)
    const [sequence] = proposeAll(cluster, proposer, 'b')
    cluster.run(200)
    expect(repliesOf(cluster, proposer, sequence!)).toEqual([])
    cluster.start(victim)
    cluster.run(1_000)
    expectAll(cluster, ['a', 'b'])
  }

  it('leader_fail_leader_propose', () => failAndPropose('leader', 'leader'))
  it('leader_fail_follower_propose', () => failAndPropose('leader', 'follower'))
  it('follower_fail_leader_propose', () => failAndPropose('follower', 'leader'))
  it('follower_fail_follower_propose', () => failAndPropose('follower', 'follower'))

  it('a proposal that was forwarded to a leader that fails is done or not, and its client is told', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const sequence = cluster.propose(2, 'lost')
    cluster.crash(1)
    cluster.run(2_000)
    expect(repliesOf(cluster, 2, sequence)).toMatchObject([{ type: 'abandoned' }])
  })
})

/** The disk of a replica takes what is under way (`keep` writes of it) to its grave, and the replica comes back. */
function failDisk(cluster: Cluster, id: number, keep: number): void {
  const node = cluster.node(id)
  const [first] = node.writing
  if (first !== undefined) {
    node.step({ type: 'persistFailed', token: first.persist.token, cause: 'no space' }, cluster.now())
  }
  cluster.crash(id, keep)
  node.autoPersist = true
}

describe('the disk fails', () => {
  it.each([0, 1])(
    'atomic_storage_acceptsync: while what a new leader proposes again is written (%i on disk)',
    (keep) => {
      const cluster = createCluster(3)
      elect(cluster, 1)
      losing(cluster, is('Accept', 3), () => proposeAll(cluster, 1, 'a', 'b'))
      cluster.crash(1)
      campaign(cluster, 2)
      deliverAll(cluster, isType('Prepare', 'Promise'))
      cluster.node(3).autoPersist = false
      cluster.settle()
      expect(cluster.node(3).writing.length).toBeGreaterThan(0)
      failDisk(cluster, 3, keep)
      cluster.start(3)
      expect(acceptedBy(cluster, 3)).toEqual(keep === 0 ? [] : ['a 2.2', 'b 2.2'])
      for (let i = 0; i < 3; i++) beat(cluster, 2)
      expectAll(cluster, ['a', 'b'])
    },
  )

  it.each([0, 1])('atomic_storage_trim: while the log is compacted (%i on disk)', (keep) => {
    const cluster = createCluster(3, { compactionTail: 1 })
    elect(cluster, 1)
    proposeAll(cluster, 1, ...all)
    beat(cluster, 1)
    cluster.node(2).autoPersist = false
    cluster.buildSnapshot(2)
    expect(
      cluster
        .node(2)
        .writing.at(-1)!
        .persist.operations.map(({ type }) => type),
    ).toContain('compactTo')
    failDisk(cluster, 2, keep)
    expect(cluster.node(2).durable.baseIndex).toBe(keep === 0 ? 0 : 3)
    cluster.start(2)
    expect(cluster.observe(2)).toMatchObject({ commitIndex: 4 })
    proposeAll(cluster, 1, 'e')
    for (let i = 0; i < 2; i++) beat(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(5)
  })

  it.each([0, 1])('atomic_storage_snapshot: while a received snapshot is installed (%i on disk)', (keep) => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    cluster.isolate(3)
    proposeAll(cluster, 1, ...all)
    cluster.buildSnapshot(1)
    cluster.rejoin(3)
    cluster.node(3).autoPersist = false
    for (let i = 0; i < 4 && cluster.observe(3).commitIndex < 4; i++) beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ firstIndex: 5, commitIndex: 4 })
    expect(cluster.node(3).writing.length).toBeGreaterThan(0)
    failDisk(cluster, 3, keep)
    // The snapshot itself had arrived whole: it is of use whether the log knows of it or not.
    cluster.start(3)
    expect(cluster.observe(3)).toMatchObject({ firstIndex: 5, commitIndex: 4 })
    proposeAll(cluster, 1, 'e')
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(cluster.observe(3).commitIndex).toBe(5)
    expect(deliveredBy(cluster, 3)).toEqual(['e'])
  })

  it.each([0, 1])(
    'atomic_storage_accept_decide: while values and what is chosen of them are written (%i on disk)',
    (keep) => {
      const cluster = createCluster(3)
      elect(cluster, 1)
      proposeAll(cluster, 1, 'a', 'b')
      cluster.node(2).autoPersist = false
      proposeAll(cluster, 1, 'c')
      expect(cluster.node(2).writing[0]!.persist.operations.map(({ type }) => type)).toEqual([
        'accept',
        'setHardState',
      ])
      failDisk(cluster, 2, keep)
      cluster.start(2)
      expect(acceptedBy(cluster, 2)).toHaveLength(keep === 0 ? 2 : 3)
      expect(stateOf(cluster, 2).commit).toBe(keep === 0 ? 0 : 2)
      for (let i = 0; i < 3; i++) beat(cluster, 1)
      expectAll(cluster, ['a', 'b', 'c'])
    },
  )

  it.each([0, 1])(
    'atomic_storage_majority_promises: while a candidate with its quorum writes what it proposes again (%i on disk)',
    (keep) => {
      const cluster = createCluster(3)
      elect(cluster, 1)
      losing(cluster, is('Accept', 3), () => proposeAll(cluster, 1, 'a', 'b'))
      cluster.crash(1)
      campaign(cluster, 3)
      deliverAll(cluster, isType('Prepare'))
      cluster.node(3).autoPersist = false
      deliverAll(cluster, isType('Promise'))
      expect(cluster.observe(3).role).toBe('leader')
      expect(cluster.node(3).writing).toHaveLength(1)
      failDisk(cluster, 3, keep)
      cluster.start(3)
      expect(promisedBy(cluster, 3)).toBe('2.3')
      expect(acceptedBy(cluster, 3)).toEqual(keep === 0 ? [] : ['a 2.3', 'b 2.3'])
      cluster.run(3_000)
      expectAll(cluster, ['a', 'b'])
    },
  )

  it('of a leader for good: it promises nothing more, and the others go on', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.propose(1, 'a')
    failDisk(cluster, 1, 0)
    cluster.run(3_000)
    proposeAll(cluster, leadersOf(cluster)[0]!, 'b')
    cluster.run(200)
    expectAll(cluster, deliveredBy(cluster, leadersOf(cluster)[0]!))
    expect(deliveredBy(cluster, 2).at(-1)).toBe('b')
  })
})

/** Five voters of which four elect and two decide. */
const flexible: Membership = {
  quorums: { type: 'flexible', voters: [1, 2, 3, 4, 5], election: 4, replication: 2 },
  observers: [],
}

describe('flexible quorums', () => {
  it('flexible_quorum_prepare_phase: a leader needs the large quorum, and finds what the small one chose', () => {
    const cluster = createCluster(5, { membership: flexible })
    elect(cluster, 1)
    cluster.propose(1, 'a')
    deliverAll(cluster, isAmong(1, 2))
    expect(deliveredBy(cluster, 1)).toEqual(['a'])
    for (const id of [1, 5]) cluster.crash(id)
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([])
    cluster.start(5)
    expect(cluster.run(5_000, () => leadersOf(cluster).length === 1)).toBe(true)
    cluster.run(500)
    expectAll(cluster, ['a'])
  })

  it('flexible_quorum_accept_phase: a leader goes on with the small quorum', () => {
    const cluster = createCluster(5, { membership: flexible })
    elect(cluster, 1)
    for (const id of [3, 4, 5]) cluster.crash(id)
    cluster.run(2_000)
    expect(leadersOf(cluster)).toEqual([1])
    proposeAll(cluster, 1, 'a', 'b')
    beat(cluster, 1)
    expectAll(cluster, ['a', 'b'])
    cluster.crash(2)
    cluster.run(2_000)
    expect(leadersOf(cluster)).toEqual([])
  })
})
