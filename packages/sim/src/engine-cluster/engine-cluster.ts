import {
  assert,
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
import { EngineNode, type Outlet } from './engine-node.ts'

/** A message under way. `snapshot` is there if it travels with one. */
export interface InFlight<M extends Message> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: M
  readonly snapshot: SnapshotMeta | undefined
}

/** Options of an {@link EngineCluster}. */
export interface EngineClusterOptions {
  readonly membership?: Membership
  /** Draws a timer's delay. Default: the middle of the range, plus a millisecond for each node id. */
  readonly drawDelay?: (node: NodeId, min: number, max: number) => number
}

/**
 * Engines alone, without replicas, stores or transports, moved by hand: every delivery, timeout, write and crash is a
 * call. For unit tests of engines and for golden transcripts.
 */
export class EngineCluster<M extends Message> implements Outlet<M> {
  readonly nodes: ReadonlyMap<NodeId, EngineNode<M>>
  /** Messages under way, in the order in which they were sent. */
  inFlight: InFlight<M>[] = []
  /** Looks at every message sent; false loses it. */
  filter: (flight: InFlight<M>) => boolean = () => true
  /** Milliseconds since the start. */
  time = 0
  private readonly down = new Set<string>()
  private sequence = 0

  constructor(definition: EngineDefinition<M>, size: number, options: EngineClusterOptions = {}) {
    const ids = Array.from({ length: size }, (_, i) => i + 1)
    const membership = options.membership ?? majorityOf(ids)
    const draw = options.drawDelay ?? ((node, min, max) => (min === max ? min : (min + max) / 2 + node))
    const node = (id: NodeId): [NodeId, EngineNode<M>] => [
      id,
      new EngineNode(id, definition, membership, this, draw),
    ]
    this.nodes = new Map(membersOf(membership).map(node))
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

  now(): Instant {
    return { wall: 1_000_000 + this.time, monotonic: this.time }
  }

  /** Starts or restarts a node; its links come up. */
  start(id: NodeId): void {
    this.node(id).start(this.now())
    for (const peer of this.nodes.keys()) if (peer !== id && this.node(peer).running) this.linkUp(id, peer)
  }

  crash(id: NodeId): void {
    this.node(id).crash()
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
    this.node(id).step({ type: 'propose', request: { replica: id, sequence }, data: bytes }, this.now())
    return sequence
  }

  read(id: NodeId, mode: ReadMode = 'linearizable'): number {
    const sequence = ++this.sequence
    this.node(id).step({ type: 'read', request: { replica: id, sequence }, mode }, this.now())
    return sequence
  }

  fire(id: NodeId, timer: string): void {
    this.node(id).timers.delete(timer)
    this.node(id).step({ type: 'timeout', timer }, this.now())
  }

  /** A durable snapshot of `id`'s machine at the index it has applied. */
  buildSnapshot(id: NodeId): SnapshotMeta {
    const node = this.node(id)
    const index = node.appliedIndex
    const epoch = node.applied.at(-1)?.epoch ?? node.installed?.epoch ?? 0
    node.stored = { index, epoch, membership: this.observe(id).membership }
    node.step({ type: 'snapshotBuilt', meta: node.stored }, this.now())
    return node.stored
  }

  /** Delivers the first message under way that `choose` accepts; false if there is none. */
  deliver(choose: (flight: InFlight<M>) => boolean = () => true): boolean {
    const position = this.inFlight.findIndex(choose)
    if (position < 0) return false
    const [flight] = this.inFlight.splice(position, 1)
    this.arrive(flight!)
    return true
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

  private post(flight: InFlight<M>): void {
    const lost =
      this.down.has(linkName(flight.from, flight.to)) || this.nodes.get(flight.to)?.running !== true
    if (!lost && this.filter(flight)) this.inFlight.push(flight)
  }

  private arrive({ from, to, message, snapshot }: InFlight<M>): void {
    const target = this.node(to)
    if (snapshot === undefined) return target.step({ type: 'receive', from, message }, this.now())
    if ((target.stored?.index ?? 0) < snapshot.index) target.stored = snapshot
    target.step({ type: 'snapshotReceived', from, message, meta: snapshot }, this.now())
    this.node(from).step({ type: 'snapshotSent', to, meta: snapshot }, this.now())
  }

  private linkUp(a: NodeId, b: NodeId): void {
    if (this.down.has(linkName(a, b)) || !this.node(a).running || !this.node(b).running) return
    this.node(a).step({ type: 'peerUp', peer: b }, this.now())
    this.node(b).step({ type: 'peerUp', peer: a }, this.now())
  }

  private linkDown(a: NodeId, b: NodeId): void {
    this.inFlight = this.inFlight.filter((f) => linkName(f.from, f.to) !== linkName(a, b) || f.from === f.to)
    this.node(a).step({ type: 'peerDown', peer: b }, this.now())
    this.node(b).step({ type: 'peerDown', peer: a }, this.now())
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
