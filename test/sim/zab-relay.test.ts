import { majorityOf, membersOf } from '@quorate/core'
import { faultKinds, simulate } from '@quorate/sim'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { isConsistent, simulatedMachine } from 'quorate'

/** Zab is promised links that keep order and lose nothing while their session lasts. */
const perFrame: readonly string[] = ['loss', 'duplicate', 'reorder']
const faults = faultKinds.filter((kind) => !perFrame.includes(kind))

describe.each([
  ['two observers of three voters', majorityOf([1, 2, 3], [4, 5])],
  ['one observer of two voters', majorityOf([1, 2], [3])],
])('zab with observers that followers feed, through all faults: %s', (_, membership) => {
  it('keeps every invariant, and every history is linearizable', () => {
    const known = simulatedMachine('mvcc')
    const { definition: machine, workload } = known
    let fed = 0
    for (let seed = 1; seed <= 30; seed++) {
      const engine = zab({ followersFeedObservers: true })
      const replicas = membersOf(membership).length
      const report = simulate({ engine, machine, workload, seed, faults, membership, replicas })
      expect(report.violation, `seed ${seed}`).toBeUndefined()
      expect(isConsistent(known.judge(report.history)), `seed ${seed}: the history`).toBe(true)
      fed += report.marks['observer-fed'] ?? 0
    }
    expect(fed).toBeGreaterThan(30)
  })
})
