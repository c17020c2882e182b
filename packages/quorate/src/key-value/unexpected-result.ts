import { InvariantViolation } from '@quorate/core'

/** A machine answered a well-formed call with something that it never answers to it. */
export class UnexpectedResult extends InvariantViolation {
  constructor(call: string, result: object) {
    super(`unexpected result of ${call}`, { result })
  }
}
