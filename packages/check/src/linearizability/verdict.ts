import type { Argument } from '../values/argument.ts'
import type { Operation } from '../history/operation.ts'

/** `unknown`: the budget ran out before there was proof either way. */
export type Verdict = 'linearizable' | 'not linearizable' | 'unknown'

/** Why a verdict is `unknown`: the budget of steps ran out, or the memory for configurations already seen and their states. */
export type Limit = 'steps' | 'memory'

/** How far the search came in the part of the history that is not linearizable, or was not decided. */
export interface LongestAttempt<State, Input, Output> {
  /** The part's key; `undefined` when the object has no keys. */
  readonly key: string | undefined
  /** How many operations of that part had to be put in order. */
  readonly operations: number
  /** The order that placed the most operations. */
  readonly order: readonly Operation<Input, Output>[]
  /** The operation that had returned by then, and would have had to take effect somewhere in that order. */
  readonly blocked: Operation<Input, Output> | undefined
  /** The state at the end of that order. */
  readonly state: State
}

/** Operations of one part of the history that no order explains, found without a search. */
export interface Contradiction<Input, Output> {
  /** The part's key; `undefined` when the object has no keys. */
  readonly key: string | undefined
  readonly argument: Argument<Input, Output>
}

/** What a check found. */
export interface CheckResult<State, Input, Output> {
  readonly verdict: Verdict
  readonly operations: number
  readonly partitions: number
  /** Partitions that the system's own order proved linearizable, without a search. */
  readonly witnessed: number
  /** Partitions that the values read and written proved linearizable, without a search. */
  readonly deduced: number
  /** How often the model was asked: the measure of work, equal for equal histories. */
  readonly steps: number
  /** Present when not linearizable and no search was needed to tell. */
  readonly contradiction?: Contradiction<Input, Output>
  /** Present when a search found none, or did not end. */
  readonly longest?: LongestAttempt<State, Input, Output>
  /** Present when the verdict is `unknown`. */
  readonly limit?: Limit
}
