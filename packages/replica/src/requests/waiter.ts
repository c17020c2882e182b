import type { LogIndex, QuorateError } from '@quorate/core'

/**
 * Who waits for the end of a request. An object rather than a promise or a closure, so that a gateway can make its own
 * request record the waiter and nothing else is allocated. Exactly one of the two is called, once.
 */
export interface Waiter<T> {
  /** `index`: the log index that the answer reflects. */
  done(answer: T, index: LogIndex): void
  failed(error: QuorateError): void
}
