import type { MemoryLog } from '@quorate/core'

/**
 * An engine's own checks, handed in by the caller. They see the engine's captured state, which costs a copy, so they
 * are made now and then and whenever a replica's role changes. They throw what they find.
 */
export interface EngineChecks {
  /** What must hold of a state. */
  readonly validate?: (state: unknown) => void
  /** What must hold between a state and a later one of the same life of a replica. */
  readonly checkDelta?: (before: unknown, after: unknown) => void
  /** The log in a state, for leader completeness entry by entry. */
  readonly log?: (state: unknown) => MemoryLog
  /** Are the steps of engines checked against the abstract log? Needs no copy of their states. @default true */
  readonly refinement?: boolean
}
