import { majorityOf, membersOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ZabOptions } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'
import { RandomRun } from './support/random-run.ts'

/** For longer searches: `ZAB_RUNS=2000 npx vitest run packages/zab/test/reconfiguration-random.test.ts`. */
const numRuns = Number(process.env['ZAB_RUNS'] ?? 25)
const seed = process.env['ZAB_SEED']

/** Small limits, so that short runs meet them. */
const tight: ZabOptions = { maxBatchBytes: 40, maxInFlightMessages: 3, compactionTail: 2, catchUpLimit: 6 }

describe('random runs of six replicas whose members change keep every invariant, and come together', () => {
  const ends = new Map<string, number>()

  test.each<[string, number[], ZabOptions, number]>([
    ['three voters', [1, 2, 3], {}, 5],
    ['three voters with tight limits', [1, 2, 3], tight, 5],
    ['many faults', [1, 2, 3], tight, 12],
    ['one voter', [1], tight, 5],
    ['observers behind followers', [1, 2, 3, 4], { ...tight, followersFeedObservers: true }, 5],
  ])(
    '%s',
    (_, voters, options, faults) => {
      const spares = [1, 2, 3, 4, 5, 6].filter((id) => !voters.includes(id))
      const choices = fc.array(fc.noBias(fc.integer({ min: 0, max: 1_000_000 })), {
        minLength: 300,
        maxLength: 600,
      })
      const property = fc.property(choices, (list) => {
        const ensemble = new Ensemble(voters.length, options, { membership: majorityOf(voters), spares })
        const run = new RandomRun(ensemble, { links: 'fifo', faults, changes: true })
        run.play(list)
        run.recoverAll(10_000)
        const leader = run.leader()!
        expect(leader).toBeDefined()
        ensemble.propose(leader, 'last')
        ensemble.run(200)
        const { membership, lastIndex } = ensemble.observe(leader)
        for (const id of membersOf(membership)) {
          expect(ensemble.observe(id).membership).toEqual(membership)
          expect(ensemble.node(id).appliedIndex).toBe(lastIndex)
        }
        for (const { replies } of ensemble.nodes.values()) {
          for (const reply of replies) {
            const end = reply.type === 'rejected' ? reply.reason : reply.type
            ends.set(end, (ends.get(end) ?? 0) + 1)
          }
        }
      })
      fc.assert(property, { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    },
    3_600_000,
  )

  test('have made changes; some were refused, of some nobody knows', () => {
    for (const end of ['done', 'change-pending', 'catch-up-failed', 'leadership-lost']) {
      expect.soft(ends.get(end) ?? 0, end).toBeGreaterThan(0)
    }
  })
})
