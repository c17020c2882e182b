import fc from 'fast-check'
import { describe, it } from 'vitest'
import { anySchedule, Chaos, type Weather } from './support/chaos.ts'
import type { ClusterOptions } from './support/cluster.ts'

/** For longer searches: `RAFT_RUNS=5000 RAFT_SEED=1 npx vitest run packages/raft/test/random-schedules.test.ts`. */
const numRuns = Number(process.env['RAFT_RUNS'] ?? 25)
const seed = process.env['RAFT_SEED']

/** Small limits, so that windows fill, logs are compacted and batches are cut within a short schedule. */
const tight: ClusterOptions = {
  maxInflightMessages: 2,
  maxBatchBytes: 3,
  maxUncommittedBytes: 6,
  compactionTail: 2,
  catchUpTail: 4,
}

describe('any schedule of deliveries, losses, repeats, timeouts, writes and crashes', () => {
  const schedules = anySchedule(300, 500)

  it.each<[string, number, Weather, ClusterOptions]>([
    ['three voters', 3, 'calm', {}],
    ['three voters with tight limits', 3, 'calm', tight],
    ['three voters with tight limits', 3, 'stormy', tight],
    ['five voters', 5, 'calm', { compactionTail: 3 }],
    ['five voters', 5, 'stormy', tight],
    ['three voters and an observer', 3, 'calm', { ...tight, observers: 1 }],
    ['three voters', 3, 'slowDisks', tight],
    ['three voters with nothing in memory', 3, 'calm', { ...tight, memoryTail: 0, compactionTail: 20 }],
    ['three voters with nothing in memory', 3, 'stormy', { ...tight, memoryTail: 0, compactionTail: 20 }],
    ['two voters', 2, 'stormy', tight],
    ['one voter', 1, 'stormy', tight],
    [
      'three voters without PreVote and CheckQuorum',
      3,
      'stormy',
      { ...tight, preVote: false, checkQuorum: false },
    ],
  ])(
    'keeps %s (%i, %s) safe, and live once all is healed',
    (_, size, weather, options) => {
      const property = fc.property(schedules, (choices) => {
        const chaos = new Chaos(size, options, weather)
        for (const one of choices) chaos.perform(one)
        chaos.recover()
      })
      fc.assert(property, { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    },
    3_600_000,
  )
})
