/** What is known of a command whose proposal failed: it never happened and never will, or it may happen yet. */
export type Outcome = 'definitely-not' | 'unknown'

/** Every stable error code. Match on these, never on a message's text or with `instanceof` across packages. */
export type ErrorCode =
  | 'NOT_LEADER'
  | 'LEADERSHIP_LOST'
  | 'OVERLOADED'
  | 'STOPPED'
  | 'TIMEOUT'
  | 'NOT_SUPPORTED'
  | 'CHANGE_PENDING'
  | 'DECODE'
  | 'CORRUPT_LOG'
  | 'WRONG_CLUSTER'
  | 'NEWER_VERSION'
  | 'OLDER_VERSION'
  | 'STORAGE'
  | 'ADDRESS_IN_USE'
  | 'USAGE'

/** What a {@link QuorateError} may carry besides its message. */
export interface QuorateErrorOptions {
  /** May the same call succeed if it is made again, here or at another replica? Default: false. */
  readonly retryable?: boolean
  /** For proposals: what is known of the command. */
  readonly outcome?: Outcome
  readonly cause?: unknown
  readonly details?: Readonly<Record<string, unknown>>
}

/** The one base of all errors that a caller can meet. */
export class QuorateError extends Error {
  override readonly name = 'QuorateError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly outcome: Outcome | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: QuorateErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.outcome = options.outcome
    this.details = options.details ?? {}
  }
}
