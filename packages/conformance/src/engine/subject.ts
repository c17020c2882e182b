import type { EngineDefinition, Message } from '@quorate/core'

/** An engine to be checked. */
export interface EngineSubject<M extends Message> {
  readonly definition: EngineDefinition<M>
  /** The same engine, set to keep no log behind a snapshot: what lags behind then needs the snapshot. */
  readonly compacting: EngineDefinition<M>
  /** Random runs of each case, each from another seed. @default 6 */
  readonly runs?: number
  /** Moves in a random run. @default 350 */
  readonly length?: number
}
