/** Who called: a process, session or connection that has at most one operation under way. */
export type ClientId = number | string

/**
 * Where an operation stands in the order that the system itself claims, such as a revision or a log index.
 * It is a hint that is verified, never believed.
 */
export interface Witness {
  /** The index of the write, or of the last write that a read saw. */
  readonly index: number
  /** True when the operation comes after the write that has the same index: a read, or a refused cas. */
  readonly read?: boolean
}

/**
 * One operation of a recorded history. Times may be anything that orders: nanoseconds, or positions in a log.
 * An operation takes effect at some moment from `call` to `return`, both included.
 */
export interface Operation<Input = unknown, Output = unknown> {
  readonly client: ClientId
  readonly input: Input
  /** What it answered; `undefined` when that is not known. */
  readonly output: Output | undefined
  /** When it was invoked: finite. */
  readonly call: number
  /**
   * When it answered; `Infinity` when it never did, and so may have happened at any time after `call`, or
   * never.
   */
  readonly return: number
  readonly witness?: Witness
}

/** True for an operation that never answered: it may have happened later, or not at all. */
export function isPending(operation: Operation): boolean {
  return operation.return === Infinity
}
