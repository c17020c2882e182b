import type { MessageCodec } from '@quorate/codec'
import type {
  Disk,
  Engine,
  EngineInit,
  Entry,
  Environment,
  Input,
  LogImage,
  LogIndex,
  Membership,
  Message,
  NodeId,
  Observation,
  Output,
  StorageOperation,
  TraceEvent,
  Transport,
} from '@quorate/core'
import { Replica } from '@quorate/replica'
import type { Coverage } from '../coverage/coverage.ts'
import type { Books } from '../invariants/books.ts'
import { ReplicaWatch } from '../invariants/replica-watch.ts'
import type { RequestRecord } from '../invariants/request-ledger.ts'
import type { Describe } from '../trace/event-log.ts'
import type { EventOwner, SimEvent } from '../time/sim-event.ts'
import type { WorkloadOperation } from '../workload/workload.ts'
import { Call, type CallOutcome } from './call.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import type { EntryPool } from './entry-pool.ts'
import { type EngineWatcher, probeEngine } from './engine-probe.ts'
import { LogStoreProbe } from './log-store-probe.ts'
import { type MachineWatcher, probeMachine } from './machine-probe.ts'
import { type OpenStores, openStores } from './open-stores.ts'
import type { SimNode } from './sim-node.ts'
import type { Inspection } from './process-inspector.ts'

/** What a process has from its machine and the cluster around it. */
export interface ProcessHost {
  readonly settings: ClusterSettings
  readonly books: Books
  readonly coverage: Coverage
  /** Entries that all processes share. */
  readonly entries: EntryPool
  /** Reads them from frames. */
  readonly codec: MessageCodec<Message>
  /** Snapshots that replicas took from others. */
  installs: number
  environment(process: SimProcess): Environment
  node(id: NodeId): SimNode
  disk(process: SimProcess): Disk
  transport(process: SimProcess): Transport
  /** Something changed in its engine: look at it after this step. */
  touched(process: SimProcess): void
  /** It is the first to apply an entry. */
  decided(entry: Entry): void
  /** A client's request reaches the process. */
  arrives(process: SimProcess, run: () => void): void
  /** A number that goes into the trace hash. */
  hash(word: number): void
  note(node: NodeId, describe: () => string): void
  /** The same, of `a` and `b`, which must not change. */
  noteOf<A, B>(node: NodeId, describe: Describe<A, B>, a: A, b: B): void
  /** Its log store is open and holds `image`. False: it may not go on. */
  opened(process: SimProcess, image: LogImage): boolean
  /** It could not start, or stopped itself. */
  failed(process: SimProcess, error: Error, phase: 'starting' | 'running'): void
}

/**
 * One life of a replica: from a start to a crash. It runs the real replica over virtual stores, links and clocks, and
 * enters what the replica does in the books.
 */
export class SimProcess implements EventOwner, EngineWatcher, MachineWatcher {
  readonly node: NodeId
  alive = true
  deferred: SimEvent[] | undefined
  replica: Replica | undefined
  /** The engine itself. */
  engine: Engine | undefined
  /** What the engine looked like when it was last looked at. */
  view: Observation | undefined
  isTouched = false
  /** Has the engine's output been taken since its last input? Its state may be captured then. */
  isSettled = false
  readonly inspection: Inspection = { looks: 0, isDue: false, state: undefined }
  readonly watch: ReplicaWatch
  private readonly host: ProcessHost
  private readonly calls = new Set<Call>()
  /** The request that a client is just making. */
  private making: Call | undefined
  /** Where the snapshot being restored stands; undefined while the replica is made, which knows it itself. */
  private restoringTo: LogIndex | undefined
  private startDigest: number | undefined

  constructor(node: NodeId, host: ProcessHost) {
    this.node = node
    this.host = host
    this.watch = new ReplicaWatch(node, host.books.blame)
  }

  get isRunning(): boolean {
    return this.alive && this.replica !== undefined
  }

  /** Opens the stores; when they are open, starts the replica. */
  boot(): void {
    const environment = this.host.environment(this)
    const later = (run: () => void): void => environment.endOfTurn(run)
    openStores(this.host.disk(this), this.node, this.host.settings, later, (stores, error) => {
      if (!this.alive) return
      if (stores === undefined) return this.host.failed(this, error ?? new Error('no store'), 'starting')
      if (!this.host.opened(this, stores.logStore.image)) return
      try {
        this.run(stores, environment)
      } catch (problem) {
        this.host.failed(this, problem as Error, 'starting')
      }
    })
  }

  /**
   * A client asks this replica, which must be running. The request waits while the process stands still. `shown`: the
   * highest index that this life of the replica has shown to the client.
   */
  call(operation: WorkloadOperation, shown: LogIndex, ended: (outcome: CallOutcome) => void): RequestRecord {
    const { ledger } = this.host.books
    const { kind, mode } = operation
    const record =
      mode === 'sequential' ? ledger.beginSequential(this.node, shown) : ledger.begin(this.node, kind)
    const call = new Call(record, ledger, ended, this.calls)
    this.calls.add(call)
    this.host.arrives(this, () => this.submit(operation, call))
    return record
  }

  /** Somebody asks this replica, which must be running, for another membership. */
  reconfigure(membership: Membership, ended: (outcome: CallOutcome) => void): void {
    this.change(ended, (call) => this.replica!.reconfigure(membership, call))
  }

