import { isConsistent, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type ChangingOptions, ChangingRun, Counts } from './support/changing-run.ts'
import { changes } from './support/random-membership.ts'

const seeds = Number(process.env['ZAB_SEEDS'] ?? 40)

const harmless: ChangingOptions = { engine: 'zab', livenessPhase: true }
/** Everything that can go wrong, also with disks. */
const all: ChangingOptions = { engine: 'zab', faults: 'all', livenessPhase: true }

describe.each<[string, ChangingOptions]>([
  ['with crashes and a bad network', harmless],
  ['with all faults', all],
])('Zab whose members change under load, %s', (_, options) => {
  const seen = new Counts()

  it.each(Array.from({ length: seeds }, (_, i) => i + 1))(
    'seed %i keeps every invariant, its history is linearizable, and its members converge',
    (seed) => {
      const run = new ChangingRun(seed, options)
      const report = run.simulation.run()
      expect(report.violation, report.eventLog.slice(-60).join('\n')).toBeUndefined()
      const verdict = simulatedMachine('mvcc').judge(report.history)
      expect(isConsistent(verdict), verdict.explanation.join('\n')).toBe(true)
      const { decided, seen: memberships } = run.memberships
      // A replica whose disk was damaged may be down for good.
      const known = memberships.filter((membership) => membership !== undefined)
      if (options.faults === undefined) expect(known).toHaveLength(memberships.length)
      expect(known).toEqual(known.map(() => decided))
      for (const name of [...run.done, ...run.endings]) seen.add(name)
      for (const [mark, count] of Object.entries(report.marks)) seen.add(mark, count)
    },
  )

  it('has made every kind of change but grids, which Zab refuses; of some nobody knows', () => {
    for (const change of changes) {
      if (change === 'grid') expect(seen.of(change)).toBe(0)
      else expect.soft(seen.of(change), change).toBeGreaterThan(5)
    }
    for (const ending of ['ok', 'refused', 'unknown']) {
      expect.soft(seen.of(ending), ending).toBeGreaterThan(5)
    }
    const marks = ['catch-up', 'joint-membership-committed', 'joins', 'history-replaced', 'handover-done']
    for (const mark of [...marks, 'looking.not-in-membership', 'rejected: change-pending']) {
      expect.soft(seen.of(mark), mark).toBeGreaterThan(0)
    }
  })
})
