import type { AnyEngineDefinition, Engine } from '@quorate/core'
import { raft, type RaftOptions } from '@quorate/raft'
import { faultKinds, simulate } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { isConsistent, simulatedMachine } from 'quorate'

/** Leaps of a clock are not drift: no bound covers them. */
const faults = faultKinds.filter((kind) => kind !== 'clock-step')

/** Clocks of machines run at rates of their own, and drift by up to a tenth more. */
const options: RaftOptions = { leaseDuration: 400, clockDrift: 0.15 }

/** Raft to which every linearizable read is a lease read; `served` counts those that a leader answered by its lease. */
function leaseRaft(raftOptions: RaftOptions, served: { count: number }): AnyEngineDefinition {
  const definition: AnyEngineDefinition = raft(raftOptions)
  const wrap = (engine: Engine): Engine => ({
    step: (input, at) => engine.step(input.type === 'read' ? { ...input, mode: 'lease' } : input, at),
    take() {
      const output = engine.take()
      for (const { name } of output.events) if (name === 'ReadByLease') served.count += 1
      return output
    },
    observe: () => engine.observe(),
    capture: () => engine.capture(),
  })
  return {
    ...definition,
    create: (init) => wrap(definition.create(init)),
    revive: (init, state) => wrap(definition.revive(init, state)),
  }
}

/** Runs seeds; gives how many reads were answered by a lease. */
function runSeeds(raftOptions: RaftOptions, kinds: typeof faults, seeds: number): number {
  const served = { count: 0 }
  const known = simulatedMachine('mvcc')
  const { definition: machine, workload } = known
  for (let seed = 1; seed <= seeds; seed++) {
    const engine = leaseRaft(raftOptions, served)
    const report = simulate({ engine, machine, workload, seed, faults: kinds })
    expect(report.violation, `seed ${seed}`).toBeUndefined()
    expect(isConsistent(known.judge(report.history)), `seed ${seed}: the history`).toBe(true)
  }
  return served.count
}

describe('raft with lease reads, through all faults but leaping clocks', () => {
  it('keeps every invariant, and every history is linearizable', () => {
    expect(runSeeds(options, faults, 60)).toBeGreaterThan(1_000)
  })

  it('so it does where only leases keep voters from voting', () => {
    const bare: RaftOptions = { preVote: false, checkQuorum: false, leaderStickiness: false }
    expect(runSeeds({ ...options, ...bare }, faults, 40)).toBeGreaterThan(500)
  })
})
