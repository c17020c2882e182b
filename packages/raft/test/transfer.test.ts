import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  type ClusterOptions,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  give,
  ignoredAt,
  intercept,
  isType,
  leadersOf,
  messagesOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { answersTo, transfer } from './support/leadership.ts'

/** Replica 1 leads, and everybody knows. */
function ledCluster(size = 3, options: ClusterOptions = {}): Cluster {
  const cluster = createCluster(size, options)
  elect(cluster, 1)
  beat(cluster, 1)
  return cluster
}

/** So many heartbeats a leader waits for the other: an election timeout. */
const limit = 12

describe('a transfer of leadership (thesis §3.10)', () => {
  it('to one who has the whole log takes one campaign, and is done when the other leads', () => {
    const cluster = ledCluster()
    const orders = messagesOf(cluster, 'TimeoutNow', () => {
      const request = transfer(cluster, 1, 2)
      expect(answersTo(cluster, 1, request)).toEqual([])
      cluster.settle()
      expect(answersTo(cluster, 1, request)).toEqual(['done'])
    })
    expect(orders.map(({ from, to }) => [from, to])).toEqual([[1, 2]])
    expect(leadersOf(cluster)).toEqual([2])
    expect(cluster.observe(2).epoch).toBe(2)
    for (const id of [1, 3]) expect(cluster.observe(id)).toMatchObject({ leader: 2, epoch: 2 })
    expect(stateOf(cluster, 1).transfer).toBeUndefined()
  })

  it('T1: brings the other up to date first', () => {
    const cluster = ledCluster(3, { maxInflightMessages: 1, maxBatchBytes: 1 })
    cluster.isolate(3)
    for (let i = 0; i < 20; i++) cluster.propose(1)
    cluster.settle()
    const request = transfer(cluster, 1, 3)
    cluster.settle()
    expect(stateOf(cluster, 1).transfer).toMatchObject({ to: 3, sent: false })
    cluster.rejoin(3)
    const order = messagesOf(cluster, 'TimeoutNow', () => cluster.settle())
    expect(order).toHaveLength(1)
    expect(leadersOf(cluster)).toEqual([3])
    expect(answersTo(cluster, 1, request)).toEqual(['done'])
    expect(cluster.observe(3).commitIndex).toBe(22)
  })

  it('T1: waits until what the other has is on its disk', () => {
    const cluster = ledCluster()
    cluster.node(2).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    transfer(cluster, 1, 2)
    cluster.settle()
    expect(stateOf(cluster, 1).transfer).toMatchObject({ sent: false })
    cluster.node(2).autoPersist = true
    cluster.node(2).drain(cluster.now())
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([2])
  })

  it('T1: is given up after an election timeout, and proposals are taken again', () => {
    const cluster = ledCluster()
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    const request = transfer(cluster, 1, 2)
    for (let i = 0; i < limit - 1; i++) beat(cluster, 1)
    expect(answersTo(cluster, 1, request)).toEqual([])
    beat(cluster, 1)
    expect(answersTo(cluster, 1, request)).toEqual(['transfer-failed, unknown'])
    expect(leadersOf(cluster)).toEqual([1])
    const sequence = cluster.propose(1)
    cluster.settle()
    expect(repliesOf(cluster, 1, sequence)).toEqual([])
    expect(cluster.node(1).applied.at(-1)!.request?.sequence).toBe(sequence)
  })

  it('T1: which certainly did not happen if the other was never told', () => {
    const cluster = ledCluster()
    cluster.filter = ({ to, message }) => to !== 2 || message.type === 'Heartbeat'
    cluster.propose(1)
    cluster.settle()
    const request = transfer(cluster, 1, 2)
    for (let i = 0; i < limit; i++) beat(cluster, 1)
    expect(answersTo(cluster, 1, request)).toEqual(['transfer-failed, definitely-not'])
  })

  it('is told again by the next heartbeat if the order was lost', () => {
    const cluster = ledCluster()
    const request = transfer(cluster, 1, 2)
    cluster.lose(isType('TimeoutNow'))
    beat(cluster, 1)
    expect(leadersOf(cluster)).toEqual([2])
    expect(answersTo(cluster, 1, request)).toEqual(['done'])
  })

  it('T1: can be turned to another target: the first is answered, the second done', () => {
    const cluster = ledCluster(5)
    cluster.filter = ({ to, message }) => to !== 2 || message.type !== 'TimeoutNow'
    const first = transfer(cluster, 1, 2)
    const again = transfer(cluster, 1, 2)
    const second = transfer(cluster, 1, 3)
    cluster.settle()
    expect(answersTo(cluster, 1, first)).toEqual(['transfer-failed, unknown'])
    expect(answersTo(cluster, 1, again)).toEqual(['transferring, definitely-not'])
    expect(answersTo(cluster, 1, second)).toEqual(['done'])
    expect(leadersOf(cluster)).toEqual([3])
  })

  it.each([
    ['the leader itself', 1, 'invalid-target, definitely-not'],
    ['an observer', 4, 'invalid-target, definitely-not'],
    ['one who is no member', 9, 'invalid-target, definitely-not'],
    ['a witness', 3, 'invalid-target, definitely-not'],
  ])('T1: to %s is refused', (_, to, answer) => {
    const cluster = ledCluster(4, { membership: { ...majorityOf([1, 2, 3], [4]), witnesses: [3] } })
    const request = transfer(cluster, 1, to)
    expect(answersTo(cluster, 1, request)).toEqual([answer])
    expect(stateOf(cluster, 1).transfer).toBeUndefined()
  })

  it('to one who has been silent is refused: nobody waits for it', () => {
    const cluster = ledCluster()
    cluster.isolate(3)
    for (let i = 0; i < 6; i++) beat(cluster, 1)
    expect(answersTo(cluster, 1, transfer(cluster, 1, 3))).toEqual(['transfer-failed, definitely-not'])
  })

  it('is asked of the leader alone', () => {
    const cluster = ledCluster()
    const request = transfer(cluster, 2, 3)
    expect(repliesOf(cluster, 2, request)).toMatchObject([{ reason: 'not-leader', leader: 1 }])
    const fresh = createCluster(3)
    expect(answersTo(fresh, 2, transfer(fresh, 2, 3))).toEqual(['no-leader, definitely-not'])
  })

  it('T1: a higher term meanwhile ends it: another leads', () => {
    const cluster = ledCluster()
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    const request = transfer(cluster, 1, 2)
    cluster.isolate(1)
    for (const id of [2, 3]) cluster.fire(id, 'election')
    cluster.fire(3, 'election')
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1, 3])
    cluster.rejoin(1)
    beat(cluster, 3)
    expect(answersTo(cluster, 1, request)).toEqual(['leadership-lost, unknown'])
    expect(stateOf(cluster, 1).transfer).toBeUndefined()
  })

  it('T1: a higher term ends it at once while the other was not told yet', () => {
    const cluster = ledCluster()
    cluster.node(2).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    const request = transfer(cluster, 1, 2)
    give(cluster, 3, 1, { type: 'NotLeader', term: 7 })
    expect(answersTo(cluster, 1, request)).toEqual(['leadership-lost, definitely-not'])
  })

  it('is answered when the leader stepped down and hears of no leader', () => {
    const cluster = ledCluster()
    const request = transfer(cluster, 1, 2)
    deliverAll(cluster, isType('TimeoutNow', 'RequestVote'))
    cluster.isolate(1)
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 2 })
    expect(answersTo(cluster, 1, request)).toEqual([])
    cluster.fire(1, 'election')
    expect(answersTo(cluster, 1, request)).toEqual(['transfer-failed, unknown'])
  })

  it('ends with the disk', () => {
    const cluster = ledCluster()
    cluster.node(1).autoPersist = false
    cluster.propose(1)
    const request = transfer(cluster, 1, 2)
    const { token } = cluster.node(1).writing[0]!.persist
    cluster.node(1).step({ type: 'persistFailed', token, cause: 'full' }, cluster.now())
    expect(answersTo(cluster, 1, request)).toEqual(['stopping, definitely-not'])
  })
})

