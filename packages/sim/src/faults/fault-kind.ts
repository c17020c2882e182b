/**
 * Every kind of fault.
 * - Of links, drawn for each frame, on links that may do so: `loss`, `duplicate`, `reorder`.
 * - `partition`: the cluster falls into two parts. `isolate`: one replica is cut off. Both: told or silently, in both
 *   directions or in one.
 * - `break`: a session ends. `clog`: a path is slow for a while.
 * - `crash`: a machine loses power, and with it what was not synced. `power-cut`: all of them at once. `kill`: a
 *   process ends, its machine stays.
 * - `pause`: a process stands still, and goes on as if nothing had been.
 * - `disk-stall`: nothing completes for a while. `disk-error`: a sync fails, and the replica with it.
 * - `clock`: a wall clock jumps.
 */
export const faultKinds = [
  'loss',
  'duplicate',
  'reorder',
  'partition',
  'isolate',
  'break',
  'clog',
  'crash',
  'power-cut',
  'kill',
  'pause',
  'disk-stall',
  'disk-error',
  'clock',
] as const

export type FaultKind = (typeof faultKinds)[number]

/** What can be counted: faults, and what crashes did to writes that were not synced. */
export type TallyKind = FaultKind | 'lost-write' | 'torn-write'

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
