import { blankEntry, majorityOf, type Membership, type NodeId, withWitnesses } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { renameHardState } from '../src/rename.ts'
import { encodeHardState } from '../src/index.ts'
import {
  beat,
  campaign,
  type Cluster,
  type ClusterOptions,
  createCluster,
  elect,
  entryOf,
  eventsOf,
  ignoredAt,
  leadersOf,
  messagesOf,
  repliesOf,
  stateOf,
} from './support/cluster.ts'
import { change, changesOf, endOf, ledOf, membershipAt } from './support/members.ts'

const two: Membership = withWitnesses(majorityOf([1, 2, 3]), [3])

/** Voters 1 and 2 with commands, 3 without; 1 leads. */
function witnessed(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster(3, { membership: two, ...options })
  elect(cluster, 1)
  beat(cluster, 1)
  return cluster
}

function write(cluster: Cluster, id: NodeId, count = 1): void {
  for (let i = 0; i < count; i++) cluster.propose(id, 'abc')
  cluster.settle()
  beat(cluster, id)
}

function kindsAt(cluster: Cluster, id: NodeId): string[] {
  return stateOf(cluster, id).log.entries.map(({ kind, data, request }) =>
    kind === 'membership' ? kind : `${kind} ${data.length} ${request?.replica ?? '-'}`,
  )
}

