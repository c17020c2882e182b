import type { ClockSettings } from '../cluster/cluster-settings.ts'
import { calmNetwork } from '../network/network-conditions.ts'
import type { Scenario } from '../run/scenario.ts'

/** What of a scenario is neither its size, nor by replica, nor a list of choices, nor a rule that the run goes by. */
export type Settings = Omit<
  Scenario,
  | 'seed'
  | 'replicas'
  | 'clients'
  | 'operations'
  | 'calls'
  | 'thinkTime'
  | 'chaos'
  | 'disks'
  | 'clocks'
  | 'kinds'
  | 'plan'
  | 'atlas'
  | 'core'
  | 'outsiders'
>

/** A world in which nothing is unusual: what a run file leaves out, and what shrinking strives for. */
export const calmSettings: Settings = {
  wandering: 0,
  quantum: 1000,
  network: calmNetwork,
  requestTimeout: 5000,
  snapshotEvery: 10_000,
  storage: { segmentBytes: 262_144, preallocate: false, chunkBytes: 16_384 },
  livenessPhase: false,
  coreExtra: 0,
  finalPowerCut: false,
  // As short as is fair.
  recoveryLimit: 0,
}

/** A clock that is right. */
export const calmClock: ClockSettings = { skew: 0, rate: 1 }
