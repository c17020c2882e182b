import { flexibleOf, gridOf, majorityOf, type Membership, weightedOf, withWitnesses } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  createCluster,
  deliverAll,
  elect,
  eventsOf,
  isType,
  leadersOf,
  progressOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { validate } from '../src/index.ts'
import { renameRaftState } from '../src/rename.ts'
import { change, changesOf, endOf, expectInForce, ledOf, membershipAt, nameOf } from './support/members.ts'

describe('a change of membership (Raft §6)', () => {
  it.each<[string, number[], Membership, string[]]>([
    ['adds a voter in one step', [4], majorityOf([1, 2, 3, 4]), ['1 2 3 4']],
    ['removes a voter in one step', [], majorityOf([1, 2]), ['1 2']],
    ['adds an observer in one step', [4], majorityOf([1, 2, 3], [4]), ['1 2 3 + 4']],
    ['makes a voter an observer in one step', [], majorityOf([1, 2], [3]), ['1 2 + 3']],
    ['asks for what there is', [], majorityOf([1, 2, 3]), ['1 2 3']],
    ['removes the leader', [], majorityOf([2, 3]), ['2 3']],
    ['makes the leader an observer', [], majorityOf([2, 3], [1]), ['2 3 + 1']],
    ['replaces a voter', [4], majorityOf([1, 2, 4]), ['1 2 3 | 1 2 4', '1 2 4']],
    ['replaces all', [4, 5, 6], majorityOf([4, 5, 6]), ['1 2 3 | 4 5 6', '4 5 6']],
    ['shrinks to one', [], majorityOf([1]), ['1 2 3 | 1', '1']],
    ['shrinks to another one', [4], majorityOf([4]), ['1 2 3 | 4', '4']],
    [
      'adds two voters and an observer',
      [4, 5, 6],
      majorityOf([1, 2, 3, 4, 5], [6]),
      ['1 2 3 | 1 2 3 4 5 + 6', '1 2 3 4 5 + 6'],
    ],
    ['changes weights', [], weightedOf([{ node: 1, weight: 3 }, 2, 3]), ['1 2 3 | 1 2 3', '1 2 3']],
    [
      'goes to flexible quorums',
      [4],
      flexibleOf([1, 2, 3, 4], { election: 3, replication: 2 }),
      ['1 2 3 | 1 2 3 4', '1 2 3 4'],
    ],
  ])('%s', (_, spares, next, steps) => {
    const cluster = ledOf(spares)
    const before = cluster.observe(1).lastIndex
    const sequence = change(cluster, 1, next)
    expect(changesOf(cluster, 1)).toEqual(steps.map((name, i) => [before + 1 + i, name]))
    expect(endOf(cluster, 1, sequence)).toBe('done')
    expectInForce(cluster, next)
  })

  it('goes through joint quorums always, if asked to', () => {
    const cluster = ledOf([4], { alwaysJoint: true })
    change(cluster, 1, majorityOf([1, 2, 3, 4]))
    expect(changesOf(cluster, 1).map(([, name]) => name)).toEqual(['1 2 3 | 1 2 3 4', '1 2 3 4'])
  })

  it('serves clients all the while, and survives a restart of everybody', () => {
    const cluster = ledOf([4, 5, 6])
    const next = majorityOf([4, 5, 6])
    cluster.reconfigure(1, next)
    const sequence = cluster.propose(2)
    cluster.settle()
    beat(cluster, 1)
    expect(cluster.node(2).applied.some(({ request }) => request?.sequence === sequence)).toBe(true)
    for (const id of cluster.nodes.keys()) cluster.crash(id)
    for (const id of cluster.nodes.keys()) cluster.start(id)
    expectInForce(cluster, next)
  })
})

