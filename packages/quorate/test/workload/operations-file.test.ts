import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WorkloadOperation } from '../../src/workload/operation.ts'
import { fileOperations, type OperationsFile } from '../../src/workload/operations-file.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-operations-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function open(...lines: readonly string[]): OperationsFile {
  const path = join(directory, 'operations.jsonl')
  writeFileSync(path, lines.join('\n'))
  return fileOperations(path)
}

const take = (file: OperationsFile, count: number): WorkloadOperation[] =>
  Array.from({ length: count }, (_, i) => file.next(i % 3))

const put = '{"op":"put","key":"k","value":"v"}'

test('gives the operations in the order of the file, to whichever client asks', () => {
  const file = open(put, '{"op":"get","key":"k"}', '', '{"op":"delete","key":"ü"}', '')
  expect(file).toMatchObject({ name: 'operations.jsonl', size: 3, repeatedValues: 0 })
  expect([...file.preload()]).toEqual([])
  expect(take(file, 3)).toEqual([
    { op: 'put', key: 'k', value: 'v' },
    { op: 'get', key: 'k' },
    { op: 'delete', key: 'ü' },
  ])
})

test('begins again at the end, and marks the values of each further round', () => {
  const cas = '{"op":"cas","key":"k","expected":"v","value":"w"}'
  const create = '{"op":"cas","key":"n","expected":null,"value":"x"}'
  const file = open(put, cas, create)
  take(file, 3)
  expect(take(file, 3)).toEqual([
    { op: 'put', key: 'k', value: 'v#2' },
    { op: 'cas', key: 'k', expected: 'v#2', value: 'w#2' },
    { op: 'cas', key: 'n', expected: null, value: 'x#2' },
  ])
  expect(take(file, 1)).toEqual([{ op: 'put', key: 'k', value: 'v#3' }])
})

test('a marked value is never one of the file’s own', () => {
  const file = open(put, '{"op":"put","key":"k","value":"v#2"}', '{"op":"put","key":"k","value":"v#"}')
  const values = take(file, 30).map((operation) => ('value' in operation ? operation.value : ''))
  expect(new Set(values).size).toBe(30)
  expect(values[3]).toBe('v##2')
})

test('leaves a repeated value as it is, and says how many there are', () => {
  const file = open(put, put, put)
  expect(file.repeatedValues).toBe(2)
  expect(take(file, 2)).toEqual([file.next(0), file.next(0)].map(() => ({ op: 'put', key: 'k', value: 'v' })))
})

test('takes what editors on other systems leave behind', () => {
  expect(open(`\uFEFF${put}\r`, `${put}\r`, '\r').size).toBe(2)
})

describe('a bad line is named', () => {
  test.for([
    ['{"op":"puts","key":"k","value":"v"}', 'unknown op "puts"; expected put, get, delete or cas'],
    ['{"op":7,"key":"k"}', 'unknown op 7; expected put, get, delete or cas'],
    ['{"op":"constructor","key":"k"}', 'unknown op "constructor"; expected put, get, delete or cas'],
    ['{"key":"k"}', 'no "op"; expected put, get, delete or cas'],
    ['{"op":"get"', 'not a JSON object: "{\\"op\\":\\"get\\""'],
    ['[1]', 'not a JSON object: "[1]"'],
    ['null', 'not a JSON object: "null"'],
    ['\u001B[2Jput k v\u009B', 'not a JSON object: "\\u001b[2Jput k v\\u009b"'],
    ['{"op":"get"}', 'get needs "key"'],
    ['{"op":"get","key":""}', '"key" must be a string that is not empty, not ""'],
    ['{"op":"get","key":5}', '"key" must be a string that is not empty, not 5'],
    ['{"op":"put","key":"k"}', 'put needs "value"'],
    ['{"op":"put","key":"k","value":1}', '"value" must be a string, not 1'],
    ['{"op":"put","key":"k","value":null}', '"value" must be a string, not null'],
    ['{"op":"put","key":"k","valeu":"v"}', 'put takes no "valeu"; did you mean "value"?'],
    ['{"op":"put","key":"k","value":"v","expected":"u"}', 'put takes no "expected"; it takes key, value'],
    ['{"op":"cas","key":"k","expected":"v"}', 'cas needs "value"'],
    ['{"op":"cas","key":"k","expected":1,"value":"v"}', '"expected" must be a string or null, not 1'],
  ])('%s', ([line, problem]) => {
    const message = `${join(directory, 'operations.jsonl')} line 3: ${problem}`
    expect(() => open(put, '', line!, put)).toThrow(expect.objectContaining({ code: 'USAGE', message }))
  })

  test('and not quoted in full if it is long', () => {
    const long = `{"op":"${'x'.repeat(5000)}"}`
    expect(() => open(long)).toThrow(/line 1: unknown op "x{39}…; expected/)
  })
})

describe('a file that cannot be used is refused', () => {
  test('there is none', () => {
    const path = join(directory, 'missing.jsonl')
    const message = `cannot read ${path}: there is no such file`
    expect(() => fileOperations(path)).toThrow(expect.objectContaining({ code: 'USAGE', message }))
  })

  test('it is a directory', () => {
    const message = `cannot read ${directory}: it is a directory`
    expect(() => fileOperations(directory)).toThrow(expect.objectContaining({ code: 'USAGE', message }))
  })

  test.for([[''], ['', ' ', '']])('it is empty: %o', (lines) => {
    const message = `${join(directory, 'operations.jsonl')} has no operations`
    expect(() => open(...lines)).toThrow(expect.objectContaining({ code: 'USAGE', message }))
  })
})
