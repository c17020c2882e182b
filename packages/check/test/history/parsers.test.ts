import { describe, expect, test } from 'vitest'
import {
  checkHistory,
  detectFormat,
  parseEdnHistory,
  parseJepsenLog,
  parseJsonLines,
} from '../../src/index.ts'

describe('EDN', () => {
  const body =
    '{:process 0 :type :invoke :f :cas :value [1 2]}\n{:process 0, :type :ok, :f :cas, :value [1 2]}'
  const operation = {
    client: 0,
    input: { f: 'cas', key: undefined, value: [1, 2], line: 1 },
    output: true,
    call: 0,
    return: 1,
  }

  test('with and without a vector around it, and without the nemesis', () => {
    expect(parseEdnHistory(body)).toEqual([operation])
    expect(parseEdnHistory(`[${body}]`)).toEqual([operation])
    const nemesis = '{:process :nemesis :type :info :f :start :value "Cut off [:n3 #[:n4]]"}'
    expect(parseEdnHistory(`[${body} ${nemesis}]`)).toEqual([operation])
  })

  test.each([
    ['[{:type :ok :f :read}]', 'line 1: :process is missing; expected a number'],
    ['\n{:process 1 :type :ok}', 'line 2: :f is missing; expected a keyword such as :read'],
    [
      '{:process 1 :type :done :f :read}',
      'line 1: the type of an event is "done"; expected invoke, ok, fail or info',
    ],
    [
      '[1 2]',
      'the history contains 1; expected only maps such as {:process 0 :type :invoke :f :read :value nil}',
    ],
  ])('%s', (text, message) => {
    expect(() => parseEdnHistory(text)).toThrow(message)
  })
})

describe('the log of jepsen.util', () => {
  test('reads events, whatever explains an info', () => {
    const log = [
      'INFO  jepsen.util - 0\t:invoke\t:write\t3',
      'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
      'INFO  jepsen.util - 1\t:invoke\t:read\tnil\r',
      'INFO  jepsen.util - 0\t:info\t:write\t:timed-out',
      'INFO  jepsen.util - 1\t:ok\t:read\tnil',
      '',
    ]
    expect(parseJepsenLog(log.join('\n'))).toMatchObject([
      { client: 0, input: { f: 'write', value: 3, line: 1 }, output: undefined, return: Infinity },
      { client: 1, input: { f: 'read', line: 3 }, output: null, call: 1, return: 3 },
    ])
  })

  test.each([
    [
      'INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO jepsen.core - done',
      'line 2: cannot read "INFO jepsen.core - done"; expected INFO  jepsen.util - PROCESS :TYPE :F VALUE, separated by tabs',
    ],
    ['INFO  jepsen.util - x\t:invoke\t:read\tnil', 'line 1: the process is x; expected a number'],
    [
      '\nINFO  jepsen.util - 1\t:invoke\t:cas\t[1 2',
      'line 2, column 1: [ is never closed; expected a closing ]',
    ],
  ])('%j', (text, message) => {
    expect(() => parseJepsenLog(text)).toThrow(message)
  })
})

