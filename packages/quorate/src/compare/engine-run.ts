import { setTimeout as delay } from 'node:timers/promises'

import { adapterNamed } from '../key-value/adapters.ts'
import type { KeyValueAdapter } from '../key-value/key-value-adapter.ts'
import { LoadDriver } from '../load/load-driver.ts'
import type { ProgressLine } from '../measure/progress-line.ts'
import { engineNamed } from '../registry/engines.ts'
import type { ServiceStatus } from '../service/service-status.ts'
import type { OperationSource } from '../workload/operation.ts'
import { type ClusterTotals, askAll, difference, totalsOf } from './cluster-totals.ts'
import { checkOperations } from './check-operations.ts'
import type { CompareOptions } from './compare-options.ts'
import type { RunResult } from './comparison.ts'
import type { LocalCluster } from './local-cluster.ts'
import { prepareCluster } from './prepare-cluster.ts'

/** How long anything may take that should take a moment: an election, catching up. Milliseconds. */
const patience = 30_000
const timelineInterval = 50
/** Part of the time before the kill that is not counted: caches and compilers warm up. */
const warmUpShare = 0.2

/** What was noted while the load ran. All times are on the driver's clock, in milliseconds. */
interface Notes {
  readonly electionMs: number
  readonly steady: ClusterTotals
  readonly killedAt: number
  readonly recoveredAt: number
  readonly restartedAt: number
  readonly endedAt: number
  readonly acknowledged: number
}

/** One engine's run: start, load, kill the leader, restart it, compare the replicas, check the history. */
export class EngineRun {
  private readonly engine: string
  private readonly options: CompareOptions
  private readonly cluster: LocalCluster
  private readonly source: OperationSource
  private readonly progress: ProgressLine
  private readonly adapter: KeyValueAdapter
  private readonly driver: LoadDriver

  constructor(
    engine: string,
    options: CompareOptions,
    cluster: LocalCluster,
    source: OperationSource,
    progress: ProgressLine,
  ) {
    this.engine = engine
    this.options = options
    this.cluster = cluster
    this.source = source
    this.progress = progress
    this.adapter = adapterNamed(options.machine)
    this.driver = new LoadDriver(cluster.clientAddresses, this.adapter, source, timelineInterval)
  }

  async run(): Promise<RunResult> {
    try {
      const electionMs = await this.start()
      const notes = await this.load(electionMs)
      const statuses = await this.settle()
      return this.result(notes, statuses)
    } finally {
      this.driver.links.close()
    }
  }

  private async start(): Promise<number> {
    this.say('electing')
    const established = this.driver.links.established(patience).then(() => this.driver.now())
    const [servedAt, leaderAt] = await Promise.all([this.cluster.start(), established])
    // Before a quorum runs there is nothing to elect.
    const electionMs = Math.max(0, leaderAt - servedAt[servedAt.length >> 1]!)
    this.say('writing first values')
    const records = await prepareCluster(this.driver.links, this.adapter, this.source)
    this.driver.history.push(...records)
    return electionMs
  }

  private async load(electionMs: number): Promise<Notes> {
    const { driver } = this
    const half = (this.options.seconds * 1000) / 2
    this.say('load')
    const ticker = setInterval(() => this.progress.update(driver.acknowledged), 100)
    try {
      driver.start(this.options.clients)
      await delay(half * warmUpShare)
      const before = totalsOf(await askAll(driver.links.clients))
      await delay(half * (1 - warmUpShare))
      const steady = difference(totalsOf(await askAll(driver.links.clients)), before)
      const outage = await this.outage()
      await delay(Math.max(0, driver.startedAt + 2 * half - driver.now()))
      const endedAt = driver.now()
      const { acknowledged } = driver
      await driver.stop()
      return { electionMs, steady, ...outage, endedAt, acknowledged }
    } finally {
      clearInterval(ticker)
    }
  }

