import type { Epoch, LogIndex, MemoryLog } from '@quorate/core'

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
  /**
   * The same where a log has holes: the epoch of the entry at an index, undefined where the state holds none. Used if
   * there is no `log`.
   */
  readonly epochAt?: (state: unknown, index: LogIndex) => Epoch | undefined
  /** Are the steps of engines checked against the abstract log? Needs no copy of their states. @default true */
  readonly refinement?: boolean
  /** Does the engine's monitor run, if it has one? @default true */
  readonly monitor?: boolean
}

/** How to find epochs in a state's log; undefined if the caller handed in nothing that tells. */
export function epochsIn(
  checks: EngineChecks,
  state: () => unknown,
): ((index: LogIndex) => Epoch | undefined) | undefined {
  const { log, epochAt } = checks
  if (log !== undefined) {
    const { base, baseEpoch, entries } = log(state())
    return (index) => (index === base ? baseEpoch : entries[index - base - 1]?.epoch)
  }
  if (epochAt === undefined) return undefined
  const held = state()
  return (index) => epochAt(held, index)
}
