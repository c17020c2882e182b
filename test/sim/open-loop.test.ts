import { mvcc } from '@quorate/mvcc'
import { raft } from '@quorate/raft'
import { type RunReport, calmDisk, simulate } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

/** 100 calls a second, for four seconds, on disks that take a fifth of a second for each sync. */
function run(openLoop: boolean): RunReport {
  return simulate({
    engine: raft(),
    machine: mvcc(),
    workload: mvccWorkload,
    seed: 5,
    replicas: 3,
    faults: 'none',
    openLoop,
    scenario: {
      clients: 2,
      operations: 400,
      chaos: 4000,
      quantum: 1000,
      wandering: 0,
      disks: [1, 2, 3].map(() => ({ ...calmDisk, minSync: 200, meanSync: 200 })),
    },
  })
}

describe('clients of an open system', () => {
  it('call at their rate, however long answers take', () => {
    expect(run(false).operations.calls).toBeLessThan(100)
    expect(run(true).operations.calls).toBeGreaterThan(320)
  })

  it('do one thing at a time in the history, each under a number of its own', () => {
    const { ok, history } = run(true)
    expect(ok).toBe(true)
    const ends = new Map<number, number>()
    for (const { client, call, return: end } of history) {
      expect(call).toBeGreaterThanOrEqual(ends.get(client) ?? 0)
      ends.set(client, end)
    }
    expect(ends.size).toBeGreaterThan(10)
  })
})
