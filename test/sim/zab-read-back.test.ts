import { describe, expect, it } from 'vitest'
import { runPair } from './support/run-pair.ts'

describe('zab with hardly anything in memory, through all faults', () => {
  it('synchronizes from the log on disk, and keeps every invariant', () => {
    const option = { memoryTail: 2 }
    const totals = runPair({ engine: 'zab', machine: 'mvcc', seeds: '1..60', option })
    for (const mark of ['history-read', 'log: fetch', 'input: fetched']) {
      expect.soft(totals.marks.get(mark), mark).toBeGreaterThan(5)
    }
    expect(totals.commits).toBeGreaterThan(3000)
  })
})
