import { type MessageCodec, messageCodec } from '@quorate/codec'
import {
  type Disk,
  type Environment,
  type Entry,
  type LogImage,
  type LogIndex,
  type Membership,
  type Message,
  type NodeId,
  type Observation,
  QuorateError,
  type Transport,
  assert,
  membersOf,
} from '@quorate/core'
import { Coverage } from '../coverage/coverage.ts'
import { calmDisk } from '../disk/disk-conditions.ts'
import { SimDisk } from '../disk/sim-disk.ts'
import { Atlas, type Loss } from '../faults/atlas.ts'
import { Deciders } from '../faults/deciders.ts'
import { Tally } from '../faults/fault-kind.ts'
import { Books } from '../invariants/books.ts'
import { DecidedMembership } from '../invariants/decided-membership.ts'
import { StoredLog } from '../invariants/stored-log.ts'
import { SimNetwork } from '../network/sim-network.ts'
import { MomentRandom } from '../random/moment-random.ts'
import type { Random } from '../random/random.ts'
import { Scheduler } from '../time/scheduler.ts'
import { SimClock } from '../time/sim-clock.ts'
import { SimEnvironment } from '../time/sim-environment.ts'
import type { EventKind, EventOwner } from '../time/sim-event.ts'
import { FrameReader } from '../trace/describe-frame.ts'
import type { Describe, EventLog } from '../trace/event-log.ts'
import { TraceHash } from '../trace/trace-hash.ts'
import type { CallOutcome } from './call.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import { EntryPool } from './entry-pool.ts'
import { ProcessInspector } from './process-inspector.ts'
import type { SimNode } from './sim-node.ts'
import { type ProcessHost, SimProcess } from './sim-process.ts'

/** Milliseconds within which a process that stood still has caught up with what it missed. */
const wakeUp = 2

/**
 * A cluster in virtual time: replicas with their machines, links and clocks. Nothing happens by itself: every
 * {@link SimCluster.step} is one event, after which every invariant is checked.
 */
export class SimCluster implements ProcessHost {
  readonly settings: ClusterSettings
  readonly scheduler: Scheduler
  readonly network: SimNetwork
  readonly nodes: ReadonlyMap<NodeId, SimNode>
  readonly books: Books
  readonly tally: Tally = new Tally()
  /** Whose data is good. */
  readonly atlas: Atlas
  /** Which memberships need a quorum. */
  readonly deciders: Deciders
  readonly coverage: Coverage = new Coverage()
  readonly entries: EntryPool = new EntryPool()
  readonly codec: MessageCodec<Message>
  /** Snapshots that replicas took from others. */
  installs = 0
  /** A sync began, and will take so many milliseconds. */
  onSync: (node: NodeId, duration: number) => void = () => {}
  /** A replica became an established leader. */
  onElected: (node: NodeId) => void = () => {}
  /** A replica stopped because its disk failed, and its process is gone. */
  onBroken: (node: NodeId) => void = () => {}
  private readonly decidedMembership: DecidedMembership
  private readonly resuming: Random
  private readonly log: EventLog
  private readonly trace = new TraceHash()
  private readonly inspector: ProcessInspector
  private readonly touchedProcesses: SimProcess[] = []

  constructor(settings: ClusterSettings, log: EventLog) {
    this.settings = settings
    this.log = log
    this.scheduler = new Scheduler(settings.quantum)
    const { machine, engine, checks } = settings
    this.codec = messageCodec(engine.shapes, this.entries.read)
    this.books = new Books(machine.create().digest(), engine, checks)
    this.inspector = new ProcessInspector(this.books, settings.checks, (process, isNewRole) =>
      this.changed(process, isNewRole),
    )
    const random = new MomentRandom(settings.seed, this.scheduler)
    this.decidedMembership = new DecidedMembership(settings.membership, () => this.books.decided.lastIndex)
    const ids = [...membersOf(settings.membership), ...(settings.spares ?? [])]
    this.nodes = new Map(ids.map((id) => [id, this.createNode(id, random)]))
    const dataOf = (id: NodeId): SimDisk => this.node(id).disk
    this.deciders = new Deciders(settings.membership, (id, index) => this.holds(id, index))
    this.atlas = new Atlas(() => this.deciders.all, dataOf, settings.atlas ?? true)
    this.network = this.createNetwork(ids, random.split('network'))
    this.resuming = random.split('resume')
  }

  node(id: NodeId): SimNode {
    const node = this.nodes.get(id)
    assert(node !== undefined, 'the cluster has this node', { id })
    return node
  }

