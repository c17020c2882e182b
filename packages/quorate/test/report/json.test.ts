import { expect, test } from 'vitest'
import { formatJson, toJson } from '../../src/report/json.ts'
import { comparison, raft, run, settings, unmeasured } from './example.ts'

test('has the named fields in the named order, others behind them', () => {
  const json = toJson(comparison())
  expect(Object.keys(json)).toEqual(['runs', 'settings'])
  expect(Object.keys(json.runs[0]!)).toEqual([
    'engine',
    'machine',
    'replicas',
    'commitsPerSecond',
    'latencyMs',
    'messagesPerCommit',
    'bytesPerCommit',
    'fsyncsPerCommit',
    'electionMs',
    'recoveryMs',
    'linearizable',
    'operationsChecked',
    'digestsEqual',
    'meanBatch',
    'details',
  ])
  expect(json.settings).toEqual(settings)
})

test('gives figures to six digits', () => {
  const [first] = toJson(comparison([run(raft)])).runs
  expect(first).toMatchObject({
    engine: 'raft',
    machine: 'mvcc',
    replicas: 3,
    commitsPerSecond: 18_402.4,
    latencyMs: { p50: 3.47781, p99: 10.3247 },
    messagesPerCommit: { measured: 0.523304, predicted: 0.492611 },
    bytesPerCommit: 1402.3,
    fsyncsPerCommit: 0.3721,
    electionMs: 312.4,
    recoveryMs: 1214,
    linearizable: 'yes',
    operationsChecked: 182_311,
    digestsEqual: true,
    meanBatch: 8.12,
  })
  expect(first!.details.timeline).toEqual(run(raft).details.timeline)
})

test('as text it is the same, and what was not measured is null', () => {
  const both = comparison([run(raft), unmeasured('zab')])
  const text = formatJson(both)
  expect(JSON.parse(text)).toEqual(toJson(both))
  expect(toJson(both).runs[1]).toMatchObject({ commitsPerSecond: null, latencyMs: { p50: null, p99: null } })
  expect(text.endsWith('}\n')).toBe(true)
})

test('lists of figures take a line each, and text that looks like them is left alone', () => {
  const details = { ...run(raft).details, explanation: ['[\n 1,\n 2\n]', '{\n"upToMs": 1,\n"count": 2\n}'] }
  const tricky = comparison([run(raft, { details })])
  const text = formatJson(tricky)
  expect(JSON.parse(text)).toEqual(toJson(tricky))
  expect(text).toMatch(/"timeline": \[ 974, 1015, [\d, ]+ \]/)
  expect(text).toMatch(/^\s+\{ "upToMs": [\d.]+, "count": \d+ \},$/m)
})
