import { type RunReport, type SimulateOptions, simulate } from '@quorate/sim'
import type { RunFile } from './run-file.ts'

/** What a run file only names: the engine with its options, the machine, its workload, and checks. */
export type ReplayParts = Pick<
  SimulateOptions,
  'engine' | 'machine' | 'workload' | 'checks' | 'excuses' | 'logger'
>

/** How a run is replayed. */
export interface ReplayOptions {
  /** Sees every event as a line of text. */
  readonly onLine?: (line: string) => void
  /** How many of the last events a failing run shows. @default 200 */
  readonly eventLogSize?: number
}

/** Runs what a file says, event by event as it was. The report's trace hash tells whether it was the same. */
export function replayRun({ scenario }: RunFile, parts: ReplayParts, options: ReplayOptions = {}): RunReport {
  return simulate({ ...parts, ...options, seed: scenario.seed, faults: 'none', scenario })
}
