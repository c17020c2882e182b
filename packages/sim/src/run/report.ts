import type { FaultCounts } from '../faults/fault-kind.ts'
import type { Violation } from '../invariants/violation.ts'
import type { HistoryOperation, OperationCounts } from '../workload/history.ts'
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
  /** Equal for equal runs, whatever was printed. */
  readonly traceHash: string
  /** What clients saw, for a checker. */
  readonly history: readonly HistoryOperation[]
  /** The last events, one a line. Empty if all went well. */
  readonly eventLog: readonly string[]
}