describe('a witness', () => {
  it('keeps the places and terms of commands, and nothing of them; memberships it keeps whole', () => {
    const cluster = witnessed({ spares: [4] })
    write(cluster, 1)
    change(cluster, 1, withWitnesses(majorityOf([1, 2, 3, 4]), [3]))
    expect(kindsAt(cluster, 2)).toEqual(['noop 0 -', 'command 3 1', 'membership'])
    expect(kindsAt(cluster, 3)).toEqual(['noop 0 -', 'blank 0 -', 'membership'])
    expect(stateOf(cluster, 3).log.entries.map(({ index, epoch, time }) => [index, epoch, time])).toEqual(
      stateOf(cluster, 2).log.entries.map(({ index, epoch, time }) => [index, epoch, time]),
    )
    expect(membershipAt(cluster, 3)).toEqual(membershipAt(cluster, 1))
  })

  it('makes a majority: with it one voter with commands goes on, without it not', () => {
    const cluster = witnessed()
    cluster.crash(2)
    write(cluster, 1)
    expect(cluster.observe(1).commitIndex).toBe(2)
    cluster.run(2_000)
    expect(cluster.observe(1).role).toBe('leader')
    cluster.crash(3)
    write(cluster, 1)
    expect(cluster.observe(1).commitIndex).toBe(2)
  })

  it('votes, but only for a log that is as long as its own', () => {
    const cluster = witnessed()
    cluster.crash(2)
    write(cluster, 1)
    cluster.crash(1)
    cluster.start(2)
    cluster.run(3_000)
    expect(leadersOf(cluster)).toEqual([]) // 2 lacks a command that 1 has committed
    cluster.start(1)
    cluster.run(3_000)
    expect(leadersOf(cluster)).toEqual([1])
    cluster.crash(1)
    cluster.run(3_000)
    expect(leadersOf(cluster)).toEqual([2])
  })

  it('never campaigns, whoever asks it to', () => {
    const cluster = witnessed()
    for (const id of [1, 2]) cluster.crash(id)
    cluster.run(5_000)
    expect(eventsOf(cluster, 3, 'PreVote')).toEqual([])
    expect(cluster.observe(3).role).toBe('follower')
    for (const id of [1, 2]) cluster.start(id)
    cluster.run(3_000)
    const [leader] = leadersOf(cluster)
    const { term } = stateOf(cluster, 3)
    cluster
      .node(3)
      .step(
        { type: 'receive', from: leader!, message: { type: 'TimeoutNow', term, release: 2 ** 21 } },
        cluster.now(),
      )
    expect(cluster.observe(3).role).toBe('follower')
    const transfer = { replica: leader!, sequence: 900 }
    cluster.node(leader!).step({ type: 'transfer', request: transfer, to: 3 }, cluster.now())
    expect(repliesOf(cluster, leader!, 900)).toMatchObject([{ reason: 'invalid-target' }])
  })

  it('serves no clients', () => {
    const cluster = witnessed()
    for (const sequence of [cluster.propose(3), cluster.read(3), cluster.read(3, 'sequential')]) {
      expect(repliesOf(cluster, 3, sequence)).toMatchObject([
        { reason: 'witness', outcome: 'definitely-not' },
      ])
    }
  })

  it('serves none either while it catches up and nobody has told it what it will be', () => {
    // Found by the simulator: a newcomer took a read, was sent blanks up to its index, and answered from an empty machine.
    const cluster = ledOf([4])
    write(cluster, 1)
    cluster.reconfigure(1, withWitnesses(majorityOf([1, 2, 3, 4]), [4]))
    cluster.deliver(({ to }) => to === 4)
    expect(cluster.observe(4).leader).toBe(1)
    const asked = [cluster.read(4), cluster.read(4, 'lease'), cluster.propose(4)]
    cluster.settle()
    for (const sequence of asked) {
      expect(repliesOf(cluster, 4, sequence)).toMatchObject([
        { reason: 'not-member', outcome: 'definitely-not' },
      ])
    }
  })

  it('drops what clients of a former member wait for when that turns out to be a witness', () => {
    const cluster = ledOf([])
    cluster.filter = ({ from, to, message }) =>
      !(from === 3 && to === 1 && (message.type === 'ReadIndex' || message.type === 'Forward'))
    const asked = [cluster.read(3), cluster.propose(3)]
    cluster.settle()
    const entry = blankEntry(entryOf(2, 1))
    const { term } = stateOf(cluster, 3)
    change(cluster, 1, majorityOf([1, 2]))
    beat(cluster, 1)
    const message = {
      type: 'AppendEntries',
      term,
      session: 99,
      round: 0,
      prevLogIndex: 2,
      prevLogTerm: 1,
      leaderCommit: 2,
      witness: true,
      entries: [{ ...entry, index: 3 }],
    } as const
    cluster.node(3).step({ type: 'receive', from: 1, message }, cluster.now())
    expect(stateOf(cluster, 3).blank).toBe(true)
    const read = repliesOf(cluster, 3, asked[0]!).filter(({ type }) => type !== 'abandoned')
    expect(read).toMatchObject([{ reason: 'witness' }])
    expect(repliesOf(cluster, 3, asked[1]!)).toMatchObject([{ type: 'abandoned' }])
  })

  it('confirms reads and counts for CheckQuorum like any voter', () => {
    const cluster = witnessed()
    cluster.crash(2)
    const read = cluster.read(1)
    cluster.settle()
    expect(repliesOf(cluster, 1, read)).toMatchObject([{ type: 'readReady' }])
  })

  it('skips what has been compacted with a snapshot like any other, and goes on without commands', () => {
    const cluster = witnessed({ compactionTail: 0 })
    cluster.isolate(3)
    write(cluster, 1, 5)
    cluster.buildSnapshot(1)
    cluster.rejoin(3)
    cluster.run(300)
    write(cluster, 1, 2)
    expect(eventsOf(cluster, 3, 'InstallSnapshot')).toHaveLength(1)
    expect(kindsAt(cluster, 3)).toEqual(['blank 0 -', 'blank 0 -'])
    expect(cluster.observe(3).commitIndex).toBe(8)
  })

  it('compacts its own log', () => {
    const cluster = witnessed({ compactionTail: 0 })
    write(cluster, 1, 5)
    cluster.buildSnapshot(3)
    expect(cluster.observe(3)).toMatchObject({ firstIndex: 7, commitIndex: 6 })
    cluster.crash(3)
    cluster.start(3)
    write(cluster, 1)
    expect(cluster.observe(3)).toMatchObject({ commitIndex: 7 })
  })

  it('is sent nothing that the leader’s own disk does not hold', () => {
    const cluster = witnessed()
    cluster.node(1).autoPersist = false
    const sent = messagesOf(cluster, 'AppendEntries', () => {
      cluster.propose(1)
      cluster.settle()
    })
    expect(sent.map(({ to }) => to)).toEqual([2])
    const later = messagesOf(cluster, 'AppendEntries', () => {
      cluster.node(1).completeWrite(cluster.now())
      cluster.settle()
    })
    expect(later.map(({ to, message }) => [to, message.entries.length])).toEqual([[3, 1]])
  })

  it('so that a lost write of the leader keeps nobody from leading', () => {
    // Found by random schedules: the witness of two voters held a place that its only partner had lost.
    const membership = withWitnesses(majorityOf([1, 2]), [2])
    const cluster = createCluster(2, { membership })
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.propose(1)
    cluster.settle()
    cluster.crash(1)
    cluster.node(1).autoPersist = true
    cluster.start(1)
    cluster.run(3_000)
    expect(leadersOf(cluster)).toEqual([1])
  })

  it('does not commit what no voter with commands holds: a leader that is none itself counts for nothing', () => {
    const cluster = createCluster(3, { membership: withWitnesses(majorityOf([1, 2, 3, 4, 5]), [3, 4, 5]) })
    elect(cluster, 1)
    cluster.node(1).autoPersist = false
    cluster.crash(2)
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(1)
    cluster.node(1).autoPersist = true
    cluster.node(1).drain(cluster.now())
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(2)
  })
})

