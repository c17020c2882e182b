import type { NodeId } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  beat,
  type Cluster,
  createCluster,
  eventsOf,
  give,
  intercept,
  isType,
  leadersOf,
  messagesOf,
  stateOf,
} from './support/cluster.ts'
import { transfer } from './support/leadership.ts'

type Path = (cluster: Cluster) => void

/** What a replica that is asked in `term` by `asker`, with a log as good as any, answers. */
function answerOf(cluster: Cluster, id: NodeId, asker: NodeId, term: number): boolean {
  const end = { lastLogIndex: 99, lastLogTerm: term, commit: 0, commitTerm: 0 }
  const answers = messagesOf(cluster, 'RequestVoteResponse', () =>
    give(cluster, asker, id, { type: 'RequestVote', term, ...end, release: 0 }),
  )
  return answers.some(({ to, message }) => to === asker && message.term === term && message.granted)
}

const heartbeat = { type: 'Heartbeat', term: 1, session: 1, round: 1, leaderCommit: 0 } as const
const timeOut: Path = (cluster) => cluster.fire(1, 'election')
const hearTwo: Path = (cluster) => give(cluster, 2, 1, heartbeat)
const twoResigns: Path = (cluster) => give(cluster, 2, 1, { type: 'NotLeader', term: 1 })
const hearLeaderSilent: Path = (cluster) => {
  hearTwo(cluster)
  timeOut(cluster) // suspected
  timeOut(cluster) // a pre-candidate
}

/** Replica 1 votes for 2 in term 1. */
const voteForTwo: Path = (cluster) => {
  expect(answerOf(cluster, 1, 2, 1)).toBe(true)
}

/** Replica 1 votes for itself in term 1. */
const campaignAlone: Path = (cluster) => {
  cluster.filter = ({ message }) => !message.type.startsWith('RequestVote')
  timeOut(cluster)
  cluster.settle()
  cluster.filter = () => true
  expect(cluster.observe(1)).toMatchObject({ role: 'candidate', phase: 'candidate', epoch: 1 })
}

const win: Path = (cluster) => {
  timeOut(cluster)
  cluster.settle()
  expect(cluster.observe(1)).toMatchObject({ role: 'leader', epoch: 1 })
}

const loseQuorum: Path = (cluster) => {
  cluster.filter = () => false
  for (let i = 0; i < 10 && cluster.observe(1).role === 'leader'; i++) beat(cluster, 1)
  expect(cluster.observe(1).role).toBe('follower')
  cluster.filter = () => true
}

const stallDisk: Path = (cluster) => {
  beat(cluster, 1)
  cluster.node(1).autoPersist = false
  cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
  cluster.propose(1)
  for (let i = 0; i < 20 && cluster.observe(1).role === 'leader'; i++) beat(cluster, 1)
  cluster.node(1).autoPersist = true
  cluster.node(1).drain(cluster.now())
}

const removedFromOffice: Path = (cluster) => {
  beat(cluster, 1)
  cluster.filter = ({ message }) => message.type !== 'TimeoutNow'
  transfer(cluster, 1, 2)
  for (let i = 0; i < 12; i++) beat(cluster, 1)
  loseQuorum(cluster)
}

