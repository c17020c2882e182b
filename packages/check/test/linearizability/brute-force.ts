import type { CasRegisterInput, KvInput, Operation, Value, Verdict } from '../../src/index.ts'
import { isPending } from '../../src/index.ts'
import { execute } from './random-histories.ts'

type Recorded = Operation<CasRegisterInput | KvInput, Value>

/**
 * The definition, word for word and with no cleverness: is there an ordering of the operations, with or
 * without each that never answered, in which each answers what it did, and which respects real time? All
 * keys at once, and apart from the models and the splitting that are tested.
 */
export function bruteForce(operations: readonly Recorded[]): Verdict {
  for (const chosen of choices(operations)) {
    for (const order of permutations(chosen)) {
      if (respectsTime(order) && allowed(order)) return 'linearizable'
    }
  }
  return 'not linearizable'
}

/** All operations that answered, with every subset of those that did not. */
function* choices<T extends Operation>(operations: readonly T[]): Generator<T[]> {
  const pending = operations.filter(isPending)
  for (let mask = 0; mask < 1 << pending.length; mask++) {
    yield operations.filter((one) => !isPending(one) || (mask >> pending.indexOf(one)) & 1)
  }
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield []
  for (const [at, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(at, 1))) yield [first, ...rest]
  }
}

function respectsTime(order: readonly Operation[]): boolean {
  return order.every((first, at) => order.slice(at + 1).every((later) => !(later.return < first.call)))
}

function allowed(order: readonly Recorded[]): boolean {
  const states = new Map<string | undefined, Value>()
  return order.every(({ input, output }) => {
    const { after, output: right } = execute(states.get(input.key) ?? null, input)
    states.set(input.key, after)
    const free = output === undefined || right === undefined
    // What a delete answers counts only when it is a boolean.
    return free || output === right || (input.op === 'delete' && typeof output !== 'boolean')
  })
}
