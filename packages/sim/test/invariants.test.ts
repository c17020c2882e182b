import {
  type Entry,
  type Observation,
  QuorateError,
  createMemoryLog,
  majorityOf,
  makeEntry,
} from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { Books } from '../src/invariants/books.ts'
import { epochsIn } from '../src/invariants/engine-checks.ts'
import { ReplicaWatch } from '../src/invariants/replica-watch.ts'

function entry(index: number, { epoch = 1, text = 'x', sequence = index } = {}): Entry {
  const data = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  return makeEntry(index, epoch, 1000, 'command', { replica: 1, sequence }, data)
}

function observation(fields: Partial<Observation>): Observation {
  return {
    node: 1,
    role: 'leader',
    phase: 'leader',
    epoch: 1,
    leader: 1,
    established: true,
    commitIndex: 0,
    lastIndex: 0,
    durableIndex: 0,
    firstIndex: 1,
    membership: majorityOf([1, 2, 3]),
    ...fields,
  }
}

function refused(): QuorateError {
  return new QuorateError('NOT_LEADER', 'no', { outcome: 'definitely-not' })
}

/** A write that was submitted at replica 1 as `sequence`. */
function submit(books: Books, sequence: number): ReturnType<Books['ledger']['begin']> {
  const record = books.ledger.begin(1, 'write')
  books.ledger.submitted(record, { replica: 1, sequence }, entry(sequence).data)
  return record
}

const broken = (books: Books): string | undefined => books.violation?.invariant

describe('the decided log', () => {
  it('accepts the same entries from everyone', () => {
    const books = new Books(0)
    for (const node of [1, 2, 3]) for (const index of [1, 2, 3]) books.decided.applied(node, 1, entry(index))
    expect(books.violation).toBeUndefined()
    expect(books.decided.lastIndex).toBe(3)
    expect(books.decided.indexOf({ replica: 1, sequence: 2 })).toBe(2)
  })

  it.each([
    ['another content', { text: 'y' }],
    ['another epoch', { epoch: 2 }],
    ['another request', { sequence: 9 }],
  ])('finds %s', (_, difference) => {
    const books = new Books(0)
    books.decided.applied(1, 1, entry(1))
    books.decided.applied(2, 1, entry(1, difference))
    expect(broken(books)).toBe('agreement')
    expect(books.violation?.message).toBe('replica 2 applies another entry at index 1 than replica 1 did')
  })

  it('finds a request that is decided twice', () => {
    const books = new Books(0)
    books.decided.applied(1, 1, entry(1))
    books.decided.applied(1, 1, entry(2, { sequence: 1 }))
    expect(broken(books)).toBe('integrity')
  })

  it('finds an entry that nobody proposed, or not so', () => {
    const books = new Books(0)
    submit(books, 1)
    books.ledger.decidedAt({ replica: 1, sequence: 1 }, 1, entry(1).data)
    expect(books.violation).toBeUndefined()
    books.ledger.decidedAt({ replica: 1, sequence: 1 }, 1, Uint8Array.of(9))
    expect(broken(books)).toBe('integrity')
  })

  it('knows what was surely decided before an epoch', () => {
    const { decided } = new Books(0)
    decided.applied(1, 1, entry(1))
    decided.applied(1, 3, entry(2))
    expect([1, 2, 3, 4].map((epoch) => decided.decidedBefore(epoch))).toEqual([0, 1, 1, 2])
  })
})

describe('leadership', () => {
  it('finds two leaders of one epoch, however far apart in time', () => {
    const books = new Books(0)
    books.leadership.established(observation({ epoch: 1 }))
    books.leadership.established(observation({ epoch: 2, node: 2 }))
    expect(books.violation).toBeUndefined()
    books.leadership.established(observation({ epoch: 1, node: 3 }))
    expect(broken(books)).toBe('election-safety')
    expect(books.leadership.elections).toBe(2)
  })

  it('lets several lead a round where slots are accepted one by one: a ballot is a round and a replica', () => {
    const books = new Books(0, { acceptance: 'slot' })
    books.leadership.established(observation({ epoch: 1 }))
    books.leadership.established(observation({ epoch: 1, node: 3 }))
    books.leadership.established(observation({ epoch: 1, node: 3 }))
    expect(books.violation).toBeUndefined()
    expect(books.leadership.elections).toBe(2)
  })

  it('takes what is learned in an earlier round than it was decided in for decided by then, and no earlier', () => {
    const books = new Books(0, { acceptance: 'slot' })
    const { leadership, decided } = books
    leadership.established(observation({ epoch: 5, node: 2 }))
    decided.applied(3, leadership.decidingEpoch(3), entry(1)) // it has heard of nothing later
    leadership.established(observation({ epoch: 4 })) // before 5, though only now does it hear of it
    expect(books.violation).toBeUndefined()
    leadership.established(observation({ epoch: 6 }))
    expect(broken(books)).toBe('leader-completeness')
    expect(new Books(0, { acceptance: 'entry' }).leadership.decidingEpoch(3)).toBe(3)
  })

  it('finds a leader whose log is too short', () => {
    const books = new Books(0)
    books.decided.applied(1, 1, entry(1))
    books.leadership.established(observation({ epoch: 1 }))
    expect(books.violation).toBeUndefined()
    books.leadership.established(observation({ epoch: 2 }))
    expect(broken(books)).toBe('leader-completeness')
  })

  it('finds it in a log with holes, too, of which its engine tells the epochs', () => {
    const holding = (epochs: readonly (number | undefined)[], from = 1): string | undefined => {
      const books = new Books(0, { acceptance: 'slot' })
      for (const index of [1, 2, 3]) books.decided.applied(1, 1, entry(index))
      const epochAt = (state: unknown, index: number) => (state as typeof epochs)[index]
      books.leadership.checkLog(
        2,
        2,
        epochsIn({ epochAt }, () => epochs)!,
        from,
      )
      return broken(books)
    }
    expect(holding([9, 1, undefined, 1])).toBeUndefined()
    expect(holding([9, 1, undefined, 2])).toBe('leader-completeness')
    expect(holding([9, 2, undefined, 1], 2)).toBeUndefined() // compacted, and not looked at
    const log = createMemoryLog(1, 1, [entry(2, { epoch: 4 })])
    const epochs = epochsIn({ log: () => log }, () => undefined)!
    expect([0, 1, 2, 3].map(epochs)).toEqual([undefined, 1, 4, undefined])
    expect(epochsIn({}, () => undefined)).toBeUndefined()
  })

  it('finds a leader whose log holds something else', () => {
    const books = new Books(0)
    books.decided.applied(1, 1, entry(1))
    books.leadership.checkLog(2, 2, () => 1)
    expect(books.violation).toBeUndefined()
    books.leadership.checkLog(2, 3, () => 2)
    expect(broken(books)).toBe('leader-completeness')
  })
})