  /** Somebody asks this replica, which must be running, to hand leadership over. */
  transfer(to: NodeId, ended: (outcome: CallOutcome) => void): void {
    this.change(ended, (call) => this.replica!.transfer(to, call))
  }

  private change(ended: (outcome: CallOutcome) => void, ask: (call: Call) => void): void {
    const { ledger } = this.host.books
    const call = new Call(ledger.begin(this.node, 'change'), ledger, ended, this.calls)
    this.calls.add(call)
    this.host.arrives(this, () => {
      this.making = call
      ask(call)
      this.making = undefined
    })
  }

  /** Ends this life: nothing more happens to it, and its clients learn nothing more from it. */
  die(): void {
    this.alive = false
    this.deferred = undefined
    this.host.books.ledger.lost(this.node)
    for (const call of this.calls) call.lost()
    this.calls.clear()
  }

  created(engine: Engine, init: EngineInit): void {
    this.engine = engine
    for (const monitor of this.host.books.monitors) monitor.created(init, engine)
    this.touch()
  }

  given(input: Input): void {
    this.touch()
    this.host.coverage.given(input)
    for (const monitor of this.host.books.monitors) monitor.given(this.node, input, this.engine!)
    // It is told what was applied while its output is carried out, and has nothing to say to that.
    if (input.type !== 'applied') this.isSettled = false
    if (input.type === 'timeout') {
      this.host.noteOf(this.node, describeTimeout, input.timer, undefined)
    } else if (this.making !== undefined && 'request' in input) {
      const data = input.type === 'propose' ? input.data : undefined
      this.host.books.ledger.submitted(this.making.record, input.request, data)
    }
  }

  taken(output: Output): void {
    this.touch()
    this.host.coverage.taken(output)
    for (const monitor of this.host.books.monitors) monitor.taken(this.node, output, this.engine!)
    const { persist, snapshots, apply } = output
    this.isSettled = true
    if (persist !== undefined) this.share(persist.operations)
    for (const order of snapshots) {
      if (order.type !== 'install') continue
      this.restoringTo = order.meta.index
      this.host.installs += 1
      this.watch.restored(order.meta.index)
    }
    if (apply.length > 0) this.enter(apply)
  }

  applied(index: LogIndex, digest: number): void {
    this.host.hash(digest)
    this.host.books.digests.reached(this.node, index, digest)
  }

  restored(digest: number): void {
    if (this.restoringTo === undefined) this.startDigest = digest
    else this.host.books.digests.restored(this.node, this.restoringTo, digest)
  }

  private run({ logStore, snapshotStore }: OpenStores, environment: Environment): void {
    const { settings } = this.host
    const replica = new Replica({
      self: this.node,
      membership: settings.membership,
      engine: probeEngine(settings.engine, this),
      machine: probeMachine(settings.machine, this),
      logStore: new LogStoreProbe(logStore, this.host.node(this.node).storedLog),
      snapshotStore,
      transport: this.host.transport(this),
      environment,
      codec: this.host.codec,
      ...(settings.limits !== undefined && { limits: settings.limits }),
      ...(settings.logger !== undefined && { logger: settings.logger }),
      onTrace: (event) => this.host.noteOf(this.node, describeTrace, event, undefined),
      onFatal: (error) => this.host.failed(this, error, 'running'),
    })
    this.replica = replica
    const { appliedIndex } = replica.observe()
    if (this.startDigest !== undefined) {
      this.watch.restored(appliedIndex)
      this.host.books.digests.restored(this.node, appliedIndex, this.startDigest)
    }
    this.restoringTo = appliedIndex
    const { incarnation } = logStore.image
    this.host.note(this.node, () => `runs, incarnation ${incarnation}, from index ${appliedIndex}`)
    replica.start()
  }

  private submit(operation: WorkloadOperation, call: Call): void {
    this.making = call
    if (operation.kind === 'read') this.replica!.read(operation.value, operation.mode ?? 'linearizable', call)
    else this.replica!.propose(this.host.settings.machine.codecs.command.encode(operation.value), call)
    this.making = undefined
  }

  /** What it logs, others will have from it: as the same objects. */
  private share(operations: readonly StorageOperation[]): void {
    const { entries } = this.host
    for (const operation of operations) {
      if (operation.type !== 'append' && operation.type !== 'accept') continue
      for (const entry of operation.entries) entries.add(entry)
    }
  }

  /** The engine handed these out to be applied. */
  private enter(apply: Output['apply']): void {
    const { decided, digests, ledger, leadership } = this.host.books
    const epoch = leadership.decidingEpoch(this.engine!.observe().epoch)
    for (const entry of apply) {
      this.watch.applies(entry)
      if (entry.kind === 'blank') digests.leaveOut(this.node)
      const { request, index, data } = entry
      const isFirst = decided.applied(this.node, epoch, entry)
      if (isFirst) this.host.decided(entry)
      if (isFirst && request) ledger.decidedAt(request, index, data)
    }
  }

  private touch(): void {
    if (this.isTouched) return
    this.isTouched = true
    this.host.touched(this)
  }
}

function describeTimeout(timer: string): string {
  return `timeout ${timer}`
}

function describeTrace({ name, detail }: TraceEvent): string {
  return `${name} ${JSON.stringify(detail)}`
}
