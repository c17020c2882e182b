/** What the closed form gives: the share of split first votes, and the mean time to a leader in milliseconds. */
export interface ClosedForm {
  readonly split: number
  readonly mean: number
}

/** A cluster whose leader has fallen silent. Times in milliseconds. */
export interface SilentCluster {
  readonly voters: number
  readonly live: number
  readonly latency: number
  /** Election timeouts are drawn evenly from here to there. */
  readonly min: number
  readonly max: number
}

/**
 * The closed form of the Raft thesis, §9.4.1, for writes that take nothing and silence that begins with a heartbeat: the
 * vote is split if so many servers time out within a latency of the first that the others are no majority. Undefined
 * where a latency is as long as the spread of timeouts: all votes are split then.
 */
export function closedForm({ voters, live, latency, min, max }: SilentCluster): ClosedForm | undefined {
  const spread = max - min
  const share = latency / spread
  if (share >= 1) return undefined
  const crowd = live - Math.floor(voters / 2) + 1
  let split = 0
  for (let k = crowd - 1; k <= live; k++) {
    split += choose(live, k) * share ** k * (1 - share) ** (live - k)
  }
  const term = min / spread + 1 / (live + 1) + share
  return { split, mean: spread * (term / (1 - split) + share) }
}

function choose(n: number, k: number): number {
  let ways = 1
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1)
  return ways
}
