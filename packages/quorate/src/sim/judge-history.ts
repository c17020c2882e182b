import { type Model, type Operation, checkWithWitness, explain } from '@quorate/check'
import type { HistoryOperation } from '@quorate/sim'

/** What is to be said of a history. */
export interface HistoryVerdict {
  readonly linearizable: 'yes' | 'no' | 'unknown'
  /** For people; empty if it is linearizable. */
  readonly explanation: readonly string[]
}

/** A search that takes longer is given up. Counted in steps, so that the verdict is the same everywhere. */
const steps = 2_000_000

const words = { linearizable: 'yes', 'not linearizable': 'no', unknown: 'unknown' } as const

/**
 * Is what clients saw linearizable? The log indexes that replicas claim are hints: most histories are proved with them
 * in linear time, the others are searched.
 */
export function judgeHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly HistoryOperation[],
): HistoryVerdict {
  const result = checkWithWitness(model, history as readonly Operation<Input, Output>[], { steps })
  const linearizable = words[result.verdict]
  return { linearizable, explanation: linearizable === 'yes' ? [] : explain(model, result) }
}
