import { describe, expect, it } from 'vitest'
import { runPair } from './support/run-pair.ts'

describe('raft with hardly anything in memory, through all faults', () => {
  it('reads back what followers need, tells of commits at once, and keeps every invariant', () => {
    const option = { memoryTail: 2, eagerCommit: true }
    const totals = runPair({ engine: 'raft', machine: 'mvcc', seeds: '1..60', option })
    for (const mark of ['FetchEntries', 'log: fetch', 'input: fetched', 'LearnCommit']) {
      expect.soft(totals.marks.get(mark), mark).toBeGreaterThan(5)
    }
    expect(totals.commits).toBeGreaterThan(3000)
  })
})
