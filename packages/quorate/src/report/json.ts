import type { Comparison, ComparisonSettings, RunDetails, RunResult } from '../compare/comparison.ts'

/** A number; null where nothing could be measured, because JSON has no NaN. */
export type JsonNumber = number | null

/** One engine's run in the JSON file. */
export interface RunJson {
  readonly engine: string
  readonly machine: string
  readonly replicas: number
  readonly commitsPerSecond: JsonNumber
  readonly latencyMs: { readonly p50: JsonNumber; readonly p99: JsonNumber }
  readonly messagesPerCommit: { readonly measured: JsonNumber; readonly predicted: JsonNumber }
  readonly bytesPerCommit: JsonNumber
  readonly fsyncsPerCommit: JsonNumber
  readonly electionMs: JsonNumber
  readonly recoveryMs: JsonNumber
  readonly linearizable: RunResult['linearizable']
  readonly operationsChecked: number
  readonly digestsEqual: boolean
  readonly meanBatch: JsonNumber
  readonly details: RunDetailsJson
}

/** As {@link RunDetails}, with null for what was not measured. */
export type RunDetailsJson = {
  readonly [Field in keyof RunDetails]: RunDetails[Field] extends number ? JsonNumber : RunDetails[Field]
}

/** The JSON file: for each engine its figures, and how to repeat them. */
export interface ComparisonJson {
  readonly runs: readonly RunJson[]
  readonly settings: ComparisonSettings
}

/** The comparison as plain data, its fields in a fixed order. */
export function toJson({ runs, settings }: Comparison): ComparisonJson {
  return { runs: runs.map(runToJson), settings }
}

/** The comparison as text of a JSON file, laid out so that a person can read it too. */
export function formatJson(comparison: Comparison): string {
  const text = JSON.stringify(toJson(comparison), undefined, 2)
  // Lists of numbers and buckets on one line each. No string is touched: a line break in one is written as \n.
  const buckets = text.replace(/\{\n\s+("upToMs": [^\n]+),\n\s+("count": \d+)\n\s+\}/g, '{ $1, $2 }')
  const lists = buckets.replace(/\[\n[\d\s.,eE+-]+\]/g, (list) => list.replace(/\s+/g, ' '))
  return `${lists}\n`
}

function runToJson(run: RunResult): RunJson {
  return {
    engine: run.engine,
    machine: run.machine,
    replicas: run.replicas,
    commitsPerSecond: rounded(run.commitsPerSecond),
    latencyMs: { p50: rounded(run.latencyMs.p50), p99: rounded(run.latencyMs.p99) },
    messagesPerCommit: {
      measured: rounded(run.messagesPerCommit.measured),
      predicted: rounded(run.messagesPerCommit.predicted),
    },
    bytesPerCommit: rounded(run.bytesPerCommit),
    fsyncsPerCommit: rounded(run.fsyncsPerCommit),
    electionMs: rounded(run.electionMs),
    recoveryMs: rounded(run.recoveryMs),
    linearizable: run.linearizable,
    operationsChecked: run.operationsChecked,
    digestsEqual: run.digestsEqual,
    meanBatch: rounded(run.meanBatch),
    details: detailsToJson(run.details),
  }
}

function detailsToJson(details: RunDetails): RunDetailsJson {
  return {
    ...details,
    killedAtMs: rounded(details.killedAtMs),
    recoveredAtMs: rounded(details.recoveredAtMs),
    restartedAtMs: rounded(details.restartedAtMs),
    maxLatencyMs: rounded(details.maxLatencyMs),
    latencyBuckets: details.latencyBuckets.map(({ upToMs, count }) => ({
      upToMs: significant(upToMs),
      count,
    })),
  }
}

/** Six digits: far more than any of this is exact to, and short enough to read. */
function significant(value: number): number {
  return Number(value.toPrecision(6))
}

function rounded(value: number): JsonNumber {
  return Number.isFinite(value) ? significant(value) : null
}
