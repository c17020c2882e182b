/** One operation of a key-value workload, whatever the machine. */
export type WorkloadOperation =
  | { readonly op: 'put'; readonly key: string; readonly value: string }
  | { readonly op: 'get'; readonly key: string }
  | { readonly op: 'delete'; readonly key: string }
  /**
   * Sets `value` if the present value is `expected`; `expected` null: if there is none. Without `expected`: reads the
   * key, and sets `value` if what was read is still there.
   */
  | {
      readonly op: 'cas'
      readonly key: string
      readonly expected?: string | null | undefined
      readonly value: string
    }

/** Gives operations, one after the other, without end. Equal seeds give equal operations. */
export interface OperationSource {
  /** In the table and the report. */
  readonly name: string
  /** Keys that must be there before the load begins, each with a first value. */
  preload(): Iterable<WorkloadOperation & { readonly op: 'put' }>
  /** The next operation of `client` (0, 1, …). Values that it writes are unique over the whole run. */
  next(client: number): WorkloadOperation
}
