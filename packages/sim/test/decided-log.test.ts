import { blankEntry, makeEntry } from '@quorate/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DecidedLog } from '../src/invariants/decided-log.ts'

const step = fc.record({
  byEpoch: fc.integer({ min: 1, max: 5 }),
  asked: fc.array(fc.integer({ min: 0, max: 6 })),
})

it('the decided log knows what was decided before an epoch, whatever was asked before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const decided = new DecidedLog((violation) => expect.fail(violation.message))
      const epochs: number[] = []
      for (const { byEpoch, asked } of steps) {
        epochs.push(byEpoch)
        const data = new Uint8Array(0)
        decided.applied(1, byEpoch, makeEntry(epochs.length, 1, 0, 'command', undefined, data))
        for (const epoch of asked) {
          expect(decided.decidedBefore(epoch)).toBe(epochs.findLastIndex((each) => each < epoch) + 1)
        }
      }
    }),
  )
})

it('a witness passes what others have decided, and nothing else', () => {
  const found: string[] = []
  const decided = new DecidedLog(({ invariant }) => found.push(invariant))
  const command = makeEntry(1, 2, 0, 'command', { replica: 1, sequence: 1 }, Uint8Array.of(7))
  decided.applied(1, 2, command)
  expect(decided.applied(2, 2, blankEntry(command))).toBe(false)
  expect(found).toEqual([])
  decided.applied(2, 3, { ...blankEntry(command), epoch: 3 })
  decided.applied(2, 3, { ...blankEntry(command), index: 2 })
  expect(found).toEqual(['agreement', 'agreement'])
  expect(decided.lastIndex).toBe(1)
})
