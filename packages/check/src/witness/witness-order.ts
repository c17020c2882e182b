import type { Operation } from '../history/operation.ts'

/**
 * Sorts into the order that the system claims: by index, reads after the write, then by call. Leaves none
 * out.
 */
export function inWitnessOrder<Input, Output>(
  operations: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  for (let at = 1; at < operations.length; at++) {
    if (byWitness(operations[at - 1]!, operations[at]!) > 0) return operations.toSorted(byWitness)
  }
  return operations
}

function byWitness(a: Operation, b: Operation): number {
  return indexOf(a) - indexOf(b) || Number(isRead(a)) - Number(isRead(b)) || a.call - b.call
}

/** An operation without a witness counts as last: it is tried when those that have one do not fit. */
function indexOf(operation: Operation): number {
  return operation.witness?.index ?? Number.MAX_VALUE
}

function isRead(operation: Operation): boolean {
  return operation.witness?.read === true
}

/** Each operation's rank in the claimed order, all different; `undefined` when no operation has a witness. */
export function witnessRanks(operations: readonly Operation[]): Float64Array | undefined {
  if (!operations.some((operation) => operation.witness !== undefined)) return undefined
  const numbers = Array.from(operations, (_, number) => number)
  numbers.sort((a, b) => byWitness(operations[a]!, operations[b]!) || a - b)
  const ranks = new Float64Array(operations.length)
  for (let rank = 0; rank < numbers.length; rank++) ranks[numbers[rank]!] = rank
  return ranks
}
