import { describe, expect, test } from 'vitest'
import type { SessionOperation } from '../../src/index.ts'
import { checkSessions, explainSessions } from '../../src/index.ts'
import { history } from './notation.ts'

/** What breaks a guarantee, and a close history that does not. */
const cases: readonly (readonly [name: string, has: string, nearMiss: string])[] = [
  [
    'monotonic-reads',
    'w x:=1 0-1 @1; w x:=2 2-3 @2; a x=2 4-5 @2; a x=1 6-7 @1',
    'w x:=1 0-1 @1; w x:=2 2-3 @2; a x=1 4-5 @1; b x=2 4-5 @2; a x=1 6-7 @1',
  ],
  ['read-your-writes', 'a x:=1 0-1 @1; a x= 2-3 @0', 'a x:=1 0-1 @1; b x= 2-3 @0'],
  [
    'monotonic-writes',
    'a x:=1 0-9 @2; a y:=1 1-9 @1', // pipelined: called in this order
    'a x:=1 0-9 @2; b y:=1 1-9 @1',
  ],
  [
    'writes-follow-reads',
    'b x:=1 0-9 @5; a x=1 1-2 @5; a y:=2 1-9 @4',
    'b x:=1 0-9 @5; a x=1 1-2 @5; c y:=2 1-9 @4',
  ],
  [
    'write-order',
    'a x:=1 0-1 @2; b x:=2 2-3 @1',
    'a x:=1 0-2 @2; b x:=2 2-3 @1', // they touch, and so are concurrent
  ],
  ['future-read', 'a x=1 0-1 @1; b x:=1 2-3 @1', 'a x=1 0-2 @1; b x:=1 2-3 @1'],
  ['duplicate-zxid', 'a x:=1 0-1 @1; b y:=1 0-1 @1', 'a x:=1 0-1 @1; a y:=1 0-1 @1'], // the latter is one multi
  [
    'wrong-answer',
    'a x:=1 0-1 @1; a x:=2 2-3 @2; b x=1 4-5 @2',
    'a x:=1 0-1 @1; a x:=2 2-3 @2; b x=1 4-5 @1', // old, and right
  ],
  [
    'stale-after-sync',
    'a x:=1 0-1 @1; b sync 2-3; b x= 4-5 @0',
    'a x:=1 0-3 @1; b sync 2-3; b x= 4-5 @0', // it had not been acknowledged when the sync was called
  ],
  [
    'stale-after-event',
    'w x:=1 0-9 @1; a x=? 0-1 @0; a x! 2 @1; a y= 3-4 @0',
    'w x:=1 0-9 @1; a x=? 0-1 @0; a x! 2 @1; a y= 3-4 @1',
  ],
  [
    'late-event',
    'a x=? 0-1 @0; w x:=1 2-3 @1; a x=1 4-5 @1; a x! 6 @1',
    'a x=? 0-1 @0; w x:=1 2-3 @1; a x=1 4-6 @1; a x! 5 @1',
  ],
  [
    'missing-event',
    'a x=? 0-1 @0; w x:=1 2-3 @1; a y= 4-5 @1',
    'a x=? 0-1 @0; w x:=1 2-3 @1; a y= 4-5 @0', // it has seen nothing of it yet
  ],
  [
    'unexpected-event',
    'a x=? 0-1 @0; w x:=1 2-3 @1; a x! 4 @1; w x:=2 5-6 @2; a x! 7 @2',
    'a x=? 0-1 @0; w x:=1 2-3 @1; a x! 4 @1; a x=1? 4-5 @1; w x:=2 5-6 @2; a x! 7 @2',
  ],
]

describe('a guarantee is broken where it is, and not beside', () => {
  test.each(cases)('%s', (name, has, nearMiss) => {
    const result = checkSessions(history(has))
    expect(result.verdict).toBe('not session-consistent')
    expect(Object.keys(result.counts)).toContain(name)
    expect(checkSessions(history(nearMiss))).toMatchObject({ verdict: 'session-consistent', counts: {} })
  })
})

