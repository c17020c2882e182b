import { LogImageBuilder, majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { encodeHardState, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

// Snapshots and compaction: the codes S1 to S14 of docs/zab.md.

/** 3 leads 2; 1 is cut off, and lacks these commands, which the leader holds in a snapshot alone. */
function compacted(texts = 'abc'): Ensemble {
  const ensemble = new Ensemble(3, { compactionTail: 0 })
  expect(ensemble.elect()).toBe(3)
  ensemble.isolate(1)
  for (const text of texts) ensemble.propose(3, text)
  ensemble.settle()
  ensemble.buildSnapshot(3)
  expect(ensemble.observe(3).firstIndex).toBe(texts.length + 1)
  return ensemble
}

function modes(ensemble: Ensemble, id: number): unknown[] {
  return ensemble.events(id, 'FollowerProcessSyncMessage').map(({ detail }) => detail['mode'])
}

/** Until 1 follows, or so many steps have passed; its disk works, but for its last write. */
function untilAdoptionIsWritten(ensemble: Ensemble): void {
  const node = ensemble.node(1)
  const adopts = (): boolean =>
    node.writing.some(({ persist }) => persist.operations.some(({ type }) => type === 'installSnapshot'))
  for (let i = 0; i < 200 && !adopts(); i++) {
    if (node.writing.length > 0) node.completeWrite(ensemble.now())
    else if (!ensemble.deliver()) ensemble.run(5, adopts)
  }
  expect(adopts()).toBe(true)
}

describe('a snapshot', () => {
  test('S1: at the leader’s last index: the learner has all, and is sent what comes next', () => {
    const ensemble = compacted()
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(modes(ensemble, 1).at(-1)).toBe('SNAP')
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', lastIndex: 3, commitIndex: 3 })
    ensemble.propose(3, 'd')
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['d'])
  })

  test('S2: one that is older than the leader’s newest joins its log all the same', () => {
    const ensemble = compacted()
    ensemble.rejoin(1)
    ensemble.untilSent('SNAP')
    ensemble.propose(3, 'd')
    ensemble.settleAmong(2, 3)
    ensemble.buildSnapshot(3)
    ensemble.run(500)
    expect(modes(ensemble, 1)).toEqual(['DIFF', 'SNAP'])
    expect(ensemble.node(1).installed).toMatchObject({ index: 3 })
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', commitIndex: 4 })
  })

  test('S3: is not sent to one that has the entry which the leader’s log begins behind', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.isolate(1)
    ensemble.buildSnapshot(3)
    ensemble.propose(3, 'd')
    ensemble.settle()
    expect(ensemble.observe(3).firstIndex).toBe(4)
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(modes(ensemble, 1)).not.toContain('SNAP')
    expect(ensemble.applied(1)).toEqual(['a', 'b', 'c', 'd'])
  })

  test.each(['before', 'after'] as const)(
    'S4: replaces a tail that disagrees; a crash %s the write leaves one of both',
    (when) => {
      const ensemble = new Ensemble(3, { compactionTail: 0 })
      ensemble.elect()
      ensemble.propose(3, 'a')
      ensemble.settle()
      ensemble.node(3).autoPersist = false
      for (const text of ['lost0', 'lost1', 'lost2', 'lost3']) ensemble.propose(3, text)
      ensemble.settleAmong(1, 3)
      ensemble.isolate(1)
      ensemble.crash(3)
      ensemble.node(3).autoPersist = true
      ensemble.inFlight = []
      ensemble.start(3)
      const leader = ensemble.elect()
      for (const text of 'bc') ensemble.propose(leader, text)
      ensemble.settle()
      ensemble.buildSnapshot(leader)
      expect(ensemble.log(1)).toHaveLength(5)
      ensemble.node(1).autoPersist = false
      ensemble.rejoin(1)
      untilAdoptionIsWritten(ensemble)
      ensemble.crash(1, when === 'after' ? ensemble.node(1).writing.length : 0)
      ensemble.node(1).autoPersist = true
      ensemble.inFlight = []
      ensemble.start(1)
      if (when === 'after') expect(ensemble.observe(1)).toMatchObject({ firstIndex: 4, lastIndex: 3 })
      else expect(ensemble.log(1)).toEqual(['a', 'lost0', 'lost1', 'lost2', 'lost3'])
      ensemble.run(1000)
      expect(ensemble.node(1).appliedIndex).toBe(3)
      expect(ensemble.log(1)).toEqual([])
    },
  )

  test('S5: one below what is committed here is refused', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    for (const text of 'ab') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.invariants.checkActions = false // the snapshot is forged
    ensemble.filter = ({ message }) => message.type !== 'DIFF'
    ensemble.resetLink(1, 3)
    ensemble.until(() => ensemble.state(1).following?.phase === 'PROMISED')
    const { connection, epoch } = ensemble.state(1).following!
    const { membership } = ensemble.observe(1)
    ensemble.node(1).step(
      {
        type: 'snapshotReceived',
        from: 3,
        message: { type: 'SNAP', connection, epoch },
        meta: { index: 1, epoch: 1, membership },
      },
      ensemble.now(),
    )
    expect(ensemble.events(1, 'FollowerShutdown').at(-1)!.detail).toMatchObject({ reason: 'below-commit' })
    expect(ensemble.log(1)).toEqual(['a', 'b'])
  })

  test.each([
    ['begins behind its machine', 5, 4],
    ['ends before its machine', 5, 6],
  ])('S6: a log that %s is refused', (_, base, applied) => {
    const membership = majorityOf([1, 2, 3])
    const image = new LogImageBuilder()
    image.apply({ type: 'setHardState', bytes: encodeHardState({ acceptedEpoch: 1, currentEpoch: 1 }) })
    image.apply({ type: 'installSnapshot', meta: { index: base, epoch: 1, membership } })
    const create = (index: number) => (): unknown =>
      zab().create({ self: 1, membership, image: image.image(1), snapshot: { index, epoch: 1, membership } })
    expect(create(applied)).toThrow('the machine stands within the log')
    expect(create(base)).not.toThrow()
  })

  test('S7: a follower that the log has left behind gets one, and is not stuck', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0, maxInFlightMessages: 1 })
    ensemble.elect()
    ensemble.filter = ({ from, message }) => !(from === 1 && message.type === 'ACK')
    for (const text of 'abcd') {
      ensemble.propose(3, text)
      ensemble.settle()
    }
    ensemble.buildSnapshot(3)
    ensemble.filter = () => true
    ensemble.run(1000)
    expect(modes(ensemble, 1).at(-1)).toBe('SNAP')
    expect(ensemble.node(1).appliedIndex).toBe(4)
  })

  test('S8: everything compacted, an empty learner, and nobody writes', () => {
    const ensemble = new Ensemble(4, { compactionTail: 0 }, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.crash(4)
    ensemble.elect()
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    for (const id of [1, 2, 3]) ensemble.buildSnapshot(id)
    ensemble.start(4)
    ensemble.run(500)
    expect(modes(ensemble, 4)).toEqual(['SNAP'])
    expect(ensemble.observe(4)).toMatchObject({ phase: 'BROADCAST', commitIndex: 3, lastIndex: 3 })
  })

  test('S10: forgets the log up to its index, and says which members there were', () => {
    const ensemble = compacted()
    const compaction = ensemble.node(3).durable.image(1)
    expect(compaction).toMatchObject({ base: { index: 3 }, entries: [] })
    expect(ensemble.state(3).snapshot).toMatchObject({ index: 3, membership: ensemble.observe(3).membership })
    // One of what is not committed, or of another history, is none.
    const { membership } = ensemble.observe(2)
    const before = ensemble.observe(2)
    for (const meta of [
      { index: 9, epoch: 1 },
      { index: 2, epoch: 7 },
    ]) {
      ensemble.node(2).step({ type: 'snapshotBuilt', meta: { ...meta, membership } }, ensemble.now())
    }
    expect(ensemble.observe(2)).toEqual(before)
  })

  test('S11: a client whose command it covers is told that nobody knows here', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    const sequence = ensemble.propose(1, 'a')
    ensemble.deliverType('REQUEST')
    ensemble.cut(1, 3)
    ensemble.settle()
    expect(ensemble.node(1).replies).toEqual([{ type: 'abandoned', sequence, reason: 'leadership-lost' }])
    ensemble.buildSnapshot(3)
    ensemble.heal(1, 3)
    ensemble.run(500)
    expect(modes(ensemble, 1).at(-1)).toBe('SNAP')
    expect(ensemble.node(1).replies).toHaveLength(1)
  })

  test('S12: a second one while the first is collected, or written, changes nothing', () => {
    const ensemble = compacted()
    ensemble.node(1).autoPersist = false
    ensemble.rejoin(1)
    untilAdoptionIsWritten(ensemble)
    ensemble.invariants.checkActions = false // the snapshot is forged
    const { connection, epoch } = ensemble.state(1).following!
    const before = ensemble.state(1)
    const { membership } = ensemble.observe(3)
    ensemble.node(1).step(
      {
        type: 'snapshotReceived',
        from: 3,
        message: { type: 'SNAP', connection, epoch },
        meta: { index: 4, epoch: 1, membership },
      },
      ensemble.now(),
    )
    expect(ensemble.state(1)).toEqual(before)
    ensemble.node(1).autoPersist = true
    ensemble.node(1).drain(ensemble.now())
    ensemble.run(500)
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', commitIndex: 3 })
  })

  test('S13: is not sent to who does not answer', () => {
    const ensemble = compacted()
    ensemble.filter = ({ from, message }) => !(from === 1 && message.type === 'ACKEPOCH')
    ensemble.rejoin(1)
    const sent: string[] = []
    const { filter } = ensemble
    ensemble.filter = (flight) => {
      if (flight.to === 1) sent.push(flight.message.type)
      return filter(flight)
    }
    ensemble.run(3000)
    expect(sent).toContain('LEADERINFO')
    expect(sent).not.toContain('SNAP')
    expect(ensemble.observe(3)).toMatchObject({ established: true })
  })

  test('P7: a completion from before it makes nothing behind it durable', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    const node = ensemble.node(1)
    node.autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    const old = node.writing[0]!.persist.token
    ensemble.isolate(1)
    for (const text of 'bc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    untilAdoptionIsWritten(ensemble)
    expect(ensemble.observe(1)).toMatchObject({ lastIndex: 3, durableIndex: 1 })
    node.step({ type: 'persisted', token: old }, ensemble.now())
    expect(ensemble.observe(1).durableIndex).toBe(1)
    node.drain(ensemble.now())
    node.completeWrite(ensemble.now())
    expect(ensemble.observe(1).durableIndex).toBe(3)
  })
})
