import { describe, expect, test } from 'vitest'
import { checkHistory, parseSessions } from '../../src/index.ts'

const operations = `
{"session": 1, "op": "write", "key": "/a", "value": "x", "zxid": "0x100000002", "call": 10, "return": 14}
{"session": 2, "op": "read", "key": "/a", "watch": true, "output": null, "zxid": 0, "call": 10, "return": 11}
{"session": 2, "op": "event", "key": "/a", "zxid": 4294967298, "at": 15}
{"session": 2, "op": "read", "key": "/a", "output": "x", "zxid": 4294967298, "call": 16, "return": 17}
{"session": 2, "op": "sync", "call": 18}`

test('operations', () => {
  const [write, read, event, , sync] = parseSessions(operations)
  expect(write).toMatchObject({ session: 1, zxid: 0x100000002, call: 10, return: 14, line: 2 })
  expect(read).toMatchObject({ input: { op: 'read', key: '/a', watch: true }, output: null })
  expect(event).toMatchObject({ input: { op: 'event', key: '/a' }, call: 15, return: 15 })
  expect(sync?.return).toBe(Infinity)
  expect(checkHistory(operations, 'h.jsonl', 'sessions')).toMatchObject({
    verdict: 'session-consistent',
    operations: 5,
    partitions: 1,
  })
})

test('events; the watch event stands where it was delivered', () => {
  const text = (order: readonly number[]): string => {
    const lines = [
      '{"process": 2, "type": "invoke", "f": "read", "key": "/a", "watch": true}',
      '{"process": 2, "type": "ok", "f": "read", "key": "/a", "value": null, "zxid": 0}',
      '{"process": 1, "type": "invoke", "f": "write", "key": "/a", "value": "x"}',
      '{"process": 1, "type": "ok", "f": "write", "zxid": 1}',
      '{"process": 2, "type": "invoke", "f": "read", "key": "/a"}',
      '{"process": 2, "type": "event", "key": "/a", "zxid": 1}',
      '{"process": 2, "type": "ok", "value": "x", "zxid": 1}',
    ]
    return order.map((line) => lines[line]).join('\n')
  }
  expect(checkHistory(text([0, 1, 2, 3, 4, 5, 6]), 'h.jsonl', 'sessions').verdict).toBe('session-consistent')
  const late = checkHistory(text([0, 1, 2, 3, 4, 6, 5]), 'h.jsonl', 'sessions')
  expect(late.verdict).toBe('not session-consistent')
  expect(late.lines[1]).toBe('broken: late-event (1)')
})

test('what failed is left out, an ok of a cas means that it was done', () => {
  const cas = (type: string): string =>
    `{"session":1,"type":"invoke","op":"cas","key":"/a","value":[null,"y"]}
{"session":1,"type":"${type}","op":"cas","zxid":1}
{"session":1,"type":"invoke","op":"read","key":"/a"}
{"session":1,"type":"ok","op":"read","value":"y","zxid":1}`
  expect(checkHistory(cas('ok'), 'h.jsonl', 'sessions').verdict).toBe('session-consistent')
  expect(checkHistory(cas('fail'), 'h.jsonl', 'sessions').verdict).toBe('not session-consistent')
  expect(checkHistory(cas('info'), 'h.jsonl', 'sessions').verdict).toBe('session-consistent')
})

test('an operation says that it failed, or that nobody knows', () => {
  const text = (outcome: string): string =>
    `{"session":1,"op":"write","key":"/a","value":"y","call":1,"return":2,"zxid":1,"outcome":"${outcome}"}
{"session":2,"op":"read","key":"/a","output":"y","zxid":1,"call":3,"return":4}
{"session":2,"op":"read","key":"/a","output":null,"zxid":0,"call":3,"return":4}`
  const seen = (outcome: string, line: number): unknown =>
    checkHistory(text(outcome).split('\n').toSpliced(line, 1).join('\n'), 'h.jsonl', 'sessions').verdict
  expect(['ok', 'info', 'fail'].map((outcome) => seen(outcome, 2))).toEqual([
    'session-consistent',
    'session-consistent',
    'not session-consistent',
  ])
  expect(parseSessions(text('info'))[0]).toMatchObject({ return: Infinity })
  expect(parseSessions(text('info'))[0]).not.toHaveProperty('zxid')
  expect(parseSessions(text('fail'))).toHaveLength(2)
  expect(() => parseSessions(text('maybe'))).toThrow('line 1: outcome is "maybe"; expected ok, fail or info')
})

describe('what cannot be read is said with its line', () => {
  test.each([
    ['{"op":"read","key":"x","call":1}', 'line 1: session is missing; expected "session" with a number'],
    ['{"session":1,"op":"read","call":1}', 'line 1: there is no key; expected "key" with a path or name'],
    ['{"session":1,"op":"poke","call":1}', 'line 1: the operation is "poke"; expected read, write, delete'],
    [
      '{"session":1,"op":"sync"}',
      'line 1: call is missing and return is missing; expected "call" with a number',
    ],
    [
      '{"session":1,"op":"sync","call":1,"return":"2"}',
      'line 1: call is 1 and return is "2"; expected "call" with a number',
    ],
    [
      '{"session":1,"op":"sync","call":1,"return":2,"zxid":"12h"}',
      'line 1: the zxid is "12h"; expected a whole number of at most 53 bits',
    ],
    [
      '{"session":1,"op":"sync","call":1}\n{"session":1,"type":"invoke","op":"sync"}',
      'line 2: the file has both events and operations',
    ],
    ['{"session":1,"type":"maybe","op":"sync"}', 'line 1: the type is "maybe"; expected invoke, ok, fail'],
    ['{"session":1', 'line 1: not JSON'],
  ])('%s', (text, message) => {
    expect(() => parseSessions(text)).toThrow(message)
  })

  test('only JSON lines', () => {
    expect(() => checkHistory('{:process 0}', 'h.edn', 'sessions')).toThrow(
      'the format is knossos; expected sessions as JSON lines',
    )
  })
})
