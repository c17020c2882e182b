/**
 * A broken invariant: something that no peer, client or disk can cause, so it is a bug. It stops the node and is
 * never caught to carry on.
 */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
  readonly context: Readonly<Record<string, unknown>>

  constructor(message: string, context: Readonly<Record<string, unknown>> = {}) {
    super(`${message} ${describe(context)}`)
    this.context = context
  }
}

/** What JSON cannot say (a bigint, a cycle) must not hide the violation. */
function describe(context: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(context, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  } catch {
    return `{${Object.keys(context).join()}}`
  }
}

/** States what cannot be otherwise. Stays on in production: going on from a wrong state loses data. */
export function assert(
  condition: boolean,
  message: string,
  context?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new InvariantViolation(message, context)
}

/** The end of an exhaustive switch; the compiler proves that it is never reached. */
export function unreachable(value: never, what: string): never {
  throw new InvariantViolation(`unreachable: ${what}`, { value })
}