describe('while leadership is handed over', () => {
  it('L15, T2: proposals are refused from the beginning, own and forwarded, and say why', () => {
    const cluster = ledCluster()
    cluster.node(2).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    transfer(cluster, 1, 2)
    const own = cluster.propose(1)
    const forwarded = cluster.propose(3)
    cluster.settle()
    expect(stateOf(cluster, 1).transfer).toMatchObject({ sent: false })
    expect(answersTo(cluster, 1, own)).toEqual(['transferring, definitely-not'])
    expect(answersTo(cluster, 3, forwarded)).toEqual(['transferring, definitely-not'])
    expect(cluster.observe(1).lastIndex).toBe(2)
  })

  it('T2: a write that races the order cannot make the old leader win the comparison of logs', () => {
    const cluster = ledCluster()
    transfer(cluster, 1, 2)
    cluster.propose(1)
    cluster.propose(3)
    deliverAll(cluster, isType('Forward', 'AppendEntries', 'AppendEntriesResponse'))
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([2])
    expect(eventsOf(cluster, 1, 'RefuseVote')).toEqual([])
  })

  it('linearizable reads go on', () => {
    const cluster = ledCluster()
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    transfer(cluster, 1, 2)
    const sequence = cluster.read(1)
    cluster.settle()
    expect(repliesOf(cluster, 1, sequence)).toMatchObject([{ type: 'readReady', index: 1 }])
  })
})

