import type { Disk } from '@quorate/core'
import type { CrashKeep } from '../log-store/subject.ts'
import type { Patience } from '../suite/patience.ts'

/** `crash`: the place has the method of that name. */
export type DiskMeans = 'crash'

/** A directory. */
export interface DiskPlace {
  /** Opens it. Nothing else is open here, but for what a crash left behind. */
  open(): Disk | Promise<Disk>
  /** The machine loses power. Nothing that was open here does anything after this. */
  crash?(keep: CrashKeep): void | Promise<void>
  /** Lets go of it, after the case. */
  remove?(): void | Promise<void>
}

/** A disk to be checked. */
export interface DiskSubject {
  readonly can: readonly DiskMeans[]
  readonly patience: Patience
  /** An empty directory. `seed` draws what is left to chance, such as what survives a crash. */
  place(seed: number): DiskPlace | Promise<DiskPlace>
}
