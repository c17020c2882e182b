import type { AnyEngineDefinition } from '@quorate/core'
import type { EngineChecks } from '@quorate/sim'

/**
 * An engine as a script names it. A composition root hands it in:
 *
 * ```ts no-run
 * const engine = { name: 'raft', create: raft, checks: { validate, checkDelta } }
 * ```
 */
export interface ScenarioEngine {
  readonly name: string
  /** Makes the engine of the options that the script's header gives. */
  // oxlint-disable-next-line typescript/no-explicit-any
  create(options: any): AnyEngineDefinition
  /**
   * The names of its options, so that a script cannot misspell one: `preVote`, `electionTimeout.min`, and `unsafe.*` for
   * all that begin so. Without it every option is handed on unchecked.
   */
  readonly options?: readonly string[]
  /** The engine's own checks, made after every step. */
  readonly checks?: EngineChecks
}
