import type { Argument, Refutation } from './argument.ts'
import type { Chain } from './chains.ts'
import { chainFrom, inOrderOfZone, operationsOf, refuteByZones } from './chains.ts'
import { Clusters } from './clusters.ts'
import type { Model } from '../models/model.ts'
import { impossible, relevantOperations } from '../models/model.ts'
import type { Operation } from '../history/operation.ts'
import type { RegisterHistory } from './register-history.ts'
import { registerHistory } from './register-history.ts'
import { refuteBySources } from './sources.ts'
import type { Verdict } from '../linearizability/verdict.ts'

/** What the values in a partition say about it. */
export interface ValueDecision<Input, Output> {
  /** `unknown` when only a search can tell. */
  readonly verdict: Verdict
  readonly steps: number
  /** Present when not linearizable. */
  readonly argument?: Argument<Input, Output>
}

/**
 * Decides what it can of a partition in O(n log n), from the values that were written and seen: where a value
 * was written only once, who saw it says much of the order (Gibbons & Korach, "Testing shared memories", 1997;
 * extended here to cas).
 *
 * It refutes only what has no order whatever happened to the operations without a clear answer. What it
 * cannot refute it puts in the order that the values ask for; if that order respects real time and the model,
 * it is a proof. When all values seen were written once, and there is no refused cas and no cas with a lost
 * answer, it is always one of the two.
 */
export function decideByValues<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): ValueDecision<Input, Output> {
  if (model.access === undefined) return { verdict: 'unknown', steps: 0 }
  const history = registerHistory(model, relevantOperations(model, operations))
  const steps = operations.length
  if (history === undefined) return { verdict: 'unknown', steps }
  const found = orderOf(history)
  if ('argument' in found) return { verdict: 'not linearizable', steps, argument: found.argument }
  if (!history.whole) return { verdict: 'unknown', steps }
  const verdict = isLinearization(model, found.order) ? 'linearizable' : 'unknown'
  return { verdict, steps: steps + found.order.length }
}

interface Proposal<Input, Output> {
  readonly order: readonly Operation<Input, Output>[]
}

/** The order that the values ask for, which may still be wrong, or why there is none. */
function orderOf<Input, Output>(
  history: RegisterHistory<Input, Output>,
): Proposal<Input, Output> | Refutation<Input, Output> {
  const unsourced = refuteBySources(history)
  if (unsourced !== undefined) return unsourced
  const clusters = new Clusters(history)
  if (clusters.refutation !== undefined) return clusters.refutation
  const chains: Chain<Input, Output>[] = []
  for (const head of clusters.all) {
    if (head.hasPrevious) continue
    const chain = chainFrom(head)
    if ('argument' in chain) return chain
    chains.push(chain)
  }
  const ordered = inOrderOfZone(chains)
  return refuteByZones(ordered) ?? { order: operationsOf(ordered) }
}

/** True when the operations in this order respect real time and the model: a proof, however it came about. */
function isLinearization<State, Input, Output>(
  model: Model<State, Input, Output>,
  order: readonly Operation<Input, Output>[],
): boolean {
  let state = model.initial()
  let latestCall = -Infinity
  for (const { input, output, call, return: end } of order) {
    if (end < latestCall) return false
    const after = model.step(state, input, output)
    if (after === impossible) return false
    state = after
    latestCall = Math.max(latestCall, call)
  }
  return true
}
