import { expect, test } from 'vitest'
import { countOf, formatAlike, formatNumber } from '../../src/report/format-number.ts'

test.for([
  [0, '0'],
  [0.00384, '0.0038'],
  [0.0521, '0.052'],
  [0.517, '0.52'],
  [1, '1.00'],
  [9.876, '9.88'],
  [12.34, '12.3'],
  [131.7, '132'],
  [18_402.4, '18,402'],
  [1_234_567, '1,234,567'],
  [-3.5, '-3.50'],
  [-0.00001, '0.0000'],
  [NaN, '—'],
  [Infinity, '—'],
] as const)('%d is written %s', ([value, text]) => {
  expect(formatNumber(value)).toBe(text)
})

test.for([
  [
    [3.48, 131.2],
    ['3.5', '131.2'],
  ],
  [
    [3.48, 13.12],
    ['3.48', '13.12'],
  ],
  [
    [18_402.4, 3.2],
    ['18,402', '3'],
  ],
  [
    [0.052, 0.31],
    ['0.052', '0.310'],
  ],
  [
    [0.052, 3.1],
    ['0.05', '3.10'],
  ],
  [
    [8, NaN],
    ['8.00', '—'],
  ],
  [
    [0, 0],
    ['0', '0'],
  ],
  [[NaN], ['—']],
  [[], []],
] as const)('%o side by side are written %o', ([values, texts]) => {
  expect(formatAlike(values)).toEqual(texts)
})

test('one thing, several things', () => {
  expect([countOf(1, 'key'), countOf(1000, 'key'), countOf(2, 'process', 'processes')]).toEqual([
    '1 key',
    '1,000 keys',
    '2 processes',
  ])
})
