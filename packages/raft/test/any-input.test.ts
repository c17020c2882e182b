import {
  type Engine,
  type Entry,
  type Input,
  InvariantViolation,
  majorityOf,
  type Membership,
  type Token,
} from '@quorate/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RaftMessage, RaftState } from '../src/index.ts'
import { checkedRaft } from './support/checked.ts'
import { entryOf } from './support/cluster.ts'

/** For longer searches: `RAFT_RUNS=20000 npx vitest run packages/raft/test/any-input.test.ts`. */
const numRuns = Number(process.env['RAFT_RUNS'] ?? 400)

/**
 * What stops a replica: only peers that contradict each other, or what they had said, can bring it about. Everything
 * else that an input does must leave the invariants standing.
 */
const contradictions = [
  'a term has one leader',
  'a committed entry is never dropped',
  "a leader's log only grows",
  'a leader holds what is committed',
  'a snapshot agrees with what is committed',
]

const term = fc.integer({ min: 0, max: 4 })
const index = fc.integer({ min: 0, max: 9 })
const count = fc.integer({ min: 0, max: 6 })
const from = fc.constantFrom(2, 3, 4, 9)
const votes = { commit: index, commitTerm: term }
const stream = { term, session: fc.integer({ min: 0, max: 9 }), round: count }

function message<T extends RaftMessage['type']>(
  type: T,
  fields: { [K in Exclude<keyof Extract<RaftMessage, { type: T }>, 'type'>]?: fc.Arbitrary<unknown> },
): fc.Arbitrary<RaftMessage> {
  return fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<RaftMessage>
}

/** Dense entries behind `prevLogIndex`, of terms that may be any. */
const append = fc
  .tuple(
    message('AppendEntries', {
      ...stream,
      prevLogIndex: index,
      prevLogTerm: term,
      leaderCommit: index,
      witness: fc.constant(false),
    }),
    fc.array(term, { maxLength: 4 }),
  )
  .map(([one, terms]): RaftMessage => {
    if (one.type !== 'AppendEntries') return one
    const entries: Entry[] = terms
      .toSorted((a, b) => a - b)
      .map((epoch, i) => entryOf(one.prevLogIndex + 1 + i, epoch))
    return { ...one, entries }
  })

const messages: fc.Arbitrary<RaftMessage> = fc.oneof(
  { weight: 4, arbitrary: append },
  message('RequestPreVote', { term, round: count, lastLogIndex: index, lastLogTerm: term, ...votes }),
  message('RequestPreVoteResponse', { term, round: count, granted: fc.boolean(), ...votes }),
  message('RequestVote', { term, lastLogIndex: index, lastLogTerm: term, release: count, ...votes }),
  { weight: 3, arbitrary: message('RequestVoteResponse', { term, granted: fc.boolean(), ...votes }) },
  {
    weight: 4,
    arbitrary: message('AppendEntriesResponse', {
      ...stream,
      success: fc.boolean(),
      index,
      hintIndex: index,
      hintTerm: term,
    }),
  },
  message('Heartbeat', { ...stream, leaderCommit: index }),
  { weight: 3, arbitrary: message('HeartbeatResponse', { ...stream, received: index, durable: index }) },
  message('NotLeader', { term }),
  message('TimeoutNow', { term, release: count }),
  message('ReadIndex', { term, id: count }),
  message('ReadIndexResponse', { term, id: count, index }),
  fc.array(count, { maxLength: 3 }).chain((sequences) =>
    message('Forward', {
      term,
      sequences: fc.constant(sequences.toSorted((a, b) => a - b)),
      commands: fc.constant(sequences.map((size) => new Uint8Array(size))),
    }),
  ),
  message('ForwardRefused', {
    term,
    sequences: fc.array(count, { maxLength: 3 }),
    reason: fc.constant('overloaded'),
  }),
)

/** An input that does not depend on what the replica has asked for, or a number to make one of that does. */
type Step = Input<RaftMessage> | { readonly type: 'own'; readonly what: number; readonly n: number }

const memberships: fc.Arbitrary<Membership> = fc.constantFrom(
  majorityOf([1, 2, 3], [4]),
  majorityOf([1, 2]),
  majorityOf([2, 3, 4]),
  majorityOf([1, 2, 3, 4, 5]),
)
const received = { type: 'snapshotReceived', message: { type: 'InstallSnapshot' } } as const
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('receive' as const), from, message: messages }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('timeout' as const),
      timer: fc.constantFrom('election', 'heartbeat'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('own' as const), what: fc.nat({ max: 9 }), n: count }),
  },
  fc.record({ type: fc.constantFrom('peerUp' as const, 'peerDown' as const), peer: from }),
  fc.tuple(from, term, index, count, count, term).map(([sender, epoch, at, session, round, ownTerm]) => ({
    ...received,
    from: sender,
    message: { ...received.message, term: ownTerm, session, round },
    meta: { index: at + 1, epoch, membership: majorityOf([1, 2, 3], [4]) },
  })),
  fc.record({
    type: fc.constant('fetched' as const),
    from: index,
    entries: fc.array(
      fc.tuple(index, term).map(([at, epoch]) => entryOf(at, epoch)),
      { maxLength: 3 },
    ),
  }),
  memberships.map((membership) => ({
    type: 'snapshotSent' as const,
    to: 2,
    meta: { index: 3, epoch: 1, membership },
  })),
  fc.record({ type: fc.constant('snapshotFailed' as const), to: from, cause: fc.constant('lost') }),
)

