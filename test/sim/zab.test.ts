import { faultKinds } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { runPair } from './support/run-pair.ts'

const seeds = '1..100'

describe.each(['mvcc', 'znode'])('zab with %s, through all faults', (machine) => {
  it('keeps every invariant, and every history is linearizable', () => {
    const totals = runPair({ engine: 'zab', machine, seeds })
    // Zab is promised links that keep order and lose nothing while their session lasts.
    const perFrame: readonly string[] = ['loss', 'duplicate', 'reorder']
    const kinds = faultKinds.filter((kind) => !perFrame.includes(kind))
    for (const kind of [...kinds, 'lost-write', 'torn-write'] as const) {
      expect.soft(totals.faults.get(kind), kind).toBeGreaterThan(20)
    }
    for (const kind of ['loss', 'duplicate', 'reorder'] as const) expect(totals.faults.has(kind)).toBe(false)
    expect(totals.commits).toBeGreaterThan(5000)
    expect(totals.elections).toBeGreaterThan(300)
  })
})
