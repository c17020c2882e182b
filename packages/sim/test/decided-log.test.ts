import { makeEntry } from '@quorate/core'
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