  /** Lets the next event happen; false if there is none, or an invariant is broken. */
  step(): boolean {
    const event = this.scheduler.next()
    if (event === undefined) return false
    this.trace.event(event)
    this.happen(event.run, event.owner)
    for (
      let process = this.touchedProcesses.pop();
      process !== undefined;
      process = this.touchedProcesses.pop()
    ) {
      this.inspector.look(process)
    }
    return this.books.violation === undefined
  }

  /** Equal for equal runs. */
  get traceHash(): string {
    return this.trace.digest()
  }

  /** The established leader of the highest epoch, and of several the one of the highest id, as ballots go; if one runs. */
  get leader(): NodeId | undefined {
    let leader: SimProcess | undefined
    for (const { process } of this.nodes.values()) {
      if (process?.isRunning !== true || process.view?.established !== true) continue
      if (leader === undefined || process.view.epoch >= leader.view!.epoch) leader = process
    }
    return leader?.node
  }

  /** In force for the next entry to be decided, with what is pending. */
  get membership(): Membership {
    return this.decidedMembership.now
  }

  /** Asks a replica for another membership; false if it does not run, or too few of them have their data. */
  reconfigure(id: NodeId, membership: Membership, ended: (outcome: CallOutcome) => void): boolean {
    const { process } = this.node(id)
    if (process?.isRunning !== true || !this.atlas.isAble(membership)) return false
    this.deciders.asked(membership)
    process.reconfigure(membership, (outcome) => {
      if (outcome.type !== 'unknown') this.deciders.answered(membership)
      ended(outcome)
    })
    return true
  }

  /** Asks a replica to hand leadership over; false if it does not run. */
  transfer(id: NodeId, to: NodeId, ended: (outcome: CallOutcome) => void): boolean {
    const { process } = this.node(id)
    if (process?.isRunning !== true) return false
    process.transfer(to, ended)
    return true
  }

  /** Starts a node's process, if it is down and not lost for good. */
  start(id: NodeId): void {
    const node = this.node(id)
    if (node.process !== undefined || this.atlas.isLost(id)) return
    this.note(id, () => 'starts')
    node.process = new SimProcess(id, this)
    node.process.boot()
  }

  /** The machine loses power, and what its disk had not made durable; false if no process ran on it. */
  crash(id: NodeId): boolean {
    const node = this.node(id)
    const ran = this.end(node)
    const { lost, torn } = node.disk.crash()
    this.tally.add('lost-write', lost)
    this.tally.add('torn-write', torn)
    this.note(id, () => `loses power (writes lost: ${lost}, torn: ${torn})`)
    return ran
  }

  /** The process ends, the machine stays; false if it is down already. */
  kill(id: NodeId): boolean {
    const node = this.node(id)
    if (!this.end(node)) return false
    node.disk.kill()
    this.note(id, () => 'is killed')
    return true
  }

  /** The process stands still; false if it is down or does so already. */
  pause(id: NodeId): boolean {
    const { process } = this.node(id)
    if (process === undefined || process.deferred !== undefined) return false
    process.deferred = []
    this.note(id, () => 'stands still')
    return true
  }

  resume(id: NodeId): void {
    const { process } = this.node(id)
    if (process?.deferred === undefined) return
    this.note(id, () => 'goes on')
    // Frames and the ends of their sessions come in one order; everything else in any.
    const frames = this.resuming.between(0, wakeUp)
    const delays = new Map<EventKind, number>([
      ['frame', frames],
      ['link', frames],
    ])
    for (const kind of ['turn', 'timer', 'disk', 'client'] as const)
      delays.set(kind, this.resuming.between(0, wakeUp))
    this.scheduler.resume(process, (kind) => delays.get(kind) ?? 0)
  }

  environment(process: SimProcess): Environment {
    const { clock, random } = this.node(process.node)
    return new SimEnvironment(this.scheduler, process, clock, random)
  }

  disk(process: SimProcess): Disk {
    return this.node(process.node).disk.mount(process)
  }

  transport(process: SimProcess): Transport {
    return this.network.transport(process)
  }

  touched(process: SimProcess): void {
    this.touchedProcesses.push(process)
  }

  decided(entry: Entry): void {
    this.decidedMembership.decided(entry)
    this.deciders.decided(entry)
  }

  noteOf<A, B>(node: NodeId, describe: Describe<A, B>, a: A, b: B): void {
    this.log.noteOf(this.scheduler.now, node, describe, a, b)
  }

  arrives(process: SimProcess, run: () => void): void {
    if (process.deferred === undefined) this.happen(run, process)
    else this.scheduler.after(0, 'client', process, run)
  }

  hash(word: number): void {
    this.trace.word(word)
  }

  note(node: NodeId, describe: () => string): void {
    this.log.note(this.scheduler.now, node, describe)
  }

