import type { WorkloadOperation } from '../workload/operation.ts'

/** One operation of the load, as it went: a line of the history that is checked. */
export interface OperationRecord {
  readonly client: number
  readonly operation: WorkloadOperation
  /** Milliseconds on the driver's clock. */
  readonly call: number
  /** Infinity: it was never answered, and may have happened at any time after its call. */
  readonly return: number
  /** For a get the value (null: none). */
  readonly value: string | null | undefined
  /** For a cas, whether it was done. */
  readonly succeeded: boolean
  /** For a cas that did not say what it compares with: what it did compare with. */
  readonly expected?: string | null | undefined
  /** The log index that it took effect at, or reflects; 0 if not known. */
  readonly index: number
}
