import { describe, expect, it } from 'vitest'
import type { ClusterOptions } from './support/cluster.ts'
import { MemberWalk } from './support/member-walk.ts'

/** For longer searches: `PAXOS_RUNS=500 PAXOS_SEED=1000 npx vitest run packages/paxos/test/multi/membership-random.test.ts`. */
const numRuns = Number(process.env['PAXOS_RUNS'] ?? 8)
const first = Number(process.env['PAXOS_SEED'] ?? 1)

const tight: ClusterOptions = { compactionTail: 2, maxBatchBytes: 3, maxInflightMessages: 2 }

describe('random walks with changes of membership', () => {
  it.each<[number, ClusterOptions]>([
    [1, tight],
    [3, tight],
    [8, tight],
    [8, {}],
    [3, { ...tight, leaseDuration: 400 }],
  ])('window %i: safe, and live once all is healed', (window, options) => {
    let changes = 0
    for (let seed = first; seed < first + numRuns; seed++) {
      const walk = new MemberWalk(seed, { ...options, window })
      walk.walk(1_200)
      walk.recover()
      changes += walk.changes
    }
    expect(changes).toBeGreaterThan(numRuns / 4)
  })

  it.each(['membershipAtOnce', 'skipNewQuorum'] as const)(
    'find what goes wrong with the unsafe rule %s',
    (rule) => {
      const run = (): void => {
        for (let seed = 1; seed <= 100; seed++)
          new MemberWalk(seed, { ...tight, window: 3, unsafe: { [rule]: true } }).walk(1_500)
      }
      expect(run).toThrow(/paxos|agreement|choose|propose|chosen/)
    },
  )
})