describe('machines', () => {
  it('are compared where they stand at the same index', () => {
    const books = new Books(7)
    books.digests.reached(1, 2, 20)
    books.digests.reached(2, 1, 7)
    books.digests.reached(2, 2, 20)
    books.digests.restored(3, 5, 20)
    expect(books.violation).toBeUndefined()
    books.digests.reached(3, 2, 21)
    expect(broken(books)).toBe('state-digest')
  })

  it('are not compared with those of witnesses, who are not shown every command', () => {
    const books = new Books(7)
    books.digests.reached(1, 1, 20)
    books.digests.leaveOut(2)
    books.digests.reached(2, 1, 7)
    books.digests.reached(2, 2, 7)
    books.digests.restored(2, 1, 7)
    books.digests.reached(1, 2, 30)
    expect(books.violation).toBeUndefined()
  })
})

describe('requests', () => {
  it('get one answer', () => {
    const books = new Books(0)
    const record = submit(books, 1)
    books.decided.applied(1, 1, entry(1))
    books.ledger.done(record, 1)
    expect(books.violation).toBeUndefined()
    expect(books.ledger.openCount).toBe(0)
    books.ledger.failed(record, refused())
    expect(broken(books)).toBe('one-answer')
  })

  it('are acknowledged only where they are decided', () => {
    const books = new Books(0)
    const record = submit(books, 2)
    books.decided.applied(1, 1, entry(1))
    books.ledger.done(record, 1)
    expect(broken(books)).toBe('acknowledged-decided')
  })

  it('that were refused for good are not decided before', () => {
    const books = new Books(0)
    const record = submit(books, 1)
    books.decided.applied(1, 1, entry(1))
    books.ledger.failed(record, refused())
    expect(broken(books)).toBe('definitely-not')
  })

  it('that were refused for good are not decided later', () => {
    const books = new Books(0)
    books.ledger.failed(submit(books, 1), refused())
    books.ledger.decidedAt({ replica: 1, sequence: 1 }, 1, entry(1).data)
    expect(broken(books)).toBe('definitely-not')
  })

  it('read what was shown before, whoever saw it', () => {
    const books = new Books(0)
    const early = books.ledger.begin(2, 'read')
    books.ledger.done(books.ledger.begin(1, 'read'), 5)
    const late = books.ledger.begin(3, 'read')
    books.ledger.done(early, 4)
    expect(books.violation).toBeUndefined()
    books.ledger.done(late, 4)
    expect(broken(books)).toBe('fresh-reads')
  })

  it('read sequentially what is old, but nothing older than their session has seen', () => {
    const books = new Books(0)
    books.ledger.done(books.ledger.begin(1, 'read'), 5)
    books.ledger.done(books.ledger.beginSequential(2, 0), 1)
    books.ledger.done(books.ledger.beginSequential(2, 3), 3)
    expect(books.violation).toBeUndefined()
    books.ledger.done(books.ledger.beginSequential(2, 4), 3)
    expect(broken(books)).toBe('session-order')
  })

  it('are lost with their replica', () => {
    const books = new Books(0)
    submit(books, 1)
    books.ledger.begin(2, 'read')
    books.ledger.lost(1)
    expect(books.ledger.describeOpen()).toBe('read (never submitted) at 2')
  })
})

describe('a replica', () => {
  it('applies every index in order', () => {
    const books = new Books(0)
    const watch = new ReplicaWatch(1, books.blame)
    watch.applies(entry(1))
    watch.restored(7)
    watch.applies(entry(8))
    expect(books.violation).toBeUndefined()
    watch.applies(entry(10))
    expect(broken(books)).toBe('apply-order')
  })

  it('does not take commits back', () => {
    const books = new Books(0)
    const watch = new ReplicaWatch(1, books.blame)
    watch.observed(observation({ commitIndex: 3, lastIndex: 3 }))
    watch.observed(observation({ commitIndex: 2, lastIndex: 3 }))
    expect(broken(books)).toBe('commit-monotone')
  })

  it.each([
    ['commits more than it has', { commitIndex: 4, lastIndex: 3 }],
    ['has more on disk than it has', { durableIndex: 4, lastIndex: 3 }],
  ])('never %s', (_, fields) => {
    const books = new Books(0)
    new ReplicaWatch(1, books.blame).observed(observation(fields))
    expect(broken(books)).toBe('index-order')
  })
})
