import {
  QuorateError,
  type SnapshotMeta,
  type StorageOperation,
  encodeMembership,
  majorityOf,
  makeEntry,
} from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { ReplicaFixture } from './support/replica-fixture.ts'
import { commandEntry, note } from './support/scripted-engine.ts'
import { ScriptedSnapshotStore } from './support/scripted-snapshot-store.ts'

/** Applies `count` more entries in one turn. What the log holds of them on the disk is up to the test. */
function apply(fixture: ReplicaFixture, count: number): void {
  const from = fixture.replica.observe().appliedIndex + 1
  fixture.turn({ apply: Array.from({ length: count }, (_, i) => commandEntry(from + i, (from + i) & 0x7f)) })
}

function builtAt(fixture: ReplicaFixture): number[] {
  return fixture.engine.of('snapshotBuilt').map(({ meta }) => meta.index)
}

function metaOf(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3]) }
}

const build = { snapshots: [{ type: 'build' as const }] }

describe('snapshots are built', () => {
  it('when so much has been applied since the last', () => {
    const fixture = ReplicaFixture.started({ limits: { snapshotEvery: 4 } })
    apply(fixture, 3)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([])
    apply(fixture, 1)
    fixture.environment.settle()
    apply(fixture, 3)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([4])
    apply(fixture, 2)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([4, 9])
    expect(fixture.replica.counters.snapshotsBuilt).toBe(2)
  })

  it('not before as many bytes of commands were applied as the last one had', () => {
    const fixture = ReplicaFixture.started({ limits: { snapshotEvery: 2 } })
    for (let i = 0; i < 12; i++) {
      apply(fixture, 2)
      fixture.environment.settle()
    }
    expect(builtAt(fixture)).toEqual([2, 4, 8, 16])
    const { appliedIndex } = fixture.replica.observe()
    const nothing = new Uint8Array(0)
    const noops = Array.from({ length: 20 }, (_, i) =>
      makeEntry(appliedIndex + 1 + i, 1, 0, 'noop', undefined, nothing),
    )
    fixture.turn({ apply: noops })
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([2, 4, 8, 16])
  })

  it('when the engine asks for one, as of what is applied then', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn(build)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([])
    apply(fixture, 3)
    fixture.turn(build)
    apply(fixture, 3)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([3])
    expect([...fixture.snapshots.load(metaOf(3))].flatMap((chunk) => [...chunk])).toEqual([1, 2, 3])
  })

  it('one at a time: what is asked for meanwhile leads to another one, of what is applied by then (S9)', () => {
    const fixture = ReplicaFixture.started()
    fixture.machine.pieceBytes = 1
    apply(fixture, 6)
    fixture.turn(build)
    apply(fixture, 1)
    fixture.turn(build)
    fixture.turn(build)
    apply(fixture, 1)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([6, 8])
    expect([fixture.machine.snapshotsOpen, fixture.machine.snapshotsClosed]).toEqual([0, 2])
  })

  it('once for two requests between which nothing was applied', () => {
    const fixture = ReplicaFixture.started()
    apply(fixture, 6)
    fixture.turn(build)
    fixture.turn(build)
    fixture.environment.settle()
    apply(fixture, 1)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([6])
  })

  it('by the policy even if nothing is applied after the one that was in the way (S9)', () => {
    const fixture = ReplicaFixture.started({ limits: { snapshotEvery: 4 } })
    apply(fixture, 4)
    apply(fixture, 4)
    expect(builtAt(fixture)).toEqual([])
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([4, 8])
  })

  it('never again for an index that has one: its bytes stay as they are', () => {
    const fixture = ReplicaFixture.started()
    apply(fixture, 3)
    fixture.turn(build)
    fixture.environment.settle()
    fixture.turn(build)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([3, 3])
    expect(fixture.replica.counters.snapshotsBuilt).toBe(1)
  })

  it('with the membership as of their index, not one that is not applied yet (S10)', () => {
    const fixture = ReplicaFixture.started({ membership: majorityOf([1, 2, 3]) })
    const change = (index: number, voters: number[]) =>
      makeEntry(index, 1, 0, 'membership', undefined, encodeMembership(majorityOf(voters)))
    fixture.engine.view.membership = majorityOf([1, 2, 3, 4])
    apply(fixture, 1)
    fixture.turn(build)
    fixture.environment.settle()
    fixture.turn({
      apply: [change(2, [1, 2, 3, 4]), makeEntry(3, 1, 0, 'membership', undefined, Uint8Array.of(9))],
    })
    fixture.turn(build)
    fixture.environment.settle()
    expect(fixture.engine.of('snapshotBuilt').map(({ meta }) => meta)).toEqual([
      { index: 1, epoch: 1, membership: majorityOf([1, 2, 3]) },
      { index: 3, epoch: 1, membership: majorityOf([1, 2, 3, 4]) },
    ])
  })

  it('with the membership of the snapshot that the machine started from', () => {
    const first = new ReplicaFixture()
    const meta = { index: 1, epoch: 1, membership: majorityOf([1, 7]) }
    first.snapshots.create(meta).commit(() => {})
    const log: StorageOperation[] = [{ type: 'installSnapshot', meta }]
    const fixture = ReplicaFixture.started({ log, snapshotStore: first.snapshots })
    apply(fixture, 1)
    fixture.turn(build)
    fixture.environment.settle()
    expect(fixture.engine.of('snapshotBuilt')[0]!.meta.membership).toEqual(majorityOf([1, 7]))
  })

  it('not any more once the replica has stopped', async () => {
    const fixture = ReplicaFixture.started()
    apply(fixture, 6)
    fixture.turn(build)
    await fixture.replica.stop()
    expect(fixture.machine.snapshotsOpen).toBe(0)
    fixture.environment.settle()
    expect([fixture.snapshots.list, builtAt(fixture)]).toEqual([[], []])
  })

  it('of a machine that throws stop the replica', () => {
    const fixture = ReplicaFixture.started()
    apply(fixture, 6)
    fixture.machine.failAt = 2
    fixture.turn(build)
    fixture.environment.settle()
    expect(fixture.fatal.map(({ message }) => message)).toEqual(['the snapshot broke'])
  })

  it('a second time, of a machine that throws then, stop the replica as well', () => {
    const fixture = ReplicaFixture.started()
    apply(fixture, 6)
    fixture.turn(build)
    apply(fixture, 1)
    fixture.turn(build)
    fixture.machine.snapshot = () => {
      throw new Error('no second one')
    }
    fixture.environment.settle()
    expect(fixture.fatal.map(({ message }) => message)).toEqual(['no second one'])
  })
})

