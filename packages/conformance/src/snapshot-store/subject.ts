import type { SnapshotStore } from '@quorate/core'
import type { CrashKeep } from '../log-store/subject.ts'
import type { Patience } from '../suite/patience.ts'

/**
 * What a harness can do with a place besides opening it.
 * - `reopen`: what was closed can be opened again.
 * - `crash`, `step`, `damage`: the place has the method of that name.
 */
export type SnapshotStoreMeans = 'reopen' | 'crash' | 'step' | 'damage'

/** Where the snapshots of one replica are kept. */
export interface SnapshotStorePlace {
  /** Opens the snapshots that are here. Nothing else is open here, but for what a crash left behind. */
  open(): Promise<SnapshotStore>
  /** The machine loses power. Nothing that was open here does anything after this. */
  crash?(keep: CrashKeep): void | Promise<void>
  /** Does the next single thing that is under way on the disk; false if there is none. */
  step?(): boolean
  /** Changes one byte of what is stored, at that part of it, in (0, 1). */
  damage?(part: number): void | Promise<void>
  /** Lets go of the place, after the case. */
  remove?(): void | Promise<void>
}

/** A snapshot store to be checked. */
export interface SnapshotStoreSubject {
  readonly can: readonly SnapshotStoreMeans[]
  readonly patience: Patience
  /** An empty place. `seed` draws what is left to chance, such as what survives a crash. */
  place(seed: number): SnapshotStorePlace | Promise<SnapshotStorePlace>
}