describe('V1: a vote is kept within its term, whatever role changes come, and over a restart after each', () => {
  it.each<[string, NodeId, Path[]]>([
    ['a follower that voted', 2, [voteForTwo]],
    ['… asks for pre-votes', 2, [voteForTwo, timeOut]],
    ['… again', 2, [voteForTwo, timeOut, timeOut]],
    ['… and follows the one it voted for', 2, [voteForTwo, timeOut, hearTwo]],
    ['… follows at once', 2, [voteForTwo, hearTwo]],
    ['… is told that its leader leads no more', 2, [voteForTwo, hearTwo, twoResigns]],
    ['… and asks for pre-votes', 2, [voteForTwo, hearTwo, twoResigns, timeOut]],
    ['… loses sight of its leader', 2, [voteForTwo, hearLeaderSilent]],
    ['… and finds it again', 2, [voteForTwo, hearLeaderSilent, hearTwo]],
    ['a candidate', 1, [campaignAlone]],
    ['… whose time runs out', 1, [campaignAlone, timeOut]],
    ['… and who then hears of a leader', 1, [campaignAlone, timeOut, hearTwo]],
    ['… who hears of a leader', 1, [campaignAlone, hearTwo]],
    ['… and loses it', 1, [campaignAlone, hearTwo, twoResigns, timeOut]],
    ['a leader', 1, [win]],
    ['… without a quorum', 1, [win, loseQuorum]],
    ['… and without a pre-vote', 1, [win, loseQuorum, timeOut]],
    ['… whose disk stalled', 1, [win, stallDisk]],
    ['… whose transfer came to nothing', 1, [win, removedFromOffice]],
  ])('%s (voted for %i)', (_, votedFor, paths) => {
    const cluster = createCluster(3)
    for (const path of paths) {
      path(cluster)
      expect(stateOf(cluster, 1)).toMatchObject({ term: 1, votedFor })
    }
    expect(answerOf(cluster, 1, 3, 1)).toBe(false)
    cluster.crash(1)
    cluster.start(1)
    expect(stateOf(cluster, 1)).toMatchObject({ term: 1, votedFor, role: 'follower', leader: undefined })
    expect(answerOf(cluster, 1, 3, 1)).toBe(false)
    expect(answerOf(cluster, 1, 3, 2)).toBe(true) // the term is another
  })

  it('and with the rule off each step down within a term brings a second vote', () => {
    const cluster = createCluster(3, { unsafe: { forgetVoteOnStepDown: true } }, undefined)
    win(cluster)
    expect(() => loseQuorum(cluster)).toThrow('a vote is never changed within its term')
  })
})

describe('the election timer', () => {
  it('V18: is drawn anew from a range with each change of role, so replicas do not fall into step', () => {
    const cluster = createCluster(3)
    const draws: string[] = []
    const armed = (path: Path): void => {
      const before = cluster.node(1).timers.get('election')
      cluster.time += 1
      path(cluster)
      if (cluster.node(1).timers.get('election') !== before) draws.push(cluster.observe(1).phase)
    }
    armed(timeOut)
    armed(campaignAlone)
    armed(timeOut)
    armed(hearTwo)
    armed(twoResigns)
    expect(draws).toEqual(['pre-candidate', 'candidate', 'pre-candidate', 'follower', 'follower'])
  })

  it('V13: is not set by a pre-vote, nor by a vote that is refused', () => {
    const cluster = createCluster(3)
    const before = cluster.node(1).timers.get('election')
    cluster.time += 100
    const end = { lastLogIndex: 0, lastLogTerm: 0, commit: 0, commitTerm: 0 }
    give(cluster, 2, 1, { type: 'RequestPreVote', term: 0, round: 1, ...end })
    expect(eventsOf(cluster, 1, 'HandlePreVoteRequest')).toHaveLength(1)
    expect(cluster.node(1).timers.get('election')).toBe(before)
    expect(answerOf(cluster, 1, 2, 1)).toBe(true)
    const armed = cluster.node(1).timers.get('election')!
    expect(armed).toBeGreaterThan(before!)
    cluster.time += 100
    expect(answerOf(cluster, 1, 3, 1)).toBe(false)
    expect(cluster.node(1).timers.get('election')).toBe(armed)
  })
})

describe('answers that come late', () => {
  it('V3: a vote for an earlier campaign of the same replica counts for nothing', () => {
    const cluster = createCluster(5, { preVote: false })
    timeOut(cluster)
    while (cluster.deliver(isType('RequestVote')));
    const late = intercept(cluster, isType('RequestVoteResponse'))
    expect(late).toHaveLength(4)
    timeOut(cluster)
    cluster.inFlight = []
    for (const { from, message } of late) give(cluster, from, 1, message)
    expect(cluster.observe(1)).toMatchObject({ role: 'candidate', epoch: 2 })
    expect(leadersOf(cluster)).toEqual([])
  })

  it('V2: a vote that comes before the own one is durable waits for it', () => {
    const cluster = createCluster(3, { preVote: false })
    cluster.node(1).autoPersist = false
    timeOut(cluster)
    const vote = { type: 'RequestVoteResponse', term: 1, granted: true, commit: 0, commitTerm: 0 } as const
    give(cluster, 2, 1, vote)
    give(cluster, 2, 1, vote) // a repeat is no second vote (C8)
    expect(leadersOf(cluster)).toEqual([])
    cluster.node(1).completeWrite(cluster.now())
    expect(leadersOf(cluster)).toEqual([1])
  })
})
