import type { NodeId } from '@quorate/core'
import type { MarkCounts } from '../coverage/coverage.ts'
import type { FaultCounts } from '../faults/fault-kind.ts'
import type { Violation } from '../invariants/violation.ts'
import type { HistoryOperation, OperationCounts } from '../workload/history.ts'
import type { ExcuseCounts } from './excuses.ts'
import type { Scenario } from './scenario.ts'

/** What a run came to. Plain data. */
export interface RunReport {
  readonly seed: number
  readonly ok: boolean
  /** Present unless all went well. */
  readonly violation?: Violation
  readonly scenario: Scenario
  /** Virtual time that passed. */
  readonly virtualMs: number
  /** Events that happened. */
  readonly steps: number
  readonly operations: Readonly<OperationCounts>
  /** Entries decided. */
  readonly commits: number
  /** Epochs that had an established leader. */
  readonly elections: number
  /** Snapshots that replicas took from others. */
  readonly snapshotsInstalled: number
  readonly faults: FaultCounts
  /** Faults of the plan that would have harmed more data than the protocols survive, and so did not happen. */
  readonly skipped: FaultCounts
  /** Who was healed while everything else was frozen; missing if there was no such phase. */
  readonly core?: readonly NodeId[]
  /** Why the core was not held to its liveness, if it was not. */
  readonly excuses: ExcuseCounts
  /** Which branches of the engines and of the seam were taken, and how often. */
  readonly marks: MarkCounts
  /** Equal for equal runs, whatever was printed. */
  readonly traceHash: string
  /** What clients saw, for a checker. */
  readonly history: readonly HistoryOperation[]
  /** The last events, one a line. Empty if all went well. */
  readonly eventLog: readonly string[]
}
