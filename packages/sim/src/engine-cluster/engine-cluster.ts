import {
  assert,
  type Configuration,
  type EngineDefinition,
  type Instant,
  type Membership,
  type Message,
  type NodeId,
  type Observation,
  type ReadMode,
  type SnapshotMeta,
  majorityOf,
  membersOf,
} from '@quorate/core'
import type { ClusterEvent, LossCause } from './cluster-event.ts'
import { type DrawDelay, EngineNode, type Outlet } from './engine-node.ts'
import type { InFlight } from './in-flight.ts'
import { NodeClock } from './node-clock.ts'

/** Options of an {@link EngineCluster}. */
export interface EngineClusterOptions<M extends Message = Message> {
  readonly membership?: Membership
  /** Nodes besides its members, who run and may become members. Default: none. */
  readonly spares?: readonly NodeId[]
  /** Complete writes at once? Default: true. `EngineNode.autoPersist` changes it for one node. */
  readonly autoPersist?: boolean
  /** Is told everything that happens, while it happens. */
  readonly onEvent?: (event: ClusterEvent<M>) => void
  /** Default: the middle of the range, plus a millisecond for each node id. */
  readonly drawDelay?: DrawDelay
}

const rightClock = new NodeClock()

/**
 * Engines alone, without replicas, stores or transports, moved by hand: every delivery, timeout, write and crash is a
 * call. For unit tests of engines and for golden transcripts.
 */
export class EngineCluster<M extends Message> implements Outlet<M> {
  readonly nodes: ReadonlyMap<NodeId, EngineNode<M>>
  /** Do links keep order, and lose only by breaking? */
  readonly keepsOrder: boolean
  /** Messages under way, in the order in which they were sent. */
  inFlight: InFlight<M>[] = []
  /** Looks at every message sent; false loses it. */
  filter: (flight: InFlight<M>) => boolean = () => true
  /** Milliseconds since the start. */
  time = 0
  private readonly down = new Set<string>()
  private readonly blocked = new Set<string>()
  private readonly onEvent: ((event: ClusterEvent<M>) => void) | undefined
  private sequence = 0

  constructor(definition: EngineDefinition<M>, size: number, options: EngineClusterOptions<M> = {}) {
    this.keepsOrder = definition.links === 'fifo'
    this.onEvent = options.onEvent
    const ids = Array.from({ length: size }, (_, i) => i + 1)
    const membership = options.membership ?? majorityOf(ids)
    const draw: DrawDelay =
      options.drawDelay ?? ((node, min, max) => (min === max ? min : (min + max) / 2 + node))
    const node = (id: NodeId): [NodeId, EngineNode<M>] => [
      id,
      new EngineNode(id, definition, membership, this, draw),
    ]
    this.nodes = new Map([...membersOf(membership), ...(options.spares ?? [])].map(node))
    for (const node of this.nodes.values()) node.autoPersist = options.autoPersist ?? true
    for (const id of this.nodes.keys()) this.start(id)
  }

  node(id: NodeId): EngineNode<M> {
    const node = this.nodes.get(id)
    assert(node !== undefined, 'the cluster has this node', { id })
    return node
  }

  observe(id: NodeId): Observation {
    const { engine } = this.node(id)
    assert(engine !== undefined, 'the node is running', { id })
    return engine.observe()
  }

  /** What the clocks of a node say; without one, what all clocks say that have always been right. */
  now(id?: NodeId): Instant {
    return (id === undefined ? rightClock : this.node(id).clock).at(this.time)
  }

  /** Lets the clocks of `id` go at another rate: so many of their milliseconds in one of the cluster. */
  setClockRate(id: NodeId, rate: number): void {
    const { clock, timers } = this.node(id)
    const slower = clock.rate / rate
    for (const [timer, at] of timers) timers.set(timer, this.time + (at - this.time) * slower)
    clock.setRate(rate, this.time)
    this.happened({ type: 'clock', node: id, rate })
  }

  dueAfter(id: NodeId, milliseconds: number): number {
    return this.time + this.node(id).clock.spanOf(milliseconds)
  }

  /** Starts or restarts a node; its links come up. */
  start(id: NodeId): void {
    this.node(id).start(this.now(id))
    for (const peer of this.nodes.keys()) if (peer !== id && this.node(peer).running) this.linkUp(id, peer)
  }

