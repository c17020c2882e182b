import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  campaign,
  clusterWithLogs,
  createCluster,
  elect,
  eventsOf,
  give,
  intercept,
  isType,
  messagesOf,
} from './support/cluster.ts'

const voteTypes = ['RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'] as const

/** Replicas 1 to 3 hold three entries of term 1; 1 knows all to be committed, the others the first alone. */
function unevenKnowledge(): Cluster {
  const cluster = createCluster(3)
  elect(cluster, 1)
  for (let i = 0; i < 2; i++) cluster.propose(1)
  cluster.settle()
  expect([1, 2, 3].map((id) => cluster.observe(id).commitIndex)).toEqual([3, 1, 1])
  return cluster
}

describe('votes carry what their senders know to be committed', () => {
  it.each(voteTypes)('%s does, with the term of the entry', (type) => {
    const cluster = unevenKnowledge()
    const seen = messagesOf(cluster, type, () => {
      campaign(cluster, 2)
      cluster.settle()
    })
    expect(seen.length).toBeGreaterThan(0)
    for (const { message } of seen) {
      expect(message.commit).toBeGreaterThan(0)
      expect(message.commitTerm).toBe(1)
    }
  })

  it('M3: a candidate learns it from one who votes', () => {
    const cluster = unevenKnowledge()
    cluster.node(1).step({ type: 'receive', from: 2, message: { type: 'NotLeader', term: 2 } }, cluster.now())
    campaign(cluster, 2)
    cluster.deliver(({ from, to }) => from === 2 && to === 1)
    cluster.deliver(({ from, to }) => from === 1 && to === 2)
    expect(cluster.observe(2)).toMatchObject({ commitIndex: 3 })
    expect(cluster.observe(2).role).not.toBe('leader')
    expect(eventsOf(cluster, 2, 'LearnCommit')).toHaveLength(1)
  })

  it('M3: a voter that refuses learns it from the candidate, and the candidate from the refusal', () => {
    // 1 has more than the others and blocks them; 2 knows what is committed and 1 does not, and the other way round.
    for (const knows of [1, 2]) {
      const cluster = clusterWithLogs({
        1: { terms: [1, 1, 1, 1], term: 1 },
        2: { terms: [1, 1, 1], term: 1 },
        3: { terms: [1, 1, 1], term: 1 },
      })
      const tell = { type: 'Heartbeat', term: 1, session: 1, round: 1, leaderCommit: 3 } as const
      const append = { type: 'AppendEntries', term: 1, session: 1, round: 1, leaderCommit: 3 } as const
      give(cluster, 3, knows, { ...append, prevLogIndex: 3, prevLogTerm: 1, entries: [] })
      give(cluster, 3, knows, { ...tell, round: 2 })
      intercept(cluster, () => true)
      cluster.crash(3)
      expect(cluster.observe(knows).commitIndex).toBe(3)
      const other = knows === 1 ? 2 : 1
      expect(cluster.observe(other).commitIndex).toBe(0)
      campaign(cluster, 2)
      cluster.deliver(isType('RequestPreVote'))
      cluster.deliver(isType('RequestPreVoteResponse'))
      expect(cluster.observe(2).role).not.toBe('leader')
      expect(cluster.observe(other).commitIndex).toBe(3)
    }
  })

  it('it is learned of what one’s own log holds, and of nothing else', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1, 2], term: 2 }, 2: {}, 3: {} })
    const asks = { type: 'RequestPreVote', term: 2, round: 1, lastLogIndex: 9, lastLogTerm: 2 } as const
    give(cluster, 2, 1, { ...asks, commit: 2, commitTerm: 1 }) // another entry there
    give(cluster, 2, 1, { ...asks, commit: 3, commitTerm: 2 }) // none there yet
    expect(cluster.observe(1).commitIndex).toBe(0)
    give(cluster, 2, 1, { ...asks, commit: 1, commitTerm: 1 })
    expect(cluster.observe(1).commitIndex).toBe(1)
    give(cluster, 2, 1, { ...asks, commit: 2, commitTerm: 2 })
    expect(cluster.observe(1).commitIndex).toBe(2)
  })

  it('not from a later term than one’s own: the leader that is followed need not have it (figure 8)', () => {
    // Entry 2 of term 2 was committed in term 4, by 3; 2 still follows the leader of term 3, which has another entry 2.
    const cluster = clusterWithLogs({
      1: { terms: [1, 3], term: 3 },
      2: { terms: [1, 2], term: 3 },
      3: { terms: [1, 2, 4], term: 4 },
    })
    give(cluster, 1, 2, { type: 'Heartbeat', term: 3, session: 1, round: 1, leaderCommit: 0 })
    const asks = { type: 'RequestPreVote', round: 1, lastLogIndex: 3, lastLogTerm: 4 } as const
    give(cluster, 3, 2, { ...asks, term: 4, commit: 2, commitTerm: 2 })
    expect(cluster.observe(2)).toMatchObject({ epoch: 3, commitIndex: 0 })
    // The leader of term 3 may yet replace it: nothing has been said about its commit there.
    give(cluster, 1, 2, {
      type: 'AppendEntries',
      term: 3,
      session: 1,
      round: 2,
      prevLogIndex: 1,
      prevLogTerm: 1,
      leaderCommit: 0,
      entries: cluster.node(1).durable.image(1).entries.slice(1),
    })
    expect(cluster.observe(2)).toMatchObject({ lastIndex: 2, commitIndex: 0 })
  })

  it('a follower that learned it so goes on with its leader', () => {
    const cluster = unevenKnowledge()
    const asks = { type: 'RequestPreVote', round: 1, lastLogIndex: 3, lastLogTerm: 1 } as const
    give(cluster, 3, 2, { ...asks, term: 1, commit: 3, commitTerm: 1 })
    expect(cluster.observe(2)).toMatchObject({ commitIndex: 3, leader: 1 })
    cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    for (const id of [1, 2, 3]) expect(cluster.observe(id)).toMatchObject({ commitIndex: 4, leader: 1 })
  })

  it('a leader learns nothing so: what it has not counted is not committed for it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.propose(1)
    intercept(cluster, () => true)
    const asks = { type: 'RequestPreVote', round: 1, lastLogIndex: 2, lastLogTerm: 1 } as const
    give(cluster, 3, 1, { ...asks, term: 1, commit: 2, commitTerm: 1 })
    expect(cluster.observe(1).commitIndex).toBe(1)
  })
})
