import { LogImageBuilder, majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { change, changesOf, endOf, expectInForce, leaderOf, ledBy3, nameOf } from './support/changes.ts'
import { Ensemble } from './support/ensemble.ts'

// What other protocols' changes of membership got wrong, in Zab: the codes M1 to M13, and V15, of docs/zab.md.

/** The voters change from 1, 2, 3 to 3, 4, 5. The membership between is in every log, and committed nowhere: 4 and 5 are down. */
function halfWay(): Ensemble {
  const ensemble = ledBy3([4, 5])
  ensemble.reconfigure(3, majorityOf([3, 4, 5]))
  ensemble.until(() => changesOf(ensemble, 3).length === 1)
  for (const id of [4, 5]) ensemble.block(id, 3)
  ensemble.settle()
  expect([1, 2, 3, 4, 5].map((id) => changesOf(ensemble, id))).toEqual(
    Array.from({ length: 5 }, () => ['1 2 3 | 3 4 5']),
  )
  for (const id of [4, 5]) {
    ensemble.crash(id)
    ensemble.unblock(id, 3)
  }
  expect(ensemble.observe(3).commitIndex).toBe(0)
  return ensemble
}

function leaders(ensemble: Ensemble): number[] {
  return [...ensemble.nodes.values()]
    .filter(({ running, id }) => running && ensemble.observe(id).established)
    .map(({ id }) => id)
}

describe('whose quorums count', () => {
  test('M1: two leaders in a row that each begin a change: the first one is undone before the second counts', () => {
    const ensemble = ledBy3([4, 5])
    ensemble.filter = ({ from, message }) => !(from === 3 && message.type === 'PROPOSAL')
    ensemble.reconfigure(3, majorityOf([1, 2, 3, 4]))
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    ensemble.settle()
    ensemble.filter = () => true
    ensemble.isolate(3)
    expect(ensemble.run(2000, () => ensemble.observe(2).established)).toBe(true)
    const sequence = change(ensemble, 2, majorityOf([1, 2, 3, 5]))
    expect(endOf(ensemble, 2, sequence)).toBe('done')
    expect(changesOf(ensemble, 3)).toEqual(['1 2 3 | 1 2 3 4'])
    ensemble.rejoin(3)
    expectInForce(ensemble, majorityOf([1, 2, 3, 5]))
    expect(changesOf(ensemble, 3)).toEqual(changesOf(ensemble, 2))
  })

  test('M1: a leader that is not established takes none', () => {
    const ensemble = new Ensemble(3)
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.run(100)
    expect(ensemble.observe(3).phase).toBe('SYNCHRONIZATION')
    expect(endOf(ensemble, 3, ensemble.reconfigure(3, majorityOf([2, 3])))).toBe('no-leader definitely-not')
  })

  test('M2, M6: what is in the log counts, committed or not: nobody leads without both quorums', () => {
    const ensemble = halfWay()
    ensemble.run(2000)
    expect(leaders(ensemble)).toEqual([])
    for (const id of [1, 2, 3]) ensemble.restart(id)
    ensemble.run(5000)
    expect(leaders(ensemble)).toEqual([])
    ensemble.start(4)
    ensemble.run(3000)
    expect(leaders(ensemble)).toHaveLength(1)
  })

  test('M5: a new leader inside a joint membership completes the change', () => {
    const ensemble = halfWay()
    ensemble.crash(3)
    for (const id of [4, 5]) ensemble.start(id)
    ensemble.run(3000)
    expect(leaderOf(ensemble)).not.toBe(3)
    expect(nameOf(ensemble.observe(leaderOf(ensemble)).membership)).toBe('3 4 5')
    ensemble.start(3)
    expectInForce(ensemble, majorityOf([3, 4, 5]))
  })

  test('M3: who does not know that the change is committed holds up nobody who does', () => {
    const ensemble = ledBy3([4])
    ensemble.reconfigure(3, majorityOf([2, 3, 4]))
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    ensemble.settleAmong(1, 3)
    ensemble.isolate(1) // with the joint membership in its log, uncommitted
    ensemble.run(300)
    expect(nameOf(ensemble.observe(3).membership)).toBe('2 3 4')
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    ensemble.crash(3)
    ensemble.heal(1, 2)
    ensemble.heal(1, 4)
    ensemble.run(2000)
    expect([2, 4]).toContain(leaderOf(ensemble))
    expect(ensemble.state(1).state).not.toBe('LEADING')
  })

  test('M4: a second change is turned down while the first is under way, with a reason', () => {
    const ensemble = ledBy3([4])
    ensemble.reconfigure(3, majorityOf([1, 2, 3, 4]))
    expect(endOf(ensemble, 3, ensemble.reconfigure(3, majorityOf([1, 3])))).toBe(
      'change-pending definitely-not',
    )
  })

  test('M12: from two to one with the other dead needs the other: it is turned down, or waits', () => {
    const ensemble = new Ensemble(2)
    const leader = ensemble.elect()
    ensemble.crash(3 - leader)
    ensemble.run(2000)
    expect(leaders(ensemble)).toEqual([]) // two of two is a majority
    const sequence = ensemble.reconfigure(leader, majorityOf([leader]))
    expect(endOf(ensemble, leader, sequence)).toBe('no-leader definitely-not')
    ensemble.start(3 - leader)
    const again = ensemble.elect()
    expect(endOf(ensemble, again, change(ensemble, again, majorityOf([again])))).toBe('done')
    ensemble.crash(3 - again)
    ensemble.propose(again, 'x')
    ensemble.settle()
    expect(ensemble.applied(again).at(-1)).toBe('x')
  })
})

describe('roles', () => {
  test('M7: a leader that is removed leads until that is committed, is not counted, and hands over', () => {
    const ensemble = ledBy3([4])
    ensemble.node(3).autoPersist = false
    const sequence = change(ensemble, 3, majorityOf([1, 2, 4]))
    expect(endOf(ensemble, 3, sequence)).toBe('done')
    expect(ensemble.observe(3).established).toBe(false)
    expect([1, 2, 4]).toContain(leaderOf(ensemble))
    ensemble.node(3).autoPersist = true
    ensemble.node(3).drain(ensemble.now())
    expectInForce(ensemble, majorityOf([1, 2, 4]))
  })

  test('M8: a voter that becomes an observer votes until the joint membership is left', () => {
    const ensemble = ledBy3([])
    ensemble.block(2, 3)
    ensemble.reconfigure(3, majorityOf([2, 3], [1]))
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    ensemble.settle()
    expect(changesOf(ensemble, 1)).toEqual(['1 2 3 | 2 3'])
    expect(ensemble.state(1).state).toBe('FOLLOWING')
    expect(ensemble.observe(1).role).toBe('follower')
    ensemble.unblock(2, 3)
    ensemble.run(500)
    expect(ensemble.observe(1)).toMatchObject({ role: 'observer', phase: 'BROADCAST' })
    expectInForce(ensemble, majorityOf([2, 3], [1]))
  })

  test('M9: leadership goes to a new voter once it has the membership that makes it one', () => {
    const ensemble = ledBy3([4])
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3, 4])))).toBe('done')
    ensemble.node(4).autoPersist = false
    ensemble.propose(3, 'x')
    ensemble.node(3).step({ type: 'transfer', request: { replica: 3, sequence: 900 }, to: 4 }, ensemble.now())
    ensemble.settle()
    expect(leaderOf(ensemble)).toBe(3)
    ensemble.node(4).autoPersist = true
    ensemble.node(4).drain(ensemble.now())
    ensemble.run(500)
    expect(leaderOf(ensemble)).toBe(4)
    expect(nameOf(ensemble.observe(4).membership)).toBe('1 2 3 4')
    expect(ensemble.log(4)).toContain('x')
  })

  test('M10: a change that is truncated takes its roles back', () => {
    const ensemble = ledBy3([4])
    ensemble.filter = ({ from, message }) => !(from === 3 && message.type === 'PROPOSAL')
    ensemble.reconfigure(3, majorityOf([2, 3], [1]))
    ensemble.settle()
    expect(nameOf(ensemble.observe(3).membership)).toBe('1 2 3 | 2 3')
    ensemble.filter = () => true
    ensemble.isolate(3)
    ensemble.run(1000)
    ensemble.propose(leaderOf(ensemble), 'x')
    ensemble.settle()
    ensemble.rejoin(3)
    ensemble.run(1000)
    expect(changesOf(ensemble, 3)).toEqual([])
    expectInForce(ensemble, majorityOf([1, 2, 3]))
  })

  test('M11: a snapshot brings several changes at once, also to who is a member no more', () => {
    const ensemble = ledBy3([4, 5], { compactionTail: 0 })
    ensemble.isolate(1)
    for (const next of [majorityOf([1, 2, 3, 4]), majorityOf([2, 3, 4]), majorityOf([2, 3, 4, 5], [1])]) {
      expect(endOf(ensemble, 3, change(ensemble, 3, next))).toBe('done')
    }
    ensemble.propose(3, 'x')
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    ensemble.run(2000)
    expect(ensemble.node(1).installed?.index).toBe(ensemble.state(3).snapshot!.index)
    expect(ensemble.observe(1)).toMatchObject({ role: 'observer', phase: 'BROADCAST' })
    expect(nameOf(ensemble.observe(1).membership)).toBe('2 3 4 5 + 1')
  })

  test('V15: a new voter that does not know yet that it is one votes for who does', () => {
    const ensemble = ledBy3([4])
    ensemble.reconfigure(3, majorityOf([3, 4]))
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    // 1 and 3 have the joint membership, 4 has not; both quorums need 4, or 3 and 4.
    ensemble.settleAmong(1, 3)
    ensemble.inFlight = ensemble.inFlight.filter(({ to }) => to !== 4)
    expect(changesOf(ensemble, 4)).toEqual([])
    ensemble.crash(2)
    ensemble.resetLink(3, 4)
    ensemble.resetLink(3, 1)
    expectInForce(ensemble, majorityOf([3, 4]))
  })
})

