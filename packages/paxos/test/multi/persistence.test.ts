import { ByteWriter, type EngineInit, majorityOf, QuorateError } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeHardState } from '../../src/multi/disk/hard-state.ts'
import { decodeHardState, multiPaxos, type PaxosMessage } from '../../src/index.ts'
import {
  acceptedBy,
  beat,
  createCluster,
  deliverAll,
  elect,
  entryOf,
  give,
  ignoredAt,
  intercept,
  isType,
  promisedBy,
  proposeAll,
  stateOf,
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
    const nodes = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(fc.maxSafeNat(), nodes, fc.maxSafeNat(), (round, node, chosen) => {
        const state = { promised: { round, node }, chosen }
        expect(decodeHardState(encodeHardState(state))).toEqual(state)
      }),
    )
  })

  it('of a later version, or with bad bytes, is refused', () => {
    const good = encodeHardState({ promised: { round: 1, node: 2 }, chosen: 3 })
    expect(good).toHaveLength(21)
    expect(codeOf(() => decodeHardState(Uint8Array.of(2)))).toBe('NEWER_VERSION')
    expect(codeOf(() => decodeHardState(Uint8Array.of(0)))).toBe('DECODE')
    expect(codeOf(() => decodeHardState(new Uint8Array()))).toBe('DECODE')
    for (let length = 1; length < good.length; length++) {
      expect(codeOf(() => decodeHardState(good.slice(0, length)))).toBe('DECODE')
    }
    expect(codeOf(() => decodeHardState(new ByteWriter().raw(good).u8(0).copy()))).toBe('DECODE')
  })
})

describe('a log that cannot be', () => {
  const create = (init: EngineInit): unknown => multiPaxos().create(init)
  const base = { index: 5, epoch: 1, membership: majorityOf([1, 2, 3]) }
  const hardState = encodeHardState({ promised: { round: 1, node: 1 }, chosen: 0 })
  const ballot = { round: 1, node: 1 }

  it('S6: that starts behind the machine is refused', () => {
    expect(codeOf(() => create(initWith({ base, hardState }, 4)))).toBe('CORRUPT_LOG')
    expect(codeOf(() => create(initWith({ base, hardState })))).toBe('CORRUPT_LOG')
    expect(codeOf(() => create(initWith({ base, hardState }, 5)))).toBeUndefined()
  })

  it('a value without the ballot that it was accepted in is refused', () => {
    const entries = [entryOf(1, 1), entryOf(3, 1)]
    expect(codeOf(() => create(initWith({ hardState, entries })))).toBe('CORRUPT_LOG')
    const ballots = new Map([1, 3].map((slot) => [slot, ballot] as const))
    expect(codeOf(() => create(initWith({ hardState, entries, ballots })))).toBeUndefined()
  })

  it('one that knew more to be chosen than it holds is refused: a chosen value is gone', () => {
    const known = encodeHardState({ promised: ballot, chosen: 2 })
    const ballots = new Map([[1, ballot]] as const)
    expect(codeOf(() => create(initWith({ hardState: known, entries: [entryOf(1, 1)], ballots })))).toBe(
      'CORRUPT_LOG',
    )
  })

  it('a machine that is ahead of the log is no contradiction: what is above its snapshot stays accepted', () => {
    const entries = [4, 5, 6, 7, 9].map((slot) => entryOf(slot, 1))
    const ballots = new Map(entries.map(({ index }) => [index, ballot] as const))
    const engine = multiPaxos().create(initWith({ hardState, entries, ballots }, 6))
    expect(engine.observe()).toMatchObject({ firstIndex: 7, commitIndex: 6, lastIndex: 9 })
  })
})

