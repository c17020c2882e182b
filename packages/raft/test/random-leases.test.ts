import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RaftOptions } from '../src/index.ts'
import { LeaseWalk } from './support/lease-walk.ts'

/** For longer searches: `RAFT_RUNS=20000 RAFT_SEED=2 npx vitest run packages/raft/test/random-leases.test.ts`. */
const numRuns = Number(process.env['RAFT_RUNS'] ?? 250)
const seed = Number(process.env['RAFT_SEED'] ?? 1)

const clockDrift = 0.2
const guarded: RaftOptions = { leaseDuration: 250, clockDrift }
/** Nothing but leases keeps a voter from voting. */
const bare: RaftOptions = { ...guarded, preVote: false, checkQuorum: false, leaderStickiness: false }

const anyNumber = fc.nat({ max: 10_000 })
const walks = fc.array(fc.noBias(fc.tuple(anyNumber, anyNumber)), {
  minLength: 80,
  maxLength: 160,
  size: 'max',
})

describe('any walk of late answers, cuts, restarts and transfers, on clocks that drift', () => {
  it.each<[string, number, RaftOptions]>([
    ['three voters', 3, guarded],
    ['five voters', 5, guarded],
    ['three voters bound by leases alone', 3, bare],
    ['five voters bound by leases alone', 5, bare],
  ])(
    'reads nothing stale by lease at %s, and answers every transfer once',
    (_, size, options) => {
      let reads = 0
      let done = 0
      const property = fc.property(walks, (steps) => {
        const walk = new LeaseWalk(size, options, clockDrift)
        for (const [kind, a] of steps) walk.perform(kind, a)
        walk.recover()
        reads += walk.reads
        done += walk.done
      })
      fc.assert(property, { numRuns, seed })
      expect(reads).toBeGreaterThan(numRuns)
      expect(done).toBeGreaterThan(numRuns / 20)
    },
    3_600_000,
  )
})

describe('random walks find', () => {
  it.each<[string, RaftOptions, number]>([
    ['leaseFromAnswers (R7)', { ...bare, unsafe: { leaseFromAnswers: true } }, clockDrift],
    ['forgetLease', { ...bare, unsafe: { forgetLease: true } }, clockDrift],
    ['keepLeaseInTransfer (R6)', { ...bare, unsafe: { keepLeaseInTransfer: true } }, clockDrift],
    ['clocks that drift more than is allowed for (R8)', { ...bare, clockDrift: 0 }, 0.3],
  ])(
    '%s: a stale read',
    (_, options, drift) => {
      const property = fc.property(walks, (steps) => {
        const walk = new LeaseWalk(3, options, drift)
        for (const [kind, a] of steps) walk.perform(kind, a)
      })
      const result = fc.check(property, { numRuns: 1_000, seed, endOnFailure: true })
      expect(String(result.errorInstance)).toContain('Linearizability')
    },
    3_600_000,
  )
})
