import {
  type AnyEngineDefinition,
  type AnyMachineDefinition,
  type Logger,
  type Membership,
  type NodeId,
  QuorateError,
  majorityOf,
  membersOf,
} from '@quorate/core'
import { SimCluster } from '../cluster/sim-cluster.ts'
import type { PlannedFault } from '../faults/fault-action.ts'
import { Nemesis } from '../faults/nemesis.ts'
import type { EngineChecks } from '../invariants/engine-checks.ts'
import { MomentRandom } from '../random/moment-random.ts'
import { Random } from '../random/random.ts'
import { EventLog } from '../trace/event-log.ts'
import { Arrivals } from '../workload/arrivals.ts'
import { SimClient } from '../workload/client.ts'
import { HistoryRecorder } from '../workload/history-recorder.ts'
import { type PlannedCall, drawCalls } from '../workload/planned-call.ts'
import type { Workload, WorkloadRun } from '../workload/workload.ts'
import { checkScenario } from './check-scenario.ts'
import { chooseCore, quorumsOfAll } from './choose-core.ts'
import { type ExcuseName, findExcuse } from './excuses.ts'
import { leastRecovery } from './recovery-limit.ts'
import { Recovery, type RecoveryOptions } from './recovery.ts'
import type { RunReport } from './report.ts'
import { type Scenario, type ScenarioChoices, drawScenario } from './scenario.ts'

/** What to simulate. */
export interface SimulateOptions extends ScenarioChoices {
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  readonly workload: Workload
  /** The first one, of some of the replicas. @default majorities of all replicas */
  readonly membership?: Membership
  /** The engine's own checks. */
  readonly checks?: EngineChecks
  /** Excuses that the engine has in the liveness phase besides those of every engine. @default none */
  readonly excuses?: readonly ExcuseName[]
  /** Sees every event as a line of text, as it happens. It changes nothing in the run. */
  readonly onLine?: (line: string) => void
  /** What the replicas log. @default nothing */
  readonly logger?: Logger
  /** Do clients call at the scenario's mean rate whatever has been answered? @default false: each waits for its answer */
  readonly openLoop?: boolean
  /** How many of the last events a failing run shows. @default 200 */
  readonly eventLogSize?: number
}

/** No run needs as many events: beyond it something goes round in circles. */
const maxSteps = 5_000_000

/**
 * One run: chaos, in which clients work and things go wrong; then, in most runs, a core is healed and everything else
 * frozen, and the core must go on; then everything is mended and the cluster must recover; then, in some runs, all
 * replicas lose power once more and must come back with everything that was decided.
 */
export class Simulation {
  readonly scenario: Scenario
  readonly cluster: SimCluster
  private readonly options: SimulateOptions
  private readonly log: EventLog
  private readonly history = new HistoryRecorder()
  private readonly planned: PlannedCall[] = []
  private readonly workload: WorkloadRun
  private readonly nemesis: Nemesis
  private readonly clients: (SimClient | Arrivals)[]
  private readonly random: Random
  /** Beyond every serial of a client. */
  private serial: number
  private core: readonly NodeId[] | undefined
  private excuse: ExcuseName | undefined
  private isOver = false

  constructor(options: SimulateOptions) {
    this.options = options
    this.scenario = drawScenario(options)
    checkScenario(this.scenario)
    this.random = new Random(this.scenario.seed).split('run')
    this.serial = serialsOf(this.scenario)
    this.log = new EventLog(options.eventLogSize ?? 200, this.scenario.replicas, options.onLine)
    this.workload = options.workload.start(this.random.split('workload'))
    this.cluster = this.createCluster()
    const moments = new MomentRandom(this.scenario.seed, this.cluster.scheduler)
    this.nemesis = new Nemesis(this.cluster, moments.split('nemesis'))
    this.clients = this.createClients()
    this.begin()
  }

  /** The calls that clients were to make so far: given as a scenario's `calls`, they come again at the same times. */
  get calls(): readonly PlannedCall[] {
    return this.planned.toSorted((a, b) => a.at - b.at)
  }

