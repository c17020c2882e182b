import { expect, test } from 'vitest'
import { checkHistory, checkTransactions, explainTransactions } from '../../src/index.ts'
import { oneByOne, txn } from './notation.ts'

test('a cycle is explained edge by edge', () => {
  const history = [
    txn('x+1 y+1', { client: 1 }),
    txn('x+2 y=', { client: 2 }),
    txn('x=12', { client: 3, call: 101, return: 102 }),
  ]
  expect(explainTransactions(checkTransactions(history))).toEqual([
    'not strict-serializable: 3 transactions on 2 keys',
    'found: G-single (1)',
    'which rules out: repeatable-read, snapshot-isolation, strong-session-snapshot-isolation, strong-snapshot-isolation, serializable, strong-session-serializable, strict-serializable',
    'G-single:',
    '  T0 = client 2  append 2 to x, read y: []  (from 0 to 100)',
    '  T1 = client 1  append 1 to x, append 1 to y  (from 0 to 100)',
    '  T0 came before T1, because T0 read y empty, and T1 appended 1 to that',
    "  T1 came before T0, because T0 appended 2 to x after T1's 1: a contradiction",
  ])
})

test('so is real time', () => {
  const history = oneByOne(txn('x+1', { client: 1 }), txn('x=', { client: 2 }))
  expect(explainTransactions(checkTransactions(history)).slice(-2)).toEqual([
    '  T0 came before T1, because T0 read x empty, and T1 appended 1 to that',
    '  T1 came before T0, because T1 returned at 5, and T0 was called at 10: a contradiction',
  ])
})

test('and a read', () => {
  const history = [txn('x+1', { client: 1, outcome: 'aborted' }), txn('x=1', { client: 2 })]
  expect(explainTransactions(checkTransactions(history)).slice(3)).toEqual([
    'G1a on key x:',
    '  T0 = client 2  read x: [1]  (from 0 to 100)',
    '  T1 = client 1  append 1 to x  (from 0 to 100, aborted)',
    '  T0 read 1, which T1 appended and aborted',
  ])
})

const edn = `
; two that miss one another
{:index 0, :time 0, :type :invoke, :process 0, :f :txn, :value [[:append :x 1] [:r :y nil]]}
{:index 1, :time 1, :type :invoke, :process 1, :f :txn, :value [[:append :y 2] [:r :x nil]]}
{:index 2, :time 2, :type :ok, :process 0, :f :txn, :value [[:append :x 1] [:r :y nil]]}
{:index 3, :time 3, :type :ok, :process 1, :f :txn, :value [[:append :y 2] [:r :x []]]}`

const jsonLines = `
{"client": 0, "op": "txn", "value": [["append", "x", 1], ["r", "y", null]], "output": [["append", "x", 1], ["r", "y", []]], "call": 0, "return": 2}
{"client": 1, "op": "txn", "value": [["append", "y", 2], ["r", "x", null]], "output": [["append", "y", 2], ["r", "x", []]], "call": 1, "return": 3}`

test.each([
  ['EDN', edn, 'h.edn'],
  ['JSON lines', jsonLines, 'h.jsonl'],
])('%s', (_, text, name) => {
  const report = checkHistory(text, name, 'list-append', { consistency: 'serializable' })
  expect(report).toMatchObject({ verdict: 'not serializable', operations: 2, partitions: 2, steps: 0 })
  expect(report.lines[1]).toBe('found: G2-item (1)')
  expect(checkHistory(text, name, 'list-append', { consistency: 'snapshot-isolation' }).verdict).toBe(
    'snapshot-isolation',
  )
})

test('without :process and :f, events follow one another', () => {
  const bare = '{:type :invoke :value [[:append 1 1]]} {:type :ok :value [[:append 1 1]]}'
  expect(checkHistory(bare, 'h.edn', 'list-append').verdict).toBe('strict-serializable')
  expect(() => checkHistory(bare, 'h.edn', 'register')).toThrow(':process is missing')
})

test('what failed is seen as aborted, what crashed as unknown', () => {
  const history = (type: string): string =>
    `{:process 0 :type :invoke :f :txn :value [[:append :x 1]]}{:process 0 :type ${type} :f :txn :value [[:append :x 1]]}
     {:process 1 :type :invoke :f :txn :value [[:r :x nil]]}{:process 1 :type :ok :f :txn :value [[:r :x [1]]]}`
  expect(checkHistory(history(':fail'), 'h.edn', 'list-append').lines[1]).toBe('found: G1a (1)')
  expect(checkHistory(history(':info'), 'h.edn', 'list-append').verdict).toBe('strict-serializable')
})

test.each([
  [
    '{:process 0 :type :invoke :f :txn :value [[:inc :x 1]]}',
    'line 1: a step of a transaction is [":inc",":x",1]; expected',
  ],
  ['{:process 0 :type :invoke :f :txn :value 3}', 'line 1: the value of a transaction is 3; expected a list'],
  ['{:process 0 :type :invoke :f :read :value nil}', 'line 1: the operation is read; expected txn'],
  [
    '{:process 0 :type :invoke :f :txn :value [[:r :x nil]]}{:process 0 :type :ok :f :txn :value [[:r :x 3]]}',
    'line 1: what was read is 3; expected a list of elements',
  ],
])('%s', (text, message) => {
  expect(() => checkHistory(text, 'h.edn', 'list-append')).toThrow(message)
})