/** One replica, and what its host owes it: writes that it has handed out complete in order, requests have sequences. */
class Alone {
  readonly engine: Engine<RaftMessage>
  private readonly membership = majorityOf([1, 2, 3], [4])
  private readonly writing: Token[] = []
  private applied = 0
  private sequence = 100
  private readonly at = { wall: 1, monotonic: 1 }

  constructor() {
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const options = {
      memoryTail: 1,
      compactionTail: 2,
      maxBatchBytes: 8,
      maxInflightMessages: 2,
      eagerCommit: true,
      preVote: false,
    }
    const init = { self: 1, membership: this.membership, image, snapshot: undefined }
    this.engine = checkedRaft(options).create(init)
    this.take()
  }

  step(step: Step): void {
    const input = step.type === 'own' ? this.own(step.what, step.n) : this.nearTerm(step)
    if (input === undefined) return
    this.engine.step(input, this.at)
    this.take()
  }

  /** The terms in messages are drawn from two below this replica's to two above it. */
  private nearTerm(input: Input<RaftMessage>): Input<RaftMessage> {
    if (input.type !== 'receive') return input
    const near = Math.max(0, this.engine.observe().epoch + input.message.term - 2)
    return { ...input, message: { ...input.message, term: near } }
  }

  private take(): void {
    const { persist, apply, snapshots } = this.engine.take()
    if (persist !== undefined) this.writing.push(persist.token)
    for (const order of snapshots) if (order.type === 'install') this.applied = order.meta.index
    for (const entry of apply) {
      expect(entry.index).toBe(this.applied + 1)
      this.applied = entry.index
    }
  }

  /** What somebody might well say: a vote, or that entries have arrived. */
  private answer(isVote: boolean, n: number): Input<RaftMessage> {
    const { term: current, leadership } = this.engine.capture() as RaftState
    const sender = 2 + (n % 3)
    const heard = (said: RaftMessage): Input<RaftMessage> => ({
      type: 'receive',
      from: sender,
      message: said,
    })
    if (isVote) {
      return heard({ type: 'RequestVoteResponse', term: current, granted: true, commit: 0, commitTerm: 0 })
    }
    const session = leadership?.progress.get(sender)?.session ?? 0
    const answer = { type: 'AppendEntriesResponse', term: current, session, round: n, hintIndex: 0 } as const
    const at = Math.max(0, this.engine.observe().lastIndex - (n % 4))
    return heard({ ...answer, success: n > 0, index: at, hintTerm: 0 })
  }

  private own(what: number, n: number): Input<RaftMessage> | undefined {
    const request = { replica: 1, sequence: ++this.sequence }
    switch (what) {
      case 0:
        return { type: 'propose', request, data: new Uint8Array(n) }
      case 1:
        return { type: 'read', request, mode: n % 2 === 0 ? 'linearizable' : 'sequential' }
      case 2:
        return { type: 'transfer', request, to: n }
      case 3: {
        const { log } = this.engine.capture() as RaftState
        if (this.applied <= log.storedBase) return undefined
        const epoch =
          log.base === this.applied ? log.baseEpoch : log.entries[this.applied - log.base - 1]?.epoch
        if (epoch === undefined) return undefined
        const meta = { index: this.applied, epoch, membership: this.engine.observe().membership }
        return { type: 'snapshotBuilt', meta }
      }
      case 4:
      case 5:
        return this.answer(what === 4, n)
      default: {
        const token = this.writing.shift()
        return token === undefined ? undefined : { type: 'persisted', token }
      }
    }
  }
}

it('any inputs, whoever they contradict, leave the invariants standing or stop the replica for what they say', () => {
  const reached = { leader: 0, committed: 0, stopped: 0 }
  fc.assert(
    fc.property(fc.array(steps, { minLength: 20, maxLength: 120, size: 'max' }), (list) => {
      const alone = new Alone()
      try {
        for (const step of list) {
          alone.step(step)
          if (alone.engine.observe().role === 'leader') reached.leader += 1
          if (alone.engine.observe().commitIndex > 0) reached.committed += 1
        }
      } catch (error) {
        if (!(error instanceof InvariantViolation)) throw error
        expect(
          contradictions.filter((one) => error.message.includes(one)),
          error.message,
        ).toHaveLength(1)
        reached.stopped += 1
      }
    }),
    { numRuns },
  )
  // A run that stands still shows nothing.
  expect(reached.leader).toBeGreaterThan(numRuns / 10)
  expect(reached.committed).toBeGreaterThan(numRuns)
  expect(reached.stopped).toBeLessThan(numRuns * 0.9)
})