  /** The `keep` oldest of its writes under way had reached the disk. */
  crash(id: NodeId, keep = 0): void {
    this.node(id).crash(keep)
    for (const peer of this.nodes.keys()) if (peer !== id) this.linkDown(id, peer)
  }

  /** Breaks the link both ways: what is under way is lost and both ends are told. */
  cut(a: NodeId, b: NodeId): void {
    this.down.add(linkName(a, b))
    this.linkDown(a, b)
  }

  heal(a: NodeId, b: NodeId): void {
    if (this.down.delete(linkName(a, b))) this.linkUp(a, b)
  }

  isCut(a: NodeId, b: NodeId): boolean {
    return this.down.has(linkName(a, b))
  }

  /** Nothing passes from `from` to `to` any more, and nobody is told. */
  block(from: NodeId, to: NodeId): void {
    this.blocked.add(pathName(from, to))
    if (!this.keepsOrder) this.lose((flight) => flight.from === from && flight.to === to, 'link')
  }

  unblock(from: NodeId, to: NodeId): void {
    this.blocked.delete(pathName(from, to))
  }

  isBlocked(from: NodeId, to: NodeId): boolean {
    return this.blocked.has(pathName(from, to))
  }

  isolate(id: NodeId): void {
    for (const peer of this.nodes.keys()) if (peer !== id) this.cut(id, peer)
  }

  rejoin(id: NodeId): void {
    for (const peer of this.nodes.keys()) if (peer !== id) this.heal(id, peer)
  }

  /** Proposes at `id`; gives the request's sequence. */
  propose(id: NodeId, data: Uint8Array | string = 'x'): number {
    const sequence = ++this.sequence
    const bytes = typeof data === 'string' ? Uint8Array.from(data, (c) => c.charCodeAt(0)) : data
    this.happened({ type: 'proposed', node: id, sequence, data: bytes })
    this.node(id).step({ type: 'propose', request: { replica: id, sequence }, data: bytes }, this.now(id))
    return sequence
  }

  read(id: NodeId, mode: ReadMode = 'linearizable'): number {
    const sequence = ++this.sequence
    this.happened({ type: 'read', node: id, sequence, mode })
    this.node(id).step({ type: 'read', request: { replica: id, sequence }, mode }, this.now(id))
    return sequence
  }

  /** Asks `id` for another membership; gives the request's sequence. */
  reconfigure(id: NodeId, membership: Configuration): number {
    const sequence = ++this.sequence
    this.happened({ type: 'reconfigure', node: id, sequence, membership })
    const request = { replica: id, sequence }
    this.node(id).step({ type: 'reconfigure', request, membership }, this.now(id))
    return sequence
  }

  /** Asks `id` to hand leadership over to `to`; gives the request's sequence. */
  transfer(id: NodeId, to: NodeId): number {
    const sequence = ++this.sequence
    this.happened({ type: 'transfer', node: id, sequence, to })
    this.node(id).step({ type: 'transfer', request: { replica: id, sequence }, to }, this.now(id))
    return sequence
  }

  fire(id: NodeId, timer: string): void {
    this.node(id).timers.delete(timer)
    this.happened({ type: 'timer', node: id, timer })
    this.node(id).step({ type: 'timeout', timer }, this.now(id))
  }

  /** A durable snapshot of `id`'s machine at the index it has applied. */
  buildSnapshot(id: NodeId): SnapshotMeta {
    const node = this.node(id)
    const index = node.appliedIndex
    const epoch = node.applied.at(-1)?.epoch ?? node.installed?.epoch ?? 0
    const meta = { index, epoch, membership: node.appliedMembership }
    node.stored = meta
    this.happened({ type: 'snapshotBuilt', node: id, meta })
    node.step({ type: 'snapshotBuilt', meta }, this.now(id))
    return meta
  }

  /** Delivers the first message under way that `choose` accepts; false if there is none. */
  deliver(choose: (flight: InFlight<M>) => boolean = () => true): boolean {
    const position = this.inFlight.findIndex(
      (flight) => !this.isBlocked(flight.from, flight.to) && choose(flight),
    )
    if (position < 0) return false
    const [flight] = this.inFlight.splice(position, 1)
    this.arrive(flight!, false)
    return true
  }

  /** Delivers a message that is under way, and lets it stay under way. */
  duplicate(flight: InFlight<M>): void {
    this.arrive(flight, true)
  }

