import { describe, expect, test } from 'vitest'
import { checkHistory, exitCodeOf, modelNames } from '../src/index.ts'

function events(...lines: string[]): string {
  return lines.join('\n')
}

/** The verdict on one read of this value, answered, of a register that nobody wrote. */
const readOf = {
  edn: (value: string) =>
    `{:process 0 :type :invoke :f :read :value nil}{:process 0 :type :ok :f :read :value ${value}}`,
  log: (value: string) =>
    `INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok\t:read\t${value}`,
  json: (value: string) =>
    `{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"ok","f":"read","value":${value}}`,
}

describe('what the format decides', () => {
  test.each([
    ['edn', '0', 'linearizable'],
    ['edn', 'nil', 'linearizable'],
    ['edn', '1', 'not linearizable'],
    ['log', 'nil', 'linearizable'],
    ['log', '0', 'not linearizable'],
    ['json', 'null', 'linearizable'],
    ['json', '0', 'not linearizable'],
  ] as const)('in %s, a first read of %s is %s', (format, value, verdict) => {
    expect(checkHistory(readOf[format](value), `h.${format}`, 'register').verdict).toBe(verdict)
  })

  test('nil is a value in a log after a write, and none in EDN', () => {
    const log = events('INFO  jepsen.util - 0\t:invoke\t:write\t1', 'INFO  jepsen.util - 0\t:ok\t:write\t1')
    expect(checkHistory(`${log}\n${readOf.log('nil')}`, 'h.log', 'cas-register').verdict).toBe(
      'not linearizable',
    )
    const edn = '{:process 0 :type :invoke :f :write :value 1}{:process 0 :type :ok :f :write :value 1}'
    expect(checkHistory(edn + readOf.edn('nil'), 'h.edn', 'cas-register').verdict).toBe('linearizable')
  })

  test('an option overrides the initial value', () => {
    expect(checkHistory(readOf.json('7'), 'h.jsonl', 'register', { initial: 7 }).verdict).toBe('linearizable')
    expect(checkHistory(readOf.edn('0'), 'h.edn', 'register', { initial: null }).verdict).toBe(
      'not linearizable',
    )
  })

  test('an absent key reads as the empty string in porcupine logs, and as null in ours', () => {
    const porcupine = (value: string): string =>
      `{:process 0, :type :invoke, :f :get, :key "x", :value nil}{:process 0, :type :ok, :f :get, :key "x", :value ${value}}`
    expect(checkHistory(porcupine('""'), 'h.txt', 'kv').verdict).toBe('linearizable')
    const ours = (value: string): string =>
      `{"client":0,"op":"get","key":"x","output":${value},"call":1,"return":2}`
    expect(checkHistory(ours('null'), 'h.jsonl', 'kv').verdict).toBe('linearizable')
    expect(checkHistory(ours('""'), 'h.jsonl', 'kv').verdict).toBe('not linearizable')
  })
})

test('registers with different keys are different registers', () => {
  const text = events(
    '{"client":0,"op":"write","key":"a","value":1,"call":1,"return":2}',
    '{"client":0,"op":"read","key":"b","output":null,"call":3,"return":4}',
  )
  expect(checkHistory(text, 'h.jsonl', 'register')).toMatchObject({ verdict: 'linearizable', partitions: 2 })
})

test('a report has the figures and the lines to print', () => {
  const text = events(
    '{"client":0,"op":"write","value":1,"call":1,"return":2}',
    '{"client":0,"op":"cas","value":[1,2],"output":true,"call":3,"return":4}',
    '{"client":1,"op":"cas","value":[2,3],"call":3}',
    '{"client":1,"op":"read","output":1,"call":5,"return":6}',
  )
  const report = checkHistory(text, 'h.jsonl', 'cas-register')
  expect(report).toMatchObject({
    verdict: 'not linearizable',
    format: 'json-lines',
    model: 'cas-register',
    operations: 4,
    partitions: 1,
  })
  expect(report.lines).toEqual([
    `not linearizable: 4 operations, ${report.steps} steps`,
    'the history contradicts itself:',
    '  client 1  read: 1  (from 5 to 6)',
    'saw the value of',
    '  client 0  write 1  (from 1 to 2)',
    'which had been overwritten, before the first was called, by',
    '  client 0  cas 1 to 2: done  (from 3 to 4)',
  ])
})

describe('a history without operations says nothing of its system', () => {
  const nemesis = '{"process": "nemesis", "type": "info", "f": "cut"}'
  test.each(
    modelNames.flatMap((model) => ['', model === 'sessions' ? '\n' : nemesis].map((text) => [model, text])),
  )('%s: %j is unknown', (model, text) => {
    const report = checkHistory(text, 'h.jsonl', model)
    expect(report).toMatchObject({ verdict: 'unknown', operations: 0 })
    expect(report.lines).toEqual(['unknown: the history has no operations'])
    expect(report.page()).toContain('the history has no operations')
    expect(exitCodeOf(report.verdict)).toBe(2)
  })
})

describe('what cannot be judged', () => {
  test('a format that there is not', () => {
    expect(() => checkHistory('', 'h.edn', 'register', { format: 'csv' as never })).toThrow(
      'there is no format csv; expected knossos, jepsen-log, porcupine-kv, json-lines',
    )
  })

  test('a budget that is no number', () => {
    for (const steps of [Number.NaN, -1]) {
      expect(() => checkHistory(readOf.json('1'), 'h.jsonl', 'register', { steps })).toThrow(
        `check: steps is ${steps}, expected a number of steps, 0 or more`,
      )
    }
  })

  test.each([
    [
      'nope',
      '',
      'there is no model nope; expected register, cas-register, multi-register, mutex, kv, list-append, sessions',
    ],
    [
      'register',
      '{"client":0,"op":"incr","call":1}',
      'line 1: the model register has no operation incr; expected read or write',
    ],
    [
      'cas-register',
      '{"client":0,"op":"cas","value":3,"call":1}',
      'line 1: the value of cas is 3; expected two values: [from to]',
    ],
    [
      'cas-register',
      '{"client":0,"op":"write","value":{},"call":1}',
      'line 1: the value of write is a map; expected a number, a string, a boolean or nil',
    ],
    [
      'cas-register',
      '{"client":0,"op":"write","value":9007199254740993,"call":1}',
      'line 1: the value of write is a number of over 53 bits; expected a string',
    ],
    [
      'cas-register',
      '{"client":0,"op":"write","value":1e400,"call":1}',
      'line 1: the value of write is a number of over 53 bits; expected a string',
    ],
    [
      'cas-register',
      '{"client":0,"op":"cas","value":[1,2],"output":3,"call":1,"return":2}',
      'line 1: the output of cas is 3; expected true or false, or none when it is not known',
    ],
    ['kv', '{"client":0,"op":"get","call":1}', 'line 1: get has no key; expected a key for every operation'],
  ])('%s: %s', (model, text, message) => {
    expect(() => checkHistory(text, 'h.jsonl', model)).toThrow(message)
  })
})
