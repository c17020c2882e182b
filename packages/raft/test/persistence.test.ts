import { ByteWriter, type EngineInit, majorityOf, QuorateError } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHardState, encodeHardState, raft } from '../src/index.ts'
import {
  campaign,
  createCluster,
  elect,
  entryOf,
  give,
  ignoredAt,
  isType,
  leadersOf,
  prepareLog,
  stateOf,
  termsOf,
} from './support/cluster.ts'

function initWith(image: Partial<EngineInit['image']>, applied = 0): EngineInit {
  const empty = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
  const membership = majorityOf([1, 2, 3])
  const snapshot = applied === 0 ? undefined : { index: applied, epoch: 1, membership }
  return { self: 1, membership, snapshot, image: { ...empty, ...image } }
}

function codeOf(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof QuorateError ? error.code : error
  }
}

describe('hard state', () => {
  it('comes back as it was written', () => {
    const votes = fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined })
    fc.assert(
      fc.property(fc.maxSafeNat(), votes, (term, votedFor) => {
        expect(decodeHardState(encodeHardState({ term, votedFor }))).toEqual({ term, votedFor })
      }),
    )
  })

  it('says in a version of its own that the log is blank', () => {
    const state = { term: 7, votedFor: undefined, blank: true } as const
    expect(encodeHardState(state)).toEqual(Uint8Array.of(2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    expect(decodeHardState(encodeHardState(state))).toEqual(state)
  })

  it('of a later version, or with bad bytes, is refused', () => {
    expect(codeOf(() => decodeHardState(Uint8Array.of(3)))).toBe('NEWER_VERSION')
    expect(codeOf(() => decodeHardState(Uint8Array.of(0)))).toBe('DECODE')
    expect(codeOf(() => decodeHardState(Uint8Array.of(1, 2)))).toBe('DECODE')
    const long = new ByteWriter()
      .raw(encodeHardState({ term: 1, votedFor: 2 }))
      .u8(0)
      .copy()
    expect(codeOf(() => decodeHardState(long))).toBe('DECODE')
  })
})

describe('a restart', () => {
  it('P3: commit starts at what the machine holds, and nothing is applied twice', () => {
    const cluster = createCluster(3, { compactionTail: 2 })
    elect(cluster, 1)
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    cluster.fire(1, 'heartbeat')
    cluster.settle()
    cluster.buildSnapshot(2)
    cluster.crash(2)
    cluster.start(2)
    expect(stateOf(cluster, 2)).toMatchObject({ commit: 6, applied: 6, term: 1 })
    expect(cluster.node(2).applied).toEqual([])
  })

  it('S6: a log that starts behind the machine, or ends before it, or is ahead of its term, is refused', () => {
    const create = (init: EngineInit): unknown => raft().create(init)
    const base = { index: 5, epoch: 1, membership: majorityOf([1, 2, 3]) }
    const hardState = encodeHardState({ term: 1, votedFor: undefined })
    expect(codeOf(() => create(initWith({ base, hardState }, 4)))).toBe('CORRUPT_LOG')
    expect(codeOf(() => create(initWith({ base, hardState }, 6)))).toBe('CORRUPT_LOG')
    expect(codeOf(() => create(initWith({ hardState, entries: [entryOf(2, 1)] })))).toBe('CORRUPT_LOG')
    expect(codeOf(() => create(initWith({ hardState, entries: [entryOf(1, 2)] })))).toBe('CORRUPT_LOG')
    expect(codeOf(() => create(initWith({ base, hardState }, 5)))).toBeUndefined()
  })

  it('P9: a leader that restarts is no leader, not even in its own term', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(1)
    cluster.start(1)
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 1, leader: undefined })
    give(cluster, 2, 1, { type: 'RequestVoteResponse', term: 1, granted: true, commit: 0, commitTerm: 0 })
    expect(cluster.observe(1).role).toBe('follower')
    expect(stateOf(cluster, 1).votedFor).toBe(1)
  })

  it('R11: reads of a restarted leader wait until the old tail is committed again', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    cluster.crash(1)
    cluster.start(1)
    campaign(cluster, 1)
    cluster.settle()
    const read = cluster.read(1)
    cluster.settle()
    expect(cluster.node(1).replies).toContainEqual({ type: 'readReady', sequence: read, index: 7 })
  })

  it('a crash at each persist loses only what was not durable, and the cluster goes on', () => {
    for (let crashAt = 0; crashAt < 8; crashAt++) {
      for (const victim of [1, 2]) {
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
        for (let i = 0; i < 3 && writes < crashAt; i++) {
          cluster.propose(1)
          while (step());
        }
        const committed = Math.max(...[1, 2, 3].map((id) => cluster.observe(id).commitIndex))
        cluster.crash(victim)
        node.autoPersist = true
        cluster.start(victim)
        expect(cluster.run(5_000, () => leadersOf(cluster).length === 1)).toBe(true)
        const [leader] = leadersOf(cluster)
        cluster.propose(leader!)
        cluster.run(500)
        expect(cluster.observe(leader!).commitIndex).toBeGreaterThan(committed)
        for (const id of [1, 2, 3]) expect(termsOf(cluster, id)).toEqual(termsOf(cluster, leader!))
      }
    }
  })
})