describe('who is a witness', () => {
  it('may come and go like any voter', () => {
    const cluster = ledOf([4])
    expect(endOf(cluster, 1, change(cluster, 1, withWitnesses(majorityOf([1, 2, 3, 4]), [4])))).toBe('done')
    write(cluster, 1, 3)
    expect(kindsAt(cluster, 4).filter((kind) => kind.startsWith('command'))).toEqual([])
    expect(endOf(cluster, 1, change(cluster, 1, withWitnesses(majorityOf([1, 2, 4]), [4])))).toBe('done')
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2])))).toBe('done')
  })

  it('may take the place of another in joint quorums', () => {
    const cluster = createCluster(3, { membership: two, spares: [4, 5] })
    elect(cluster, 1)
    const next = withWitnesses(majorityOf([1, 4, 5]), [5])
    expect(endOf(cluster, 1, change(cluster, 1, next))).toBe('done')
    expect(changesOf(cluster, 1)).toHaveLength(2)
    expect(membershipAt(cluster, 1)).toEqual(next)
    expect(stateOf(cluster, 1).memberships.at(-2)!.membership.witnesses).toEqual([3, 5])
    write(cluster, 1, 2)
    expect(kindsAt(cluster, 5).filter((kind) => kind.startsWith('command'))).toEqual([])
    expect(kindsAt(cluster, 4).filter((kind) => kind.startsWith('command'))).toHaveLength(2)
  })

  it.each<[string, Membership]>([
    ['a voter with commands', majorityOf([1, 2, 3])],
    ['an observer', majorityOf([1, 2], [3])],
  ])('never becomes %s: what it has skipped it never gets', (_, next) => {
    const cluster = witnessed()
    expect(endOf(cluster, 1, change(cluster, 1, next))).toBe('invalid-membership definitely-not')
  })

  it('nor by way of being no member for a while: it answers no leader that takes it for one with commands', () => {
    const cluster = witnessed({ spares: [4] })
    write(cluster, 1, 2)
    expect(endOf(cluster, 1, change(cluster, 1, majorityOf([1, 2])))).toBe('done')
    beat(cluster, 1)
    const sequence = change(cluster, 1, majorityOf([1, 2, 3]))
    cluster.run(40_000, () => endOf(cluster, 1, sequence) !== undefined)
    expect(endOf(cluster, 1, sequence)).toBe('catch-up-failed definitely-not')
    expect(ignoredAt(cluster, 3)).toContain('not-for-my-log')
    expect(membershipAt(cluster, 1)).toEqual(majorityOf([1, 2]))
    // As a witness it may come back.
    expect(endOf(cluster, 1, change(cluster, 1, two))).toBe('done')
  })

  it('is known to its disk: a restart changes nothing, nor do other ids', () => {
    const cluster = witnessed()
    write(cluster, 1)
    cluster.crash(3)
    cluster.start(3)
    expect(stateOf(cluster, 3)).toMatchObject({ blank: true })
    const bytes = encodeHardState({ term: 3, votedFor: 1, blank: true })
    expect(renameHardState(bytes, (id) => id + 1)).toEqual(
      encodeHardState({ term: 3, votedFor: 2, blank: true }),
    )
  })

  it('leaves no commands out of the log of a member that has them, whatever a leader says', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    const message = {
      type: 'AppendEntries',
      term: 1,
      session: 9,
      round: 0,
      prevLogIndex: 1,
      prevLogTerm: 1,
      leaderCommit: 0,
      witness: true,
      entries: [],
    } as const
    cluster.node(3).step({ type: 'receive', from: 1, message }, cluster.now())
    expect(ignoredAt(cluster, 3)).toContain('not-for-my-log')
    campaign(cluster, 3)
    cluster.settle()
    expect(leadersOf(cluster)).toEqual([3])
  })
})
