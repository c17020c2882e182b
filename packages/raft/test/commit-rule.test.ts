import {
  isQuorum,
  type Membership,
  majorityOf,
  membersOf,
  type NodeId,
  type QuorumSystem,
  votersOf,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { raft, type RaftMessage } from '../src/index.ts'
import {
  beat,
  campaign,
  clusterWithLogs,
  createCluster,
  elect,
  entryOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'
import { encodeHardState } from '../src/hard-state.ts'

/**
 * Figure 8 of the paper, from (c) on: S1 led term 2 and wrote entry 2 to S1 and S2; S5 led term 3 and wrote another
 * entry 2 to itself; S1 leads again and brings its entry 2 to S3: a majority holds it.
 */
function figure8(unsafe: { commitOldTerms?: boolean }) {
  const cluster = clusterWithLogs(
    {
      1: { terms: [1, 2], term: 3 },
      2: { terms: [1, 2], term: 3 },
      3: { terms: [1], term: 3 },
      4: { terms: [1], term: 3 },
      5: { terms: [1, 3], term: 3 },
    },
    { unsafe },
  )
  cluster.crash(5)
  // S1's entry of its new term (4) reaches nobody; only older ones are replicated.
  cluster.filter = ({ message, to }) =>
    to !== 4 && (message.type !== 'AppendEntries' || message.entries.every(({ epoch }) => epoch < 4))
  return cluster
}

describe('figure 8', () => {
  it('V5: an entry of an earlier term is not committed by counting replicas', () => {
    const cluster = clusterWithLogs({
      1: { terms: [1, 2], term: 3 },
      2: { terms: [1, 2], term: 3 },
      3: { terms: [1], term: 3 },
      4: { terms: [1], term: 3 },
      5: { terms: [1, 3], term: 3 },
    })
    for (const id of [4, 5]) cluster.crash(id)
    elect(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ epoch: 4, commitIndex: 3 }) // committed with its own entry

    const other = figure8({})
    other.fire(1, 'election')
    other.settle()
    const { session } = stateOf(other, 1).leadership!.progress.get(2)!
    for (const from of [2, 3]) {
      const answer = {
        type: 'AppendEntriesResponse',
        term: 4,
        session,
        round: 0,
        success: true,
        index: 2,
      } as const
      other
        .node(1)
        .step({ type: 'receive', from, message: { ...answer, hintIndex: 0, hintTerm: 0 } }, other.now())
    }
    expect(stateOf(other, 1).leadership!.progress.get(3)!.match).toBe(2)
    expect(other.observe(1)).toMatchObject({ role: 'leader', epoch: 4, commitIndex: 0 })
  })

  it('with that rule off, the entry is committed, and then lost to S5', () => {
    const cluster = figure8({ commitOldTerms: true })
    cluster.fire(1, 'election')
    cluster.settle()
    const { session } = stateOf(cluster, 1).leadership!.progress.get(2)!
    for (const from of [2, 3]) {
      const answer = {
        type: 'AppendEntriesResponse',
        term: 4,
        session,
        round: 0,
        success: true,
        index: 2,
      } as const
      cluster
        .node(1)
        .step({ type: 'receive', from, message: { ...answer, hintIndex: 0, hintTerm: 0 } }, cluster.now())
    }
    expect(cluster.observe(1).commitIndex).toBe(2)
    cluster.filter = () => true
    cluster.crash(1)
    cluster.start(5)
    campaign(cluster, 5) // learns of term 4
    cluster.settle()
    elect(cluster, 5)
    for (const id of [2, 3, 4, 5]) expect(termsOf(cluster, id).slice(0, 2)).toEqual([1, 3])
  })

  it('an older entry is committed together with one of the own term', () => {
    const cluster = clusterWithLogs({ 1: { terms: [1, 2] }, 2: { terms: [1] }, 3: { terms: [1] } })
    elect(cluster, 1)
    expect(cluster.observe(1)).toMatchObject({ epoch: 3, commitIndex: 3 })
    beat(cluster, 1)
    expect(cluster.observe(2).commitIndex).toBe(3)
  })
})

const nodes: readonly NodeId[] = [1, 2, 3, 4, 5, 6, 7]
const someVoters = fc
  .uniqueArray(fc.constantFrom(...nodes.slice(1)), { maxLength: 6 })
  .map((list) => [1, ...list])
const systems: fc.Arbitrary<QuorumSystem> = fc.oneof(
  someVoters.map((voters): QuorumSystem => majorityOf(voters).quorums),
  fc.tuple(someVoters, someVoters).map(([old, next]): QuorumSystem => ({
    type: 'joint',
    old: majorityOf(old).quorums,
    next: majorityOf(next).quorums,
  })),
)

/** The highest own-term index that some quorum holds, found by trying every index. */
function bruteForce(
  system: QuorumSystem,
  match: ReadonlyMap<NodeId, number>,
  last: number,
  start: number,
): number {
  for (let index = last; index >= start; index--) {
    if (isQuorum(system, (voter) => (match.get(voter) ?? 0) >= index)) return index
  }
  return 0
}

describe('the commit rule', () => {
  it('L10: equals brute force on random memberships, joint ones too, and orders of answers', () => {
    const answers = fc.array(fc.tuple(fc.constantFrom(...nodes), fc.integer({ min: 0, max: 12 })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(systems, fc.integer({ min: 0, max: 6 }), answers, (quorums, older, acks) => {
        const membership: Membership = { quorums, observers: [] }
        const engine = leaderOf(membership, older)
        const last = older + 1 + 5
        const match = new Map<NodeId, number>([[1, last]])
        const voters = membersOf(membership)
        const before = bruteForce(quorums, match, last, older + 1)
        for (const [from, index] of acks) {
          if (!voters.includes(from) || from === 1 || index > last) continue
          acknowledge(engine, from, index)
          match.set(from, Math.max(match.get(from) ?? 0, index))
        }
        // All in one turn: in the next, a joint membership may have been left.
        engine.take()
        fc.pre(quorums.type !== 'joint' || before === 0)
        expect(engine.observe().commitIndex).toBe(bruteForce(quorums, match, last, older + 1))
      }),
      { numRuns: 2_000 },
    )
  })
})

const at = { wall: 0, monotonic: 0 }

/** A leader of term 2, alone in the test, with `older` entries of term 1 and six of its own, all on its own disk. */
function leaderOf(membership: Membership, older: number) {
  const engine = raft({ preVote: false }).create({
    self: 1,
    membership,
    snapshot: undefined,
    image: {
      incarnation: 1,
      hardState: encodeHardState({ term: 1, votedFor: undefined }),
      base: undefined,
      entries: Array.from({ length: older }, (_, i) => entryOf(i + 1, 1)),
      ballots: new Map(),
    },
  })
  const step = (message: RaftMessage, from: NodeId): void => {
    engine.step({ type: 'receive', from, message }, at)
    drain(engine)
  }
  engine.step({ type: 'timeout', timer: 'election' }, at)
  drain(engine)
  for (const from of votersOf(membership)) {
    if (from !== 1)
      step({ type: 'RequestVoteResponse', term: 2, granted: true, commit: 0, commitTerm: 0 }, from)
  }
  for (let sequence = 1; sequence <= 5; sequence++) {
    engine.step({ type: 'propose', request: { replica: 1, sequence }, data: new Uint8Array(1) }, at)
  }
  drain(engine)
  return engine
}

type RaftEngineLike = ReturnType<ReturnType<typeof raft>['create']>

function drain(engine: RaftEngineLike): void {
  for (;;) {
    const { persist } = engine.take()
    if (persist === undefined) return
    engine.step({ type: 'persisted', token: persist.token }, at)
  }
}

function acknowledge(engine: RaftEngineLike, from: NodeId, index: number): void {
  const message = {
    type: 'AppendEntriesResponse',
    term: 2,
    session: sessionOf(engine, from),
    round: 0,
    success: true,
    index,
    hintIndex: 0,
    hintTerm: 0,
  } as const
  engine.step({ type: 'receive', from, message }, at)
}

function sessionOf(engine: RaftEngineLike, member: NodeId): number {
  const state = engine.capture() as ReturnType<typeof stateOf>
  return state.leadership!.progress.get(member)!.session
}

it('a cluster of even size needs more than half', () => {
  const cluster = createCluster(4)
  elect(cluster, 1)
  for (const id of [3, 4]) cluster.isolate(id)
  cluster.propose(1)
  cluster.settle()
  expect(cluster.observe(1).commitIndex).toBe(1)
})
