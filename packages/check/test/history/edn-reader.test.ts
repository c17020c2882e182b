import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EdnValue } from '../../src/index.ts'
import { isEdnMap } from '../../src/history/edn-reader.ts'
import { HistoryError, readEdn } from '../../src/index.ts'

function one(text: string): EdnValue | undefined {
  return readEdn(text)[0]
}

test('atoms', () => {
  expect(readEdn('nil true false 7 -7 +7 1.5 2e3 12N :read sym "text"')).toEqual([
    null,
    true,
    false,
    7,
    -7,
    7,
    1.5,
    2000,
    12,
    { kind: 'keyword', name: 'read' },
    { kind: 'symbol', name: 'sym' },
    'text',
  ])
})

test('collections; commas and comments mean nothing', () => {
  expect(readEdn('[1, 2 [3]] ; here (is) a comment\n(4) #{5} #inst "now" #_ dropped 6 [#_7]')).toEqual([
    [1, 2, [3]],
    [4],
    [5],
    'now',
    6,
    [],
  ])
})

test('maps are found by keyword, and know where they start', () => {
  const map = one('\n  {:f :read, "other" 1 :value [1 2]}')
  expect(map).toMatchObject({ kind: 'map', at: { line: 2, column: 3 } })
  const entries = isEdnMap(map) ? [...map.entries] : []
  expect(entries).toEqual([
    ['f', { kind: 'keyword', name: 'read' }],
    ['value', [1, 2]],
  ])
})

test('a string may hold anything, escaped', () => {
  expect(one(String.raw`"a\n\t\r\"\\\u0041 ;[{"`)).toBe('a\n\t\r"\\A ;[{')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(one(`"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)).toBe(text)
    }),
  )
})

describe('errors say where', () => {
  test.each([
    ['[1 2\n 3', 'line 1, column 1: [ is never closed; expected a closing ]'],
    ['\n {:a 1', 'line 2, column 2: { is never closed; expected a closing }'],
    ['{:a}', 'line 1, column 1: a map has 1 forms; expected a value for every key'],
    ['[1 )]', 'line 1, column 4: found ); expected a value'],
    ['1 "ab', 'line 1, column 3: a string is never closed; expected a closing "'],
    ['[12x]', 'line 1, column 2: cannot read 12x; expected a number, keyword or string'],
    ['[:]', 'line 1, column 2: cannot read :; expected a number, keyword or string'],
    ['#tag', 'line 1, column 5: the text ends; expected a value'],
    [
      String.raw`"\q"`,
      String.raw`line 1, column 1: a string has the escape \q; expected \n \t \r \" \\ or \uXXXX`,
    ],
    ['['.repeat(100), 'line 1, column 65: forms nest over 64 deep'],
  ])('%s', (text, message) => {
    expect(() => readEdn(text)).toThrow(message)
  })

  test('from the line that the caller says', () => {
    expect(() => readEdn('1\n)', 10)).toThrow('line 11, column 1: found )')
  })

  test('no text does anything but read or throw a HistoryError', () => {
    const text = fc.string({ unit: fc.constantFrom(...'[]{}()#_:;"\\ \n1a,'.split('')), maxLength: 40 })
    fc.assert(
      fc.property(text, (garbage) => {
        try {
          readEdn(garbage)
        } catch (error) {
          expect(error).toBeInstanceOf(HistoryError)
        }
      }),
    )
  })
})
