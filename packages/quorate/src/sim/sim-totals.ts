import { finish, mixString } from '@quorate/core'
import type { ExcuseName, TallyKind } from '@quorate/sim'
import type { SeedSummary } from './seed-summary.ts'

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
  readonly skipped: Map<TallyKind, number> = new Map()
  /** Runs in which a core was healed alone. */
  cores = 0
  readonly excuses: Map<ExcuseName, number> = new Map()
  readonly marks: Map<string, number> = new Map()
  private hash = 0

  add(summary: SeedSummary): void {
    this.runs += 1
    if (!summary.good) this.failed.push(summary.seed)
    if (summary.undecided) this.undecided += 1
    this.virtualMs += summary.virtualMs
    this.events += summary.steps
    this.operations += summary.operations.calls
    this.answered += summary.operations.ok
    this.refused += summary.operations.refused
    this.unknown += summary.operations.unknown
    this.commits += summary.commits
    this.elections += summary.elections
    addAll(this.faults, summary.faults)
    addAll(this.skipped, summary.skipped)
    if (summary.hadCore) this.cores += 1
    addAll(this.excuses, summary.excuses)
    addAll(this.marks, summary.marks)
    this.hash = mixString(this.hash, summary.traceHash)
  }

  /** Of all runs' trace hashes, in order: equal if all runs were equal. */
  get traceHash(): string {
    return finish(this.hash).toString(16).padStart(8, '0')
  }
}

function addAll<K extends string>(sums: Map<K, number>, counts: Readonly<Partial<Record<K, number>>>): void {
  for (const [name, count] of Object.entries(counts) as [K, number][]) {
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
}