describe('writes', () => {
  it('V4: a promise and what is accepted by it are one write, which everything waits for', () => {
    const cluster = createCluster(3)
    cluster.node(3).autoPersist = false
    give(cluster, 1, 3, {
      type: 'Accept',
      round: 2,
      node: 1,
      start: 1,
      beat: 1,
      chosen: 0,
      entries: [entryOf(1, 2)],
    })
    const [write] = cluster.node(3).writing
    expect(write!.persist.sync).toBe(true)
    expect(write!.persist.operations.map(({ type }) => type)).toEqual(['accept', 'setHardState'])
    expect(cluster.inFlight.map(({ message }) => message)).toMatchObject([
      { type: 'HeartbeatAck', durable: 0 },
    ])
    cluster.inFlight = []
    cluster.node(3).completeWrite(cluster.now())
    expect(cluster.inFlight.map(({ message }) => message)).toMatchObject([{ type: 'Accepted', to: 1 }])
  })

  it('an acknowledgement with nothing of its own to write waits for what is under way', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(3).autoPersist = false
    const sent: PaxosMessage[] = []
    cluster.filter = ({ from, message }) => from !== 3 || sent.push(message) > 0
    cluster.propose(1)
    const [accept] = cluster.inFlight.filter(({ to }) => to === 3)
    cluster.settle()
    give(cluster, 1, 3, accept!.message)
    cluster.settle()
    expect(sent.filter(({ type }) => type === 'Accepted')).toEqual([])
    cluster.node(3).completeWrite(cluster.now())
    expect(sent.filter(({ type }) => type === 'Accepted')).toMatchObject([{ to: 1 }, { to: 1 }])
  })

  it('how far slots are chosen rides along, and forces no write of its own', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    proposeAll(cluster, 1, 'a')
    const { lastSequence } = stateOf(cluster, 2).durability
    beat(cluster, 1)
    expect(stateOf(cluster, 2)).toMatchObject({ commit: 1, durability: { lastSequence } })
    proposeAll(cluster, 1, 'b')
    cluster.crash(2)
    cluster.start(2)
    expect(stateOf(cluster, 2).commit).toBe(1)
    expect(cluster.node(2).applied.map(({ index }) => index)).toEqual([1])
  })

  it('of a compaction alone need not be synced, that of a received snapshot must be', () => {
    const cluster = createCluster(3, { compactionTail: 0 })
    elect(cluster, 1)
    cluster.isolate(3)
    proposeAll(cluster, 1, 'a', 'b')
    for (const id of [1, 3]) cluster.node(id).autoPersist = false
    cluster.buildSnapshot(1)
    expect(cluster.node(1).writing.at(-1)!.persist.sync).toBe(false)
    cluster.node(1).autoPersist = true
    cluster.node(1).drain(cluster.now())
    cluster.rejoin(3)
    for (let i = 0; i < 4; i++) beat(cluster, 1)
    const installs = cluster
      .node(3)
      .writing.filter(({ persist }) => persist.operations.some(({ type }) => type === 'compactTo'))
    expect(installs.map(({ persist }) => persist.sync)).toEqual([true])
  })

  it('P6: of an earlier ballot that complete later make nothing durable in the present one', () => {
    const cluster = createCluster(5)
    elect(cluster, 1)
    cluster.node(2).autoPersist = false
    for (const text of ['a', 'b']) proposeAll(cluster, 1, text)
    cluster.isolate(1)
    elect(cluster, 3)
    beat(cluster, 3)
    expect(cluster.node(2).writing.length).toBeGreaterThan(2)
    const durableNow = (): number => {
      cluster.fire(3, 'heartbeat')
      deliverAll(cluster, ({ to }) => to === 2)
      const acks = intercept(cluster, ({ from, message }) => from === 2 && message.type === 'HeartbeatAck')
      return Math.max(...acks.map(({ message }) => (message as { durable: number }).durable))
    }
    for (let i = 0; i < 2; i++) cluster.node(2).completeWrite(cluster.now())
    expect(cluster.node(2).durable.lastIndex).toBe(2)
    expect(durableNow()).toBe(0)
    while (cluster.node(2).writing.length > 0) cluster.node(2).completeWrite(cluster.now())
    expect(durableNow()).toBe(2)
  })

  it('V3: an own acceptance that completes after the ballot was lost chooses nothing', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.propose(1, 'a')
    deliverAll(cluster, ({ to }) => to === 2)
    give(cluster, 3, 1, { type: 'Refuse', round: 1, node: 1, promisedRound: 2, promisedNode: 3 })
    cluster.node(1).completeWrite(cluster.now())
    cluster.settle()
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', commitIndex: 0 })
    expect(acceptedBy(cluster, 1)).toEqual(['a 1.1'])
  })

  it('V3: an own promise that completes after a higher one was given counts for nothing', () => {
    const cluster = createCluster(3)
    cluster.node(1).autoPersist = false
    cluster.fire(1, 'election')
    give(cluster, 3, 1, { type: 'Prepare', round: 7, node: 3, from: 1, window: 4096 })
    while (cluster.node(1).writing.length > 0) cluster.node(1).completeWrite(cluster.now())
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 7 })
    // The requests leave all the same: they waited for a write of their own. Nobody who promised more answers them.
    expect(cluster.inFlight.filter(isType('Promise'))).toHaveLength(1)
  })

  it('P5: a completion counts for all before it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    for (let i = 0; i < 3; i++) cluster.propose(1)
    const { persist } = cluster.node(1).writing.at(-1)!
    const early = cluster.node(1).writing[0]!.persist
    cluster.node(1).step({ type: 'persisted', token: persist.token }, cluster.now())
    expect(stateOf(cluster, 1).acceptance.durableIndex).toBe(3)
    cluster.node(1).step({ type: 'persisted', token: early.token }, cluster.now())
    expect(stateOf(cluster, 1).acceptance.durableIndex).toBe(3)
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
    give(cluster, 2, 1, { type: 'Prepare', round: 9, node: 2, from: 1, window: 4096 })
    cluster.node(1).step({ type: 'persisted', token }, cluster.now())
    expect(cluster.inFlight).toHaveLength(sent)
    expect(promisedBy(cluster, 1)).toBe('1.1')
    const later = cluster.read(1)
    expect(cluster.node(1).replies.at(-1)).toMatchObject({ sequence: later, reason: 'stopping' })
    expect(ignoredAt(cluster, 1)).toContain('disk-failed')
    expect(cluster.node(1).timers.size).toBe(0)
  })
})