  /** Kills the leader; waits for the next commit; restarts it after as long again, so that the gap can be seen. */
  private async outage(): Promise<{ killedAt: number; recoveredAt: number; restartedAt: number }> {
    const { driver } = this
    const victim = this.cluster.replicas.get(await driver.links.established(patience))!
    const killedAt = driver.now()
    await victim.kill()
    this.progress.note(`${this.engine}: leader ${victim.id} killed`)
    // What it had sent before it died may still arrive, and is no recovery.
    await waitFor(() => driver.links.clients.get(victim.id)?.isConnected === false)
    driver.watchFrom = driver.now()
    await waitFor(() => driver.firstAfterWatch !== undefined)
    const recoveredAt = driver.firstAfterWatch ?? Number.NaN
    await delay(Math.min(1000, this.options.seconds * 100))
    await victim.start()
    return { killedAt, recoveredAt, restartedAt: driver.now() }
  }

  /** Waits until all replicas stand at the same index, or it takes too long. */
  private async settle(): Promise<ServiceStatus[]> {
    this.say('catching up')
    const end = this.driver.now() + patience
    for (;;) {
      const statuses = await askAll(this.driver.links.clients)
      const level = new Set(statuses.map(({ appliedIndex }) => appliedIndex)).size === 1
      if ((statuses.length === this.options.replicas && level) || this.driver.now() > end) return statuses
      await delay(20)
    }
  }

  private result(notes: Notes, statuses: readonly ServiceStatus[]): RunResult {
    this.say('checking the history')
    const { driver, options } = this
    const { cost } = engineNamed(this.engine)
    const { steady, killedAt, recoveredAt } = notes
    const meanBatch = steady.entriesSent / steady.entryMessages
    const outage = Number.isNaN(recoveredAt) ? 0 : recoveredAt - killedAt
    const verdict = checkOperations(driver.history)
    const messages = Object.values(steady.messages).reduce((sum, count) => sum + count, 0)
    return {
      engine: this.engine,
      machine: options.machine,
      replicas: options.replicas,
      commitsPerSecond: (notes.acknowledged * 1000) / (notes.endedAt - driver.startedAt - outage),
      latencyMs: { p50: driver.latency.percentile(50), p99: driver.latency.percentile(99) },
      messagesPerCommit: {
        measured: messages / steady.commits,
        predicted: cost.messagesPerCommit(options.replicas) / meanBatch,
      },
      meanBatch,
      bytesPerCommit: steady.bytes / steady.commits,
      fsyncsPerCommit: steady.fsyncs / steady.commits,
      electionMs: notes.electionMs,
      recoveryMs: recoveredAt - killedAt,
      linearizable: verdict.linearizable,
      operationsChecked: verdict.operations,
      digestsEqual: agree(statuses, options.replicas),
      details: {
        operations: { ...driver.counts },
        unknown: driver.unknown,
        timeline: driver.timeline.counts(notes.endedAt - driver.startedAt),
        intervalMs: timelineInterval,
        killedAtMs: killedAt - driver.startedAt,
        recoveredAtMs: recoveredAt - driver.startedAt,
        restartedAtMs: notes.restartedAt - driver.startedAt,
        latencyBuckets: driver.latency.toBuckets(),
        maxLatencyMs: driver.latency.max,
        messagesByType: steady.messages,
        steadyCommits: steady.commits,
        explanation: verdict.explanation,
      },
    }
  }

  private say(phase: string): void {
    this.progress.phase(`${this.engine}: ${phase}`)
  }
}

function agree(statuses: readonly ServiceStatus[], replicas: number): boolean {
  const states = new Set(statuses.map(({ appliedIndex, digest }) => `${appliedIndex}:${digest}`))
  return statuses.length === replicas && states.size === 1
}

async function waitFor(condition: () => boolean): Promise<void> {
  const end = Date.now() + patience
  while (!condition()) {
    if (Date.now() > end) return
    await delay(2)
  }
}
