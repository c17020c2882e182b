import fc from 'fast-check'
import { describe, it } from 'vitest'
import { anySchedule, Chaos, type Weather } from './support/chaos.ts'
import type { ClusterOptions } from './support/cluster.ts'

/** For longer searches: `PAXOS_RUNS=5000 PAXOS_SEED=1 npx vitest run packages/paxos/test/multi/random-schedules.test.ts`. */
const numRuns = Number(process.env['PAXOS_RUNS'] ?? 20)
const seed = process.env['PAXOS_SEED']

/** Small limits, so that windows fill, slots are compacted and batches are cut within a short schedule. */
const tight: ClusterOptions = {
  window: 3,
  maxInflightMessages: 2,
  maxBatchBytes: 3,
  maxUncommittedBytes: 6,
  compactionTail: 2,
}

describe('any schedule of deliveries, losses, repeats, timeouts, writes and crashes', () => {
  const schedules = anySchedule(300, 500)

  it.each<[string, number, Weather, ClusterOptions]>([
    ['three voters', 3, 'calm', {}],
    ['three voters with tight limits', 3, 'calm', tight],
    ['three voters with tight limits', 3, 'stormy', tight],
    ['three voters with a window of one', 3, 'stormy', { ...tight, window: 1 }],
    ['five voters', 5, 'calm', { compactionTail: 3 }],
    ['five voters', 5, 'stormy', tight],
    ['three voters and an observer', 3, 'calm', { ...tight, observers: 1 }],
    ['three voters', 3, 'slowDisks', tight],
    ['two voters', 2, 'stormy', tight],
    ['one voter', 1, 'stormy', tight],
  ])(
    'keeps %s (%i, %s) safe, and live once all is healed',
    (_, size, weather, options) => {
      const property = fc.property(schedules, (choices) => {
        const chaos = new Chaos(size, options, weather)
        for (const one of choices) chaos.perform(one)
        chaos.recover()
      })
      const endOnFailure = process.env['PAXOS_SHRINK'] === undefined
      fc.assert(property, { numRuns, endOnFailure, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    },
    3_600_000,
  )
})
