import type { ExcuseCounts, FaultCounts, MarkCounts, OperationCounts } from '@quorate/sim'
import { type SeedResult, isGood } from './run-seed.ts'

/** What the totals need of a seed: plain data, small enough to be sent from a worker for every seed. */
export interface SeedSummary {
  readonly seed: number
  readonly good: boolean
  /** The history could not be judged within the budget. */
  readonly undecided: boolean
  readonly virtualMs: number
  readonly steps: number
  readonly operations: Readonly<OperationCounts>
  readonly commits: number
  readonly elections: number
  readonly faults: FaultCounts
  readonly skipped: FaultCounts
  /** Was a core healed alone? */
  readonly hadCore: boolean
  readonly excuses: ExcuseCounts
  readonly marks: MarkCounts
  readonly traceHash: string
}

export function summarize(result: SeedResult): SeedSummary {
  const { seed, virtualMs, steps, operations, commits, elections, marks, traceHash } = result.report
  const { faults, skipped, core, excuses } = result.report
  return {
    seed,
    good: isGood(result),
    undecided: result.verdict?.linearizable === 'unknown',
    virtualMs,
    steps,
    operations,
    commits,
    elections,
    faults,
    skipped,
    hadCore: core !== undefined,
    excuses,
    marks,
    traceHash,
  }
}
