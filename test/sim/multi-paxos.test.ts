import { faultKinds } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { runPair } from './support/run-pair.ts'

const seeds = '1..100'

describe.each(['mvcc', 'znode'])('multi-paxos with %s, through all faults', (machine) => {
  it('keeps every invariant, and every history is linearizable', () => {
    const totals = runPair({ engine: 'multi-paxos', machine, seeds })
    for (const kind of [...faultKinds, 'lost-write', 'torn-write'] as const) {
      expect.soft(totals.faults.get(kind), kind).toBeGreaterThan(20)
    }
    expect(totals.commits).toBeGreaterThan(5000)
    expect(totals.elections).toBeGreaterThan(300)
    // What Multi-Paxos has and the others have not: a run in which it does not happen says nothing of it.
    for (const mark of [
      'ProposeAgain',
      'ChooseAboveGap',
      'AcceptAboveGap',
      'WindowFull',
      'Preempted',
      'AskAgain',
    ]) {
      expect.soft(totals.marks.get(mark), mark).toBeGreaterThan(5)
    }
  })
})
