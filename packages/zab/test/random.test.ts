import { majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ZabOptions } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'
import { RandomRun, type RunOptions } from './support/random-run.ts'

const runs = Number(process.env['ZAB_RUNS'] ?? 100)
/** Small limits, so that short runs meet them. */
const options: ZabOptions = {
  maxBatchBytes: 4,
  maxInFlightMessages: 3,
  compactionTail: 2,
  maxUncommittedBytes: 16,
}

function choices(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.noBias(fc.integer({ min: 0, max: 1_000_000 })), {
    minLength: length / 2,
    maxLength: length,
  })
}

function make(voters: number, observers: number): Ensemble {
  const ids = Array.from({ length: voters }, (_, i) => i + 1)
  const others = Array.from({ length: observers }, (_, i) => voters + i + 1)
  return new Ensemble(voters + observers, options, { membership: majorityOf(ids, others) })
}

function check(voters: number, observers: number, run: RunOptions, length: number): void {
  fc.assert(
    fc.property(choices(length), (list) => {
      const ensemble = make(voters, observers)
      const random = new RandomRun(ensemble, run)
      random.play(list)
      random.recoverAll(8_000)
      const leader = [...ensemble.nodes.keys()].find((id) => ensemble.observe(id).established)
      expect(leader).toBeDefined()
      ensemble.propose(leader!, 'last')
      ensemble.settle()
      const ends = [...ensemble.nodes.values()].map((node) => node.appliedIndex)
      expect(new Set(ends).size).toBe(1)
      expect(ensemble.observe(leader!).lastIndex).toBe(ends[0])
    }),
    { numRuns: runs, ...(process.env['ZAB_SEED'] ? { seed: Number(process.env['ZAB_SEED']) } : {}) },
  )
}

describe('random runs keep every invariant, and come together when the faults end', () => {
  test('three voters', () => check(3, 0, { links: 'fifo', faults: 6 }, 400))
  test('three voters, many faults', () => check(3, 0, { links: 'fifo', faults: 14 }, 400))
  test('five voters', () => check(5, 0, { links: 'fifo', faults: 6 }, 400))
  test('three voters and an observer', () => check(3, 1, { links: 'fifo', faults: 6 }, 400))
  test('one voter', () => check(1, 0, { links: 'fifo', faults: 6 }, 100))
  test('two voters', () => check(2, 0, { links: 'fifo', faults: 6 }, 300))
})

describe('on links that lose, repeat and reorder, which Zab is not made for, it stays safe', () => {
  test.each([3, 5])('%i voters', (voters) => {
    fc.assert(
      fc.property(choices(400), (list) =>
        new RandomRun(make(voters, 0), { links: 'any', faults: 14 }).play(list),
      ),
      { numRuns: runs },
    )
  })
})
