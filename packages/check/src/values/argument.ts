import type { Operation } from '../history/operation.ts'
import type { RegisterEvent } from './register-history.ts'

/** Operations that contradict one another, in order, with the words that go between them. */
export type Argument<Input, Output> = readonly (string | Operation<Input, Output>)[]

/** Found in place of a result: why there is no order of the operations. */
export interface Refutation<Input, Output> {
  readonly argument: Argument<Input, Output>
}

/** Puts an argument together. */
export function refute<Input, Output>(
  ...parts: readonly (string | RegisterEvent<Input, Output>)[]
): Refutation<Input, Output> {
  return { argument: parts.map((part) => (typeof part === 'string' ? part : nameOf(part))) }
}

function nameOf<Input, Output>({
  operation,
}: RegisterEvent<Input, Output>): string | Operation<Input, Output> {
  return operation ?? '  the start'
}
