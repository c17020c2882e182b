import type { NodeId, Transport, TransportEvents } from '@quorate/core'

/** Links between replicas in one process: in order, without loss but for sessions that are reset. */
export class MemoryNetwork {
  private readonly ends = new Map<NodeId, MemoryTransport>()
  private readonly defer: (run: () => void) => void
  private lastSession = 0

  /** `defer` calls its argument soon, but not at once: an environment's `endOfTurn`. */
  constructor(defer: (run: () => void) => void) {
    this.defer = defer
  }

  /** The transport of `node`. It is connected to every other one that has started. */
  transport(node: NodeId): Transport {
    return new MemoryTransport(node, this)
  }

  /** Called by transports. */
  join(end: MemoryTransport): void {
    const others = [...this.ends.values()]
    this.ends.set(end.node, end)
    for (const other of others) this.connect(end, other)
  }

  leave(end: MemoryTransport): void {
    if (this.ends.get(end.node) !== end) return
    this.ends.delete(end.node)
    for (const other of this.ends.values()) this.endSession(other, end)
  }

  /** Carries a frame on the session that there is now, if there is one. */
  deliver(from: MemoryTransport, to: NodeId, bytes: Uint8Array): void {
    const session = from.sessions.get(to)
    const target = this.ends.get(to)
    if (session === undefined || target === undefined) return
    this.defer(() => {
      if (target.sessions.get(from.node) === session) target.events?.frame(from.node, bytes)
    })
  }

  /** Ends the session between two and begins another. */
  renew(a: MemoryTransport, peer: NodeId): void {
    const b = this.ends.get(peer)
    if (b === undefined || !this.endSession(a, b)) return
    this.endSession(b, a)
    this.connect(a, b)
  }

  private connect(a: MemoryTransport, b: MemoryTransport): void {
    this.defer(() => {
      if (this.ends.get(a.node) !== a || this.ends.get(b.node) !== b) return
      this.lastSession += 1
      a.sessions.set(b.node, this.lastSession)
      b.sessions.set(a.node, this.lastSession)
      a.events?.peerUp(b.node)
      b.events?.peerUp(a.node)
    })
  }

  /** What is under way to `end` from `peer` is lost from now on; it is told soon. False if there is no session. */
  private endSession(end: MemoryTransport, peer: MemoryTransport): boolean {
    if (!end.sessions.delete(peer.node)) return false
    this.defer(() => end.events?.peerDown(peer.node))
    return true
  }
}

class MemoryTransport implements Transport {
  readonly node: NodeId
  /** The sessions that there are, by peer. */
  readonly sessions: Map<NodeId, number> = new Map()
  events: TransportEvents | undefined
  private readonly network: MemoryNetwork

  constructor(node: NodeId, network: MemoryNetwork) {
    this.node = node
    this.network = network
  }

  start(events: TransportEvents): void {
    this.events = events
    this.network.join(this)
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    this.network.deliver(this, peer, bytes)
    return true
  }

  reset(peer: NodeId): void {
    this.network.renew(this, peer)
  }

  async close(): Promise<void> {
    this.events = undefined
    this.sessions.clear()
    this.network.leave(this)
  }
}
