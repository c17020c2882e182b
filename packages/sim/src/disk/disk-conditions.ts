import type { Random } from '../random/random.ts'

/**
 * What a crash leaves of the writes that were not synced.
 * - `prefix`: the first so many, the next one perhaps torn.
 * - `any`: any of them, each perhaps torn.
 */
export type CrashLoss = 'prefix' | 'any'

/** How a disk behaves. Durations in milliseconds, rates as probabilities. */
export interface DiskConditions {
  /** Until a write is taken over by the operating system. */
  readonly writeDelay: number
  /** Of a sync: at least `minSync`, exponentially distributed above it. */
  readonly minSync: number
  readonly meanSync: number
  readonly crashLoss: CrashLoss
  /** How likely it is that a write which was not synced survives a crash. */
  readonly survival: number
  /** How likely it is that a write which survives, or the first that does not, is torn. */
  readonly tear: number
}

/** A fast disk; a crash loses all that was not synced. */
export const calmDisk: DiskConditions = {
  writeDelay: 0,
  minSync: 0.1,
  meanSync: 0.5,
  crashLoss: 'prefix',
  survival: 0,
  tear: 0,
}

/** Draws conditions: from flash to an old, busy, spinning disk. */
export function drawDisk(random: Random): DiskConditions {
  const minSync = random.magnitude(0.05, 5)
  return {
    writeDelay: random.chance(0.5) ? 0 : random.magnitude(0.01, 1),
    minSync,
    meanSync: minSync + random.magnitude(0.05, 20),
    crashLoss: random.pick(['prefix', 'any']),
    survival: random.pick([0, 0.5, 0.9]),
    tear: random.pick([0, 0.5, 1]),
  }
}
