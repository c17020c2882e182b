import { expect, test } from 'vitest'
import { Timeline } from '../../src/measure/timeline.ts'

function timelineOf(...times: readonly number[]): Timeline {
  const timeline = new Timeline(100)
  for (const time of times) timeline.record(time)
  return timeline
}

test('counts what falls into each interval', () => {
  expect(timelineOf(0, 99.9, 100, 350, 120).counts()).toEqual([2, 2, 0, 1])
  expect(timelineOf().counts()).toEqual([])
})

test('a clock that was set back counts for the first interval', () => {
  expect(timelineOf(-5).counts()).toEqual([1])
})

test('has whole intervals only, and all of them, if it is known how long the load went on', () => {
  const timeline = timelineOf(10, 210, 420)
  expect(timeline.counts(450)).toEqual([1, 0, 1, 0])
  expect(timeline.counts(700)).toEqual([1, 0, 1, 0, 1, 0, 0])
})

test('gives a copy', () => {
  const timeline = timelineOf(10)
  const before = timeline.counts()
  timeline.record(20)
  expect(before).toEqual([1])
})

test('an interval is longer than nothing', () => {
  expect(() => new Timeline(0)).toThrow(RangeError)
  expect(() => new Timeline(NaN)).toThrow(RangeError)
})
