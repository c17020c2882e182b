import {
  type Model,
  type Operation,
  checkWithWitness,
  explain,
  impossible,
  partitionsOf,
} from '@quorate/check'
import type { HistoryOperation } from '@quorate/sim'

/** What is to be said of a history. */
export interface HistoryVerdict {
  /** Of all but the sequential reads. */
  readonly linearizable: 'yes' | 'no' | 'unknown'
  /** Is each sequential read the state that the log makes up to the index which it says that it reflects? */
  readonly sequential: 'yes' | 'no'
  /** For people: what is wrong; empty if nothing is. */
  readonly explanation: readonly string[]
}

/** A search that takes longer is given up. Counted in steps, so that the verdict is the same everywhere. */
const steps = 2_000_000

const words = { linearizable: 'yes', 'not linearizable': 'no', unknown: 'unknown' } as const

/**
 * Is what clients saw linearizable, and is what they read of local state a prefix of it? The log indexes that replicas
 * claim are hints for the first question: most histories are proved with them in linear time, the others are searched.
 * Of the second they are a part: it is a promise about an index.
 */
export function judgeHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly HistoryOperation[],
): HistoryVerdict {
  const operations = history.filter(({ isSequential }) => isSequential !== true)
  const result = checkWithWitness(model, operations as readonly Operation<Input, Output>[], { steps })
  const linearizable = words[result.verdict]
  const wrong = wrongRead(model, history)
  return {
    linearizable,
    sequential: wrong === undefined ? 'yes' : 'no',
    explanation: [
      ...(linearizable === 'yes' ? [] : [`the history of its clients is ${result.verdict}`]),
      ...(linearizable === 'yes' ? [] : explain(model, result).map((line) => `  ${line}`)),
      ...(wrong === undefined ? [] : [describeWrong(model, wrong)]),
    ],
  }
}

/** Can a run with that verdict be called good? One that could not be decided can. */
export function isConsistent({ linearizable, sequential }: HistoryVerdict): boolean {
  return linearizable !== 'no' && sequential === 'yes'
}

/** The first sequential read that is not what the writes up to its index make. */
function wrongRead<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly HistoryOperation[],
): Operation<Input, Output> | undefined {
  const sequential = new Set<unknown>(history.filter(({ isSequential }) => isSequential))
  if (sequential.size === 0) return undefined
  for (const { operations } of partitionsOf(model, history as readonly Operation<Input, Output>[])) {
    let state = model.initial()
    for (const operation of inLogOrder(operations)) {
      const { input, output } = operation
      const isRead = sequential.has(operation)
      if (isRead && output === undefined) continue
      const next = model.step(state, input, output)
      if (next !== impossible) state = next
      // Answers of other operations are the first question's affair.
      else if (isRead) return operation
    }
  }
  return undefined
}

/** Those that have a place in the log; of one index the write before the reads. */
function inLogOrder<Input, Output>(
  operations: readonly Operation<Input, Output>[],
): Operation<Input, Output>[] {
  const placed = operations.filter(({ witness }) => witness !== undefined)
  const isRead = ({ witness }: Operation<Input, Output>): number => (witness?.read === true ? 1 : 0)
  return placed.sort((a, b) => a.witness!.index - b.witness!.index || isRead(a) - isRead(b))
}

function describeWrong<State, Input, Output>(
  model: Model<State, Input, Output>,
  { client, input, output, witness }: Operation<Input, Output>,
): string {
  const what = model.describe?.(input, output) ?? JSON.stringify({ input, output })
  return `a sequential read is not the state at index ${witness?.index}: client ${client}, ${what}`
}
