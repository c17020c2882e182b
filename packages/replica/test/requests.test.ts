import type { Output, RejectReason, Reply } from '@quorate/core'
import { blankEntry, flexibleOf, majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Answers } from './support/answers.ts'
import { fatalQuery } from './support/list-machine.ts'
import { ReplicaFixture } from './support/replica-fixture.ts'
import { commandEntry } from './support/scripted-engine.ts'

function rejected(
  sequence: number,
  reason: RejectReason,
  outcome: 'definitely-not' | 'unknown' = 'definitely-not',
) {
  return { type: 'rejected', sequence, reason, outcome, leader: 3 } satisfies Reply
}

describe('a proposal', () => {
  it('is answered with the result once its entry is applied here', () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.propose(5)
    const { lastSequence } = fixture
    expect(fixture.engine.of('propose')).toEqual([
      { type: 'propose', request: { replica: 1, sequence: lastSequence }, data: Uint8Array.of(5) },
    ])
    fixture.turn({ apply: [commandEntry(1, 9)] })
    expect(mine.text).toBe('waits')
    fixture.turn({ apply: [commandEntry(2, 5, lastSequence)] })
    expect(mine.text).toBe('2 at 2')
    expect(fixture.replica.requests.size).toBe(0)
  })

  it('is not answered by the entry of another replica with the same sequence', () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.propose(5)
    const entry = commandEntry(1, 5, fixture.lastSequence)
    fixture.turn({ apply: [{ ...entry, request: { ...entry.request!, replica: 2 } }] })
    expect(mine.text).toBe('waits')
  })

  it('has a sequence that no earlier life of the replica used', () => {
    const fixture = ReplicaFixture.started()
    fixture.propose(5)
    expect(fixture.lastSequence).toBe(2 ** 32)
  })

  it.each<[RejectReason, 'definitely-not' | 'unknown', string, boolean]>([
    ['not-leader', 'definitely-not', 'NOT_LEADER', true],
    ['no-leader', 'definitely-not', 'NOT_LEADER', true],
    ['leadership-lost', 'unknown', 'LEADERSHIP_LOST', true],
    ['overloaded', 'definitely-not', 'OVERLOADED', true],
    ['not-supported', 'definitely-not', 'NOT_SUPPORTED', false],
    ['not-member', 'definitely-not', 'NOT_LEADER', true],
    ['invalid-membership', 'definitely-not', 'USAGE', false],
    ['change-pending', 'definitely-not', 'CHANGE_PENDING', true],
    ['catch-up-failed', 'definitely-not', 'TIMEOUT', true],
    ['witness', 'definitely-not', 'NOT_SUPPORTED', false],
    ['transferring', 'definitely-not', 'NOT_LEADER', true],
    ['invalid-target', 'definitely-not', 'USAGE', false],
    ['transfer-failed', 'unknown', 'TIMEOUT', true],
    ['stopping', 'definitely-not', 'STOPPED', true],
  ])('turned down as %s, %s, fails with %s', (reason, outcome, code, retryable) => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.propose(5)
    fixture.turn({ replies: [rejected(fixture.lastSequence, reason, outcome)] })
    expect(mine.text).toBe(`${code} ${outcome}`)
    expect(mine.all[0]!.error).toMatchObject({ retryable, details: { reason, leader: 3 } })
  })

  it('is abandoned with all proposals before it, and no reads', () => {
    const fixture = ReplicaFixture.started()
    const first = fixture.propose(1)
    const read = fixture.read()
    const second = fixture.propose(2)
    const sequence = fixture.lastSequence
    const third = fixture.propose(3)
    fixture.turn({ replies: [{ type: 'abandoned', sequence, reason: 'leadership-lost' }] })
    expect([first, read, second, third].map(({ text }) => text)).toEqual([
      'LEADERSHIP_LOST unknown',
      'waits',
      'LEADERSHIP_LOST unknown',
      'waits',
    ])
  })

  it('is given up after the timeout, to the millisecond, and answered only once', () => {
    const fixture = ReplicaFixture.started({ limits: { requestTimeout: 300 } })
    const early = fixture.propose(1)
    const sequence = fixture.lastSequence
    fixture.environment.turn()
    fixture.environment.advance(100)
    const late = fixture.propose(2)
    fixture.environment.advance(199)
    expect([early.text, late.text]).toEqual(['waits', 'waits'])
    fixture.environment.advance(1)
    expect([early.text, late.text]).toEqual(['TIMEOUT unknown', 'waits'])
    fixture.environment.advance(100)
    expect(late.text).toBe('TIMEOUT unknown')
    fixture.turn({ apply: [commandEntry(1, 1, sequence)] })
    expect(early.text).toBe('TIMEOUT unknown')
    expect(fixture.replica.requests.size).toBe(0)
  })

  it('too large is refused before the engine sees it', () => {
    const fixture = ReplicaFixture.started({ limits: { commandBytes: 3 } })
    const [large, right] = [new Answers(), new Answers()]
    fixture.replica.propose(new Uint8Array(4), large)
    fixture.replica.propose(new Uint8Array(3), right)
    expect([large.text, right.text]).toEqual(['USAGE definitely-not', 'waits'])
    expect(fixture.engine.of('propose')).toHaveLength(1)
  })

  it('beyond the limit of requests is refused, until one ends', () => {
    const fixture = ReplicaFixture.started({ limits: { requests: 2 } })
    const answers = [fixture.propose(1), fixture.read(), fixture.propose(2), fixture.read()]
    expect(answers.map(({ text }) => text)).toEqual([
      'waits',
      'waits',
      'OVERLOADED definitely-not',
      'OVERLOADED definitely-not',
    ])
    expect(answers[2]!.all[0]!.error!.retryable).toBe(true)
    expect(fixture.replica.counters).toMatchObject({ proposals: 1, reads: 1, rejected: 2 })
    fixture.turn({ replies: [rejected(fixture.lastSequence, 'no-leader')] })
    expect(fixture.propose(3).text).toBe('waits')
  })

  it('is refused before the start and after the end', async () => {
    const fixture = new ReplicaFixture()
    expect(fixture.propose(1).text).toBe('STOPPED definitely-not')
    fixture.replica.start()
    await fixture.replica.stop()
    expect([fixture.propose(1).text, fixture.read().text]).toEqual([
      'STOPPED definitely-not',
      'STOPPED definitely-not',
    ])
  })
})