  /** The faults that were carried out so far, each with its time and target: given as a scenario's `plan`, they come again. */
  get faults(): readonly PlannedFault[] {
    return this.nemesis.done
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
      skipped: this.nemesis.skipped,
      ...(this.core !== undefined && { core: this.core }),
      excuses: this.excuse === undefined ? {} : { [this.excuse]: 1 },
      marks: cluster.coverage.marks,
      traceHash: cluster.traceHash,
      history: history.history(decided),
      eventLog: violation === undefined ? [] : this.log.lines(),
    }
  }

  private createCluster(): SimCluster {
    const { engine, machine, checks, logger } = this.options
    const { seed, replicas, quantum, network, disks, clocks, requestTimeout, snapshotEvery, storage, atlas } =
      this.scenario
    const ids = Array.from({ length: replicas }, (_, i) => i + 1)
    const membership = this.options.membership ?? majorityOf(ids)
    const members = membersOf(membership)
    if (!members.every((member) => ids.includes(member))) {
      throw new QuorateError(
        'USAGE',
        `membership: its members, ${members.join()}, are not all replicas of the run, 1 to ${replicas}`,
      )
    }
    const byNode = <T>(items: readonly T[]): ReadonlyMap<NodeId, T> =>
      new Map(items.map((item, i) => [i + 1, item]))
    const settings = {
      engine,
      machine,
      seed,
      membership,
      spares: ids.filter((id) => !members.includes(id)),
      quantum,
      network,
      disks: byNode(disks),
      clocks: byNode(clocks),
      limits: { requestTimeout, snapshotEvery },
      storage,
      atlas,
      ...(checks !== undefined && { checks }),
      ...(logger !== undefined && { logger }),
    }
    return new SimCluster(settings, this.log)
  }

  private createClients(): (SimClient | Arrivals)[] {
    const { cluster, history, scenario } = this
    const { clients: count, operations, chaos, wandering, calls } = scenario
    const host = {
      cluster,
      history,
      workload: this.workload,
      settings: { wandering },
      planned: (call: PlannedCall) => void this.planned.push(call),
    }
    const frame = {
      clients: count,
      operations,
      thinkTime: scenario.thinkTime ?? (chaos * count) / operations,
    }
    const draws = new Random(scenario.seed).split('workload')
    if (this.options.openLoop === true) {
      const all = { clients: 1, operations, thinkTime: frame.thinkTime / count }
      return [new Arrivals(host, calls?.values() ?? drawCalls(1, all, draws.split('pauses')), draws)]
    }
    return Array.from({ length: count }, (_, i) => {
      const client = i + 1
      const own = calls?.filter((call) => call.client === client)
      const planned = own?.values() ?? drawCalls(client, frame, draws.split('pauses'))
      return new SimClient(client, count, host, draws.split('calls'), planned)
    })
  }

  private begin(): void {
    const { cluster, scenario } = this
    for (const id of cluster.nodes.keys()) {
      cluster.scheduler.after(this.random.between(0, 20), 'control', undefined, () => cluster.start(id))
    }
    for (const client of this.clients) client.start()
    this.nemesis.follow(scenario.plan)
    cluster.scheduler.after(scenario.chaos, 'control', undefined, () => this.endChaos())
  }

  private endChaos(): void {
    for (const client of this.clients) client.stop()
    const { core: order, coreExtra, livenessPhase, outsiders } = this.scenario
    const { atlas, deciders } = this.cluster
    const quorums = quorumsOfAll(deciders.decidedOnes)
    const core = livenessPhase ? chooseCore(atlas.good, quorums, order, coreExtra) : undefined
    if (core === undefined) return this.mend()
    this.core = core
    this.cluster.note(0, () => `the core ${core.join(', ')} is healed, everything else is frozen`)
    this.nemesis.freeze(core, outsiders === 'uniform')
    const excused = (): boolean => {
      this.excuse = findExcuse(this.cluster, core, this.options.excuses ?? [])
      return this.excuse !== undefined
    }
    // Who is no member any more, or not yet, follows nobody.
    const replicas = (): NodeId[] => membersOf(this.cluster.membership).filter((id) => core.includes(id))
    this.recover({ after: 'freeze', replicas, excused }, () => this.mend())
  }

  private mend(): void {
    this.cluster.note(0, () => 'everything is mended')
    this.nemesis.mendAll()
    this.recoverAll('mending', () => (this.scenario.finalPowerCut ? this.cutPower() : this.end()))
  }

  /** Only what is on disks comes back: everything decided must be among it. */
  private cutPower(): void {
    this.cluster.note(0, () => 'the whole cluster loses power once more')
    for (const id of this.cluster.nodes.keys()) this.cluster.crash(id)
    for (const id of this.cluster.nodes.keys()) this.cluster.start(id)
    this.recoverAll('power cut', () => this.end())
  }

  /** All members must be of use again that are not lost for good. */
  private recoverAll(after: 'mending' | 'power cut', then: () => void): void {
    const { cluster } = this
    const replicas = (): NodeId[] => membersOf(cluster.membership).filter((id) => !cluster.atlas.isLost(id))
    this.recover({ after, replicas }, then)
  }

  private recover(about: Pick<RecoveryOptions, 'after' | 'replicas' | 'excused'>, then: () => void): void {
    const { cluster, history, options, workload } = this
    const { recoveryLimit, requestTimeout, network } = this.scenario
    const least = leastRecovery(options.engine.electionTimeout, requestTimeout, network.keepalive)
    const limit = Math.max(recoveryLimit, least)
    const nextSerial = (): number => ++this.serial
    const random = this.random.split(`recovery ${cluster.scheduler.steps}`)
    void new Recovery({ cluster, workload, history, random, limit, nextSerial, ...about }, then)
  }

  private end(): void {
    this.cluster.note(0, () => 'the run ends well')
    this.isOver = true
  }

  private blameLiveness(message: string): void {
    this.cluster.books.blame({ invariant: 'liveness', message, node: undefined, context: {} })
  }
}

/** The highest serial that a client's call may have. */
function serialsOf({ operations, calls }: Scenario): number {
  return (calls ?? []).reduce((highest, { serial }) => Math.max(highest, serial), operations)
}