describe('the campaign that a leader asks for', () => {
  it('T3: is held without a pre-vote, and voters do not mind that the leader is alive', () => {
    const cluster = ledCluster(5)
    for (const id of [2, 3, 4, 5]) expect(stateOf(cluster, id).leaderAlive).toBe(true)
    const asked = messagesOf(cluster, 'RequestPreVote', () => {
      transfer(cluster, 1, 2)
      cluster.settle()
    })
    expect(asked).toEqual([])
    expect(leadersOf(cluster)).toEqual([2])
    for (const id of [3, 4, 5]) expect(ignoredAt(cluster, id)).not.toContain('leader-alive')
  })

  it('T3: nobody else may pass over stickiness that way', () => {
    const cluster = ledCluster(5)
    const { term } = stateOf(cluster, 3)
    const end = { lastLogIndex: 1, lastLogTerm: 1, commit: 1, commitTerm: 1 }
    give(cluster, 2, 3, { type: 'RequestVote', term: term + 2, ...end, release: 99 })
    give(cluster, 2, 3, { type: 'RequestVote', term: term + 1, ...end, release: 0 })
    expect(cluster.observe(3).epoch).toBe(term)
    expect(ignoredAt(cluster, 3).slice(-2)).toEqual(['leader-alive', 'leader-alive'])
  })

  it('T3: is not held, nor voted for, once the transfer was given up: a late order changes nothing', () => {
    const cluster = ledCluster(5)
    transfer(cluster, 1, 2)
    const [order] = intercept(cluster, isType('TimeoutNow'))
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    for (let i = 0; i < limit; i++) beat(cluster, 1)
    cluster.inFlight.push(order!)
    cluster.settle()
    expect(ignoredAt(cluster, 2)).toContain('transfer-over')
    expect(cluster.observe(2)).toMatchObject({ role: 'follower', epoch: 1 })
  })

  it('T3: nor if the campaign itself comes late', () => {
    const cluster = ledCluster(5)
    transfer(cluster, 1, 2)
    deliverAll(cluster, isType('TimeoutNow'))
    const late = intercept(cluster, isType('RequestVote'))
    expect(late).toHaveLength(4)
    cluster.isolate(2)
    for (let i = 0; i < limit; i++) beat(cluster, 1)
    for (const flight of late) give(cluster, 2, flight.to, flight.message)
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([1])
    for (const id of [1, 3, 4, 5]) expect(cluster.observe(id).epoch).toBe(1)
  })

  it('M9: is not held by one who is no voter as far as it knows', () => {
    const cluster = createCluster(3, { membership: majorityOf([1, 2], [3]) })
    elect(cluster, 1)
    give(cluster, 1, 3, { type: 'TimeoutNow', term: 1, release: 1_000 })
    expect(ignoredAt(cluster, 3)).toContain('no-voter')
    expect(cluster.observe(3)).toMatchObject({ role: 'observer', epoch: 1 })
  })

  it('is not held for one who does not lead, or in an older term', () => {
    const cluster = ledCluster()
    give(cluster, 3, 2, { type: 'TimeoutNow', term: 1, release: 1_000 })
    give(cluster, 1, 2, { type: 'TimeoutNow', term: 0, release: 1_000 })
    expect(ignoredAt(cluster, 2).slice(-2)).toEqual(['not-my-leader', 'stale-term'])
    expect(cluster.observe(2).epoch).toBe(1)
  })

  it('leaves when vote and term are durable, as any other', () => {
    const cluster = ledCluster()
    cluster.node(2).autoPersist = false
    transfer(cluster, 1, 2)
    cluster.settle()
    expect(cluster.observe(2)).toMatchObject({ role: 'candidate', epoch: 2 })
    expect(cluster.inFlight).toEqual([])
    expect(leadersOf(cluster)).toEqual([1])
    cluster.node(2).completeWrite(cluster.now())
    cluster.settle()
    cluster.node(2).autoPersist = true
    cluster.node(2).drain(cluster.now())
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([2])
  })

  it('that is lost leaves the old leader in office until it hears of the term', () => {
    const cluster = ledCluster(5)
    const request = transfer(cluster, 1, 2)
    deliverAll(cluster, isType('TimeoutNow'))
    cluster.lose(isType('RequestVote'))
    beat(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ role: 'follower', epoch: 2 })
    expect(cluster.run(3_000, () => leadersOf(cluster).length === 1)).toBe(true)
    cluster.run(300)
    expect(answersTo(cluster, 1, request)).toHaveLength(1)
  })
})