  opened({ node: id }: SimProcess, image: LogImage): boolean {
    const { disk, storedLog } = this.node(id)
    const verdict = storedLog.opened(image)
    if (verdict === 'intact') {
      disk.mayHaveForgotten = false
      return true
    }
    if (verdict === 'wrong' || !disk.mayHaveForgotten) {
      this.books.blame({
        invariant: 'damage-detected',
        message: `replica ${id}'s log opens without a word, and does not hold what was durable`,
        node: id,
        context: { incarnation: image.incarnation, base: image.base, entries: image.entries.length },
      })
      return false
    }
    if (!this.atlas.keepsOut) return true
    this.lose(id, 'amnesia')
    return false
  }

  failed(process: SimProcess, error: Error, phase: 'starting' | 'running'): void {
    const { node } = process
    const { disk } = this.node(node)
    this.note(node, () => `stops itself: ${error.message}`)
    const isRefusal = error instanceof QuorateError && error.code === 'CORRUPT_LOG' && disk.isHarmed
    // A disk that has failed is a reason to stop, and no excuse for what cannot be.
    const isBug = !(error instanceof QuorateError)
    if (!isBug && (disk.hasFailed || (isRefusal && phase === 'running'))) {
      this.scheduler.after(0, 'fault', process, () => {
        if (this.kill(node)) this.onBroken(node)
      })
      return
    }
    if (isRefusal) return this.lose(node, 'refused')
    const invariant = phase === 'starting' ? 'recovery' : 'assertion'
    this.books.blame({ invariant, message: error.message, node, context: { stack: error.stack } })
  }

  /** Has the replica, as far as it runs, on a good disk what is decided up to there, and that it is? */
  private holds(id: NodeId, index: LogIndex): boolean {
    return this.atlas.isGood(id) && (this.node(id).process?.view?.durableIndex ?? 0) >= index
  }

  /** The replica is out for the rest of the run. Its operator would replace it by one with a new id. */
  private lose(id: NodeId, loss: Loss): void {
    this.atlas.lose(id, loss)
    this.tally.add(loss)
    this.note(id, () => `is out for good: ${loss}`)
    this.scheduler.after(0, 'fault', undefined, () => this.kill(id))
  }

  /** What a process lets escape would end it in production; what else throws is the simulation's own mistake. */
  private happen(run: () => void, owner: EventOwner | undefined): void {
    try {
      run()
    } catch (error) {
      if (owner === undefined || !(error instanceof Error)) throw error
      const { message, stack } = error
      this.books.blame({ invariant: 'assertion', message, node: owner.node, context: { stack } })
    }
  }

  private end(node: SimNode): boolean {
    const { process } = node
    if (process === undefined) return false
    node.process = undefined
    process.die()
    this.network.detach(node.id)
    return true
  }

  private changed({ node, view }: SimProcess, isNewRole: boolean): void {
    if (view === undefined) return
    this.hash(view.epoch * 0x10000 + view.commitIndex)
    this.noteOf(node, describeView, view, undefined)
    if (view.established && isNewRole) this.onElected(node)
  }

  private createNode(id: NodeId, random: Random): SimNode {
    const { settings, scheduler } = this
    const { skew, rate } = settings.clocks?.get(id) ?? { skew: 0, rate: 1 }
    const disk = new SimDisk({
      scheduler,
      random: random.split(`disk ${id}`),
      conditions: settings.disks?.get(id) ?? calmDisk,
      watcher: {
        syncing: (duration) => this.onSync(id, duration),
        happened: (misdeed) => {
          this.tally.add(misdeed)
          this.note(id, () => `its disk: ${misdeed}`)
        },
      },
    })
    const clock = new SimClock(scheduler, skew, rate)
    const storedLog = new StoredLog(() => disk.isAtRisk)
    return { id, disk, clock, storedLog, random: random.split(`timers ${id}`), process: undefined }
  }

  private createNetwork(nodes: readonly NodeId[], random: Random): SimNetwork {
    const { engine, network: conditions } = this.settings
    const frames = new FrameReader(engine.shapes)
    const describeFrame = (from: NodeId, bytes: Uint8Array): string => `← ${from}: ${frames.describe(bytes)}`
    return new SimNetwork({
      scheduler: this.scheduler,
      random,
      nodes,
      mode: engine.links,
      conditions,
      watcher: {
        delivered: (from, to, bytes) => this.noteOf(to, describeFrame, from, bytes),
        disturbed: (kind) => this.tally.add(kind),
        session: (change, node, peer) => this.note(node, () => `link to ${peer} is ${change}`),
      },
    })
  }
}

function describeView({
  role,
  phase,
  epoch,
  established,
  commitIndex,
  lastIndex,
  leader,
}: Observation): string {
  const led = established ? 'leads' : `${role}/${phase} of ${leader ?? 'nobody'}`
  return `${led}, epoch ${epoch}, committed ${commitIndex} of ${lastIndex}`
}
