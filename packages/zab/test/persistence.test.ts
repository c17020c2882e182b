import { describe, expect, test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'

// Persistence and restart: the codes P1 to P10, and V4, of docs/zab.md.

/** A follower, 1, that has taken entries which its leader never committed, and has to drop them. */
function toTruncate(count: number): Ensemble {
  const ensemble = new Ensemble(3)
  ensemble.elect()
  ensemble.propose(3, 'a')
  ensemble.settle()
  ensemble.node(3).autoPersist = false
  for (let i = 0; i < count; i++) ensemble.propose(3, `lost${i}`)
  ensemble.settleAmong(1, 3)
  ensemble.isolate(1)
  ensemble.crash(3)
  ensemble.node(3).autoPersist = true
  ensemble.inFlight = []
  ensemble.start(3)
  ensemble.elect()
  ensemble.propose(
    [2, 3].find((id) => ensemble.observe(id).established)!,
    'b',
  )
  ensemble.settle()
  return ensemble
}

describe('one persist', () => {
  test('V4: has the history before the epochs that vouch for it', () => {
    const ensemble = new Ensemble(3)
    const seen: string[][] = []
    ensemble.isolate(1)
    ensemble.elect()
    for (const text of 'ab') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.node(1).autoPersist = false
    ensemble.rejoin(1)
    ensemble.run(400, () => {
      const { writing } = ensemble.node(1)
      for (const { persist } of writing) seen.push(persist.operations.map(({ type }) => type))
      while (writing.length > 0) ensemble.node(1).completeWrite(ensemble.now())
      return ensemble.observe(1).phase === 'BROADCAST'
    })
    expect(seen).toEqual([['setHardState'], ['append', 'setHardState']])
  })

  test.each(['before', 'after'] as const)(
    'P2: overwriting and a crash %s the write: no hole, nothing of both',
    (when) => {
      const ensemble = toTruncate(3)
      ensemble.node(1).autoPersist = false
      ensemble.rejoin(1)
      const adopts = (): boolean =>
        ensemble
          .node(1)
          .writing.some(({ persist }) => persist.operations.some(({ type }) => type === 'truncateAfter'))
      for (let i = 0; i < 200 && !adopts(); i++) {
        if (ensemble.node(1).writing.length > 0) ensemble.node(1).completeWrite(ensemble.now())
        else if (!ensemble.deliver()) ensemble.run(5, adopts)
      }
      expect(adopts()).toBe(true)
      ensemble.crash(1, when === 'after' ? ensemble.node(1).writing.length : 0)
      ensemble.node(1).autoPersist = true
      ensemble.inFlight = []
      ensemble.start(1)
      expect(ensemble.log(1)).toEqual(when === 'after' ? ['a', 'b'] : ['a', 'lost0', 'lost1', 'lost2'])
      ensemble.run(1000)
      expect(ensemble.log(1)).toEqual(['a', 'b'])
      expect(ensemble.applied(1)).toEqual(['a', 'b'])
    },
  )
})

describe('completions', () => {
  test('P5: a later one covers the earlier ones, and one that comes after it changes nothing', () => {
    const ensemble = new Ensemble(1)
    ensemble.elect()
    const node = ensemble.node(1)
    node.autoPersist = false
    for (const text of 'abc') ensemble.propose(1, text)
    const tokens = node.writing.map(({ persist }) => persist.token)
    expect(tokens).toHaveLength(3)
    node.step({ type: 'persisted', token: tokens[1]! }, ensemble.now())
    expect(ensemble.observe(1)).toMatchObject({ durableIndex: 2, commitIndex: 2 })
    node.step({ type: 'persisted', token: tokens[0]! }, ensemble.now())
    expect(ensemble.observe(1)).toMatchObject({ durableIndex: 2, commitIndex: 2 })
    node.step({ type: 'persisted', token: tokens[2]! }, ensemble.now())
    expect(ensemble.observe(1)).toMatchObject({ durableIndex: 3, commitIndex: 3 })
  })

  test('P6: the write of entries that were truncated does not make those in their place durable', () => {
    const ensemble = toTruncate(0)
    // 1 takes an entry at index 2 from a leader of the past, and its disk is slow.
    const node = ensemble.node(1)
    ensemble.rejoin(1)
    ensemble.run(500)
    const leader = [2, 3].find((id) => ensemble.observe(id).established)!
    const other = 5 - leader
    node.autoPersist = false
    ensemble.cut(leader, other)
    ensemble.filter = ({ to, message }) => !(to === leader && message.type === 'ACK')
    ensemble.propose(leader, 'x')
    ensemble.settle()
    const old = node.writing[0]!.persist.token
    expect(ensemble.log(1).at(-1)).toBe('x')
    // It is replaced: the next leader, which has never heard of x, has another entry there.
    ensemble.filter = () => true
    ensemble.crash(leader)
    ensemble.isolate(1)
    ensemble.start(leader)
    ensemble.node(leader).autoPersist = true
    ensemble.heal(leader, other)
    ensemble.run(2000)
    expect(ensemble.log(1).at(-1)).toBe('x')
    const next = [2, 3].find((id) => ensemble.observe(id).established)!
    ensemble.propose(next, 'y')
    ensemble.settle()
    ensemble.rejoin(1)
    for (let i = 0; i < 200 && ensemble.state(1).following?.phase !== 'ADOPTED'; i++) {
      if (node.writing.length > 0) node.completeWrite(ensemble.now())
      else if (!ensemble.deliver()) ensemble.run(10)
    }
    const before = ensemble.observe(1).durableIndex
    expect(ensemble.log(1).at(-1)).toBe('y')
    expect(ensemble.observe(1).lastIndex).toBeGreaterThan(before)
    node.step({ type: 'persisted', token: old }, ensemble.now())
    expect(ensemble.observe(1).durableIndex).toBe(before)
    node.autoPersist = true
    node.drain(ensemble.now())
    ensemble.run(1000)
    expect(ensemble.log(1)).toEqual(ensemble.log(next))
  })

  test('P10: after a failure no completion counts, and nothing is sent any more', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const node = ensemble.node(1)
    node.autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    const { token } = node.writing[0]!.persist
    node.step({ type: 'persistFailed', token, cause: 'EIO' }, ensemble.now())
    ensemble.settle()
    const sent: string[] = []
    ensemble.filter = ({ from, message }) => from !== 1 || sent.push(message.type) === 0
    node.step({ type: 'persisted', token }, ensemble.now())
    node.step({ type: 'timeout', timer: 'notification' }, ensemble.now())
    ensemble.run(1000)
    expect(sent).toEqual([])
    expect(ensemble.observe(3)).toMatchObject({ established: true, commitIndex: 1 })
  })
})

