import type { Comparison, ComparisonSettings, RunDetails, RunResult } from '../../src/compare/comparison.ts'
import { LatencyHistogram } from '../../src/measure/latency-histogram.ts'
import { Random } from '../../src/workload/random.ts'

/** What makes one engine's run differ from another's. */
export interface Character {
  readonly engine: string
  readonly perSecond: number
  readonly outageMs: number
  readonly messageCost: number
  readonly messagesByType: Readonly<Record<string, number>>
}

export const raft: Character = {
  engine: 'raft',
  perSecond: 18_402.4,
  outageMs: 1214,
  messageCost: 4,
  messagesByType: { append: 41_804, appendReply: 40_911, heartbeat: 612, heartbeatReply: 611 },
}

export const zab: Character = {
  engine: 'zab',
  perSecond: 15_990.2,
  outageMs: 1489,
  messageCost: 6,
  messagesByType: { proposal: 39_804, ack: 39_702, commit: 39_690, ping: 301, pong: 300 },
}

export const paxos: Character = {
  engine: 'multi-paxos',
  perSecond: 17_105,
  outageMs: 1131,
  messageCost: 4,
  messagesByType: { accept: 40_204, accepted: 40_102, heartbeat: 420 },
}

export const settings: ComparisonSettings = {
  engines: ['raft', 'zab'],
  machine: 'mvcc',
  replicas: 3,
  clients: 64,
  seconds: 20,
  workload: 'ycsb-a',
  valueBytes: 256,
  keys: 1000,
  seed: 1,
  environment: {
    node: 'v20.20.2',
    platform: 'linux x64',
    cpu: 'Example CPU at 3 GHz',
    cores: 2,
    version: '0.1.0',
  },
  command: 'quorate compare raft zab --seconds 20 --seed 1',
  startedAt: '2026-01-02T03:04:05.000Z',
}

const intervalMs = 100
const durationMs = 20_000
const killedAtMs = 10_040

/** A run like a real one: a ramp, jitter, a kill in the middle, an outage, a catch-up. */
export function run(character: Character, changes: Partial<RunResult> = {}): RunResult {
  const { engine, perSecond, outageMs, messageCost, messagesByType } = character
  const details = detailsOf(character)
  const meanBatch = 8.12
  return {
    engine,
    machine: 'mvcc',
    replicas: 3,
    commitsPerSecond: perSecond,
    latencyMs: { p50: 64_000 / perSecond, p99: 190_000 / perSecond },
    messagesPerCommit: {
      measured: Object.values(messagesByType).reduce((sum, n) => sum + n, 0) / details.steadyCommits,
      predicted: messageCost / meanBatch,
    },
    meanBatch,
    bytesPerCommit: 1402.3,
    fsyncsPerCommit: 0.3721,
    electionMs: 312.4,
    recoveryMs: outageMs,
    linearizable: 'yes',
    operationsChecked: 182_311,
    digestsEqual: true,
    details,
    ...changes,
  }
}

function detailsOf({ perSecond, outageMs, messagesByType }: Character): RunDetails {
  const random = new Random(perSecond)
  const histogram = new LatencyHistogram()
  const recoveredAtMs = killedAtMs + outageMs
  const timeline = Array.from({ length: durationMs / intervalMs }, (_, i) => {
    const at = i * intervalMs
    const served =
      Math.max(0, Math.min(killedAtMs - at, intervalMs)) +
      Math.max(0, Math.min(at + intervalMs - recoveredAtMs, intervalMs))
    const warmUp = Math.min(1, 0.55 + at / 2500)
    const spread = 0.9 + random.fraction() * 0.16
    return Math.round((perSecond / 1000) * served * warmUp * spread)
  })
  for (const count of timeline) {
    for (let i = 0; i < count / 10; i++)
      histogram.record(
        (64_000 / perSecond) * (0.4 + random.fraction() * 0.8) * (random.fraction() < 0.02 ? 4 : 1),
      )
  }
  for (let client = 0; client < 64; client++) histogram.record(outageMs + random.fraction() * 30)
  return {
    operations: { put: 90_011, get: 92_300 },
    unknown: 64,
    timeline,
    intervalMs,
    killedAtMs,
    recoveredAtMs,
    restartedAtMs: 15_020,
    latencyBuckets: histogram.toBuckets(),
    maxLatencyMs: histogram.max,
    messagesByType,
    steadyCommits: 160_400,
    explanation: [],
  }
}

export function comparison(runs: readonly RunResult[] = [run(raft), run(zab)]): Comparison {
  return { settings: { ...settings, engines: runs.map(({ engine }) => engine) }, runs }
}

/** A run in which no leader was killed. */
export function unkilled(character: Character): RunResult {
  const { details } = run({ ...character, outageMs: 0 })
  return run(character, {
    recoveryMs: NaN,
    details: { ...details, unknown: 0, killedAtMs: NaN, recoveredAtMs: NaN, restartedAtMs: NaN },
  })
}

/** A run that failed before anything could be measured. */
export function unmeasured(engine: string): RunResult {
  return {
    engine,
    machine: 'mvcc',
    replicas: 3,
    commitsPerSecond: NaN,
    latencyMs: { p50: NaN, p99: NaN },
    messagesPerCommit: { measured: NaN, predicted: NaN },
    meanBatch: NaN,
    bytesPerCommit: NaN,
    fsyncsPerCommit: NaN,
    electionMs: NaN,
    recoveryMs: NaN,
    linearizable: 'unknown',
    operationsChecked: 0,
    digestsEqual: false,
    details: {
      operations: {},
      unknown: 0,
      timeline: [],
      intervalMs: 100,
      killedAtMs: NaN,
      recoveredAtMs: NaN,
      restartedAtMs: NaN,
      latencyBuckets: [],
      maxLatencyMs: NaN,
      messagesByType: {},
      steadyCommits: 0,
      explanation: [],
    },
  }
}
