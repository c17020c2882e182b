import type { Model } from '../models/model.ts'
import { count } from '../history/words.ts'
import type { Operation } from '../history/operation.ts'
import { isPending } from '../history/operation.ts'
import type { CheckResult, Contradiction, Limit, LongestAttempt } from './verdict.ts'

/** Of a long order only the end is shown. */
const shownOperations = 8

/** What may help. */
const remedies: Readonly<Record<Limit, string>> = {
  steps: 'a larger budget may decide it',
  memory: 'a shorter history, of fewer clients, may be decided',
}

/** A result for people, line by line: the verdict, and why there is no order or how far one could be found. */
export function explain<State, Input, Output>(
  model: Model<State, Input, Output>,
  result: CheckResult<State, Input, Output>,
): readonly string[] {
  const { verdict, operations, partitions, steps, contradiction, longest, limit } = result
  const extent = partitions === 1 ? '' : ` on ${count(partitions, 'key')}`
  const lines = [`${verdict}: ${count(operations, 'operation')}${extent}, ${count(steps, 'step')}`]
  if (limit !== undefined) lines.push(`the search ran out of ${limit}; ${remedies[limit]}`)
  if (contradiction !== undefined) lines.push(...explainContradiction(model, contradiction))
  if (longest !== undefined) lines.push(...explainAttempt(model, longest))
  return lines
}

function explainContradiction<State, Input, Output>(
  model: Model<State, Input, Output>,
  { key, argument }: Contradiction<Input, Output>,
): readonly string[] {
  const where = key === undefined ? 'the history' : `key ${JSON.stringify(key)}`
  const lines = argument.map((part) =>
    typeof part === 'string' ? part : `  ${describeOperation(model, part)}`,
  )
  return [`${where} contradicts itself:`, ...lines]
}

function explainAttempt<State, Input, Output>(
  model: Model<State, Input, Output>,
  { key, operations, order, blocked, state }: LongestAttempt<State, Input, Output>,
): readonly string[] {
  const where = key === undefined ? '' : `key ${JSON.stringify(key)}: `
  const shown = order.slice(-shownOperations)
  const which = shown.length < order.length ? `; its last ${shown.length}:` : ':'
  const lines = [
    `${where}the longest order found has ${order.length} of ${count(operations, 'operation')}${which}`,
  ]
  for (const operation of shown) lines.push(`  ${describeOperation(model, operation)}`)
  if (blocked === undefined) return lines
  lines.push(`then ${describeState(model, state)}, and no place was found for`)
  lines.push(`  ${describeOperation(model, blocked)}`)
  return lines
}

/** One operation for people: who, what, and from when to when. */
export function describeOperation<State, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
): string {
  const { client, input, output, call, return: end } = operation
  const what = model.describe?.(input, output) ?? `${JSON.stringify(input)}: ${JSON.stringify(output)}`
  const times = isPending(operation) ? `from ${call}, never answered` : `from ${call} to ${end}`
  return `client ${client}  ${what}  (${times})`
}

function describeState<State, Input, Output>(model: Model<State, Input, Output>, state: State): string {
  return model.describeState?.(state) ?? `the state is ${JSON.stringify(state)}`
}
