import type { Loss } from './atlas.ts'

/**
 * Every kind of fault.
 * - Of links, drawn for each frame, on links that may do so: `loss`, `duplicate`, `reorder`.
 * - `partition`: the cluster falls into two parts. `isolate`: one replica is cut off. `bridge`: two parts, and one
 *   replica that both can reach. `ring`: every replica hears a majority, and no two the same one. `chain`: each
 *   reaches its neighbours only. All: told or silently; some in one direction only.
 * - `break`: a session ends. `clog`: a path is slow for a while. `hold`: a link holds what is sent, both ways, and lets
 *   go of all of it later. `flap`: a link is cut and healed again and again.
 * - `crash`: a machine loses power, and with it what was not synced. `power-cut`: all of them at once. `kill`: a
 *   process ends, its machine stays. `pause`: a process stands still, and goes on as if nothing had been.
 * - `disk-stall`: nothing completes for a while. `disk-slow`: everything takes longer. `disk-full`: files cannot grow.
 *   `disk-error`, `write-error`, `read-error`: a sync, write or read fails, and the replica with it.
 * - `lost-sync`: for a while syncs succeed and do nothing. `misdirected-write`: a write lands somewhere else.
 *   `bit-rot`: a bit of what is durable flips.
 * - `clock`: a wall clock jumps. `clock-strobe`: it jumps back and forth. `clock-step`: both of a machine's clocks leap
 *   forward. `clock-drift`: they go faster or slower.
 */
export const faultKinds = [
  'loss',
  'duplicate',
  'reorder',
  'partition',
  'isolate',
  'bridge',
  'ring',
  'chain',
  'break',
  'clog',
  'hold',
  'flap',
  'crash',
  'power-cut',
  'kill',
  'pause',
  'disk-stall',
  'disk-slow',
  'disk-full',
  'disk-error',
  'write-error',
  'read-error',
  'lost-sync',
  'misdirected-write',
  'bit-rot',
  'clock',
  'clock-strobe',
  'clock-step',
  'clock-drift',
] as const

export type FaultKind = (typeof faultKinds)[number]

/** What can be counted: faults, what crashes did to writes that were not synced, and replicas lost for good. */
export type TallyKind = FaultKind | 'lost-write' | 'torn-write' | Loss

/** How often each fault really happened. */
export type FaultCounts = Readonly<Partial<Record<TallyKind, number>>>

/** Counts what really happens. */
export class Tally {
  private readonly counts = new Map<TallyKind, number>()

  add(kind: TallyKind, count = 1): void {
    if (count > 0) this.counts.set(kind, (this.counts.get(kind) ?? 0) + count)
  }

  /** Those that happened, in the order of their names. */
  get all(): FaultCounts {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
