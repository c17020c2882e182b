import { type Membership, membershipOf, votersOf } from '@quorate/core'
import { isConsistent, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type ChangingOptions, ChangingRun, Counts } from './support/changing-run.ts'
import { changes } from './support/random-membership.ts'

const witness = 5

/** Replica 5 is a witness wherever it votes, and observes nowhere. */
function withWitness({ quorums, observers }: Membership): Membership {
  const voters = votersOf({ quorums, observers })
  const others = observers.filter((id) => id !== witness)
  return membershipOf(quorums, others, voters.includes(witness) && voters.length > 1 ? [witness] : [])
}

function raft(rest: Partial<ChangingOptions> = {}): ChangingOptions {
  const drawn: ChangingOptions['drawn'] = (random) => ({
    memoryTail: Math.round(random.magnitude(1, 200)),
    alwaysJoint: random.chance(0.3),
  })
  return { engine: 'raft', drawn, ...rest }
}

describe.each<[string, ChangingOptions]>([
  ['Raft', raft()],
  ['Raft with a witness', raft({ adapt: withWitness })],
])('%s whose members change under load, with crashes and a bad network', (_, options) => {
  const seen = new Counts()

  it.each(Array.from({ length: 60 }, (_, i) => i + 1))(
    'seed %i keeps every invariant, its history is linearizable, and its members converge',
    (seed) => {
      const run = new ChangingRun(seed, options)
      const report = run.simulation.run()
      expect(report.violation, report.eventLog.slice(-60).join('\n')).toBeUndefined()
      const verdict = simulatedMachine('mvcc').judge(report.history)
      expect(isConsistent(verdict), verdict.explanation.join('\n')).toBe(true)
      const { decided, seen: memberships } = run.memberships
      expect(memberships).toEqual(memberships.map(() => decided))
      for (const name of [...run.done, ...run.endings]) seen.add(name)
      for (const [mark, count] of Object.entries(report.marks)) seen.add(mark, count)
    },
  )

  it('has made every kind of change but grids, which Raft refuses; of some nobody knows', () => {
    for (const change of changes) {
      if (change === 'grid') expect(seen.of(change)).toBe(0)
      else expect.soft(seen.of(change), change).toBeGreaterThan(10)
    }
    for (const ending of ['ok', 'refused', 'unknown'])
      expect.soft(seen.of(ending), ending).toBeGreaterThan(10)
    for (const mark of ['CatchUp', 'EnterMembership', 'InstallSnapshot', 'rejected: change-pending']) {
      expect.soft(seen.of(mark), mark).toBeGreaterThan(10)
    }
  })
})
