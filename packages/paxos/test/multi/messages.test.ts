import { describe, expect, it } from 'vitest'
import { packBallots, unpackBallots } from '../../src/multi/ballot.ts'
import { multiPaxos, type PaxosMessage, multiPaxosShapes } from '../../src/index.ts'
import { createCluster, elect, entryOf, give, ignoredAt, proposeAll, stateOf } from './support/cluster.ts'

const samples: { readonly [T in PaxosMessage['type']]: Extract<PaxosMessage, { type: T }> } = {
  Prepare: { type: 'Prepare', round: 1, node: 1, from: 1, window: 4096 },
  Promise: {
    type: 'Promise',
    round: 1,
    node: 1,
    from: 1,
    to: 1,
    last: 1,
    chosen: 0,
    entries: [entryOf(1, 1)],
    ballots: [1, 1, 1],
  },
  Refuse: { type: 'Refuse', round: 1, node: 1, promisedRound: 2, promisedNode: 2 },
  Accept: { type: 'Accept', round: 1, node: 1, start: 1, beat: 1, chosen: 0, entries: [entryOf(1, 1)] },
  Accepted: { type: 'Accepted', round: 1, node: 1, to: 1, ranges: [3, 4] },
  Heartbeat: { type: 'Heartbeat', round: 1, node: 1, start: 1, beat: 1, chosen: 0 },
  HeartbeatAck: { type: 'HeartbeatAck', round: 1, node: 1, beat: 1, received: 0, durable: 0, chosen: 0 },
  Learn: { type: 'Learn', from: 1 },
  Learned: { type: 'Learned', chosen: 1, entries: [entryOf(1, 1)], ballots: [1, 1, 1] },
  InstallSnapshot: { type: 'InstallSnapshot' },
  Forward: { type: 'Forward', round: 1, node: 1, sequences: [1], commands: [new Uint8Array(1)] },
  ForwardRefused: { type: 'ForwardRefused', round: 1, node: 1, sequences: [1], reason: 'overloaded' },
  ReadIndex: { type: 'ReadIndex', round: 1, node: 1, id: 1 },
  ReadIndexResponse: { type: 'ReadIndexResponse', round: 1, node: 1, id: 1, index: 1 },
  NotLeader: { type: 'NotLeader', round: 1, node: 1 },
}

describe('the wire format', () => {
  it('names every field of every message', () => {
    for (const [type, message] of Object.entries(samples)) {
      const fields = Object.keys(message).filter((field) => field !== 'type')
      expect(multiPaxosShapes[type as PaxosMessage['type']]).toEqual(fields)
    }
    expect(Object.keys(multiPaxosShapes).sort()).toEqual(Object.keys(samples).sort())
    expect(multiPaxos().shapes).toBe(multiPaxosShapes)
  })

  it('packs the ballots of entries run by run', () => {
    const ballots = [
      { round: 1, node: 2 },
      { round: 1, node: 2 },
      { round: 3, node: 1 },
      { round: 1, node: 2 },
    ]
    const packed = packBallots(ballots)
    expect(packed).toEqual([2, 1, 2, 1, 3, 1, 1, 1, 2])
    expect(unpackBallots(packed, 4)).toEqual(ballots)
    for (const [bad, count] of [
      [packed, 3],
      [packed, 5],
      [packed.slice(1), 4],
      [[0, 1, 1], 0],
      [[2 ** 50, 1, 1], 1],
    ] as const) {
      expect(unpackBallots(bad, count)).toBeUndefined()
    }
  })
})