describe('a restart', () => {
  test('P3: takes for committed what its machine has applied, and no more', () => {
    const ensemble = new Ensemble(3, { compactionTail: 2 })
    ensemble.elect()
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(1)
    ensemble.propose(3, 'd')
    ensemble.settle()
    for (const id of [1, 2, 3]) ensemble.crash(id)
    ensemble.start(1)
    expect(ensemble.observe(1)).toMatchObject({ commitIndex: 3, lastIndex: 4 })
    expect(ensemble.applied(1)).toEqual([])
  })

  test('P4: one whose log ends below the commit is brought up again: what its crash lost it had not acknowledged', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.node(1).autoPersist = false
    for (const text of 'ab') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.restart(1) // nothing of it had reached the disk, and nothing was acknowledged
    ensemble.node(1).autoPersist = true
    ensemble.node(1).drain(ensemble.now())
    expect(ensemble.log(1)).toEqual([])
    ensemble.run(1000)
    expect(ensemble.applied(1)).toEqual(['a', 'b'])
  })

  test('P8: goes on exactly behind the snapshot that its machine is restored from', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    ensemble.elect()
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.buildSnapshot(1)
    ensemble.propose(3, 'd')
    ensemble.settle()
    ensemble.restart(1)
    ensemble.run(500)
    expect(ensemble.node(1).installed).toMatchObject({ index: 3 })
    expect(ensemble.node(1).applied.map(({ index }) => index)).toEqual([4])
  })

  test('P9: a leader that comes back leads nobody until it is elected again', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    const { epoch } = ensemble.observe(3)
    ensemble.filter = ({ from }) => from !== 3
    ensemble.restart(3)
    expect(ensemble.observe(3)).toMatchObject({ role: 'candidate', established: false, leader: undefined })
    const refused = ensemble.propose(3, 'x')
    expect(ensemble.node(3).replies.find(({ sequence }) => sequence === refused)).toMatchObject({
      reason: 'no-leader',
    })
    ensemble.filter = () => true
    ensemble.elect()
    expect(Math.max(...[1, 2, 3].map((id) => ensemble.observe(id).epoch))).toBeGreaterThan(epoch)
  })
})
