import { finish, mixString } from '@quorate/core'
import type { TallyKind } from '@quorate/sim'
import { type SeedResult, isGood } from './run-seed.ts'

/** What many runs came to together. */
export class SimTotals {
  runs = 0
  /** Seeds that failed. */
  readonly failed: number[] = []
  virtualMs = 0
  events = 0
  operations = 0
  answered = 0
  refused = 0
  unknown = 0
  commits = 0
  elections = 0
  /** Histories that could not be judged within the budget. */
  undecided = 0
  readonly faults: Map<TallyKind, number> = new Map()
  private hash = 0

  add(result: SeedResult): void {
    const { report, verdict } = result
    this.runs += 1
    if (!isGood(result)) this.failed.push(report.seed)
    this.virtualMs += report.virtualMs
    this.events += report.steps
    this.operations += report.operations.calls
    this.answered += report.operations.ok
    this.refused += report.operations.refused
    this.unknown += report.operations.unknown
    this.commits += report.commits
    this.elections += report.elections
    if (verdict?.linearizable === 'unknown') this.undecided += 1
    for (const [kind, count] of Object.entries(report.faults)) {
      this.faults.set(kind as TallyKind, (this.faults.get(kind as TallyKind) ?? 0) + count)
    }
    this.hash = mixString(this.hash, report.traceHash)
  }

  /** Of all runs' trace hashes, in order: equal if all runs were equal. */
  get traceHash(): string {
    return finish(this.hash).toString(16).padStart(8, '0')
  }
}
