import { type FaultChoice, Random, Simulation, faultKinds } from '@quorate/sim'
import { isConsistent, simulatedEngine, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { Counts } from './support/changing-run.ts'

const seeds = Number(process.env['TRANSFER_SEEDS'] ?? 40)

/** A run under load and faults whose leaders are asked, again and again, to hand over to somebody. */
function runTransfers(engineName: string, seed: number, faults: FaultChoice, seen: Counts): Simulation {
  const random = new Random(seed).split('transfers')
  const engine = simulatedEngine(engineName, {})
  const { definition: machine, workload } = simulatedMachine('mvcc')
  const simulation = new Simulation({
    engine: engine.definition,
    checks: engine.checks,
    machine,
    workload,
    seed,
    faults,
  })
  const { cluster, scenario } = simulation
  const transferAt = (at: number): void => {
    cluster.scheduler.after(at, 'control', undefined, () => {
      const { leader } = cluster
      if (leader === undefined) return
      const to = random.integer(1, scenario.replicas)
      cluster.transfer(leader, to, ({ type }) => seen.add(type))
    })
  }
  for (let at = 0; at < scenario.chaos; at += random.exponential(scenario.chaos / 12)) transferAt(at)
  return simulation
}

const marks: Readonly<Record<string, readonly string[]>> = {
  raft: ['SendTimeoutNow', 'TransferDone', 'TransferFailed', 'rejected: transferring'],
  zab: ['handover-sent', 'handover-done', 'handover-failed', 'rejected: transferring'],
}

describe.each(['raft', 'zab'])('%s whose leaders are asked to hand over', (engine) => {
  const seen = new Counts()

  it(`keeps every invariant through all faults, and every history is linearizable: ${seeds} seeds`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const simulation = runTransfers(engine, seed, faultKinds, seen)
      const report = simulation.run()
      expect(report.violation, `seed ${seed}: ${report.eventLog.slice(-60).join('\n')}`).toBeUndefined()
      const verdict = simulatedMachine('mvcc').judge(report.history)
      expect(isConsistent(verdict), `seed ${seed}: ${verdict.explanation.join('\n')}`).toBe(true)
      for (const [mark, count] of Object.entries(report.marks)) seen.add(mark, count)
    }
  })

  it('many of them did, some did not, and of some nobody knows', () => {
    for (const ending of ['ok', 'refused', 'unknown']) expect.soft(seen.of(ending), ending).toBeGreaterThan(5)
    for (const mark of marks[engine]!) expect.soft(seen.of(mark), mark).toBeGreaterThan(5)
  })
})