describe('writes that never answered', () => {
  test('may explain what was read, at any zxid from then on', () => {
    const seen = 'a x:=1 0-1 @1; b x:=2 2-; c x=1 3-4 @1; c x=2 5-6 @5'
    expect(checkSessions(history(seen)).verdict).toBe('session-consistent')
  })

  test('but not before they were called, nor twice', () => {
    const early = 'a x:=1 0-1 @1; c x=2 3-4 @3; b x:=2 5-'
    expect(checkSessions(history(early)).verdict).toBe('not session-consistent')
    const twice = 'b x:=2 0-; c x=2 1-2 @2; a x:=3 3-4 @3; c x=2 5-6 @4'
    const { verdict, violations } = checkSessions(history(twice))
    expect(verdict).toBe('not session-consistent')
    expect(violations[0]?.parts.at(-1)).toBe('and none of the 1 writes that never answered explains it')
  })
})

describe('events without zxids, as ZooKeeper sends them', () => {
  test('tell of a change above what was watched', () => {
    const told = 'w x:=1 0-1 @4; a x=1? 2-3 @4; w x:=2 4-5 @5; a x! 6; a y= 7-8 @4'
    const result = checkSessions(history(told))
    expect(result.counts).toEqual({ 'stale-after-event': 1 })
    expect(checkSessions(history(told.replace('7-8 @4', '7-8 @5'))).verdict).toBe('session-consistent')
    expect(checkSessions(history(told.replace('; a x! 6', ''))).verdict).toBe('session-consistent')
  })

  test('of the earliest watch that may have been meant', () => {
    const early = 'w x:=1 0-1 @4; w x:=2 2-3 @5; a x= 2-4 @0; b x=? 0-9; a x! 5; a y= 6-7 @0'
    expect(checkSessions(history(early.replace('b x=? 0-9', 'a x=? 0-9 @0'))).counts).toMatchObject({
      'stale-after-event': 1,
    })
    const unanswered = early.replace('b x=? 0-9', 'a x=? 0-').replace('a x= 2-4 @0', 'a x=? 2-4 @0')
    expect(checkSessions(history(unanswered)).counts['stale-after-event']).toBeUndefined()
  })
})

test('cas and delete are judged by what they found', () => {
  const cas = (output: boolean, zxid: number) => ({
    session: 'b',
    input: { op: 'cas', key: 'x', from: '1', to: '2' } as const,
    output,
    zxid,
    call: 2,
    return: 3,
  })
  const write = history('a x:=1 0-1 @1')
  expect(checkSessions([...write, cas(true, 2)]).verdict).toBe('session-consistent')
  expect(checkSessions([...write, cas(false, 1)]).counts).toEqual({ 'wrong-answer': 1 })
  expect(checkSessions([...write, cas(false, 0)]).verdict).toBe('session-consistent')
  expect(checkSessions(history('a x:= 0-1 @1')).counts).toEqual({ 'wrong-answer': 1 })
})

test('a violation is explained with its operations', () => {
  const result = checkSessions(history('a x:=1 0-1 @1; b sync 2-3; b x= 4-5 @0'))
  expect(explainSessions(result)).toEqual([
    'not session-consistent: 3 operations of 2 sessions on 1 key',
    'broken: stale-after-sync (1)',
    'stale-after-sync (after a sync a session sees all that was acknowledged before it):',
    '  session a  write "1" to x at zxid 1  (from 0 to 1)',
    'had returned before the call of',
    '  session b  sync  (from 2 to 3)',
    'after which the session got',
    '  session b  read x: nothing at zxid 0  (from 4 to 5)',
  ])
})

test('100,000 operations of 50 sessions are judged by their zxids', () => {
  const operations = Array.from({ length: 100_000 }, (_, at): SessionOperation => {
    const key = `k${at % 10}`
    const session = at % 50
    const times = { call: 2 * at, return: 2 * at + 1 }
    const write = at - (at % 20) + (at % 10)
    return at % 20 < 10
      ? {
          session,
          input: { op: 'write', key, value: at } as const,
          output: undefined,
          zxid: at + 1,
          ...times,
        }
      : { session, input: { op: 'read', key } as const, output: write, zxid: at - (at % 20) + 10, ...times }
  })
  expect(checkSessions(operations).verdict).toBe('session-consistent')
  const wrong = operations.with(77_777, { ...operations[77_777]!, output: -1 })
  expect(checkSessions(wrong).counts).toEqual({ 'wrong-answer': 1 })
})

test('what cannot be is an error', () => {
  expect(() => checkSessions(history('a x=1 5-3'))).toThrow(
    'an operation of session a is called at 5 and returns at 3',
  )
  expect(() => checkSessions(history('a x=1 0-1 @1.5'))).toThrow('a zxid is 1.5; expected a whole number')
  expect(() => checkSessions([], { steps: Number.NaN })).toThrow('check: steps is NaN, expected a number')
})
