/**
 * What an engine's own package knows of its states. `validate` and `checkDelta` are those that engines export; they throw
 * what they find.
 */
export interface EngineRules {
  /** What must hold of a captured state. */
  readonly validate?: (state: never) => void
  /** What must hold between a captured state and a later one of the same life of a replica. */
  readonly checkDelta?: (before: never, after: never) => void
  /**
   * Log Matching: logs that have an entry of one epoch at one index are equal up to there. Raft (extended), figure 3; the
   * same of Zab's histories. Default: true, but for engines that accept slot by slot.
   */
  readonly logMatching?: boolean
}