describe('older snapshots', () => {
  it('stay until the log is durable as far as the new one', () => {
    const fixture = ReplicaFixture.started()
    fixture.engine.view.durableIndex = 3
    apply(fixture, 3)
    fixture.turn(build)
    fixture.environment.settle()
    apply(fixture, 3)
    const persist = { token: { epoch: 1, sequence: 1 }, operations: [], sync: true }
    fixture.turn({ ...build, persist })
    fixture.environment.settle()
    expect(fixture.snapshots.list.map(({ index }) => index)).toEqual([3, 6])
    fixture.engine.onStep = ({ type }) => {
      if (type === 'persisted') fixture.engine.view.durableIndex = 6
    }
    fixture.log.complete(0)
    expect(fixture.snapshots.list.map(({ index }) => index)).toEqual([6])
  })

  it('go at once if it is', () => {
    const fixture = ReplicaFixture.started()
    fixture.engine.view.durableIndex = 9
    for (const count of [3, 3]) {
      apply(fixture, count)
      fixture.turn(build)
      fixture.environment.settle()
    }
    expect(fixture.snapshots.list.map(({ index }) => index)).toEqual([6])
  })
})

describe('an installed snapshot', () => {
  it('replaces the machine’s state, and counts as the last one built', () => {
    const fixture = ReplicaFixture.started({ limits: { snapshotEvery: 4 } })
    apply(fixture, 3)
    const writer = fixture.snapshots.create(metaOf(20, 2))
    writer.write(Uint8Array.of(7, 8), () => {})
    writer.commit(() => {})
    fixture.turn({ snapshots: [{ type: 'install', meta: metaOf(20, 2) }], apply: [commandEntry(21, 9)] })
    fixture.environment.settle()
    expect(fixture.machine.values).toEqual([7, 8, 9])
    expect(fixture.replica.observe().appliedIndex).toBe(21)
    expect(builtAt(fixture)).toEqual([])
    apply(fixture, 3)
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([24])
    expect(fixture.replica.counters.snapshotsInstalled).toBe(1)
  })

  it('does not disturb one that is being built', () => {
    const fixture = ReplicaFixture.started()
    apply(fixture, 6)
    fixture.turn(build)
    fixture.snapshots.create(metaOf(20, 2)).commit(() => {})
    fixture.turn({ snapshots: [{ type: 'install', meta: metaOf(20, 2) }] })
    fixture.environment.settle()
    expect(builtAt(fixture)).toEqual([6])
    expect(fixture.snapshots.list.map(({ index }) => index)).toEqual([6, 20])
  })
})

