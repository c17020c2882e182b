import type { RunResult } from '../../compare/comparison.ts'

/**
 * Time in a chart: milliseconds since the leader was killed, so that what follows begins at the same place for every
 * engine; since the load began, where no leader was killed.
 */
export function origin({ details }: RunResult): number {
  return Number.isFinite(details.killedAtMs) ? details.killedAtMs : 0
}

export function wasKilled({ details }: RunResult): boolean {
  return Number.isFinite(details.killedAtMs)
}

/** Operations a second around a time. */
export interface RatePoint {
  readonly fromMs: number
  readonly toMs: number
  readonly perSecond: number
}

/** The timeline of a run as rates, `group` intervals in one. The last group is left out unless it is whole. */
export function rates(run: RunResult, group = 1): readonly RatePoint[] {
  const { timeline, intervalMs } = run.details
  const length = group * intervalMs
  return Array.from({ length: Math.floor(timeline.length / group) }, (_, i) => {
    const count = timeline.slice(i * group, (i + 1) * group).reduce((sum, value) => sum + value, 0)
    const fromMs = i * length - origin(run)
    return { fromMs, toMs: fromMs + length, perSecond: (count * 1000) / length }
  })
}

/** How many intervals to put into one so that no run has more than `most` points. */
export function groupSize(runs: readonly RunResult[], most: number): number {
  const longest = Math.max(0, ...runs.map((run) => run.details.timeline.length))
  return Math.max(1, Math.ceil(longest / most))
}

/** `+0.6` and `−3`: seconds after and before the kill. */
export function formatSeconds(ms: number, isSigned: boolean): string {
  const size = String(Number((Math.abs(ms) / 1000).toFixed(2)))
  if (size === '0' || !isSigned) return ms < 0 && size !== '0' ? `−${size}` : size
  return ms < 0 ? `−${size}` : `+${size}`
}
