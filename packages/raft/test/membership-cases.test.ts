import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  leadersOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { change, changesOf, endOf, expectInForce, ledOf, membershipAt, nameOf } from './support/members.ts'

describe('the special cases of the list', () => {
  it('M2: a candidate counts by the last membership in its log, committed or not, applied or not', () => {
    const cluster = ledOf([4, 5])
    cluster.filter = ({ from, message }) => from !== 1 || message.type !== 'Heartbeat'
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    for (const id of [2, 3]) cluster.crash(id)
    for (const id of [2, 3]) cluster.start(id)
    for (const a of [1, 4, 5]) for (const b of [2, 3]) cluster.cut(a, b)
    cluster.run(5_000)
    // Nothing is applied at 2 after the restart; with 3 it would be a majority of what was.
    expect(cluster.observe(2).commitIndex).toBe(0)
    expect(cluster.observe(2).role).not.toBe('leader')
    expect(nameOf(membershipAt(cluster, 2))).toBe('1 2 3 4 5')
  })

  it('M3: one who does not know the change to be committed keeps nobody from leading', () => {
    const cluster = ledOf([4])
    cluster.filter = ({ from, to, message }) => !(from === 1 && to === 2 && message.type === 'Heartbeat')
    change(cluster, 1, majorityOf([1, 3, 4]))
    cluster.filter = () => true
    cluster.crash(1)
    cluster.run(3_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    expect([3, 4]).toContain(leadersOf(cluster)[0])
  })

  it('M10: a membership that is replaced in the log is in force no more', () => {
    const cluster = ledOf([4])
    for (const id of [2, 3]) cluster.block(1, id)
    cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    deliverAll(cluster, () => true)
    expect(nameOf(membershipAt(cluster, 4))).toBe('1 2 3 4')
    cluster.isolate(1)
    elect(cluster, 2)
    cluster.propose(2)
    for (const id of [2, 3]) cluster.unblock(1, id)
    cluster.rejoin(1)
    cluster.run(500)
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2 3')
    expect(stateOf(cluster, 1).memberships).toHaveLength(1)
    // Replica 4 is told nothing: it holds on to what was never committed, and is no danger.
    expect(nameOf(membershipAt(cluster, 4))).toBe('1 2 3 4')
    cluster.run(3_000)
    expect(leadersOf(cluster)).toEqual([2])
  })

  it('M10: whoever campaigned as one of its voters does not any more', () => {
    const cluster = ledOf([4])
    for (const id of [2, 3]) cluster.block(1, id)
    cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    deliverAll(cluster, () => true)
    cluster.isolate(1)
    elect(cluster, 2)
    change(cluster, 2, majorityOf([1, 2, 3], [4]))
    expect(stateOf(cluster, 4).memberships.map(({ membership }) => nameOf(membership))).toEqual([
      '1 2 3',
      '1 2 3 + 4',
    ])
    expect(cluster.observe(4).role).toBe('observer')
  })

  it('M11: a snapshot stands for all the changes that it covers', () => {
    const cluster = ledOf([4, 5], { compactionTail: 0 })
    cluster.isolate(3)
    change(cluster, 1, majorityOf([1, 2, 3, 4]))
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    change(cluster, 1, majorityOf([1, 2, 4, 5], [3]))
    cluster.propose(1)
    cluster.settle()
    for (const id of [1, 2]) cluster.buildSnapshot(id)
    cluster.rejoin(3)
    cluster.run(300)
    expect(eventsOf(cluster, 3, 'InstallSnapshot')).toHaveLength(1)
    expect(stateOf(cluster, 3).memberships.map(({ membership }) => nameOf(membership))).toEqual([
      '1 2 4 5 + 3',
    ])
    expect(cluster.observe(3).role).toBe('observer')
  })

  it('M11: a snapshot taken half way is joint, and is left from there', () => {
    const cluster = ledOf([4, 5], { compactionTail: 0 })
    cluster.reconfigure(1, majorityOf([1, 4, 5], [2]))
    while (changesOf(cluster, 1).length < 2) cluster.deliver()
    cluster.lose(() => true)
    for (const id of [2, 3, 4, 5]) cluster.block(1, id)
    cluster.buildSnapshot(1)
    expect(cluster.node(1).stored!.membership).toMatchObject({
      quorums: { type: 'joint' },
      nextObservers: [2],
    })
    cluster.node(1).autoPersist = false
    cluster.crash(1)
    cluster.node(1).autoPersist = true
    for (const id of [2, 3, 4, 5]) cluster.unblock(1, id)
    cluster.start(1)
    expectInForce(cluster, majorityOf([1, 4, 5], [2]))
  })

  it('M12: from two to one with the other dead works as long as the leader still leads, and never after', () => {
    const cluster = createCluster(2)
    elect(cluster, 1)
    cluster.crash(2)
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1])))).toBe('done')
    expectInForce(cluster, majorityOf([1]))
    const late = createCluster(2)
    elect(late, 1)
    late.crash(2)
    late.run(3_000)
    expect(endOf(late, 1, change(late, 1, majorityOf([1])))).toBe('no-leader definitely-not')
  })

  it('M13: a wiped replica under its old id is filled again and said to have lost something; it comes under a new id instead', () => {
    const cluster = ledOf([4])
    for (let i = 0; i < 5; i++) cluster.propose(1)
    cluster.settle()
    beat(cluster, 1)
    cluster.crash(3)
    cluster.node(3).durable.apply({ type: 'truncateAfter', index: 0 })
    cluster.start(3)
    cluster.run(300)
    expect(eventsOf(cluster, 1, 'LostSuffix')).toHaveLength(1)
    expect(cluster.observe(3).lastIndex).toBe(cluster.observe(1).lastIndex)
    // It may have voted, and counted for what it no longer holds. As a new one it has promised nothing.
    cluster.crash(3)
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2, 4])))).toBe('done')
    expectInForce(cluster, majorityOf([1, 2, 4]))
  })

  it('R4: reads that wait for answers wait for those of the new quorum', () => {
    const cluster = ledOf([4, 5])
    cluster.filter = ({ from, message }) => !([4, 5].includes(from) && message.type === 'HeartbeatResponse')
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    cluster.filter = ({ to }) => to === 1
    const read = cluster.read(1)
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toEqual([])
    cluster.filter = ({ from, to }) => [from, to].every((id) => id < 3)
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toEqual([]) // 1 and 2 are two of five
    cluster.filter = ({ from, to }) => [from, to].every((id) => id < 4)
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'readReady' }])
  })

  it('R4: a read that waits is answered when the quorum shrinks to those who have answered', () => {
    const cluster = createCluster(4)
    elect(cluster, 1)
    cluster.filter = ({ from, to }) => [from, to].every((id) => id < 3)
    const read = cluster.read(1)
    cluster.settle()
    beat(cluster, 1)
    expect(repliesOf(cluster, 1, read)).toEqual([])
    cluster.reconfigure(1, majorityOf([1, 2, 3]))
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'readReady' }])
  })
})
