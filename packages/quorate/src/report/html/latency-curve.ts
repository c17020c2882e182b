import type { RunResult } from '../../compare/comparison.ts'

/** That share of all operations took no longer than that. */
export interface CurvePoint {
  /** 0 … 1 */
  readonly share: number
  readonly ms: number
}

export function operationCount({ details }: RunResult): number {
  return details.latencyBuckets.reduce((sum, { count }) => sum + count, 0)
}

/** A run's latency distribution, ascending; the last point is its slowest operation. Empty if nothing was measured. */
export function latencyCurve(run: RunResult): readonly CurvePoint[] {
  const { latencyBuckets, maxLatencyMs } = run.details
  const total = operationCount(run)
  let seen = 0
  return latencyBuckets.flatMap(({ upToMs, count }) => {
    seen += count
    // The last bucket ends above the slowest operation.
    const ms = Number.isFinite(maxLatencyMs) ? Math.min(upToMs, maxLatencyMs) : upToMs
    // Empty buckets stay: where nothing took that long, the curve rises straight up.
    return seen > 0 && ms > 0 ? [{ share: seen / total, ms }] : []
  })
}

/** The latency that `share` of all operations did not exceed, as near as the buckets tell; NaN without any. */
export function latencyAt(curve: readonly CurvePoint[], share: number): number {
  const above = curve.findIndex((point) => point.share >= share)
  const end = curve[above]
  if (end === undefined) return curve.at(-1)?.ms ?? NaN
  const begin = curve[above - 1] ?? { share: 0, ms: end.ms }
  const part = (share - begin.share) / (end.share - begin.share || 1)
  return begin.ms + (end.ms - begin.ms) * part
}
