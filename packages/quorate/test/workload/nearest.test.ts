import { expect, test } from 'vitest'
import { editDistance, nearest } from '../../src/workload/nearest.ts'

test.for([
  ['', '', 0],
  ['raft', 'raft', 0],
  ['rfat', 'raft', 1],
  ['raf', 'raft', 1],
  ['rafft', 'raft', 1],
  ['raft', 'zab', 3],
  ['kitten', 'sitting', 3],
] as const)('%s and %s are %d apart', ([a, b, distance]) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})

test.for([
  ['puts', 'put'],
  ['dleete', 'delete'],
  ['GET', 'get'],
  ['increment', undefined],
  ['x', undefined],
] as const)('%s was meant to be %s', ([given, meant]) => {
  expect(nearest(given, ['put', 'get', 'delete', 'cas'])).toBe(meant)
})
