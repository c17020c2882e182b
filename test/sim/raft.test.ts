import { faultKinds } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { runPair } from './support/run-pair.ts'

const seeds = '1..100'

describe.each(['mvcc', 'znode'])('raft with %s, through all faults', (machine) => {
  it('keeps every invariant, and every history is linearizable', () => {
    const totals = runPair({ engine: 'raft', machine, seeds })
    // A run in which nothing goes wrong, or nothing gets done, proves nothing.
    for (const kind of [...faultKinds, 'lost-write', 'torn-write'] as const) {
      expect.soft(totals.faults.get(kind), kind).toBeGreaterThan(20)
    }
    // What its options draw: little memory, prompt commits, leases, priorities.
    for (const mark of ['FetchEntries', 'LearnCommit', 'Ignore.leased', 'PreferHigherPriority']) {
      expect.soft(totals.marks.get(mark), mark).toBeGreaterThan(5)
    }
    expect(totals.commits).toBeGreaterThan(5000)
    expect(totals.elections).toBeGreaterThan(300)
  })
})
