import type { Operation } from '../history/operation.ts'
import type { CheckOptions } from '../linearizability/linearizability.ts'
import { checkWithWitness, defaultSteps } from '../linearizability/linearizability.ts'
import type { CheckResult } from '../linearizability/verdict.ts'
import type { Model, Partition } from '../models/model.ts'
import { partitionsOf } from '../models/model.ts'

/** A part of a history with its own verdict. */
export interface JudgedPartition<State, Input, Output> extends Partition<Input, Output> {
  readonly result: CheckResult<State, Input, Output>
}

/**
 * Judges every part by itself, worst verdict first: a check of the whole ends at the first that is not linearizable.
 * The budget of steps is for all of them together.
 */
export function judgePartitions<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions,
): readonly JudgedPartition<State, Input, Output>[] {
  const single = withoutPartition(model)
  let steps = options.steps ?? defaultSteps
  const judged = partitionsOf(model, operations).map((partition) => {
    const result = checkWithWitness(single, partition.operations, { steps: Math.max(1, steps) })
    steps -= result.steps
    return { ...partition, result }
  })
  const order = ['not linearizable', 'unknown', 'linearizable']
  return judged.toSorted((a, b) => order.indexOf(a.result.verdict) - order.indexOf(b.result.verdict))
}

/** The model with all its methods, but that takes any history as one part. */
function withoutPartition<State, Input, Output>(
  model: Model<State, Input, Output>,
): Model<State, Input, Output> {
  const partition: NonNullable<typeof model.partition> = (operations) => [{ key: undefined, operations }]
  return Object.assign(Object.create(model) as typeof model, { partition })
}
