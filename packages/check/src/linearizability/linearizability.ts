import { QuorateError } from '@quorate/core'
import { checkTimes } from '../history/times.ts'
import type { Model, Partition } from '../models/model.ts'
import { partitionsOf, relevantOperations } from '../models/model.ts'
import type { Operation } from '../history/operation.ts'
import type { SearchOutcome } from './search.ts'
import { Search } from './search.ts'
import { decideByValues } from '../values/value-decision.ts'
import type { CheckResult, LongestAttempt } from './verdict.ts'
import { provenByWitness } from '../witness/witness-proof.ts'

/** Limits of a check. They are counts, not times, so equal histories get equal verdicts everywhere. */
export interface CheckOptions {
  /** How many steps the search may take in all; the verdict is then `unknown`. */
  readonly steps?: number
}

/** The budget when none is given: some seconds of a register or a key, minutes where a state is many registers. */
export const defaultSteps = 20_000_000

/**
 * Is the history linearizable: can every operation be given one moment from its call to its return, so that
 * in the order of these moments the model allows every output?
 *
 * @throws HistoryError when an operation returns before it is called, QuorateError when `steps` is no number
 */
export function checkLinearizability<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): CheckResult<State, Input, Output> {
  checkArguments(operations, options)
  const tally = { operations: operations.length, partitions: 0, witnessed: 0, deduced: 0, steps: 0 }
  const partitions = partitionsOf(model, operations)
  tally.partitions = partitions.length
  return searchAll(model, partitions, tally, options)
}

/**
 * The same question, answered in linear time where the system reports its own order truthfully, and nearly so
 * where values are written once.
 *
 * For each partition the operations are put in the order of their witnesses. If that order respects real
 * time and the model, it is the proof. If not, or if an operation that must be placed has no witness, the
 * values that were read and written are asked for a proof or a contradiction. What they leave open is
 * searched as {@link checkLinearizability} does, trying the claimed order first. A wrong witness therefore
 * costs time and never changes a verdict.
 *
 * @throws HistoryError when an operation returns before it is called, QuorateError when `steps` is no number
 */
export function checkWithWitness<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): CheckResult<State, Input, Output> {
  checkArguments(operations, options)
  const tally = { operations: operations.length, partitions: 0, witnessed: 0, deduced: 0, steps: 0 }
  const open: Partition<Input, Output>[] = []
  for (const partition of partitionsOf(model, operations)) {
    tally.partitions++
    tally.steps += partition.operations.length
    if (provenByWitness(model, partition.operations)) tally.witnessed++
    else open.push(partition)
  }
  const undecided: Partition<Input, Output>[] = []
  for (const partition of smallestFirst(open)) {
    const { verdict, steps, argument } = decideByValues(model, partition.operations)
    tally.steps += steps
    if (argument !== undefined) return { ...tally, verdict, contradiction: { key: partition.key, argument } }
    if (verdict === 'linearizable') tally.deduced++
    else undecided.push(partition)
  }
  return searchAll(model, undecided, tally, options)
}

/** Counts that end up in the result. */
interface Tally {
  readonly operations: number
  readonly partitions: number
  readonly witnessed: number
  readonly deduced: number
  steps: number
}

/** A hard partition cannot starve the others then, and a counterexample found is a short one. */
function smallestFirst<Input, Output>(
  partitions: readonly Partition<Input, Output>[],
): readonly Partition<Input, Output>[] {
  return partitions.toSorted((a, b) => a.operations.length - b.operations.length)
}

function searchAll<State, Input, Output>(
  model: Model<State, Input, Output>,
  partitions: readonly Partition<Input, Output>[],
  tally: Tally,
  options: CheckOptions,
): CheckResult<State, Input, Output> {
  let budget = options.steps ?? defaultSteps
  let undecided: Partial<CheckResult<State, Input, Output>> | undefined
  for (const { key, operations } of smallestFirst(partitions)) {
    const relevant = relevantOperations(model, operations)
    const outcome = new Search(model, relevant, budget).run()
    tally.steps += outcome.steps
    budget -= outcome.steps
    if (outcome.verdict === 'linearizable') continue
    const longest = attemptOf(key, relevant.length, outcome)
    if (outcome.verdict === 'not linearizable') return { ...tally, verdict: outcome.verdict, longest }
    undecided ??= { longest, ...(outcome.limit && { limit: outcome.limit }) }
  }
  if (undecided !== undefined) return { ...tally, ...undecided, verdict: 'unknown' }
  return { ...tally, verdict: 'linearizable' }
}

function attemptOf<State, Input, Output>(
  key: string | undefined,
  operations: number,
  { order, blocked, state }: SearchOutcome<State, Input, Output>,
): LongestAttempt<State, Input, Output> {
  return { key, operations, order, blocked, state }
}

function checkArguments(operations: readonly Operation[], { steps = defaultSteps }: CheckOptions): void {
  checkSteps(steps)
  for (const { call, return: end, client } of operations) {
    checkTimes({ who: `client ${client}`, call, return: end })
  }
}

/** @throws QuorateError with code `USAGE` for a budget that never ends a search, nor lets it begin */
export function checkSteps(steps: number): void {
  if (steps >= 0) return
  throw new QuorateError('USAGE', `check: steps is ${steps}, expected a number of steps, 0 or more`)
}
