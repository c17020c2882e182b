import {
  type AnyEngineDefinition,
  type AnyMachineDefinition,
  type Logger,
  type NodeId,
  majorityOf,
} from '@quorate/core'
import { SimCluster } from '../cluster/sim-cluster.ts'
import { Nemesis } from '../faults/nemesis.ts'
import type { EngineChecks } from '../invariants/engine-checks.ts'
import { Random } from '../random/random.ts'
import { EventLog } from '../trace/event-log.ts'
import { SimClient } from '../workload/client.ts'
import { HistoryRecorder } from '../workload/history-recorder.ts'
import type { Workload, WorkloadRun } from '../workload/workload.ts'
import { Recovery } from './recovery.ts'
import type { RunReport } from './report.ts'
import { type Scenario, type ScenarioChoices, drawScenario } from './scenario.ts'

/** What to simulate. */
export interface SimulateOptions extends ScenarioChoices {
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  readonly workload: Workload
  /** The engine's own checks. */
  readonly checks?: EngineChecks
  /** Sees every event as a line of text, as it happens. It changes nothing in the run. */
  readonly onLine?: (line: string) => void
  /** What the replicas log. @default nothing */
  readonly logger?: Logger
  /** How many of the last events a failing run shows. @default 200 */
  readonly eventLogSize?: number
}

/** Virtual time that a cluster may take to be of use again: so many election timeouts, and so long besides. */
const recoveryTimeouts = 40
const recoveryMargin = 10_000

/** No run needs as many events: beyond it something goes round in circles. */
const maxSteps = 5_000_000

/**
 * One run: chaos, in which clients work and things go wrong; then everything is mended and the cluster must recover;
 * then, in some runs, all replicas lose power once more and must come back with everything that was decided.
 */
export class Simulation {
  readonly scenario: Scenario
  readonly cluster: SimCluster
  private readonly options: SimulateOptions
  private readonly log: EventLog
  private readonly history = new HistoryRecorder()
  private readonly workload: WorkloadRun
  private readonly nemesis: Nemesis
  private readonly clients: SimClient[]
  private readonly random: Random
  private serial = 0
  private isOver = false

  constructor(options: SimulateOptions) {
    this.options = options
    this.scenario = drawScenario(options)
    this.random = new Random(this.scenario.seed).split('run')
    this.log = new EventLog(options.eventLogSize ?? 200, this.scenario.replicas, options.onLine)
    this.workload = options.workload.start(this.random.split('workload'))
    this.cluster = this.createCluster()
    this.nemesis = new Nemesis(this.cluster, this.random.split('nemesis'))
    this.clients = this.createClients()
    this.begin()
  }

  /** Lets the next event happen; false when the run is over. */
  step(): boolean {
    if (this.isOver || !this.cluster.step()) return false
    if (this.cluster.scheduler.steps > maxSteps)
      this.blameLiveness(`the run did not end within ${maxSteps} events`)
    return !this.isOver && this.cluster.books.violation === undefined
  }

  /** Runs to the end. */
  run(): RunReport {
    while (this.step());
    return this.report()
  }

  /** What the run has come to so far. */
  report(): RunReport {
    const { cluster, history, scenario } = this
    const { violation, decided, leadership } = cluster.books
    return {
      seed: scenario.seed,
      ok: violation === undefined,
      ...(violation !== undefined && { violation }),
      scenario,
      virtualMs: cluster.scheduler.now / 1000,
      steps: cluster.scheduler.steps,
      operations: { ...history.counts },
      commits: decided.lastIndex,
      elections: leadership.elections,
      snapshotsInstalled: cluster.installs,
      faults: cluster.tally.all,
      traceHash: cluster.traceHash,
      history: history.history(decided),
      eventLog: violation === undefined ? [] : this.log.lines(),
    }
  }

  private createCluster(): SimCluster {
    const { engine, machine, checks, logger } = this.options
    const { seed, replicas, quantum, network, disks, clocks, requestTimeout, snapshotEvery, storage } =
      this.scenario
    const ids = Array.from({ length: replicas }, (_, i) => i + 1)
    const byNode = <T>(items: readonly T[]): ReadonlyMap<NodeId, T> =>
      new Map(items.map((item, i) => [i + 1, item]))
    const settings = {
      engine,
      machine,
      seed,
      membership: majorityOf(ids),
      quantum,
      network,
      disks: byNode(disks),
      clocks: byNode(clocks),
      limits: { requestTimeout, snapshotEvery },
      storage,
      ...(checks !== undefined && { checks }),
      ...(logger !== undefined && { logger }),
    }
    return new SimCluster(settings, this.log)
  }

  private createClients(): SimClient[] {
    const { cluster, history, scenario } = this
    const { clients: count, operations, chaos, wandering } = scenario
    const host = {
      cluster,
      history,
      workload: this.workload,
      settings: { thinkTime: (chaos * count) / operations, wandering },
      nextSerial: () => (history.counts.calls < operations ? ++this.serial : undefined),
    }
    const draws = new Random(scenario.seed).split('workload')
    return Array.from(
      { length: count },
      (_, i) => new SimClient(i + 1, count, host, draws.split(`client ${i + 1}`)),
    )
  }

  private begin(): void {
    const { cluster, scenario } = this
    for (const id of cluster.nodes.keys()) {
      cluster.scheduler.after(this.random.between(0, 20), 'control', undefined, () => cluster.start(id))
    }
    for (const client of this.clients) client.start()
    this.nemesis.follow(scenario.plan)
    cluster.scheduler.after(scenario.chaos, 'control', undefined, () => this.mend())
  }

  private mend(): void {
    this.cluster.note(0, () => 'everything is mended')
    for (const client of this.clients) client.stop()
    this.nemesis.mendAll()
    this.recover('chaos', () => (this.scenario.finalPowerCut ? this.cutPower() : this.end()))
  }

  /** Only what is on disks comes back: everything decided must be among it. */
  private cutPower(): void {
    this.cluster.note(0, () => 'the whole cluster loses power once more')
    for (const id of this.cluster.nodes.keys()) this.cluster.crash(id)
    for (const id of this.cluster.nodes.keys()) this.cluster.start(id)
    this.recover('power cut', () => this.end())
  }

  private recover(after: 'chaos' | 'power cut', then: () => void): void {
    const { cluster, history, options, workload } = this
    const limit =
      recoveryTimeouts * options.engine.electionTimeout + 2 * this.scenario.requestTimeout + recoveryMargin
    const nextSerial = (): number => ++this.serial
    const random = this.random.split(`recovery ${cluster.scheduler.steps}`)
    const parts = { cluster, workload, history, random, after, limit, nextSerial }
    void new Recovery(parts, then)
  }

  private end(): void {
    this.cluster.note(0, () => 'the run ends well')
    this.isOver = true
  }

  private blameLiveness(message: string): void {
    this.cluster.books.blame({ invariant: 'liveness', message, node: undefined, context: {} })
  }
}