describe('a read', () => {
  it('waits until the machine has applied its index', () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.read()
    const sequence = fixture.lastSequence
    fixture.turn({ replies: [{ type: 'readReady', sequence, index: 2 }] })
    fixture.turn({ apply: [commandEntry(1, 5)] })
    expect(mine.text).toBe('waits')
    fixture.turn({ apply: [commandEntry(2, 6), commandEntry(3, 7)] })
    expect(mine.text).toBe('"5,6,7" at 3')
  })

  it('counts as under way while it waits for the machine', () => {
    const fixture = ReplicaFixture.started({ limits: { requests: 1 } })
    fixture.read()
    fixture.turn({ replies: [{ type: 'readReady', sequence: fixture.lastSequence, index: 2 }] })
    expect(fixture.replica.requests.size).toBe(1)
    expect(fixture.read().text).toBe('OVERLOADED definitely-not')
  })

  it('is given up after the timeout even then', () => {
    const fixture = ReplicaFixture.started({ limits: { requestTimeout: 300 } })
    const mine = fixture.read()
    fixture.turn({ replies: [{ type: 'readReady', sequence: fixture.lastSequence, index: 2 }] })
    fixture.environment.advance(300)
    expect(mine.text).toBe('TIMEOUT unknown')
    fixture.turn({ apply: [commandEntry(1, 5), commandEntry(2, 6)] })
    expect(mine.text).toBe('TIMEOUT unknown')
  })

  it('is turned down when the machine is not shown what it waits for: this replica is a witness', () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.read()
    fixture.turn({ replies: [{ type: 'readReady', sequence: fixture.lastSequence, index: 2 }] })
    fixture.turn({ apply: [commandEntry(1, 5), blankEntry(commandEntry(2, 6))] })
    expect(mine.text).toBe('NOT_SUPPORTED definitely-not')
    expect(fixture.replica.requests.size).toBe(0)
    fixture.turn({ apply: [commandEntry(3, 7)] })
    expect(mine.all).toHaveLength(1)
  })

  it('is answered in the same turn if the machine is already there', () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.read()
    const sequence = fixture.lastSequence
    fixture.turn({ apply: [commandEntry(1, 5)], replies: [{ type: 'readReady', sequence, index: 1 }] })
    expect(mine.text).toBe('"5" at 1')
  })

  it('is answered when an installed snapshot has brought the machine there', () => {
    const fixture = ReplicaFixture.started()
    const meta = { index: 7, epoch: 1, membership: majorityOf([1]) }
    fixture.snapshots.create(meta).commit(() => {})
    const mine = fixture.read()
    fixture.turn({ replies: [{ type: 'readReady', sequence: fixture.lastSequence, index: 7 }] })
    fixture.turn({ snapshots: [{ type: 'install', meta }] })
    expect(mine.text).toBe('"" at 7')
  })

  it('that breaks the machine stops the replica, and every read gets one answer', () => {
    for (const isReady of [true, false]) {
      const fixture = ReplicaFixture.started()
      const reads = [fixture.read(), fixture.read(fatalQuery), fixture.read()]
      const last = fixture.lastSequence
      const replies = [last - 2, last - 1, last].map((sequence) => {
        return { type: 'readReady', sequence, index: isReady ? 0 : 1 } as const
      })
      fixture.turn({ replies })
      if (!isReady) fixture.turn({ apply: [commandEntry(1, 5)] })
      expect(reads.map(({ text }) => text)).toEqual([
        isReady ? '"" at 0' : '"5" at 1',
        'STOPPED unknown',
        'STOPPED unknown',
      ])
      expect(fixture.fatal.map(({ message }) => message)).toEqual(['the query broke'])
    }
  })
})