describe('a malformed message', () => {
  const bad = [undefined, null, -1, 1.5, Number.NaN, 2 ** 53, 'x', {}]

  const typesWithFields = (Object.keys(samples) as PaxosMessage['type'][]).filter(
    (type) => type !== 'InstallSnapshot',
  )

  it.each(typesWithFields)('%s with any field missing or wrong is ignored, and its link reset', (type) => {
    for (const field of multiPaxosShapes[type]!) {
      for (const value of bad) {
        if (type === 'ForwardRefused' && field === 'reason' && value === 'x') continue
        const cluster = createCluster(3)
        elect(cluster, 1)
        const before = stateOf(cluster, 2)
        give(cluster, 1, 2, { ...samples[type], [field]: value } as PaxosMessage)
        expect(ignoredAt(cluster, 2), `${field}: ${JSON.stringify(value)}`).toContain('malformed')
        expect(stateOf(cluster, 2)).toEqual(before)
      }
    }
  })

  it.each(['Accept', 'Learned', 'Promise'] as const)(
    '%s with entries that are out of order, or of no slot, is ignored',
    (type) => {
      const lists = [[entryOf(0, 1)], [entryOf(2, 1), entryOf(1, 1)], [entryOf(1, 1), entryOf(1, 1)]]
      for (const entries of lists) {
        const cluster = createCluster(3)
        elect(cluster, 1)
        const id = type === 'Promise' ? 1 : 2
        const before = stateOf(cluster, id)
        const message = {
          ...samples[type],
          entries,
          ballots: [entries.length, 1, 1],
        } as unknown as PaxosMessage
        give(cluster, 3 - id, id, message)
        expect(ignoredAt(cluster, id), JSON.stringify(entries)).toContain('malformed')
        expect(stateOf(cluster, id)).toEqual(before)
      }
    },
  )

  it('of unknown type, or from oneself, is ignored too', () => {
    const cluster = createCluster(3)
    give(cluster, 1, 2, { type: 'Nonsense', round: 1 } as unknown as PaxosMessage)
    give(cluster, 2, 2, samples.Prepare)
    expect(ignoredAt(cluster, 2)).toEqual(['malformed', 'malformed'])
  })

  it("in another's ballot is ignored: only its owner proposes in it", () => {
    const cluster = createCluster(3)
    for (const type of ['Prepare', 'Accept', 'Heartbeat'] as const) give(cluster, 3, 2, samples[type])
    expect(ignoredAt(cluster, 2)).toEqual(['malformed', 'malformed', 'malformed'])
    expect(stateOf(cluster, 2).promised).toEqual({ round: 0, node: 0 })
  })

  it('with lists that do not go together is ignored', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    give(cluster, 2, 1, { ...samples.Forward, sequences: [1, 2] })
    give(cluster, 2, 1, { ...samples.Accepted, ranges: [3] })
    give(cluster, 2, 1, { ...samples.Accepted, ranges: [4, 3] })
    give(cluster, 2, 1, { ...samples.Learned, ballots: [2, 1, 1] })
    give(cluster, 2, 1, { ...samples.Learned, entries: [entryOf(1, 1), entryOf(3, 1)], ballots: [2, 1, 1] })
    expect(ignoredAt(cluster, 1)).toEqual(Array(5).fill('malformed'))
  })

  it('that acknowledges slots which were never proposed counts for those that were', () => {
    const cluster = createCluster(3, { findings: [] })
    elect(cluster, 1)
    cluster.propose(1, 'a')
    give(cluster, 2, 1, { ...samples.Accepted, to: 1_000_000, ranges: [2_000_000, 2_000_001] })
    expect(stateOf(cluster, 1).leadership!.progress.get(2)).toMatchObject({ match: 1 })
    expect(cluster.observe(1).commitIndex).toBe(1)
  })
})

describe('any well-formed message in any role', () => {
  it('changes what it may and throws nothing', () => {
    for (const message of Object.values(samples)) {
      for (const round of [0, 1, 2]) {
        for (const role of ['fresh', 'leader', 'follower', 'candidate', 'observer'] as const) {
          for (const from of [2, 3, 9]) {
            const cluster = createCluster(3, { observers: 1, findings: [] })
            const id = role === 'observer' ? 4 : 1
            if (role === 'leader' || role === 'follower' || role === 'observer') {
              elect(cluster, role === 'leader' ? 1 : 2)
              proposeAll(cluster, role === 'leader' ? 1 : 2, 'x')
            }
            if (role === 'candidate') cluster.fire(1, 'election')
            // In the ballot of its sender, unless it speaks of the receiver's.
            const own = ['Prepare', 'Accept', 'Heartbeat'].includes(message.type)
            for (const node of own ? [from] : [from, id]) {
              if (message.type === 'Accept' && role !== 'fresh' && round === 1) continue // two values in one ballot
              if (message.type === 'Learned' && role !== 'fresh') continue // another value than was chosen
              give(cluster, from, id, { ...message, round, node } as PaxosMessage)
            }
            expect(cluster.observe(id).node).toBe(id)
          }
        }
      }
    }
  })
})