describe('a change is refused', () => {
  it.each<[string, Membership]>([
    ['of nobody', majorityOf([])],
    [
      'that is joint itself',
      {
        quorums: { type: 'joint', old: majorityOf([1]).quorums, next: majorityOf([2]).quorums },
        observers: [],
      },
    ],
    [
      'whose election quorums need not meet',
      gridOf([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['with an observer who votes', { ...majorityOf([1, 2, 3]), observers: [3] }],
    ['with an observer who is nobody', { ...majorityOf([1, 2, 3]), observers: [0] }],
    ['with a witness who does not vote', { ...majorityOf([1, 2, 3]), witnesses: [4] }],
    ['of witnesses alone', { ...majorityOf([4, 5]), witnesses: [4, 5] }],
    ['that makes a voter a witness', withWitnesses(majorityOf([1, 2, 3]), [3])],
  ])('%s', (_, next) => {
    const cluster = ledOf([4, 5])
    expect(endOf(cluster, 1, change(cluster, 1, next))).toBe('invalid-membership definitely-not')
    expect(changesOf(cluster, 1)).toEqual([])
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2])))).toBe('done')
  })

  it('by who does not lead, saying who does', () => {
    const cluster = ledOf([4])
    const sequence = change(cluster, 2, majorityOf([1, 2, 3, 4]))
    expect(repliesOf(cluster, 2, sequence)).toMatchObject([{ reason: 'not-leader', leader: 1 }])
    const nobody = createCluster(3)
    expect(endOf(nobody, 1, change(nobody, 1, majorityOf([1])))).toBe('no-leader definitely-not')
  })

  it('M1: before a commit in the leader’s own term: a change of an earlier leader may yet be in somebody’s log', () => {
    const cluster = createCluster(3, { spares: [4] })
    campaign(cluster, 1)
    deliverAll(
      cluster,
      isType('RequestPreVote', 'RequestPreVoteResponse', 'RequestVote', 'RequestVoteResponse'),
    )
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 0 })
    const early = cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    expect(endOf(cluster, 1, early)).toBe('change-pending definitely-not')
    cluster.settle()
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2, 3, 4])))).toBe('done')
  })

  it('M4: while another is under way, be it that newcomers catch up, that it is not committed, or half way', () => {
    const cluster = ledOf([4])
    const replace = cluster.reconfigure(1, majorityOf([1, 2, 4]))
    const during = (): string | undefined => endOf(cluster, 1, cluster.reconfigure(1, majorityOf([1, 2])))
    expect(stateOf(cluster, 1).leadership!.change!.catchUp).toBeDefined()
    expect(during()).toBe('change-pending definitely-not')
    while (changesOf(cluster, 1).length === 0) cluster.deliver()
    expect(during()).toBe('change-pending definitely-not')
    while (changesOf(cluster, 1).length === 1) cluster.deliver()
    expect(during()).toBe('change-pending definitely-not')
    cluster.settle()
    expect(endOf(cluster, 1, replace)).toBe('done')
    expect(during()).toBeUndefined()
    cluster.settle()
    expect(nameOf(membershipAt(cluster, 1))).toBe('1 2')
  })

  it('M4: by a new leader that finds one in its log which it does not know to be committed', () => {
    const cluster = ledOf([])
    cluster.filter = ({ from, to }) => from !== 1 || to === 2
    cluster.reconfigure(1, majorityOf([1, 2]))
    cluster.deliver(isType('AppendEntries'))
    cluster.crash(1)
    cluster.filter = () => true
    cluster.fire(2, 'election')
    campaign(cluster, 2)
    // Voters 1 and 2 are needed now, and 1 is gone: nothing can be decided, let alone changed.
    cluster.settle()
    expect(cluster.observe(2).role).not.toBe('leader')
    cluster.start(1)
    elect(cluster, 2)
    expect(endOf(cluster, 2, change(cluster, 2, majorityOf([2])))).toBe('done')
  })
})

describe('the end of a request', () => {
  it('is an error that says nothing has changed, if the leader steps down while newcomers catch up', () => {
    const cluster = ledOf([4])
    const sequence = cluster.reconfigure(1, majorityOf([1, 2, 3, 4]))
    cluster.isolate(1)
    elect(cluster, 2)
    cluster.rejoin(1)
    cluster.run(300)
    expect(endOf(cluster, 1, sequence)).toBe('leadership-lost definitely-not')
    expect(nameOf(membershipAt(cluster, 2))).toBe('1 2 3')
  })

  it('is an error that leaves it open, if the leader steps down when it is in the log', () => {
    const cluster = ledOf([])
    const sequence = cluster.reconfigure(1, majorityOf([1, 2]))
    cluster.isolate(1)
    elect(cluster, 2)
    cluster.rejoin(1)
    cluster.run(300)
    expect(endOf(cluster, 1, sequence)).toBe('leadership-lost unknown')
  })

  it('is `done` when the new membership is committed, not when the joint one is', () => {
    const cluster = ledOf([4])
    const sequence = cluster.reconfigure(1, majorityOf([1, 2, 4]))
    while (changesOf(cluster, 1).length < 2) cluster.deliver()
    expect(cluster.observe(1).commitIndex).toBe(changesOf(cluster, 1)[0]![0])
    expect(endOf(cluster, 1, sequence)).toBeUndefined()
    cluster.settle()
    expect(endOf(cluster, 1, sequence)).toBe('done')
  })
})

