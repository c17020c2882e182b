import type { SessionOperation, Value } from '../../src/index.ts'

/**
 * The definition, word for word: is there one order of all operations, with or without each write that never
 * answered, in which the operations of a session are as it called them, what returned before a write or a sync was
 * called comes before it, zxids ascend, and every answer is right?
 */
export function bruteForce(operations: readonly SessionOperation[]): boolean {
  const pending = operations.filter((one) => one.return === Infinity)
  return Array.from({ length: 1 << pending.length }, (_, mask) =>
    operations.filter((one) => one.return < Infinity || ((mask >> pending.indexOf(one)) & 1) === 1),
  ).some((chosen) => canOrder(chosen, new Map()))
}

function canOrder(left: readonly SessionOperation[], state: ReadonlyMap<string, Value>): boolean {
  if (left.length === 0) return true
  return left.some((first) => {
    const others = left.filter((other) => other !== first)
    if (others.some((other) => mustPrecede(other, first))) return false
    const after = run(first, state)
    return after !== undefined && canOrder(others, after)
  })
}

function mustPrecede(a: SessionOperation, b: SessionOperation): boolean {
  if (a.return === Infinity) return false
  if (a.session === b.session && a.call < b.call) return true
  if ((changes(b) || b.input.op === 'sync') && a.return < b.call) return true
  return placeOf(a) < placeOf(b)
}

/** Comparisons with NaN are false: what has no zxid is not placed by it. */
function placeOf(operation: SessionOperation): number {
  return (operation.zxid ?? Number.NaN) + (changes(operation) ? 0 : 0.5)
}

function changes({ input, output }: SessionOperation): boolean {
  return input.op === 'write' || ((input.op === 'delete' || input.op === 'cas') && output !== false)
}

function run(
  { input, output }: SessionOperation,
  state: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> | undefined {
  if (input.op === 'sync' || input.op === 'event') return state
  const holds = state.get(input.key) ?? null
  switch (input.op) {
    case 'read':
      return output === undefined || output === holds ? state : undefined
    case 'write':
      return new Map(state).set(input.key, input.value)
    case 'delete':
      if (typeof output === 'boolean' && output !== (holds !== null)) return undefined
      return new Map(state).set(input.key, null)
    case 'cas': {
      const done = holds === input.from
      if (output !== undefined && output !== done) return undefined
      return done ? new Map(state).set(input.key, input.to) : state
    }
  }
}
