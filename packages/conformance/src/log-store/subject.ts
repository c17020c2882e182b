import type { LogStore } from '@quorate/core'
import type { Patience } from '../suite/patience.ts'

/** What a crash leaves of what was not synced: nothing; or any part of it, perhaps torn. */
export type CrashKeep = 'nothing' | 'some'

/**
 * What a harness can do with a place besides opening it. The more, the more rules are checked.
 * - `reopen`: what was closed can be opened again.
 * - `crash`, `step`, `fail`, `damage`: the place has the method of that name (`fail`: `failNext`).
 */
export type LogStoreMeans = 'reopen' | 'crash' | 'step' | 'fail' | 'damage'

/** Where one log is kept: a directory, say. */
export interface LogStorePlace {
  /**
   * Opens the log that is here, or begins one. Nothing else is open here, but for what a crash left behind. The log
   * alone: the snapshots that operations speak of are in no snapshot store.
   */
  open(): Promise<LogStore>
  /** The machine loses power. Nothing that was open here does anything after this. */
  crash?(keep: CrashKeep): void | Promise<void>
  /** Does the next single thing that is under way on the disk; false if there is none. For crashes between any two. */
  step?(): boolean
  /** The next write or sync of the disk fails. */
  failNext?(): void
  /** Changes one byte of the log at rest, at that part of what has been written, in (0, 1). */
  damage?(part: number): void | Promise<void>
  /** Lets go of the place, after the case. */
  remove?(): void | Promise<void>
}

/** A log store to be checked. */
export interface LogStoreSubject {
  readonly can: readonly LogStoreMeans[]
  readonly patience: Patience
  /** An empty place. `seed` draws what is left to chance, such as what survives a crash. */
  place(seed: number): LogStorePlace | Promise<LogStorePlace>
}
