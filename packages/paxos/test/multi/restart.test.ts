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
  intercept,
  isAmong,
  isType,
  leadersOf,
  promisedBy,
  proposeAll,
  release,
  stateOf,
} from './support/cluster.ts'

/** Everybody serves again: a leader, the same delivered everywhere, and a new command goes through. */
function expectService(cluster: Cluster, ...texts: string[]): void {
  cluster.run(
    5_000,
    () => leadersOf(cluster).length === 1 && cluster.observe(leadersOf(cluster)[0]!).established,
  )
  const [leader] = leadersOf(cluster)
  proposeAll(cluster, leader!, 'last')
  cluster.run(500)
  for (const id of cluster.nodes.keys()) {
    expect(deliveredBy(cluster, id).filter((text) => text !== 'noop')).toEqual([...texts, 'last'])
  }
}

describe('a restart', () => {
  it('brings an acceptor back as it was, and nothing else', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a', 'b')
    const before = acceptedBy(cluster, 2)
    cluster.crash(2)
    cluster.start(2)
    expect(promisedBy(cluster, 2)).toBe('1.1')
    expect(acceptedBy(cluster, 2)).toEqual(before)
    expect(cluster.observe(2)).toMatchObject({ role: 'follower', leader: undefined })
  })

  it('P9: of a leader: it leads no more, not even in its own ballot', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ to }) => to === 2)
    const answers = intercept(cluster, isType('Accepted'))
    cluster.crash(1)
    cluster.start(1)
    release(cluster, answers)
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 1, commitIndex: 0 })
    expectService(cluster, 'a')
  })

  it('of the whole cluster keeps what was chosen, and what was accepted by a quorum and not known to be', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    cluster.propose(1, 'b')
    deliverAll(cluster, isType('Accept'))
    for (const id of [1, 2, 3]) cluster.crash(id)
    for (const id of [1, 2, 3]) cluster.start(id)
    expectService(cluster, 'a', 'b')
  })

  it('of a follower: its leader finds it again by the next heartbeat, and it goes on where it was', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a', 'b')
    cluster.crash(3)
    proposeAll(cluster, 1, 'c')
    cluster.start(3)
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(deliveredBy(cluster, 3)).toEqual(['a', 'b', 'c'])
    expect(stateOf(cluster, 3)).toMatchObject({ received: 3, commit: 3 })
    expect(promisedBy(cluster, 3)).toBe('1.1')
  })

  it('delivers nothing twice that its machine already has', () => {
    const cluster = createCluster(3, { compactionTail: 2 })
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a', 'b', 'c', 'd', 'e')
    beat(cluster, 1)
    cluster.buildSnapshot(2)
    cluster.crash(2)
    cluster.start(2)
    expect(stateOf(cluster, 2)).toMatchObject({ commit: 5, applied: 5 })
    expect(deliveredBy(cluster, 2)).toEqual([])
  })

  const stages: Record<string, (cluster: Cluster) => void> = {
    'before its own promise is durable': (cluster) => {
      cluster.node(1).autoPersist = false
      campaign(cluster, 1)
    },
    'while its requests are under way': (cluster) => campaign(cluster, 1),
    'when it has one promise of two': (cluster) => {
      campaign(cluster, 1)
      deliverAll(cluster, isAmong(1, 4))
    },
    'when it leads, before anybody hears of it': (cluster) => {
      campaign(cluster, 1)
      deliverAll(cluster, isType('Prepare', 'Promise'))
    },
    'when it has proposed, and nobody has accepted': (cluster) => {
      elect(cluster, 1)
      cluster.propose(1, 'own')
    },
    'when a minority has accepted': (cluster) => {
      elect(cluster, 1)
      cluster.propose(1, 'own')
      deliverAll(cluster, ({ to }) => to === 2)
    },
    'when a quorum has accepted, and it does not know': (cluster) => {
      elect(cluster, 1)
      cluster.propose(1, 'own')
      deliverAll(cluster, isType('Accept'))
    },
    'when it alone knows what is chosen': (cluster) => {
      elect(cluster, 1)
      cluster.propose(1, 'own')
      deliverAll(cluster, isType('Accept', 'Accepted'))
    },
  }

  it.each(Object.keys(stages))('of a proposer %s: the cluster goes on, and so does it', (stage) => {
    for (const returns of [true, false]) {
      const cluster = createCluster(5)
      elect(cluster, 3)
      proposeAll(cluster, 3, 'a')
      stages[stage]!(cluster)
      const chosen = Math.max(...[1, 2, 3, 4, 5].map((id) => cluster.observe(id).commitIndex))
      cluster.crash(1)
      cluster.node(1).autoPersist = true
      if (returns) cluster.start(1)
      cluster.run(3_000, () => leadersOf(cluster).length === 1)
      if (!returns) cluster.start(1)
      cluster.run(2_000)
      const delivered = deliveredBy(cluster, 5).filter((text) => text !== 'noop')
      expect(delivered.length).toBeGreaterThanOrEqual(chosen)
      expectService(cluster, ...delivered)
    }
  })

  it('at each write, with none or all of what was under way on the disk: nothing chosen is lost', () => {
    for (const victim of [1, 2]) {
      for (let crashAt = 0; crashAt < 10; crashAt++) {
        for (const keep of [0, 1]) {
          const cluster = createCluster(3)
          const node = cluster.node(victim)
          node.autoPersist = false
          let writes = 0
          const step = (): boolean => {
            if (node.writing.length > 0 && writes === crashAt) return false
            if (node.writing.length > 0) {
              writes += 1
              node.completeWrite(cluster.now())
            }
            return cluster.deliver() || node.writing.length > 0
          }
          campaign(cluster, 1)
          while (step());
          for (let i = 0; i < 6 && writes < crashAt; i++) {
            cluster.propose(1, `${i}`)
            while (step());
          }
          const known = Math.max(...[1, 2, 3].map((id) => cluster.observe(id).commitIndex))
          cluster.crash(victim, keep)
          node.autoPersist = true
          cluster.start(victim)
          expect(cluster.run(5_000, () => leadersOf(cluster).length === 1)).toBe(true)
          const [leader] = leadersOf(cluster)
          proposeAll(cluster, leader!, 'last')
          cluster.run(500)
          expect(cluster.observe(leader!).commitIndex).toBeGreaterThan(known)
          for (const id of [1, 2, 3]) expect(deliveredBy(cluster, id)).toEqual(deliveredBy(cluster, leader!))
        }
      }
    }
  })
})
