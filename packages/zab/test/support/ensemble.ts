import {
  type Engine,
  type EngineDefinition,
  type EngineInit,
  type Input,
  type Instant,
  type NodeId,
  type Observation,
  type Output,
  type SnapshotMeta,
  type TraceEvent,
  usableSnapshot,
} from '@quorate/core'
import { EngineCluster, type EngineClusterOptions, monitorEngine } from '@quorate/sim'
import {
  type ZabMessage,
  type ZabOptions,
  type ZabState,
  checkDelta,
  validate,
  zab,
} from '../../src/index.ts'
import { Invariants } from './invariants.ts'

/** An engine that checks itself: after every turn its state, the step from the last one, and what all replicas say. */
class CheckedEngine implements Engine<ZabMessage> {
  private before: ZabState | undefined
  private readonly inner: Engine<ZabMessage>
  private readonly invariants: Invariants

  constructor(inner: Engine<ZabMessage>, invariants: Invariants) {
    this.inner = inner
    this.invariants = invariants
  }

  step(input: Input<ZabMessage>, at: Instant): void {
    this.inner.step(input, at)
  }

  take(): Output<ZabMessage> {
    const output = this.inner.take()
    const state = this.inner.capture() as ZabState
    validate(state)
    if (this.before !== undefined) checkDelta(this.before, state)
    this.invariants.record(output)
    this.before = state
    return output
  }

  observe(): Observation {
    return this.inner.observe()
  }

  capture(): ZabState {
    return this.inner.capture() as ZabState
  }
}

function checked(
  definition: EngineDefinition<ZabMessage>,
  invariants: Invariants,
): EngineDefinition<ZabMessage> {
  const monitored: EngineDefinition<ZabMessage> = monitorEngine(definition, invariants.blame)
  return {
    ...definition,
    create: (init: EngineInit) => new CheckedEngine(monitored.create(init), invariants),
  }
}

/** An `EngineCluster` of Zab engines under the invariants of the specifications. */
export class Ensemble extends EngineCluster<ZabMessage> {
  readonly invariants: Invariants
  /** Every snapshot that a node's store has seen: the harness keeps the newest only, a store keeps what it needs. */
  private readonly stores = new Map<NodeId, SnapshotMeta[]>()

  constructor(size: number, options: ZabOptions = {}, clusterOptions: EngineClusterOptions = {}) {
    const invariants = new Invariants(options.unsafe !== undefined)
    super(checked(zab(options), invariants), size, clusterOptions)
    this.invariants = invariants
  }

  state(id: NodeId): ZabState {
    return this.node(id).engine!.capture() as ZabState
  }

  override start(id: NodeId): void {
    // `start` is called by the base class's constructor, before this one's fields are there.
    const node = this.node(id)
    const metas = this.stores?.get(id)
    if (metas !== undefined) node.stored = usableSnapshot(node.durable.image(0), metas, 'history')
    super.start(id)
  }

  override crash(id: NodeId, keep = 0): void {
    const { stored } = this.node(id)
    if (stored !== undefined) this.keep(id, stored)
    super.crash(id, keep)
  }

  override buildSnapshot(id: NodeId): SnapshotMeta {
    const meta = super.buildSnapshot(id)
    this.keep(id, meta)
    return meta
  }

  private keep(id: NodeId, meta: SnapshotMeta): void {
    const metas = this.stores.get(id) ?? []
    metas.push(meta)
    metas.sort((a, b) => a.index - b.index)
    this.stores.set(id, metas)
  }

  restart(id: NodeId): void {
    this.crash(id)
    this.start(id)
  }

  /** Delivers message by message, and fires timers when there are none, until `condition` holds. */
  until(condition: () => boolean): void {
    for (let i = 0; i < 5000; i++) {
      if (condition()) return
      if (!this.deliver() && !this.fireNext()) break
    }
    throw new Error('what is waited for does not come')
  }

  /** Fires the next timer of these nodes, by default of all; false if none runs. */
  fireNext(among: readonly NodeId[] = [...this.nodes.keys()]): boolean {
    const timers = among.flatMap((id) => [...this.node(id).timers].map(([timer, at]) => ({ id, timer, at })))
    const next = timers.sort((a, b) => a.at - b.at)[0]
    if (next === undefined) return false
    this.time = Math.max(this.time, next.at)
    this.fire(next.id, next.timer)
    return true
  }

  /** Until a node is in that phase of its protocol. */
  untilPhase(id: NodeId, phase: string): void {
    this.until(() => this.observe(id).phase === phase)
  }

  /** Until a message of that type is under way. */
  untilSent(type: ZabMessage['type']): void {
    this.until(() => this.inFlight.some(({ message }) => message.type === type))
  }

  /** Delivers everything between these nodes, in order, leaving the rest under way. */
  settleAmong(...ids: NodeId[]): void {
    while (this.deliver(({ from, to }) => ids.includes(from) && ids.includes(to)));
  }

  /** Delivers the first message of that type, leaving the rest under way. */
  deliverType(type: ZabMessage['type'], to?: NodeId): boolean {
    return this.deliver((flight) => flight.message.type === type && (to === undefined || flight.to === to))
  }

  events(id: NodeId, name: string): TraceEvent[] {
    return this.node(id).events.filter((event) => event.name === name || event.name.startsWith(`${name}.`))
  }

  /** The commands that a node has applied since it started, as text. */
  applied(id: NodeId): string[] {
    return this.node(id).applied.map((entry) => String.fromCharCode(...entry.data))
  }

  /** The commands in a node's log, as text. */
  log(id: NodeId): string[] {
    return this.state(id).log.entries.map((entry) => String.fromCharCode(...entry.data))
  }
}
