import type { AnyMachineDefinition } from '@quorate/core'
import type { WorkloadOperation } from '../workload/operation.ts'

/** What a call asks a replica to do next. */
export type CallRequest =
  | { readonly type: 'propose'; readonly bytes: Uint8Array }
  | { readonly type: 'read'; readonly bytes: Uint8Array }

/**
 * How a call ended: for a get the value (null: none), for a cas whether it was done. `index` is the log index that it
 * took effect at, or reflects: a witness for the linearizability check.
 */
export interface CallOutcome {
  readonly type: 'outcome'
  readonly value: string | null | undefined
  readonly succeeded: boolean
  /** For a cas, what it compared with, if the operation did not say. */
  readonly expected?: string | null | undefined
  readonly index: number
}

/** One operation under way: mostly one request, for some machines several. */
export interface KeyValueCall {
  first(): CallRequest
  /** The bytes are good only during the call. */
  next(response: Uint8Array, index: number): CallRequest | CallOutcome
}

/** Carries out key-value operations on one machine. */
export interface KeyValueAdapter {
  readonly machine: AnyMachineDefinition
  call(operation: WorkloadOperation): KeyValueCall
}
