import type { Operation } from '../history/operation.ts'

/** What {@link Model.step} answers when an operation cannot have happened in that state. */
export const impossible: unique symbol = Symbol('impossible')

/** The type of {@link impossible}. */
export type Impossible = typeof impossible

/** Operations that can be judged without looking at any others, such as all those on one key. */
export interface Partition<Input, Output> {
  /** The key; `undefined` when the object has no keys. */
  readonly key: string | undefined
  readonly operations: readonly Operation<Input, Output>[]
}

/**
 * What an operation did, in an object whose whole state is one value: each operation compares the state with
 * a value, replaces it by another, or both, in this order. What is `undefined` it did not do.
 */
export interface Access<State> {
  /** It is possible in this state only: what a read saw, the `from` of a cas that was done. */
  readonly saw?: State | undefined
  /** It is possible in every state but this: the `from` of a cas that was refused. */
  readonly missed?: State | undefined
  /** The state after it. */
  readonly left?: State | undefined
  /** True when it is not known whether it was refused: it then neither saw nor left anything. */
  readonly perhaps?: boolean
}

/**
 * A sequential specification: what one object answers when operations come one at a time.
 * States are values: `step` returns a new one and leaves its argument alone. Every method is pure.
 */
export interface Model<State, Input, Output> {
  /** The name that people type, such as `cas-register`. */
  readonly name: string
  /** The state before the first operation. */
  initial(): State
  /**
   * The state after `input` answered `output`, or {@link impossible} when it cannot answer that here.
   * An output of `undefined` is not known; whatever the operation would have answered is then right.
   */
  step(state: State, input: Input, output: Output | undefined): State | Impossible
  equal(a: State, b: State): boolean
  /** Any number; equal states must have equal hashes. */
  hash(state: State): number
  /**
   * True when an operation with this output changes no state in which it is possible: a read, or a refused
   * cas. The checker places such operations at once instead of searching for their place, so this must not
   * be wrong. Without this method nothing is taken to be read-only, which is slower and just as right.
   */
  readOnly?(input: Input, output: Output | undefined): boolean
  /**
   * Splits a history into parts that are linearizable exactly when the whole is (P-compositionality).
   * Every operation must be in exactly one part.
   */
  partition?(operations: readonly Operation<Input, Output>[]): readonly Partition<Input, Output>[]
  /**
   * The operation as an {@link Access}, or `undefined` when it is none, such as an append. It must say all
   * that `step` does. With it, most histories in which no value is written twice are decided without a search.
   */
  access?(input: Input, output: Output | undefined): Access<State> | undefined
  /** An operation in words, for people: `cas 1 to 2`, `read: 4`. */
  describe?(input: Input, output: Output | undefined): string
  /** A state in words, for people. */
  describeState?(state: State): string
}

/** The parts of a history under a model: one part when the model does not split it. */
export function partitionsOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly Partition<Input, Output>[] {
  return model.partition?.(operations) ?? [{ key: undefined, operations }]
}

/** Groups operations by the key that each names, in order of first appearance. */
export function partitionByKey<Input extends { readonly key?: string }, Output>(
  operations: readonly Operation<Input, Output>[],
): readonly Partition<Input, Output>[] {
  const groups = new Map<string | undefined, Operation<Input, Output>[]>()
  for (const operation of operations) {
    const group = groups.get(operation.input.key)
    if (group === undefined) groups.set(operation.input.key, [operation])
    else group.push(operation)
  }
  return Array.from(groups, ([key, group]) => ({ key, operations: group }))
}

/**
 * The operations that a verdict can depend on. Left out are reads that never answered or whose answer is not
 * known: they fit anywhere and change nothing.
 */
export function relevantOperations<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  if (model.readOnly === undefined) return operations
  return operations.filter(({ input, output, return: end }) => {
    const free = end === Infinity || output === undefined
    return !free || model.readOnly?.(input, output) !== true
  })
}
