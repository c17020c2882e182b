import type { Membership } from '@quorate/core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { anySchedule, Chaos, type Weather } from './support/chaos.ts'
import type { ClusterOptions } from './support/cluster.ts'

/** For longer searches: `PAXOS_RUNS=5000 PAXOS_SEED=1 npx vitest run packages/paxos/test/multi/random-schedules.test.ts`. */
const numRuns = Number(process.env['PAXOS_RUNS'] ?? 15)
const seed = process.env['PAXOS_SEED']

/** Small limits, so that windows fill, slots are compacted and batches are cut within a short schedule. */
const tight: ClusterOptions = {
  window: 3,
  maxInflightMessages: 2,
  maxBatchBytes: 3,
  maxUncommittedBytes: 6,
  compactionTail: 2,
}

function flexible(election: number, replication: number): Membership {
  return { quorums: { type: 'flexible', voters: [1, 2, 3, 4, 5], election, replication }, observers: [] }
}

const grid: Membership = {
  quorums: {
    type: 'grid',
    rows: [
      [1, 2],
      [3, 4],
    ],
  },
  observers: [],
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
    ['five voters, four to elect and two to decide', 5, 'stormy', { ...tight, membership: flexible(4, 2) }],
    ['five voters, two to elect and four to decide', 5, 'stormy', { ...tight, membership: flexible(2, 4) }],
    ['a grid of four voters', 4, 'calm', { ...tight, membership: grid }],
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