const members = majorityOf([1, 2, 4], [5])

describe.each<[string, (fixture: ReplicaFixture) => Answers, object]>([
  [
    'change of membership',
    (fixture) => fixture.reconfigure(members),
    { type: 'reconfigure', membership: members },
  ],
  ['transfer', (fixture) => fixture.transfer(2), { type: 'transfer', to: 2 }],
])('a %s', (_, ask, input) => {
  it('is given to the engine, and is answered by done', () => {
    const fixture = ReplicaFixture.started()
    const mine = ask(fixture)
    const { lastSequence: sequence } = fixture
    expect(fixture.engine.inputs.at(-1)).toEqual({ ...input, request: { replica: 1, sequence } })
    fixture.turn({ apply: [commandEntry(1, 5)] })
    expect(mine.text).toBe('waits')
    fixture.turn({ replies: [{ type: 'done', sequence }] })
    expect(mine.text).toBe('undefined at 1')
    expect(fixture.replica.requests.size).toBe(0)
  })

  it('turned down by one who does not lead says who does, if that is known', () => {
    const fixture = ReplicaFixture.started()
    const [led, unled] = [ask(fixture), ask(fixture)]
    const last = fixture.lastSequence
    fixture.turn({
      replies: [rejected(last - 1, 'not-leader'), { ...rejected(last, 'no-leader'), leader: undefined }],
    })
    expect([led, unled].map(({ text }) => text)).toEqual([
      'NOT_LEADER definitely-not',
      'NOT_LEADER definitely-not',
    ])
    expect(led.all[0]!.error).toMatchObject({
      message: 'this replica does not lead; replica 3 does',
      details: { leader: 3 },
    })
    expect(unled.all[0]!.error!.message).toBe('there is no leader just now; try again soon')
  })

  it('is not abandoned with proposals, but given up after the timeout', () => {
    const fixture = ReplicaFixture.started({ limits: { requestTimeout: 300 } })
    const mine = ask(fixture)
    const { lastSequence: sequence } = fixture
    fixture.turn({ replies: [{ type: 'abandoned', sequence, reason: 'leadership-lost' }] })
    expect(mine.text).toBe('waits')
    fixture.environment.advance(300)
    expect(mine.text).toBe('TIMEOUT unknown')
    fixture.turn({ replies: [{ type: 'done', sequence }] })
    expect(mine.text).toBe('TIMEOUT unknown')
  })

  it('counts among the requests under way', () => {
    const fixture = ReplicaFixture.started({ limits: { requests: 1 } })
    const [mine, more] = [ask(fixture), ask(fixture)]
    expect([mine.text, more.text, fixture.read().text]).toEqual([
      'waits',
      'OVERLOADED definitely-not',
      'OVERLOADED definitely-not',
    ])
    expect(fixture.engine.inputs.filter((each) => 'request' in each)).toHaveLength(1)
  })

  it('is refused before the start', () => {
    const fixture = new ReplicaFixture()
    expect(ask(fixture).text).toBe('STOPPED definitely-not')
  })
})