describe('a transfer between two replicas', () => {
  /** Carries what each has sent to the other, until there is no more. */
  function exchange(a: ReplicaFixture, b: ReplicaFixture): void {
    for (let left = true; left;) {
      const [forth, back] = [a.transport.sent.splice(0), b.transport.sent.splice(0)]
      for (const { bytes } of forth) b.transport.arrive(5, bytes)
      for (const { bytes } of back) a.transport.arrive(6, bytes)
      left = forth.length + back.length > 0
    }
  }

  it('hands over the newest snapshot and the engine’s message, and tells both engines', () => {
    const [from, to] = [ReplicaFixture.started(), ReplicaFixture.started()]
    apply(from, 9)
    from.turn(build)
    from.environment.settle()
    from.turn({ snapshots: [{ type: 'send', to: 6, message: note('term 3') }] })
    exchange(from, to)
    expect(from.engine.of('snapshotSent')).toEqual([{ type: 'snapshotSent', to: 6, meta: metaOf(9) }])
    expect(to.engine.of('snapshotReceived')).toEqual([
      { type: 'snapshotReceived', from: 5, message: note('term 3'), meta: metaOf(9) },
    ])
    to.turn({ snapshots: [{ type: 'install', meta: metaOf(9) }] })
    expect(to.machine.values).toEqual(from.machine.values)
    expect(from.replica.counters.bytesSent).toBeGreaterThan(9)
  })

  it('that is broken ends for the engine with the link, and with nothing else', () => {
    const from = ReplicaFixture.started()
    apply(from, 9)
    from.turn(build)
    from.environment.settle()
    from.turn({ snapshots: [{ type: 'send', to: 6, message: note('a') }] })
    from.transport.events!.peerDown(6)
    from.environment.advance(60_000)
    expect(from.engine.inputs.filter(({ type }) => /snapshot(Sent|Failed)|peerDown/.test(type))).toEqual([
      { type: 'peerDown', peer: 6 },
    ])
    expect(from.transport.sent).toHaveLength(1)
  })

  describe('whose stored snapshot is damaged', () => {
    const damage = new QuorateError('CORRUPT_LOG', 'chunk 0 fails its checksum')

    /** A replica whose snapshot of what it has applied turns out to be damaged when it is sent, `more` entries later. */
    function sendDamaged(kind: 'open' | 'read', more: number): { from: ReplicaFixture; to: ReplicaFixture } {
      const snapshotStore = new ScriptedSnapshotStore()
      const [from, to] = [ReplicaFixture.started({ replica: { snapshotStore } }), ReplicaFixture.started()]
      apply(from, 9)
      from.turn(build)
      from.environment.settle()
      apply(from, more)
      from.environment.settle()
      snapshotStore.failures.set(kind, damage)
      from.turn({ snapshots: [{ type: 'send', to: 6, message: note('a') }] })
      exchange(from, to)
      from.environment.settle()
      return { from, to }
    }

    it.each(['open', 'read'] as const)('builds another one to offer (%s)', (kind) => {
      const { from, to } = sendDamaged(kind, 2)
      expect(from.engine.of('snapshotFailed')).toHaveLength(1)
      expect(builtAt(from)).toEqual([9, 11])
      from.turn({ snapshots: [{ type: 'send', to: 6, message: note('b') }] })
      exchange(from, to)
      expect(from.engine.of('snapshotSent').map(({ meta }) => meta.index)).toEqual([11])
    })

    it.each(['open', 'read'] as const)('stops if it has nothing newer to offer (%s)', (kind) => {
      expect(sendDamaged(kind, 0).from.fatal).toEqual([damage])
    })
  })

  it('of no snapshot fails', () => {
    const from = ReplicaFixture.started()
    from.turn({ snapshots: [{ type: 'send', to: 6, message: note('a') }] })
    expect(from.engine.of('snapshotFailed')).toEqual([
      { type: 'snapshotFailed', to: 6, cause: 'there is no snapshot yet' },
    ])
  })
})
