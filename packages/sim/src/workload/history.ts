import type { LogIndex, NodeId } from '@quorate/core'

/** Where an operation stands in the order that the cluster itself claims. A hint for a checker. */
export interface HistoryWitness {
  readonly index: LogIndex
  /** It comes after the write of that index. */
  readonly read?: boolean
}

/**
 * One operation as its client saw it: the form that `@quorate/check` judges. Operations that were refused for good are
 * not in a history.
 */
export interface HistoryOperation {
  /** A client that does not learn what became of an operation goes on under another number. */
  readonly client: number
  readonly input: unknown
  /** Undefined if it is not known. */
  readonly output: unknown
  /** Positions in the run's order of events, so no two moments are taken for one. */
  readonly call: number
  /** `Infinity`: it was never answered, and may have happened at any time after the call, or never. */
  readonly return: number
  readonly witness?: HistoryWitness
  /** A read of some prefix of the log: it may be old. */
  readonly isSequential?: boolean
  /** Which replica was asked. */
  readonly node: NodeId
}

/** How the operations of a run ended. */
export interface OperationCounts {
  /** Called. */
  calls: number
  /** Answered. */
  ok: number
  /** Refused, and definitely not done. */
  refused: number
  /** Perhaps done. */
  unknown: number
}
