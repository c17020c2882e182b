import { majorityOf, type Membership, withWitnesses } from '@quorate/core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { anySchedule, Chaos } from './support/chaos.ts'
import type { ClusterOptions } from './support/cluster.ts'

/** For longer searches: `RAFT_RUNS=5000 RAFT_SEED=1 npx vitest run packages/raft/test/membership-random.test.ts`. */
const numRuns = Number(process.env['RAFT_RUNS'] ?? 15)
const seed = process.env['RAFT_SEED']

/** Small limits, so that newcomers are sent snapshots, and windows fill. */
const tight: ClusterOptions = { maxInflightMessages: 2, maxBatchBytes: 60, compactionTail: 2, catchUpTail: 4 }

const three = majorityOf([1, 2, 3])

describe('any schedule with changes of membership among six replicas', () => {
  it.each<[string, Membership, ClusterOptions, boolean]>([
    ['of three voters', three, {}, false],
    ['of three voters with tight limits', three, tight, false],
    ['always through joint quorums', three, { ...tight, alwaysJoint: true }, false],
    ['of one voter', majorityOf([1]), tight, false],
    ['without PreVote', three, { ...tight, preVote: false }, false],
    ['with a witness', withWitnesses(majorityOf([1, 2, 6]), [6]), tight, true],
  ])(
    '%s: safe, and live once all is healed',
    (_, membership, options, hasWitness) => {
      const spares = [1, 2, 3, 4, 5, 6].filter((id) => !JSON.stringify(membership).includes(String(id)))
      const property = fc.property(anySchedule(400, 700), (choices) => {
        const chaos = new Chaos(3, { ...options, membership, spares }, 'changing', undefined, hasWitness)
        for (const one of choices) chaos.perform(one)
        chaos.recover()
      })
      fc.assert(property, { numRuns, endOnFailure: process.env['RAFT_SHRINK'] === undefined, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    },
    3_600_000,
  )
})