  /** Loses every message under way that `choose` accepts. */
  lose(choose: (flight: InFlight<M>) => boolean, cause: LossCause = 'network'): void {
    const lost = this.inFlight.filter(choose)
    this.inFlight = this.inFlight.filter((flight) => !lost.includes(flight))
    for (const flight of lost) this.happened({ type: 'lost', flight, cause })
  }

  /** Delivers everything, and what follows from it, in order; at most `limit` messages. */
  settle(limit = 10_000): void {
    for (let i = 0; i < limit; i++) if (!this.deliver()) return
    throw new Error(`the cluster did not settle within ${limit} messages`)
  }

  /** Lets virtual time pass: messages take no time, timers run out in order. Ends early once `until` holds. */
  run(milliseconds: number, until: () => boolean = () => false): boolean {
    const end = this.time + milliseconds
    this.settle()
    while (!until()) {
      const next = this.nextTimer()
      if (next === undefined || next.at > end) {
        this.time = end
        return until()
      }
      this.time = Math.max(this.time, next.at)
      this.fire(next.node, next.timer)
      this.settle()
    }
    return true
  }

  /** Runs until an established leader is there and gives its id. */
  elect(milliseconds = 60_000): NodeId {
    const leaders = (): NodeId[] =>
      [...this.nodes.values()].filter((n) => n.engine?.observe().established === true).map((n) => n.id)
    this.run(milliseconds, () => leaders().length > 0)
    const leader = leaders()[0]
    assert(leader !== undefined, 'a leader is elected in time')
    this.settle()
    return leader
  }

  send(from: NodeId, to: NodeId, message: M): void {
    this.post({ from, to, message, snapshot: undefined })
  }

  sendSnapshot(from: NodeId, to: NodeId, message: M, snapshot: SnapshotMeta): void {
    this.post({ from, to, message, snapshot })
  }

  resetLink(from: NodeId, peer: NodeId): void {
    this.linkDown(from, peer)
    if (!this.down.has(linkName(from, peer))) this.linkUp(from, peer)
  }

  happened(event: ClusterEvent<M>): void {
    this.onEvent?.(event)
  }

  private post(flight: InFlight<M>): void {
    this.happened({ type: 'sent', flight })
    const cause = this.lossOf(flight)
    if (cause === undefined) this.inFlight.push(flight)
    else this.happened({ type: 'lost', flight, cause })
  }

  private lossOf(flight: InFlight<M>): LossCause | undefined {
    const { from, to } = flight
    if (this.isCut(from, to) || (this.isBlocked(from, to) && !this.keepsOrder)) return 'link'
    if (this.nodes.get(to)?.running !== true) return 'receiver'
    return this.filter(flight) ? undefined : 'network'
  }

  private arrive(flight: InFlight<M>, stays: boolean): void {
    const { from, to, message, snapshot } = flight
    const target = this.node(to)
    this.happened({ type: 'arrives', flight, stays })
    if (snapshot === undefined) return target.step({ type: 'receive', from, message }, this.now(to))
    if ((target.stored?.index ?? 0) < snapshot.index) target.stored = snapshot
    target.step({ type: 'snapshotReceived', from, message, meta: snapshot }, this.now(to))
    this.node(from).step({ type: 'snapshotSent', to, meta: snapshot }, this.now(from))
  }

  private linkUp(a: NodeId, b: NodeId): void {
    if (this.down.has(linkName(a, b)) || !this.node(a).running || !this.node(b).running) return
    this.happened({ type: 'link', a, b, isUp: true })
    this.node(a).step({ type: 'peerUp', peer: b }, this.now(a))
    this.node(b).step({ type: 'peerUp', peer: a }, this.now(b))
  }

  private linkDown(a: NodeId, b: NodeId): void {
    this.lose((f) => linkName(f.from, f.to) === linkName(a, b) && f.from !== f.to, 'link')
    this.happened({ type: 'link', a, b, isUp: false })
    this.node(a).step({ type: 'peerDown', peer: b }, this.now(a))
    this.node(b).step({ type: 'peerDown', peer: a }, this.now(b))
  }

  private nextTimer(): { node: NodeId; timer: string; at: number } | undefined {
    let next: { node: NodeId; timer: string; at: number } | undefined
    for (const { id, timers } of this.nodes.values()) {
      for (const [timer, at] of timers) if (next === undefined || at < next.at) next = { node: id, timer, at }
    }
    return next
  }
}

function linkName(a: NodeId, b: NodeId): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`
}

function pathName(from: NodeId, to: NodeId): string {
  return `${from}>${to}`
}