describe('a voter that has lost its disk', () => {
  function wipe(ensemble: Ensemble, id: number): void {
    ensemble.crash(id)
    Object.assign(ensemble.node(id), { durable: new LogImageBuilder() })
  }

  test('M13: is replaced by one with a new id, which is filled before it counts', () => {
    const ensemble = ledBy3([4])
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    wipe(ensemble, 1)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([2, 3, 4])))).toBe('done')
    expectInForce(ensemble, majorityOf([2, 3, 4]))
    expect(ensemble.applied(4).slice(0, 3)).toEqual(['a', 'b', 'c'])
  })

  test('M13: under its id it never counts before it is filled, also when it was removed meanwhile', () => {
    const ensemble = ledBy3([4])
    for (const text of 'abc') ensemble.propose(3, text)
    ensemble.settle()
    wipe(ensemble, 1)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([2, 3])))).toBe('done')
    ensemble.start(1)
    ensemble.run(500)
    const end = endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3]), 10_000))
    const has = ensemble.applied(1).slice(0, 3)
    expect([end, has]).toEqual(
      end === 'done' ? ['done', ['a', 'b', 'c']] : ['catch-up-failed definitely-not', []],
    )
    expect(nameOf(ensemble.observe(3).membership)).toBe(end === 'done' ? '1 2 3' : '2 3')
    ensemble.propose(3, 'd')
    ensemble.settle()
    expect(ensemble.applied(2)).toContain('d')
  })
})
