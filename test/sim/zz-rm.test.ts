import { type Membership, membershipOf, votersOf } from '@quorate/core'
import { isConsistent, simulatedMachine } from 'quorate'
import { expect, it } from 'vitest'
import { ChangingRun } from './support/changing-run.ts'
const witness = 5
function withWitness({ quorums, observers }: Membership): Membership {
  const voters = votersOf({ quorums, observers })
  const others = observers.filter((id) => id !== witness)
  return membershipOf(quorums, others, voters.includes(witness) && voters.length > 1 ? [witness] : [])
}
it('many', () => {
  const bad: string[] = []
  const from = Number(process.env['FROM'] ?? 61)
  const to = Number(process.env['TO'] ?? 300)
  for (let seed = from; seed <= to; seed++)
    for (const [name, adapt, options] of [['plain', (m: Membership) => m, {}], ['witness', withWitness, {}], ['lease', (m: Membership) => m, { leaseDuration: 200, clockDrift: 0.01 }]] as const) {
      try {
        const run = new ChangingRun(seed, { engine: 'raft', drawn: (r) => ({ memoryTail: Math.round(r.magnitude(1, 200)), alwaysJoint: r.chance(0.3) }), adapt, options })
        const report = run.simulation.run()
        if (report.violation) bad.push(`${name} ${seed} ${report.violation.invariant} ${report.violation.message}`)
        else if (!isConsistent(simulatedMachine('mvcc').judge(report.history))) bad.push(`${name} ${seed} not linearizable`)
        else {
          const { decided, seen } = run.memberships
          if (JSON.stringify(seen) !== JSON.stringify(seen.map(() => decided))) bad.push(`${name} ${seed} diverged`)
        }
      } catch (error) { bad.push(`${name} ${seed} ${String(error)}`) }
    }
  expect(bad).toEqual([])
}, 3_600_000)
