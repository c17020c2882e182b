import { type EngineDefinition, majorityOf, type Membership, membersOf, withWitnesses } from '@quorate/core'
import { refineEngine } from '@quorate/sim'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RaftMessage, RaftOptions } from '../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import { checkedRaft } from './support/checked.ts'
import type { ClusterOptions } from './support/cluster.ts'

/** For longer searches: `RAFT_RUNS=5000 RAFT_SEED=1 npx vitest run packages/raft/test/membership-random.test.ts`. */
const numRuns = Number(process.env['RAFT_RUNS'] ?? 15)
const seed = process.env['RAFT_SEED']

/** Small limits, so that newcomers are sent snapshots, and windows fill. */
const tight: ClusterOptions = { maxInflightMessages: 2, maxBatchBytes: 60, compactionTail: 2, catchUpTail: 4 }

/** Short timeouts: newcomers are soon given up. */
const hasty = { electionTimeout: { min: 100, max: 150 }, catchUpTimeout: 200 }

const three = majorityOf([1, 2, 3])

/** All engines checked by themselves, and together against the abstract log. */
function watched(options: RaftOptions): EngineDefinition<RaftMessage> {
  const refined = refineEngine(checkedRaft(options), ({ message }) => {
    throw new Error(message)
  })
  return refined as EngineDefinition<RaftMessage>
}

describe('any schedule with changes of membership among six replicas', () => {
  const ends = new Map<string, number>()

  it.each<[string, Membership, RaftOptions, boolean]>([
    ['of three voters', three, {}, false],
    ['of three voters with tight limits', three, tight, false],
    [
      'always through joint quorums, with little patience',
      three,
      { ...tight, ...hasty, alwaysJoint: true },
      false,
    ],
    ['of one voter', majorityOf([1]), tight, false],
    ['without PreVote', three, { ...tight, preVote: false }, false],
    ['with a witness', withWitnesses(majorityOf([1, 2, 6]), [6]), tight, true],
  ])(
    '%s: safe, and live once all is healed',
    (_, membership, options, hasWitness) => {
      const spares = [1, 2, 3, 4, 5, 6].filter((id) => !membersOf(membership).includes(id))
      const property = fc.property(anySchedule(400, 700), (choices) => {
        const chaos = new Chaos(3, { membership, spares }, 'changing', watched(options), hasWitness)
        for (const one of choices) chaos.perform(one)
        chaos.recover()
        for (const end of chaos.changes) ends.set(end, (ends.get(end) ?? 0) + 1)
      })
      fc.assert(property, { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) })
    },
    3_600_000,
  )

  it('have made changes; some were refused, of some nobody knows', () => {
    for (const end of ['done', 'change-pending', 'leadership-lost', 'not-leader', 'no-leader']) {
      expect.soft(ends.get(end) ?? 0, end).toBeGreaterThan(0)
    }
    expect(ends.get('done')).toBeGreaterThan(numRuns)
  })
})
