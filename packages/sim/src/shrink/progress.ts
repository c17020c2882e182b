import type { Scenario } from '../run/scenario.ts'
import type { RunSize } from './size.ts'

/** How much may be done to make a run smaller. */
export interface ShrinkBudget {
  /** Runs, the first and the last included. @default 2000 */
  readonly runs?: number
  /** Events in all of them. @default 5,000,000 */
  readonly events?: number
}

/** How far it has come. */
export interface ShrinkProgress {
  readonly runs: number
  readonly events: number
  /** What is being tried: faults, operations, time, … */
  readonly pass: string
  /** The smallest run so far. */
  readonly smallest: RunSize
}

/** The smallest run that was found. */
export interface ShrinkResult {
  /** Fails as the original does: it was run once more to see. */
  readonly scenario: Scenario
  readonly signature: string
  readonly original: RunSize
  readonly smallest: RunSize
  /** What it took. */
  readonly runs: number
  readonly events: number
  /** Was there nothing left to try? If not, the budget was used up. */
  readonly isComplete: boolean
}
