import { describe, expect, test } from 'vitest'
import { checkSessions, explainSessions } from '../../src/index.ts'
import { history } from './notation.ts'

describe('without zxids the values decide', () => {
  test('two sessions that saw two writes in different orders', () => {
    const independent = 'a x:=1 0-9; b y:=1 0-9; c x=1 10-11; c y= 12-13; d y=1 10-11; d x= 12-13'
    const result = checkSessions(history(independent))
    expect(result.verdict).toBe('not session-consistent')
    expect(explainSessions(result).slice(1)).toEqual([
      'broken: no-order (1)',
      'no-order (there is one order of all operations that explains every answer):',
      '  session a  write "1" to x  (from 0 to 9)',
      'wrote what was seen by',
      '  session c  read x: "1"  (from 10 to 11)',
      'was called by the same session before',
      '  session c  read y: nothing  (from 12 to 13)',
      'saw the key absent, before',
      '  session b  write "1" to y  (from 0 to 9)',
      'wrote what was seen by',
      '  session d  read y: "1"  (from 10 to 11)',
      'was called by the same session before',
      '  session d  read x: nothing  (from 12 to 13)',
      'saw the key absent, before',
      '  session a  write "1" to x  (from 0 to 9)',
    ])
    const same = 'a x:=1 0-9; b y:=1 0-9; c x=1 10-11; c y= 12-13; d y= 10-11; d x= 12-13'
    expect(checkSessions(history(same)).verdict).toBe('session-consistent')
  })

  test('a value that came back after it was overwritten', () => {
    const back = 'a x:=1 0-1; a x:=2 2-3; b x=1 4-5; b x=2 6-7; b x=1 8-9'
    expect(checkSessions(history(back)).verdict).toBe('not session-consistent')
    expect(checkSessions(history(back.replace('b x=1 8-9', 'c x=1 8-9'))).verdict).toBe('session-consistent')
  })

  test('a stale read is right, but not after a sync', () => {
    const stale = 'a x:=1 0-1; b sync 2-3; b x= 4-5'
    expect(checkSessions(history(stale)).counts).toEqual({ 'no-order': 1 })
    expect(checkSessions(history(stale.replace('b sync 2-3; ', ''))).verdict).toBe('session-consistent')
  })

  test('a value that nobody wrote', () => {
    expect(checkSessions(history('a x:=1 0-1; b x=2 2-3')).counts).toEqual({ 'wrong-answer': 1 })
    expect(checkSessions(history('a x:=1 0-1; c x:=2 0-; b x=2 2-3')).verdict).toBe('session-consistent')
  })

  test('a value that was written twice may leave it open', () => {
    const twice = 'a x:=1 0-9; b x:=1 0-9; a y:=1 10-11; c y=1 12-13; c x= 14-15'
    expect(checkSessions(history(twice)).verdict).toBe('not session-consistent')
    const open =
      'a x:=1 0-9; b x:=2 0-9; d x:=1 0-9; c x=1 10-11; c x=2 12-13; c x=1 14-15; e x=2 10-11; e x=1 12-13; e x=2 14-15'
    const result = checkSessions(history(open))
    expect(result.verdict).toBe('unknown')
    expect(explainSessions(result)[1]).toMatch(/^not decided: .*zxids would tell$/)
  })
})

test('a cas that did not say whether it was refused may be the source of what was read', () => {
  const cas = { op: 'cas', key: 'x', from: null, to: '1' } as const
  const unsaid = { session: 'a', input: cas, output: undefined, call: 0, return: 1 }
  expect(checkSessions([unsaid, ...history('b x=1 2-3')]).verdict).toBe('session-consistent')
  expect(checkSessions([unsaid, ...history('b x=1 2-3; b x= 4-5')]).verdict).not.toBe('session-consistent')
})

test('watches are not judged by values: without zxids the verdict is not that they were kept', () => {
  const untold = 'a x=? 0-1; b x:=1 2-3; a x=1 4-5'
  const result = checkSessions(history(untold))
  expect(result.verdict).toBe('unknown')
  expect(explainSessions(result)[1]).toMatch(/^not decided: whether sessions were told in time .* zxids/)
  expect(checkSessions(history(untold.replace('x=?', 'x='))).verdict).toBe('session-consistent')
  const judged = 'a x=? 0-1 @0; b x:=1 2-3 @1; b sync 4-5; a x! 6; a x=1 7-8 @1'
  expect(checkSessions(history(judged)).verdict).toBe('session-consistent')
})

test('zxids that were recorded for some operations count', () => {
  const some = 'a x:=1 0-9 @2; b y:=1 0-9 @1; c x=1 10-11; c y= 12-13'
  expect(checkSessions(history(some)).verdict).toBe('not session-consistent')
  expect(
    checkSessions(history(some.replace('@2', '@1').replace('b y:=1 0-9 @1', 'b y:=1 0-9 @2'))).verdict,
  ).toBe('session-consistent')
})