describe('a leader that is to leave (M7, thesis §4.2.2)', () => {
  it('is not counted: both others must hold the entry', () => {
    const cluster = ledOf([])
    cluster.filter = ({ to }) => to !== 3
    const sequence = change(cluster, 1, majorityOf([2, 3]))
    expect(endOf(cluster, 1, sequence)).toBeUndefined()
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 1, lastIndex: 2 })
    cluster.filter = () => true
    beat(cluster, 1)
    beat(cluster, 1)
    expect(endOf(cluster, 1, sequence)).toBe('done')
  })

  it('leads until that is committed, then hands over: nobody waits for an election timeout', () => {
    const cluster = ledOf([4, 5])
    const sequence = change(cluster, 1, majorityOf([2, 4, 5]))
    expect(endOf(cluster, 1, sequence)).toBe('done')
    cluster.run(60)
    expect(cluster.time).toBeLessThan(100)
    expect(leadersOf(cluster)).toHaveLength(1)
    expect(leadersOf(cluster)).not.toContain(1)
    expect(cluster.observe(1)).toMatchObject({ role: 'observer' })
    expectInForce(cluster, majorityOf([2, 4, 5]))
  })

  it('drives the way out of the joint membership, though it is on the old side alone', () => {
    const cluster = ledOf([4, 5, 6])
    cluster.reconfigure(1, majorityOf([4, 5, 6], [1]))
    while (changesOf(cluster, 1).length < 2) cluster.deliver()
    expect(cluster.observe(1).role).toBe('leader')
    cluster.settle()
    expect(changesOf(cluster, 4).map(([, name]) => name)).toEqual(['1 2 3 | 4 5 6', '4 5 6 + 1'])
  })

  it('campaigns again, if it has lost its office before that was committed: it may have the only log that can win', () => {
    const cluster = createCluster(2)
    elect(cluster, 1)
    cluster.cut(1, 2)
    cluster.reconfigure(1, majorityOf([2]))
    cluster.crash(1)
    cluster.start(1)
    cluster.heal(1, 2)
    expect([1, 2].map((id) => nameOf(membershipAt(cluster, id)))).toEqual(['2', '1 2'])
    // Replica 2 needs the vote of 1, whose log is longer.
    expectInForce(cluster, majorityOf([2]))
    expect(eventsOf(cluster, 1, 'BecomeLeader')).toHaveLength(2)
    expect(cluster.observe(1).role).toBe('observer')
  })
})

describe('who has left', () => {
  it('is told so, and is quiet', () => {
    const cluster = ledOf([])
    change(cluster, 1, majorityOf([1, 2]))
    beat(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ role: 'observer', commitIndex: 2 })
    const before = cluster.observe(1).epoch
    cluster.run(5_000)
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: before })
    expect(eventsOf(cluster, 3, 'PreVote')).toEqual([])
    expect([...stateOf(cluster, 1).leadership!.progress.keys()]).toEqual([2])
  })

  it('V17: disturbs nobody, though it was not told, and learns it from whom it asks for votes', () => {
    const cluster = ledOf([])
    cluster.isolate(3)
    change(cluster, 1, majorityOf([1, 2]))
    cluster.run(3_000)
    cluster.rejoin(3)
    const before = cluster.observe(1).epoch
    cluster.run(5_000)
    expect(leadersOf(cluster)).toEqual([1])
    expect(cluster.observe(1).epoch).toBe(before)
  })

  it('V17: comes back with a term far ahead, without PreVote: one disturbance at most', () => {
    const cluster = createCluster(3, { preVote: false })
    elect(cluster, 1)
    cluster.isolate(3)
    change(cluster, 1, majorityOf([1, 2]))
    cluster.run(500)
    for (let i = 0; i < 20; i++) cluster.fire(3, 'election')
    expect(cluster.observe(3).epoch).toBeGreaterThan(10)
    cluster.rejoin(3)
    cluster.run(10_000)
    expect(leadersOf(cluster)).toEqual([1])
    expect(cluster.observe(1).epoch).toBe(1)
    // Taken in again, it brings its term along, once.
    change(cluster, 1, majorityOf([1, 2, 3]))
    cluster.run(3_000)
    const [leader] = leadersOf(cluster)
    const after = cluster.observe(leader!).epoch
    cluster.run(5_000)
    expect(cluster.observe(leader!)).toMatchObject({ role: 'leader', epoch: after })
  })

  it('L9: comes back in the same term as a stranger: what it answered before counts for nothing', () => {
    const cluster = ledOf([])
    cluster.propose(1)
    cluster.settle()
    const { session } = progressOf(cluster, 1, 3)
    const answers = cluster.inFlight
    expect(answers).toEqual([])
    change(cluster, 1, majorityOf([1, 2]))
    cluster.filter = ({ to }) => to !== 3
    cluster.reconfigure(1, majorityOf([1, 2, 3]))
    expect(progressOf(cluster, 1, 3)).toMatchObject({ match: 0, phase: 'probe' })
    expect(progressOf(cluster, 1, 3).session).toBeGreaterThan(session)
    const { term } = stateOf(cluster, 1)
    const old = {
      type: 'AppendEntriesResponse',
      term,
      session,
      round: 0,
      success: true,
      index: 2,
      hintIndex: 0,
      hintTerm: 0,
    } as const
    cluster.node(1).step({ type: 'receive', from: 3, message: old }, cluster.now())
    expect(progressOf(cluster, 1, 3).match).toBe(0)
  })
})

describe('a state with a change under way', () => {
  it('has other ids as if it had had them from the start', () => {
    const rename = (id: number): number => 10 - id
    const cluster = ledOf([4])
    change(cluster, 1, majorityOf([1, 2]))
    cluster.block(1, 4)
    cluster.reconfigure(1, majorityOf([1, 2, 4], [3]))
    const renamed = renameRaftState(stateOf(cluster, 1), rename)
    expect(renamed.leadership!.change).toMatchObject({
      target: majorityOf([6, 8, 9], [7]),
      catchUp: { newcomers: [6] },
    })
    expect(renamed.leadership!.leaving!.peers).toEqual([7])
    expect([...renamed.leadership!.progress.keys()]).toEqual([6, 7, 8])
    expect(() => validate(renamed)).not.toThrow()
  })
})