describe('JSON lines', () => {
  test('events', () => {
    const text = [
      '{"process": "a", "type": "invoke", "f": "get", "key": "x"}',
      '{"process": "nemesis", "type": "info", "f": "cut"}',
      '',
      '{"process": "a", "type": "ok", "f": "get", "key": "x", "value": null}',
    ]
    expect(parseJsonLines(text.join('\n'))).toEqual([
      {
        client: 'a',
        input: { f: 'get', key: 'x', value: undefined, line: 1 },
        output: null,
        call: 0,
        return: 1,
      },
    ])
  })

  test('operations', () => {
    const text = [
      '{"client": 1, "op": "put", "key": "x", "value": 5, "call": 10, "return": null}',
      '{"client": 2, "op": "get", "key": "x", "output": 5, "call": 11, "return": 12, "witness": {"index": 3, "read": true}}',
    ]
    const operations = parseJsonLines(text.join('\n'))
    expect(operations).toMatchObject([
      { client: 1, output: undefined, call: 10, return: Infinity },
      { client: 2, output: 5, call: 11, return: 12, witness: { index: 3, read: true } },
    ])
    expect(operations[0]).not.toHaveProperty('witness')
  })

  test('what did not happen for certain has no answer, whatever its line says', () => {
    const line = (outcome: string, times: string): string =>
      `{"client": 1, "op": "get", "key": "x", "output": 5, ${times}, "outcome": "${outcome}"}`
    expect(parseJsonLines(line('info', '"call": 1, "return": 2'))).toMatchObject([
      { output: undefined, call: 1, return: Infinity },
    ])
    expect(parseJsonLines(line('fail', '"call": 1, "return": 2'))).toEqual([])
    expect(parseJsonLines(line('ok', '"call": 1, "return": 2'))).toMatchObject([{ output: 5, return: 2 }])
  })

  test.each([
    [
      '{"client": 1, "op": "read", "call": 4, "outcome": "ok"}',
      'line 1: outcome is ok, and return is missing; expected when it returned',
    ],
    [
      '{"client": 1, "op": "read", "output": 5, "call": 4, "end": 6}',
      'line 1: there is an output, and no return; expected "return" with a number, or "outcome": "info"',
    ],
    ['{"process": 1', /^line 1: not JSON \(.*\); expected one JSON object a line$/],
    ['\n[1]', 'line 2: found a list; expected one JSON object a line'],
    [
      '{"type": "ok", "f": "read"}',
      'line 1: process is missing; expected "process" or "client" with a number or a string',
    ],
    ['{"process": 1, "type": "ok"}', 'line 1: f is missing; expected "f" or "op" with a name such as "read"'],
    [
      '{"process": 1, "type": 4, "f": "read"}',
      'line 1: the type of an event is 4; expected invoke, ok, fail or info',
    ],
    [
      '{"client": 1, "op": "read"}',
      'line 1: call is missing; expected "call" with a number (an operation) or "type"',
    ],
    [
      '{"client": 1, "op": "read", "call": 4, "return": 3}',
      'line 1: return is 3; expected a number from 4 on, or null when it never answered',
    ],
    [
      '{"client": 1, "op": "read", "call": 4, "return": 5, "witness": {}}',
      'line 1: the index of witness is missing; expected {"index": NUMBER, "read": BOOLEAN}',
    ],
    [
      '{"client": 1, "op": "read", "call": 4}\n{"process": 1, "type": "invoke", "f": "read"}',
      'line 2: the file has both events and operations, whose times cannot be compared; expected one kind',
    ],
  ])('%s', (text, message) => {
    expect(() => parseJsonLines(text)).toThrow(message)
  })
})

describe('files as editors and other platforms leave them', () => {
  const texts = {
    'h.edn': '{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :ok :f :read :value 0}\n',
    'h.log': 'INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok\t:read\tnil\n',
    'h.jsonl':
      '{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"ok","f":"read","value":null}\n',
  }
  test.each(Object.entries(texts))('%s with a byte order mark and Windows line ends', (name, text) => {
    const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`
    expect(checkHistory(windows, name, 'register')).toMatchObject({ verdict: 'linearizable', operations: 1 })
  })

  test('millions of comments or blanks come before the history, and are no reason to fail', () => {
    for (const start of ['; a comment\n'.repeat(1_000_000), ' '.repeat(10_000_000)]) {
      expect(detectFormat('h', start + texts['h.edn'])).toBe('knossos')
      expect(parseEdnHistory(start + texts['h.edn'])).toHaveLength(1)
    }
  })
})

describe('the format of a file', () => {
  test.each([
    ['a.edn', '; comment\n[{:process 0 :type :invoke}]', 'knossos'],
    ['a.txt', '{:process 0, :f :get, :key "0"}', 'porcupine-kv'],
    ['a.txt', 'INFO  jepsen.util - 0\t:invoke\t:read\tnil', 'jepsen-log'],
    ['a.edn', ' { "process": 0 }', 'json-lines'],
    ['history.JSONL', '', 'json-lines'],
    ['history.edn', ' \n', 'knossos'],
  ])('%s that starts with %j is %s', (name, text, format) => {
    expect(detectFormat(name, text)).toBe(format)
  })

  test('anything else is an error', () => {
    expect(() => detectFormat('a.csv', 'client,op')).toThrow(
      'cannot tell the format of a.csv; expected EDN maps (Jepsen, Knossos, porcupine), a log of jepsen.util, or JSON lines',
    )
    expect(() => detectFormat('a.constructor', '')).toThrow('cannot tell the format of a.constructor')
  })
})
