import { describe, expect, it } from 'vitest'
import { raft, type RaftMessage, raftShapes } from '../src/index.ts'
import { createCluster, elect, entryOf, give, ignoredAt, stateOf } from './support/cluster.ts'

const samples: { readonly [T in RaftMessage['type']]: Extract<RaftMessage, { type: T }> } = {
  RequestPreVote: {
    type: 'RequestPreVote',
    term: 1,
    round: 1,
    lastLogIndex: 0,
    lastLogTerm: 0,
    commit: 0,
    commitTerm: 0,
  },
  RequestPreVoteResponse: {
    type: 'RequestPreVoteResponse',
    term: 1,
    round: 1,
    granted: true,
    commit: 0,
    commitTerm: 0,
  },
  RequestVote: {
    type: 'RequestVote',
    term: 1,
    lastLogIndex: 0,
    lastLogTerm: 0,
    commit: 0,
    commitTerm: 0,
    release: 0,
  },
  RequestVoteResponse: { type: 'RequestVoteResponse', term: 1, granted: true, commit: 0, commitTerm: 0 },
  AppendEntries: {
    type: 'AppendEntries',
    term: 1,
    session: 1,
    round: 0,
    prevLogIndex: 0,
    prevLogTerm: 0,
    leaderCommit: 0,
    witness: false,
    entries: [entryOf(1, 1)],
  },
  AppendEntriesResponse: {
    type: 'AppendEntriesResponse',
    term: 1,
    session: 1,
    round: 0,
    success: true,
    index: 1,
    hintIndex: 0,
    hintTerm: 0,
  },
  Heartbeat: { type: 'Heartbeat', term: 1, session: 1, round: 1, leaderCommit: 0 },
  HeartbeatResponse: { type: 'HeartbeatResponse', term: 1, session: 1, round: 1, received: 0, durable: 0 },
  InstallSnapshot: { type: 'InstallSnapshot', term: 1, session: 1, round: 0, witness: false },
  Forward: { type: 'Forward', term: 1, sequences: [1], commands: [new Uint8Array(1)] },
  ForwardRefused: { type: 'ForwardRefused', term: 1, sequences: [1], reason: 'overloaded' },
  ReadIndex: { type: 'ReadIndex', term: 1, id: 1 },
  ReadIndexResponse: { type: 'ReadIndexResponse', term: 1, id: 1, index: 1 },
  NotLeader: { type: 'NotLeader', term: 1 },
  TimeoutNow: { type: 'TimeoutNow', term: 1, release: 1 },
}

describe('the wire format', () => {
  it('names every field of every message', () => {
    for (const [type, message] of Object.entries(samples)) {
      const fields = Object.keys(message).filter((field) => field !== 'type')
      expect(raftShapes[type as RaftMessage['type']]).toEqual(fields)
    }
    expect(Object.keys(raftShapes).sort()).toEqual(Object.keys(samples).sort())
    expect(raft().shapes).toBe(raftShapes)
  })
})

describe('a malformed message', () => {
  const bad = [undefined, null, -1, 1.5, Number.NaN, 2 ** 53, 'x', {}]

  it.each(Object.keys(samples) as RaftMessage['type'][])(
    '%s with any field missing or wrong is ignored, and its link reset',
    (type) => {
      for (const field of raftShapes[type]) {
        for (const value of bad) {
          if (type === 'ForwardRefused' && field === 'reason' && value === 'x') continue
          if (field === 'witness' && value === undefined) continue // left out: no
          const cluster = createCluster(3)
          elect(cluster, 1)
          const before = stateOf(cluster, 2)
          give(cluster, 1, 2, { ...samples[type], [field]: value } as RaftMessage)
          expect(ignoredAt(cluster, 2), `${field}: ${JSON.stringify(value)}`).toContain('malformed')
          expect(stateOf(cluster, 2)).toEqual(before)
        }
      }
    },
  )

  it('of unknown type, or from oneself, is ignored too', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 2, { type: 'Nonsense', term: 1 } as unknown as RaftMessage)
    give(cluster, 2, 2, samples.RequestVote)
    expect(ignoredAt(cluster, 2)).toEqual(['malformed', 'malformed'])
  })

  it('with parallel lists of different lengths is ignored', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 2, 1, { ...samples.Forward, sequences: [1, 2] })
    expect(ignoredAt(cluster, 1)).toContain('malformed')
  })
})

describe('any well-formed message in any role', () => {
  it('changes what it may and throws nothing', () => {
    for (const message of Object.values(samples)) {
      for (const term of [0, 1, 2]) {
        for (const role of ['fresh', 'leader', 'follower', 'pre-candidate'] as const) {
          if (role === 'leader' && term === 1 && isOfLeader(message)) continue
          if (role === 'follower' && term === 1 && isOfLeader(message)) continue
          const cluster = createCluster(3, { observers: 1 })
          if (role !== 'fresh') elect(cluster, role === 'leader' ? 1 : 2)
          if (role === 'pre-candidate') for (let i = 0; i < 2; i++) cluster.fire(1, 'election')
          for (const from of [3, 4, 9]) {
            if (from !== 3 && isOfLeader(message)) continue // two leaders of one term cannot be
            give(cluster, from, 1, { ...message, term })
          }
        }
      }
    }
  })

  it('a second leader of one term stops the replica', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    expect(() => give(cluster, 3, 1, samples.AppendEntries)).toThrow('a term has one leader')
    expect(() => give(cluster, 3, 2, samples.Heartbeat)).toThrow('a term has one leader')
  })
})

function isOfLeader({ type }: RaftMessage): boolean {
  return type === 'AppendEntries' || type === 'Heartbeat' || type === 'InstallSnapshot'
}