describe('transfers and changes of membership', () => {
  const five = { membership: majorityOf([1, 2, 3], [4, 5]) }

  it('T1: to one who is on its way out is refused: the log has it as no voter', () => {
    const cluster = ledCluster(5, five)
    cluster.node(3).autoPersist = false
    cluster.reconfigure(1, majorityOf([1, 2], [3, 4, 5]))
    const request = transfer(cluster, 1, 3)
    expect(answersTo(cluster, 1, request)).toEqual(['invalid-target, definitely-not'])
    expect(stateOf(cluster, 1).transfer).toBeUndefined()
  })

  it('T1: nobody is taken away while leadership is handed over: a change that was prepared waits', () => {
    const cluster = ledCluster(5, five)
    cluster.filter = ({ to, message }) => to !== 4 || message.type === 'Heartbeat'
    cluster.propose(1)
    cluster.settle()
    const change = cluster.reconfigure(1, majorityOf([1, 4], [2, 3, 5]))
    cluster.settle() // 4 is to be brought up to date first
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    transfer(cluster, 1, 2)
    for (let i = 0; i < limit - 1; i++) beat(cluster, 1)
    expect(stateOf(cluster, 1).transfer).toMatchObject({ to: 2, sent: true })
    expect(cluster.observe(1)).toMatchObject({ lastIndex: 2, membership: five.membership })
    beat(cluster, 1)
    beat(cluster, 1)
    beat(cluster, 1)
    expect(answersTo(cluster, 1, change)).toEqual(['done'])
    expect(cluster.observe(1).membership).toEqual(majorityOf([1, 4], [2, 3, 5]))
  })

  it('a change is turned down while leadership is handed over', () => {
    const cluster = ledCluster(5, five)
    cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
    transfer(cluster, 1, 2)
    const change = cluster.reconfigure(1, majorityOf([1, 2], [3, 4, 5]))
    expect(answersTo(cluster, 1, change)).toEqual(['transferring, definitely-not'])
  })

  it('T2: nothing is appended meanwhile: a joint membership is left by whoever leads then', () => {
    const cluster = ledCluster(5, five)
    cluster.filter = ({ message }) => message.type !== 'AppendEntriesResponse'
    cluster.reconfigure(1, majorityOf([1, 4, 5], [2, 3]))
    cluster.settle()
    const { lastIndex } = cluster.observe(1)
    expect(cluster.observe(1).membership.quorums.type).toBe('joint')
    const request = transfer(cluster, 1, 4)
    cluster.filter = ({ to, message }) => to !== 4 || message.type !== 'TimeoutNow'
    beat(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: lastIndex, lastIndex })
    cluster.filter = () => true
    beat(cluster, 1)
    expect(leadersOf(cluster)).toEqual([4])
    expect(answersTo(cluster, 1, request)).toEqual(['done'])
    beat(cluster, 4)
    beat(cluster, 4)
    expect(cluster.observe(4).membership).toEqual(majorityOf([1, 4, 5], [2, 3]))
  })
})