describe('a membership that is asked for', () => {
  it('says what is wrong with it, and the engine does not see it', () => {
    const fixture = ReplicaFixture.started()
    const { quorums } = flexibleOf([1, 2, 3], { election: 3, replication: 1 })
    const wrong = [
      { quorums: { type: 'majority', voters: [] }, observers: [4] },
      { quorums: { ...quorums, election: 1 }, observers: [] },
      { quorums: { type: 'majority', voters: [3, 1] }, observers: [] },
      { quorums, observers: [3] },
      { quorums, observers: [0.5] },
    ] as const
    const answers = wrong.map((membership) => fixture.reconfigure(membership))
    expect(answers.map(({ text }) => text)).toEqual(wrong.map(() => 'USAGE definitely-not'))
    expect(answers.map(({ all }) => all[0]!.error!.message)).toEqual([
      'that membership cannot work: there are no voters',
      expect.stringContaining(
        'election quorums of 1 and replication quorums of 1 of 3 voters need not share a voter',
      ),
      'that membership cannot work: replica 1 is listed behind 3; lists are sorted',
      'that membership cannot work: replica 3 cannot be a voter and an observer',
      "that membership cannot work: 0.5 is no replica's id",
    ])
    expect(fixture.engine.of('reconfigure')).toEqual([])
    expect(fixture.replica.requests.size).toBe(0)
  })

  it('has its observers sorted, each once, and nothing pending', () => {
    const fixture = ReplicaFixture.started()
    const { quorums } = members
    const pending = [{ from: 9, membership: majorityOf([7]) }]
    fixture.reconfigure({ quorums, observers: [9, 5, 9], pending })
    expect(fixture.engine.of('reconfigure')[0]!.membership).toEqual(majorityOf([1, 2, 4], [5, 9]))
  })
})

describe('whoever is answered', () => {
  it('may ask again at once', () => {
    const fixture = ReplicaFixture.started()
    const first = fixture.read()
    const sequence = fixture.lastSequence
    let second: Answers | undefined
    first.onAnswer = () => (second = fixture.read())
    fixture.turn({ replies: [{ type: 'readReady', sequence, index: 1 }] })
    fixture.turn({ apply: [commandEntry(1, 5)] })
    expect([first.text, second?.text]).toEqual(['"5" at 1', 'waits'])
    fixture.turn({ replies: [{ type: 'readReady', sequence: sequence + 1, index: 1 }] })
    expect(second?.text).toBe('"5" at 1')
  })

  it('may stop the replica: everybody else is answered once, and nothing goes on', () => {
    const fixture = ReplicaFixture.started()
    const reads = [fixture.read(), fixture.read(), fixture.read()]
    const last = fixture.lastSequence
    reads[0]!.onAnswer = () => void fixture.replica.stop()
    const indexes = [1, 2, 1]
    fixture.turn({
      replies: indexes.map((index, i) => ({ type: 'readReady', sequence: last - 2 + i, index }) as const),
    })
    fixture.turn({
      apply: [commandEntry(1, 5)],
      timers: [{ name: 'x', range: { min: 1, max: 1 } }],
      resets: [2],
    })
    expect(reads.map(({ text }) => text)).toEqual(['"5" at 1', 'STOPPED unknown', 'STOPPED unknown'])
    expect(fixture.environment.running).toBe(0)
    expect(fixture.transport.resets).toEqual([])
  })
})

describe('every request', () => {
  type Step =
    | readonly ['propose' | 'read' | 'stop' | 'break']
    | readonly ['reject' | 'ready' | 'apply' | 'abandon' | 'wait', number]

  const number = fc.nat({ max: 20 })
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Step>(['propose'], ['read']) },
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom('reject' as const, 'ready' as const, 'apply' as const), number),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom('abandon' as const, 'wait' as const), number) },
    { weight: 1, arbitrary: fc.constantFrom<Step>(['stop'], ['break']) },
  )

  it('gets exactly one answer, whatever the engine says and however it ends', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const fixture = ReplicaFixture.started({ limits: { requestTimeout: 500, requests: 6 } })
        const answers: Answers[] = []
        let index = 0
        const turn = (output: Partial<Output>): void => fixture.turn(output)
        const perform = ([kind, at = 0]: readonly [Step[0], number?]): void => {
          const sequence = 2 ** 32 + at
          if (kind === 'propose') answers.push(fixture.propose(1))
          else if (kind === 'read') answers.push(fixture.read())
          else if (kind === 'stop') void fixture.replica.stop()
          else if (kind === 'break') fixture.engine.onTake = () => expect.fail('broken')
          else if (kind === 'wait') fixture.environment.advance(at * 20)
          else if (kind === 'abandon')
            turn({ replies: [{ type: 'abandoned', sequence, reason: 'leadership-lost' }] })
          else if (kind === 'reject') turn({ replies: [rejected(sequence, 'no-leader')] })
          else if (kind === 'ready')
            turn({ replies: [{ type: 'readReady', sequence, index: index + (at % 3) }] })
          else turn({ apply: [commandEntry(++index, at, sequence)] })
        }
        for (const each of steps) {
          perform(each)
          fixture.environment.turn()
          expect(answers.every(({ all }) => all.length <= 1)).toBe(true)
        }
        fixture.environment.advance(500)
        expect(answers.map(({ all }) => all.length)).toEqual(answers.map(() => 1))
        expect(fixture.replica.requests.size).toBe(0)
      }),
      { numRuns: 500 },
    )
  })
})
