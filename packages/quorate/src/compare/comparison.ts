/** What `quorate compare` measures of one engine. The JSON file has these fields under these names. */
export interface RunResult {
  readonly engine: string
  readonly machine: string
  readonly replicas: number
  /** Operations acknowledged a second, over the whole load phase but the outage. */
  readonly commitsPerSecond: number
  readonly latencyMs: Percentiles
  /** Messages between replicas for one commit, over the steady part of the run. */
  readonly messagesPerCommit: { readonly measured: number; readonly predicted: number }
  /** Mean log entries per message that carried any. `predicted` is the protocol's cost divided by it. */
  readonly meanBatch: number
  readonly bytesPerCommit: number
  readonly fsyncsPerCommit: number
  /** A quorum of fresh replicas runs → a leader is established. */
  readonly electionMs: number
  /** Leader killed → next operation acknowledged. */
  readonly recoveryMs: number
  readonly linearizable: 'yes' | 'no' | 'unknown'
  readonly operationsChecked: number
  /** All replicas at the same index with the same digest, the killed one included. */
  readonly digestsEqual: boolean
  /** Details for the report; not all are in the table. */
  readonly details: RunDetails
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

export interface RunDetails {
  /** Operations acknowledged, by kind: put, get, delete, cas. */
  readonly operations: Readonly<Record<string, number>>
  /** Operations whose outcome is unknown: under way when the leader was killed. */
  readonly unknown: number
  /** Acknowledged operations in each interval of `intervalMs` since the load began. */
  readonly timeline: readonly number[]
  readonly intervalMs: number
  /** Milliseconds since the load began. */
  readonly killedAtMs: number
  readonly recoveredAtMs: number
  readonly restartedAtMs: number
  /** Latency distribution: upper bound of each bucket in milliseconds, and its count. */
  readonly latencyBuckets: readonly { readonly upToMs: number; readonly count: number }[]
  readonly maxLatencyMs: number
  /** Messages between replicas by type, over the steady part. */
  readonly messagesByType: Readonly<Record<string, number>>
  /** Commits over the steady part, which the per-commit figures are divided by. */
  readonly steadyCommits: number
  /** If not linearizable: what contradicts it. */
  readonly explanation: readonly string[]
}

/** How the runs were made, so that anyone can repeat them. */
export interface ComparisonSettings {
  readonly engines: readonly string[]
  readonly machine: string
  readonly replicas: number
  /** Closed-loop clients, each with one operation under way. */
  readonly clients: number
  readonly seconds: number
  readonly workload: string
  readonly valueBytes: number
  readonly keys: number
  readonly seed: number
  /** Of the machine that it ran on. */
  readonly environment: {
    readonly node: string
    readonly platform: string
    readonly cpu: string
    readonly cores: number
    readonly version: string
  }
  /** The command that repeats it. */
  readonly command: string
  readonly startedAt: string
}

export interface Comparison {
  readonly settings: ComparisonSettings
  readonly runs: readonly RunResult[]
}