describe('writes under way', () => {
  it('V4: term, vote and entries are one write, the term first', () => {
    const cluster = createCluster(3)
    cluster.node(3).autoPersist = false
    give(cluster, 1, 3, {
      type: 'AppendEntries',
      term: 2,
      session: 1,
      round: 0,
      prevLogIndex: 0,
      prevLogTerm: 0,
      leaderCommit: 0,
      entries: [entryOf(1, 2)],
    })
    const [write] = cluster.node(3).writing
    expect(write!.persist.operations.map(({ type }) => type)).toEqual(['setHardState', 'append'])
    expect(cluster.inFlight).toEqual([])
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.inFlight).toMatchObject([{ to: 1, message: { success: true, index: 1 } }])
  })

  it('an acknowledgement with nothing of its own to write waits for what is under way', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    const sent: typeof cluster.inFlight = []
    cluster.filter = (flight) => sent.push(flight) > 0
    cluster.propose(1)
    cluster.settle()
    const append = sent.find(({ to, message }) => to === 3 && message.type === 'AppendEntries')!
    sent.length = 0
    give(cluster, 1, 3, append.message)
    cluster.settle()
    expect(sent.filter(({ from }) => from === 3)).toEqual([])
    cluster.node(3).completeWrite(cluster.now())
    expect(sent.filter(({ from }) => from === 3)).toMatchObject([
      { message: { index: 2 } },
      { message: { index: 2 } },
    ])
  })

  it('P6: a write of entries that were replaced before it completed makes nothing durable', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    cluster.isolate(1)
    cluster.node(1).autoPersist = false
    for (let i = 0; i < 3; i++) cluster.propose(1)
    expect(cluster.observe(1)).toMatchObject({ lastIndex: 4, durableIndex: 1 })
    elect(cluster, 2)
    cluster.rejoin(1)
    cluster.settle()
    expect(termsOf(cluster, 1)).toEqual([1, 2])
    for (let i = 0; i < 3; i++) cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(1)
    while (cluster.node(1).writing.length > 0) cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(2)
  })

  it('V3: an own acknowledgement that completes after the term has moved on commits nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.propose(1)
    deliverAllTo(cluster, 2)
    cluster.isolate(1)
    give(cluster, 2, 1, { type: 'NotLeader', term: 4 })
    cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', commitIndex: 1, durableIndex: 2 })
  })

  it('P5: a completion counts for all before it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    for (let i = 0; i < 3; i++) cluster.propose(1)
    const { persist } = cluster.node(1).writing.at(-1)!
    const early = cluster.node(1).writing[0]!.persist
    cluster.node(1).step({ type: 'persisted', token: persist.token }, cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(4)
    cluster.node(1).step({ type: 'persisted', token: early.token }, cluster.now())
    expect(cluster.observe(1).durableIndex).toBe(4)
  })

  it('P10: after a failed write nothing more is promised, and requests end', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    const proposal = cluster.propose(1)
    const { token } = cluster.node(1).writing[0]!.persist
    cluster.node(1).step({ type: 'persistFailed', token, cause: 'no space' }, cluster.now())
    expect(cluster.node(1).replies).toMatchObject([{ type: 'abandoned', sequence: proposal }])
    expect(cluster.observe(1).role).toBe('follower')
    const sent = cluster.inFlight.length
    give(cluster, 2, 1, {
      type: 'RequestVote',
      term: 9,
      lastLogIndex: 9,
      lastLogTerm: 9,
      commit: 0,
      commitTerm: 0,
      release: 0,
    })
    cluster.node(1).step({ type: 'persisted', token }, cluster.now())
    expect(cluster.inFlight).toHaveLength(sent)
    expect(cluster.observe(1)).toMatchObject({ epoch: 1, durableIndex: 1 })
    const later = cluster.read(1)
    expect(cluster.node(1).replies.at(-1)).toMatchObject({ sequence: later, reason: 'stopping' })
    expect(ignoredAt(cluster, 1)).toContain('disk-failed')
  })
})

function deliverAllTo(cluster: ReturnType<typeof createCluster>, id: number): void {
  while (
    cluster.deliver(
      (flight) => flight.to === id || (flight.from === id && isType('AppendEntriesResponse')(flight)),
    )
  );
}

it('a fresh replica starts with nothing', () => {
  const cluster = createCluster(3)
  cluster.crash(1)
  prepareLog(cluster, 1, {})
  cluster.start(1)
  expect(stateOf(cluster, 1)).toMatchObject({ term: 0, votedFor: undefined, commit: 0 })
})
